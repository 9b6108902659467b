"""What a container runs: `web`, `worker`, `beat`, `migrate`, `catcher`, a probe, or any management command."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

ROOT: Final = Path(__file__).resolve().parent.parent
MANAGE: Final = (sys.executable, "manage.py")
CELERY: Final = (sys.executable, "-m", "celery", "-A", "config")


def web() -> Sequence[str]:
    """The set-up code stands in the start-up text until it is used."""
    subprocess.run([*MANAGE, "setup_code"], cwd=ROOT, check=True)  # noqa: S603 - our own words
    scratch = "/dev/shm" if Path("/dev/shm").is_dir() else "/tmp"  # noqa: S108 - gunicorn's heartbeat files
    return (
        *(sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", os.environ.get("BIND", "0.0.0.0:8000")),
        *("--worker-class", "gthread", "--workers", os.environ.get("WEB_WORKERS", "2"), "--threads", "4"),
        *("--timeout", "60", "--graceful-timeout", "20", "--no-control-socket", "--worker-tmp-dir", scratch),
    )


def worker() -> Sequence[str]:
    concurrency = os.environ.get("WORKER_CONCURRENCY", "2")
    return (*CELERY, "worker", "--loglevel", "INFO", "--concurrency", concurrency, "-n", "worker@%h")


def beat() -> Sequence[str]:
    schedule = os.environ.get("BEAT_SCHEDULE", "/tmp/beat-schedule")  # noqa: S108 - may be lost
    return (*CELERY, "beat", "--loglevel", "INFO", "--pidfile=", "--schedule", schedule)


def migrate() -> Sequence[str]:
    return (*MANAGE, "migrate", "--noinput")


def catcher() -> Sequence[str]:
    """For a rehearsal: takes mails and delivers none."""
    bind = ("--host", "0.0.0.0", "--port", os.environ.get("CATCHER_PORT", "1025"))  # noqa: S104
    return (sys.executable, "-m", "config.local.catcher", *bind)


def probe() -> Sequence[str]:
    """Ask `/healthz` under the public name: other names are refused."""
    name = urlsplit(os.environ.get("PUBLIC_URL", "")).hostname or "localhost"
    port = os.environ.get("BIND", "0.0.0.0:8000").rpartition(":")[2]
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/healthz", headers={"Host": name})
    with urllib.request.urlopen(asked, timeout=5) as reply:  # noqa: S310
        sys.exit(0 if reply.status == 200 else 1)


def probe_worker() -> Sequence[str]:
    """Ask the worker of this very container."""
    node = f"worker@{socket.gethostname()}"
    return (*CELERY, "inspect", "ping", "--timeout", "8", "--destination", node)


ROLES: Final[dict[str, Callable[[], Sequence[str]]]] = {
    "web": web,
    "worker": worker,
    "beat": beat,
    "migrate": migrate,
    "catcher": catcher,
    "probe": probe,
    "probe-worker": probe_worker,
}


def main(arguments: Sequence[str]) -> None:
    role = ROLES.get(arguments[0] if arguments else "web")
    command = role() if role else (*MANAGE, *arguments)
    os.chdir(ROOT)
    # The program takes this process's place, so that signals of the container reach it.
    os.execv(command[0], list(command))  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
