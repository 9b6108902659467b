"""Start process groups and end them for certain; run as a script this file is the guard.

Standard library only and no import of ours: the guard is started by its path, in milliseconds.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

GRACE_SECONDS = 12.0
LINUX: bool = sys.platform.startswith("linux")
APP, ENGINE = 0, 1  # tiers: what uses an engine ends before it


def _stat(pid: int) -> list[str]:
    """Fields of /proc/PID/stat after the command: state, parent, group ... start time at 19."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def identity(pid: int) -> str:
    """When this process began, to tell it from a later one with the same number; empty when it is gone."""
    if LINUX:
        fields = _stat(pid)
        return "" if not fields or fields[0] in "ZX" else fields[19]
    found = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return found.stdout.strip()


def members(group: int) -> list[int]:
    """Living processes of a group; a zombie is not living."""
    if not LINUX:
        try:
            os.killpg(group, 0)
        except (ProcessLookupError, PermissionError):
            return []
        return [group]
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            fields = _stat(int(entry))
            if fields and fields[2] == str(group) and fields[0] not in "ZX":
                found.append(int(entry))
    return found


def wait_until(condition: Callable[[], bool], *, seconds: float, pause: float = 0.05) -> bool:
    """Ask again and again until it holds; False when the time is over."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


def end_groups(groups: Mapping[int, int], *, grace: float = GRACE_SECONDS) -> None:
    """Signal each group's leader (all of it when the leader is gone), wait, then kill what is left."""
    for group, number in groups.items():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            (os.kill if identity(group) else os.killpg)(group, number)
    wait_until(lambda: not any(members(group) for group in groups), seconds=grace)
    for group in groups:
        if members(group):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(group, signal.SIGKILL)
    wait_until(lambda: not any(members(group) for group in groups), seconds=5)


@dataclass
class Child:
    """A process we started, leader of its own session and group."""

    name: str
    process: subprocess.Popen[bytes]
    stop_signal: int = signal.SIGTERM
    tier: int = APP
    log: Path | None = None
    started_at: float = field(default_factory=time.monotonic)

    @property
    def pid(self) -> int:
        return self.process.pid

    def tail(self, lines: int = 12) -> str:
        """The end of its log, for a person who has to mend it."""
        if self.log is None or not self.log.is_file():
            return ""
        with self.log.open("rb") as file:
            file.seek(max(0, self.log.stat().st_size - 8_000))
            return "\n".join(file.read().decode("utf-8", "replace").splitlines()[-lines:])


def start(
    name: str,
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str],
    cwd: Path,
    log: Path | None = None,
    stop_signal: int = signal.SIGTERM,
    tier: int = APP,
    as_user: tuple[int, int] | None = None,
    show: bool = False,
    guard: Guard | None = None,
) -> Child:
    """Start a program in its own session, so that a Ctrl-C on the terminal reaches only the supervisor."""
    out: IO[bytes] | int | None = log.open("ab") if log else None if show else subprocess.DEVNULL
    user, group = as_user or (None, None)
    try:
        process = subprocess.Popen(
            [str(part) for part in command],
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=None if show else subprocess.STDOUT,
            start_new_session=True,
            user=user,
            group=group,
            extra_groups=[] if as_user else None,
        )
    finally:
        if out is not None and not isinstance(out, int):
            out.close()
    child = Child(name, process, stop_signal, tier, log)
    if guard:
        guard.watch(child)
    return child


def end_children(children: Sequence[Child], *, grace: float = GRACE_SECONDS) -> None:
    """End these and reap them: those that use engines first, engines last."""
    for tier in (APP, ENGINE):
        chosen = [child for child in children if child.tier == tier]
        end = time.monotonic() + grace
        for child in chosen:
            with contextlib.suppress(ProcessLookupError):
                if child.process.poll() is None:
                    child.process.send_signal(child.stop_signal)
        for child in chosen:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(timeout=max(0.1, end - time.monotonic()))
            if members(child.pid):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(child.pid, signal.SIGKILL)
            child.process.wait()


class Guard:
    """A small process that ends everything it was told of when its owner is gone, however it went."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-S", "-E", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )

    def _say(self, **words: object) -> None:
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(json.dumps(words).encode() + b"\n")
            self.process.stdin.flush()

    def watch(self, child: Child) -> None:
        self._say(add=child.pid, signal=int(child.stop_signal), tier=child.tier, identity=identity(child.pid))

    def forget(self, child: Child) -> None:
        self._say(gone=child.pid)

    def remove_folder(self, folder: Path) -> None:
        """Have this throw-away folder deleted at the end."""
        self._say(folder=str(folder))

    def close(self) -> None:
        """Let it end what is left and go."""
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait(timeout=60)


def _guard() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    watched: dict[int, dict[str, int | str]] = {}
    folders: list[str] = []
    for line in sys.stdin:  # ends when the owner closes the pipe or dies
        words = json.loads(line)
        if "add" in words:
            watched[words["add"]] = words
        watched.pop(words.get("gone", 0), None)
        if "folder" in words:
            folders.append(words["folder"])
    for tier in (APP, ENGINE):
        left = {
            pid: int(words["signal"])
            for pid, words in watched.items()
            # A number cannot be used again while a group of that number lives.
            if words["tier"] == tier and identity(pid) in ("", words["identity"]) and members(pid)
        }
        end_groups(left)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    _guard()
