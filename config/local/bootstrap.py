"""From a bare `python3` to a ready `.venv`: standard library only, read by old Pythons up to the version check."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
import threading
import time
from ctypes.util import find_library
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
OLDEST, NEWEST = (3, 11), (3, 13)
LOCKS = {"local": "requirements-local.lock", "dev": "requirements-dev.lock"}
INSTALLER = ROOT / "requirements-installer.lock"
# What pip was told about where packages are, and what uv calls it.
PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
}
PDF_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-noto-core")
PDF_LIBRARIES = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")
COMMANDS = {
    "run": ["-m", "config.local.supervisor", "run"],
    "reset": ["-m", "config.local.supervisor", "reset"],
    "lint": ["-m", "config.local.checks", "lint"],
    "test": ["-m", "config.local.checks", "test"],
    "bench": ["-m", "bench"],
    "setup": ["-c", ""],
}


def say(text: str) -> None:
    print(text, flush=True)


def stop(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
    raise SystemExit(1)


def check_python() -> None:
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        running = ".".join(str(part) for part in sys.version_info[:3])
        stop(
            f"Forthright needs Python 3.11, 3.12 or 3.13; this is {running} ({sys.executable}).\n"
            "Name another one:  make PYTHON=python3.11 run"
        )


def administrator() -> list[str] | None:
    """What to put before a command that needs root; None when we may not."""
    if os.getuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and not subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode
    ):
        return ["sudo", "-n"]
    return None


def install_line(packages: tuple[str, ...]) -> str:
    """The one line a person can run."""
    if sys.platform == "darwin":
        return "brew install pango" if packages == PDF_PACKAGES else "brew install --cask chromium"
    return "sudo apt-get update && sudo apt-get install -y --no-install-recommends " + " ".join(packages)


APT = threading.Lock()  # apt-get refuses a second one beside it


def install(packages: tuple[str, ...], *, why: str) -> bool:
    """Install Debian packages where we may; else print the one line that does. Never stops the start."""
    with APT:
        return _install(packages, why)


def _install(packages: tuple[str, ...], why: str) -> bool:
    names = " ".join(packages)
    before = administrator()
    if not shutil.which("apt-get") or before is None:
        say(f"Missing: {why}. Install it with\n    {install_line(packages)}")
        return False
    say(f"Installing {names} ({why}) ...")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        done = subprocess.run(
            [*before, "apt-get", *step],
            env=quiet,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        say(f"apt-get could not install {names}; going on without ({why}).\n{done.stderr.strip()[-600:]}")
    return not done.returncode


def pdf_libraries_found() -> bool:
    return all(find_library(name) for name in PDF_LIBRARIES)


def check_pdf_libraries() -> None:
    if not pdf_libraries_found():
        install(PDF_PACKAGES, why="PDFs need Pango; without it they are off")


def check_chromium() -> None:
    if shutil.which("chromium-headless-shell"):
        return
    anyone = any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    if anyone and (administrator() is None or not shutil.which("apt-get")):
        return
    if (
        not install(("chromium-headless-shell",), why="browser tests take half as long with it")
        and not anyone
    ):
        install(("chromium",), why="browser tests need Chromium")


def check_system(command: str) -> None:
    """What is Debian's; beside Python's packages, for both mostly wait for the network."""
    if command in ("run", "test"):
        check_pdf_libraries()
    if command == "test":
        check_chromium()


def venv_python() -> Path:
    return VENV / "bin" / "python"


def stamp_of(lock: Path) -> str:
    """Names the exact contents a `.venv` was made from: the lock, the place, the platform."""
    inputs = (lock.read_bytes(), str(VENV).encode(), sysconfig.get_platform().encode())
    return hashlib.sha256(b"\0".join(inputs)).hexdigest()


def satisfied(kind: str) -> bool:
    """True when `.venv` is whole and holds at least this lock; the dev lock contains the local one."""
    if (
        not venv_python().exists()
        or subprocess.run([str(venv_python()), "-c", "import django"], check=False).returncode
    ):
        return False  # half-made, or its Python was upgraded away
    for name in dict.fromkeys((kind, "dev")):
        file = VENV / f".made-from-{name}"
        if file.is_file() and file.read_text(encoding="utf-8").strip() == stamp_of(ROOT / LOCKS[name]):
            return True
    return False


def make_venv() -> None:
    """Make an empty `.venv`; installs python3-venv where we may when it is missing."""
    if importlib.util.find_spec("ensurepip") is None:
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        if not install((version,), why="Python's venv module is a package of its own on Debian"):
            stop(f"Python cannot make a virtual environment without it: install {version} and start again.")
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False
    )
    if made.returncode or not venv_python().exists():
        stop(f"Could not make {VENV}:\n{made.stdout}{made.stderr}")


def pip(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(venv_python()), "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def hashed(lock: Path) -> list[str]:
    return ["--quiet", "--require-hashes", "--only-binary", ":all:", "-r", str(lock)]


def where_packages_are() -> dict[str, str]:
    """The indexes that pip was told of, for uv, which does not read pip's settings."""
    told = {}
    for line in pip("config", "list").stdout.splitlines():
        name, _, value = line.partition("=")
        if uv_name := PIP_TO_UV.get(name.rpartition(".")[2]):
            between = "," if uv_name == "UV_FIND_LINKS" else " "
            told[uv_name] = between.join(str(ast.literal_eval(value)).split())
    return told


