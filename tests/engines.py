"""Early pytest plugin: real engines for one run, started before Django settings are read.

Only the controller starts them; xdist workers inherit the environment. The guard ends them when this
process is gone, however it went.
"""

from __future__ import annotations

import atexit
import base64
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from config.local import engines, processes, throw_away

ROOT: Final = Path(__file__).resolve().parents[1]
NOWHERE: Final = "redis://127.0.0.1:1/0"
_guard: processes.Guard | None = None
_engines: throw_away.ThrowAway | None = None


def _leave(number: int, frame: object) -> None:
    """SIGTERM becomes an ordinary exit, so that fixtures and engines are ended."""
    raise SystemExit(128 + number)


def _own_name(url: str) -> str:
    """A server of the caller's own: a database name for this run alone."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path}_{os.getpid()}"))


def _end() -> None:
    """End the engines; called once the tests are over or the process leaves early."""
    global _guard, _engines
    if _guard is None or _engines is None:
        return
    watcher, started, _guard, _engines = _guard, _engines, None, None
    processes.end_children([child for child in (started.database, started.broker) if child], grace=5)
    watcher.close()


def guard() -> processes.Guard:
    """This process's guard, for what a test starts itself."""
    global _guard
    if _guard is None:
        _guard = processes.Guard()
        atexit.register(_guard.close)
    return _guard


def _migrated_cluster() -> Path:
    """A cluster with a migrated database to clone; made anew when a migration or a locked version changed."""
    files = [ROOT / "requirements-dev.lock", *sorted(ROOT.glob("*/migrations/*.py"))]
    inputs = b"".join(path.name.encode() + path.read_bytes() for path in files)

    def migrate(url: str) -> None:
        command = [sys.executable, "-W", "ignore", "manage.py", "migrate", "--verbosity=0"]
        env = {**os.environ, "DATABASE_URL": url}
        subprocess.run(command, cwd=ROOT, env=env, check=True)

    return throw_away.prepared_cluster(inputs, migrate)


def _begin() -> None:
    global _guard, _engines
    own_database, own_broker = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    os.environ |= {
        "FORTHRIGHT_MODE": "test",
        "FORTHRIGHT_LOCAL_DIR": os.devnull,
        "FORTHRIGHT_TEST_RUN": str(os.getpid()),
        "SECRET_KEY": "tests-only-" + "0" * 40,
        "SEALING_KEYS": "t1:" + base64.b64encode(bytes(range(32))).decode(),
        "REDIS_URL": own_broker or NOWHERE,
        "PUBLIC_URL": "http://testserver",
        "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
        "SMTP_URL": "smtp://127.0.0.1:9",  # refuses at once; `smtp_sink` gives a real one
        "MAIL_FROM": "Lantern Privacy <privacy@lantern.example>",
        "MAIL_CATCHER_DIR": "",
        "LOG_LEVEL": "WARNING",
        # Counted by person in one broker for all tests, whose people have the same numbers; one test sets its own.
        **dict.fromkeys(("EXPORTS_PER_HOUR", "LOOKUPS_PER_HOUR", "SEARCHES_PER_HOUR"), "0"),
        # Playwright's loop runs in the test's thread, so Django must allow queries beside it.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    }
    cluster = None if own_database else _migrated_cluster()
    _guard = processes.Guard()
    _engines = throw_away.start(
        _guard, want_database=not own_database, want_broker=not own_broker, cluster=cluster
    )
    folder = _engines.folder
    state = {name: folder / name for name in ("state", "files", "local")}
    for path in state.values():
        path.mkdir(mode=0o700)
    os.environ |= {
        "FORTHRIGHT_LOCAL_DIR": str(state["local"]),
        "DATABASE_URL": _own_name(own_database) if own_database else _engines.database_url,
        "REDIS_URL": own_broker or _engines.redis_url,
        "STATE_DIR": str(state["state"]),
        "FILES_DIR": str(state["files"]),
        "FORTHRIGHT_TEST_CLONES": "" if own_database else throw_away.PREPARED,
    }


if "PYTEST_XDIST_WORKER" not in os.environ and "FORTHRIGHT_TEST_RUN" not in os.environ:
    signal.signal(signal.SIGTERM, _leave)
    try:
        _begin()
    except engines.EngineError as problem:
        _end()
        sys.exit(f"The tests need their engines: {problem}")
    atexit.register(_end)
elif "PYTEST_XDIST_WORKER" in os.environ and os.environ["REDIS_URL"].endswith("/0"):
    # Workers share the broker; each has a database number of its own.
    number = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw")) % 15 + 1
    os.environ["REDIS_URL"] = os.environ["REDIS_URL"].removesuffix("0") + str(number)


def folder_of_run() -> Path:
    """This run's throw-away folder."""
    return Path(os.environ["FORTHRIGHT_LOCAL_DIR"]).parent
