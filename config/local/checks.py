"""`make lint` and `make test`: every check before a commit, in one order, here and in CI."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

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


def lint() -> int:
    """Run every step, two at a time, say what failed; 1 when anything did."""
    failed = []
    with ThreadPoolExecutor(2) as pool:
        for name, seconds, done in pool.map(_step, lint_steps()):
            word = "ok" if done.returncode == 0 else "FAILED"
            print(f"lint {name:<11} {word:<6} {seconds:5.1f} s", flush=True)
            if done.returncode:
                failed.append(name)
                print(done.stdout + done.stderr, flush=True)
    if failed:
        print(f"lint failed: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


def _step(
    step: tuple[str, Sequence[str], Mapping[str, str]],
) -> tuple[str, float, subprocess.CompletedProcess[str]]:
    name, command, env = step
    began = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, check=False
    )
    return name, time.monotonic() - began, done


# What a module builds once for all its tests would be built on each worker unless its file goes to one.
BY_FILE: Final = ("--dist", "loadfile", "--no-loadscope-reorder")
STAGES: Final = (
    ("unit and database", ("-n", "2", *BY_FILE, "-m", "not browser and not faults")),
    # Two at a time: every xdist worker has a database, a broker number, folders and ports of its own. Not in one
    # stage: a browser leaves threads behind, and what is killed here is forked. Side by side they take longer.
    ("browser", ("-n", "2", "-m", "browser")),
    ("faults", ("-n", "2", "-m", "faults")),
)


def test() -> int:
    """Lint, then the tests in stages; ends at the first stage that fails, so that its summary stands last."""
    if code := lint():
        return code
    for name, options in STAGES:
        print(f"\n--- {name}", flush=True)
        code = subprocess.run(
            (sys.executable, "-m", "pytest", "-q", *options), cwd=ROOT, check=False
        ).returncode
        if code not in (0, NO_TESTS):
            return code
    return 0


if __name__ == "__main__":
    sys.exit({"lint": lint, "test": test}[sys.argv[1]]())
