"""A real Celery worker on the test database, to be watched and killed."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from config.local import processes

ROOT = Path(__file__).resolve().parent.parent


class Worker:
    """Starts and ends one worker process; it reads and writes the same rows as the test."""

    def __init__(self, folder: Path, guard: processes.Guard, env: dict[str, str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.guard, self.env = folder, guard, env
        self.log = folder / "worker.log"
        self.child: processes.Child | None = None

    def start(self, *, concurrency: int = 2, **env: str) -> Worker:
        self.log.write_bytes(b"")
        command = [
            "-m",
            "celery",
            "-A",
            "config",
            "worker",
            "--loglevel",
            "INFO",
            "--concurrency",
            str(concurrency),
        ]
        command += [
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
            "-n",
            f"test-{os.getpid()}@%h",
        ]
        self.child = processes.start(
            "worker",
            [sys.executable, *command],
            env={**os.environ, **self.env, **env},
            cwd=ROOT,
            log=self.log,
        )
        self.guard.watch(self.child)
        child = self.child
        self.wait_for(lambda: " ready." in self.text() or child.process.poll() is not None, seconds=90)
        assert child.process.poll() is None, child.tail(40)
        return self

    def text(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, condition: Callable[[], bool], *, seconds: float = 90) -> None:
        """Wait until it holds; fails with the end of the worker's log."""
        held = processes.wait_until(condition, seconds=seconds)
        assert held, f"Not so within {seconds} s. The worker's log ends:\n{self.text()[-4000:]}"

    def kill(self) -> None:
        """SIGKILL for the worker and all its children, as a crash of the machine would do."""
        if self.child:
            for pid in processes.members(self.child.pid):
                os.kill(pid, signal.SIGKILL)
            self.child.process.wait()
            processes.wait_until(lambda: not processes.members(self.child.pid), seconds=5)  # type: ignore[union-attr]
            self.guard.forget(self.child)
            self.child = None

    def stop(self) -> None:
        if self.child:
            processes.end_children([self.child], grace=10)
            self.guard.forget(self.child)
            self.child = None