def install_quickly(lock: Path) -> bool:
    """By uv, which takes a quarter of pip's time; False when it cannot be had or does not manage."""
    if pip("install", *hashed(INSTALLER)).returncode:
        return False
    command = [str(VENV / "bin" / "uv"), "pip", "install", "--python", str(venv_python()), *hashed(lock)]
    # Whichever index has it: the hash decides what is taken. And the machine's own certificates, as pip does.
    own = {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_SYSTEM_CERTS": "1"}
    settings = {**own, **where_packages_are(), **os.environ}
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False)
    if done.returncode:
        say(f"uv could not ({done.stderr.strip()[-300:]}); going on with pip ...")
    return not done.returncode


def install_lock(kind: str) -> None:
    lock = ROOT / LOCKS[kind]
    say(f"Installing Python packages from {lock.name} (once; takes a minute or two) ...")
    if install_quickly(lock):
        return
    done = pip("install", *hashed(lock))
    if not done.returncode:
        return
    wrong = done.stderr.strip()
    text = f"The Python packages could not be installed:\n{wrong[-2000:]}\n"
    if "No matching distribution" in wrong or "not a supported wheel" in wrong:
        text += (
            f"A package has no build for this machine ({sysconfig.get_platform()}, Python {sys.version.split()[0]}).\n"
            "Forthright runs on Linux with glibc (x86-64, arm64) and macOS; not on Alpine, and on Windows only in WSL."
        )
    elif "HASHES" in wrong:
        text += "A download was not what the lock names. Do not go on: the package index or a cache is not to be trusted."
    else:
        text += "Is the package index reachable? Start again; nothing half-made is kept."
    stop(text)


def prepare(kind: str) -> None:
    """Make `.venv` as the lock says, or leave it when it is so already; half-made ones are made anew."""
    if satisfied(kind):
        return
    began = time.monotonic()
    others = [VENV / f".made-from-{name}" for name in LOCKS]
    whole = any(file.is_file() for file in others)
    for file in others:
        file.unlink(missing_ok=True)
    if not whole or not venv_python().exists():
        make_venv()
    install_lock(kind)
    (VENV / f".made-from-{kind}").write_text(stamp_of(ROOT / LOCKS[kind]) + "\n", encoding="utf-8")
    say(f"Packages are in .venv ({time.monotonic() - began:.0f} s).")


def main(arguments: list[str]) -> None:
    if not arguments or arguments[0] not in COMMANDS:
        stop("Say one of: " + ", ".join(COMMANDS))
    command = arguments[0]
    check_python()
    if command == "reset" and not venv_python().exists():
        say("Nothing to reset: this checkout never ran.")
        return
    system = threading.Thread(target=check_system, args=(command,))
    system.start()
    if command != "reset":
        prepare("dev" if command in ("test", "lint", "bench") else "local")
    system.join()
    os.chdir(ROOT)
    python = str(venv_python())
    os.execv(python, [python, *COMMANDS[command], *arguments[1:]])


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        raise SystemExit(130) from None
