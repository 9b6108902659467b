"""What lies where below `.local/`, and the settings written there for this checkout."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
KEPT: Final = ("SECRET_KEY", "SEALING_KEYS")
PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700


def read_env(path: Path) -> dict[str, str]:
    """NAME=value lines of a file; empty when there is none."""
    if not path.is_file():
        return {}
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, separator, value = line.strip().partition("=")
        if separator and not name.startswith("#"):
            found[name.strip()] = value.strip().strip("'\"")
    return found


def read(path: Path) -> str:
    """The file's text; empty when there is none."""
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def migrations_stamp() -> str:
    """Names every migration of ours by content and every library by its lock."""
    files = [*sorted(ROOT.glob("*/migrations/*.py")), ROOT / "requirements.lock"]
    seen = hashlib.sha256()
    for file in files:
        seen.update(str(file.relative_to(ROOT)).encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return seen.hexdigest()


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    scratch = path.with_name(path.name + ".new")
    scratch.unlink(missing_ok=True)
    descriptor = os.open(scratch, os.O_CREAT | os.O_WRONLY | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    scratch.replace(path)


@dataclass(frozen=True)
class Layout:
    """The folder of one checkout's engines, secrets, mails, logs and files."""

    local: Path

    @classmethod
    def of_checkout(cls) -> Layout:
        return cls(Path(os.environ.get("FORTHRIGHT_LOCAL_DIR") or ROOT / ".local").absolute())

    @property
    def env(self) -> Path:
        return self.local / "env"

    @property
    def sign_ins(self) -> Path:
        return self.local / "sign-ins"

    @property
    def running(self) -> Path:
        """What runs now: written by the supervisor, read by the next one."""
        return self.local / "running.json"

    @property
    def migrated(self) -> Path:
        """Which migrations the embedded database holds."""
        return self.local / "migrated"

    @property
    def half_built(self) -> Path:
        """There while the demonstration is being built."""
        return self.local / "half-built"

    def folder(self, name: str) -> Path:
        path = self.local / name
        path.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        return path

    def log(self, name: str) -> Path:
        """The log of one program; the one before is kept when it grew large."""
        path = self.folder("log") / f"{name}.log"
        if path.is_file() and path.stat().st_size > 5_000_000:
            path.replace(path.with_suffix(".log.1"))
        path.touch(mode=PRIVATE_FILE)
        return path

    def lock(self) -> int | None:
        """Hold this checkout for as long as the process lives; None when another one holds it."""
        self.local.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        self.local.chmod(PRIVATE_FOLDER)
        descriptor = os.open(self.local / "lock", os.O_CREAT | os.O_RDWR, PRIVATE_FILE)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    def what_runs(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads(self.running.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found


def hosts(host: str) -> str:
    """Names under which a browser may ask for us when HOST was opened to others."""
    names = {"127.0.0.1", "localhost", "[::1]"}
    if host not in ("127.0.0.1", "localhost", "::1"):
        names |= {host, socket.gethostname()}
        with contextlib.suppress(OSError):
            names |= {
                str(entry[4][0]) for entry in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
            }
    return ",".join(sorted(names - {"0.0.0.0", "::"}))


def own_settings(
    layout: Layout, *, host: str, port: int, smtp_port: int, engines: Mapping[str, str]
) -> dict[str, str]:
    """Settings of local mode; secrets are made once and kept, all else follows this start."""
    before = read_env(layout.env)
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    fresh = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "SEALING_KEYS": "k1:" + base64.b64encode(secrets.token_bytes(32)).decode(),
    }
    chosen = {
        "FORTHRIGHT_MODE": "local",
        **{name: before.get(name) or fresh[name] for name in KEPT},
        **engines,
        "PUBLIC_URL": f"http://{f'[{shown}]' if ':' in shown else shown}:{port}",
        "ALLOWED_HOSTS": hosts(host),
        "SMTP_URL": f"smtp://127.0.0.1:{smtp_port}",
        "MAIL_FROM": "Lantern Privacy <privacy@lantern.example>",
        "MAIL_CATCHER_DIR": str(layout.folder("mail")),
        "STATE_DIR": str(layout.folder("state")),
        "FILES_DIR": str(layout.folder("files")),
    }
    head = "# Written by `make run`; the secrets are this checkout's own. Not for production.\n"
    write_private(layout.env, head + "".join(f"{name}={value}\n" for name, value in chosen.items()))
    return chosen
