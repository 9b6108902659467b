"""How web, worker and beat are started on one machine, and where they are asked if they are ready."""

from __future__ import annotations

import json
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

ANY_ADDRESS: Final = ("0.0.0.0", "::")


def authority(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def commands(*, host: str, port: int, scratch: Path) -> dict[str, Sequence[str | Path]]:
    """The three parts of the product by name."""
    celery = (sys.executable, "-m", "celery", "-A", "config")
    web = f"-m gunicorn config.wsgi --bind {authority(host, port)} --worker-class gthread --workers 2 --threads 4"
    web += " --preload --timeout 60 --graceful-timeout 5 --no-control-socket --worker-tmp-dir"
    worker = "worker --loglevel INFO --concurrency 2 --without-gossip --without-mingle -n forthright@%h"
    return {
        "web": [sys.executable, *web.split(), scratch],
        "worker": [*celery, *worker.split()],
        "beat": [
            *celery,
            *["beat", "--loglevel", "INFO", "--pidfile=", "--schedule"],
            scratch / "beat-schedule",
        ],
        # The first heartbeat now; beat would ask for it in ten seconds only.
        "nudge": [*celery, "call", "config.health.beat"],
    }


def readiness(*, host: str, port: int) -> dict[str, Any]:
    """What `/readyz` says; empty while nobody answers."""
    url = f"http://{authority('127.0.0.1' if host in ANY_ADDRESS else host, port)}/readyz"
    found: dict[str, Any] = {}
    try:
        with urllib.request.urlopen(url, timeout=5) as reply:
            found = json.load(reply)
    except urllib.error.HTTPError as error:
        if error.code == 503:
            found = json.load(error)
    except (OSError, ValueError):
        pass
    return found
