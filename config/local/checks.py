"""`make lint` and `make test`: every check before a commit, here and in CI."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from config.local.layout import ROOT

NO_TESTS: Final = 5  # pytest's code when a selection is empty
# Nothing is reached with these: settings only have to be read.
SHAPE: Final = {
    "SECRET_KEY": "only-to-read-settings-" + "5Kd9wQx2Vt7Lm3Rp8Zn4Hs6Jb1Gf0Yc",
    "SEALING_KEYS": "c1:Dw8WFR4nMDlCS1RdZm94gYqTnKWut8DJ0tvk7fb/CBE=",
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SMTP_URL": "smtp://127.0.0.1:1",
    "MAIL_FROM": "Privacy <privacy@lantern.example>",
    "MAIL_CATCHER_DIR": "",
    "FORTHRIGHT_LOCAL_DIR": os.devnull,
}
AS_TEST: Final = {**SHAPE, "FORTHRIGHT_MODE": "test", "PUBLIC_URL": "http://testserver"}
AS_PRODUCTION: Final = {
    **SHAPE,
    "FORTHRIGHT_MODE": "production",
    "PUBLIC_URL": "https://privacy.lantern.example",
    "ALLOWED_HOSTS": "privacy.lantern.example",
    "TRUSTED_PROXY": "1",
}
MODULE: Final = (sys.executable, "-W", "ignore", "-m")
MANAGE: Final = (sys.executable, "-W", "ignore", "manage.py")


def templates() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / "templates").rglob("*.html"))


def lint_steps() -> list[tuple[str, Sequence[str], Mapping[str, str]]]:
    return [
        ("mypy", (*MODULE, "mypy", "."), AS_TEST),  # first, for it takes longest
        ("ruff", (*MODULE, "ruff", "check", "."), AS_TEST),
        ("format", (*MODULE, "ruff", "format", "--check", "--quiet", "."), AS_TEST),
        ("imports", (str(ROOT / ".venv/bin/lint-imports"),), AS_TEST),
        (
            "templates",
            (str(ROOT / ".venv/bin/djade"), "--check", "--target-version", "5.2", *templates()),
            AS_TEST,
        ),
        ("migrations", (*MANAGE, "makemigrations", "--check", "--dry-run"), AS_TEST),
        ("deploy", (*MANAGE, "check", "--deploy", "--fail-level", "WARNING"), AS_PRODUCTION),
    ]


def lint() -> tuple[int, str]:
    """Run every step, two at a time; 1 when anything failed, and what to say of it."""
    said, failed = [], []
    with ThreadPoolExecutor(2) as pool:
        for name, seconds, done in pool.map(_step, lint_steps()):
            word = "ok" if done.returncode == 0 else "FAILED"
            said.append(f"lint {name:<11} {word:<6} {seconds:5.1f} s")
            if done.returncode:
                failed.append(name)
                said.append(done.stdout + done.stderr)
    if failed:
        said.append(f"lint failed: {', '.join(failed)}")
    return (1 if failed else 0), "\n".join(said)


def only_lint() -> int:
    code, said = lint()
    print(said, flush=True)
    return code


def _step(
    step: tuple[str, Sequence[str], Mapping[str, str]],
) -> tuple[str, float, subprocess.CompletedProcess[str]]:
    name, command, env = step
    began = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, check=False
    )
    return name, time.monotonic() - began, done


def holding(mark: str) -> list[str]:
    """The files with such tests: to read all others takes longer than some of the tests."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return [str(path.relative_to(ROOT)) for path in files if f"mark.{mark}" in path.read_text("utf-8")]


# What a module builds once for all its tests would be built on each worker unless its file goes to one.
BY_FILE: Final = ("--dist", "loadfile", "--no-loadscope-reorder")
# Every run of pytest has engines of its own, and every xdist worker a database, a broker number, folders and ports.
# Browsers and killed processes in runs of their own: a browser leaves threads behind, and what is killed is forked.
IN_TURN: Final = (
    ("unit and database", ("-n", "2", *BY_FILE, "-m", "not browser and not faults")),
    # Three, for a page waits for its server, and a walk for the worker that sends.
    ("browser", ("-n", "3", "-m", "browser", *holding("browser"))),
)
# These wait more than they work, so they run beside the others on what those leave free.
BESIDE: Final = (("faults", ("-m", "faults", *holding("faults"))),)


def pytest(options: Sequence[str], **output: Any) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "pytest", "-q", *options)
    return subprocess.run(command, cwd=ROOT, check=False, text=True, **output)


def beside() -> tuple[int, str]:
    """Lint, then the stages that run beside the others; the exit code of what failed, and all that was said."""
    code, said = lint()
    for name, options in BESIDE if not code else ():
        done = pytest(options, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said += f"\n--- {name}\n{done.stdout}"
        code = code or (done.returncode if done.returncode != NO_TESTS else 0)
    return code, said


def test() -> int:
    """All tests, two lines of stages side by side; what failed stands last."""
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(beside)
        code = 0
        for name, options in IN_TURN:
            print(f"\n--- {name}", flush=True)
            code = pytest(options).returncode
            if code not in (0, NO_TESTS):
                break
        other_code, said = other.result()
    failed = code not in (0, NO_TESTS)
    if other_code or not failed:
        print(said, flush=True)
    return code if failed else other_code


if __name__ == "__main__":
    sys.exit({"lint": only_lint, "test": test}[sys.argv[1]]())
