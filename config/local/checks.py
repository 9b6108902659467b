"""`make lint` and `make test`: every check before a commit, in one order, here and in CI."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import IO, Final

from config.local.layout import ROOT

NO_TESTS: Final = 5  # pytest's code when a selection is empty
PASSED: Final = (0, NO_TESTS)
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
        ("ruff", (*MODULE, "ruff", "check", "."), AS_TEST),
        ("format", (*MODULE, "ruff", "format", "--check", "--quiet", "."), AS_TEST),
        ("mypy", (*MODULE, "mypy", "."), AS_TEST),
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
    """Run every step, say what failed; 1 when anything did."""
    failed = []
    for name, command, env in lint_steps():
        began = time.monotonic()
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, check=False
        )
        word = "ok" if done.returncode == 0 else "FAILED"
        print(f"lint {name:<11} {word:<6} {time.monotonic() - began:5.1f} s", flush=True)
        if done.returncode:
            failed.append(name)
            print(done.stdout + done.stderr, flush=True)
    if failed:
        print(f"lint failed: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


# What a module builds once for all its tests would be built on each worker unless its file goes to one.
UNIT: Final = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", "-m", "not browser and not faults")
# Two at a time: every xdist worker has a database, a broker number, folders and ports of its own. Not in one run: a
# browser leaves threads behind, and what is killed is forked. Side by side: each waits more than it works.
WAITING: Final = {"browser": ("-n", "2", "-m", "browser"), "faults": ("-n", "2", "-m", "faults")}


def _pytest(options: Sequence[str], output: IO[str] | None = None) -> subprocess.Popen[str]:
    command = (sys.executable, "-m", "pytest", "-q", *options)
    return subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output, text=True)


def _side_by_side(stages: Mapping[str, Sequence[str]]) -> int:
    """Run these at once; what each says is printed whole, one after the other."""
    print(
        f"\n--- {' and '.join(stages)}, side by side; what they say follows when each has ended", flush=True
    )
    with ExitStack() as files:
        outputs = {name: files.enter_context(TemporaryFile("w+")) for name in stages}
        running = {name: _pytest(options, outputs[name]) for name, options in stages.items()}
        codes = {name: process.wait() for name, process in running.items()}
        # What failed stands last.
        for name in sorted(stages, key=lambda one: codes[one] not in PASSED):
            outputs[name].seek(0)
            print(f"\n--- {name}\n{outputs[name].read()}", flush=True)
    return max(code for code in (0, *codes.values()) if code != NO_TESTS)


def test() -> int:
    """Lint, then the tests in stages; ends at the first stage that fails, so that its summary stands last."""
    if code := lint():
        return code
    print("\n--- unit and database", flush=True)
    code = _pytest(UNIT).wait()
    return code if code not in PASSED else _side_by_side(WAITING)


if __name__ == "__main__":
    sys.exit({"lint": lint, "test": test}[sys.argv[1]]())
