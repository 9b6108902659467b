"""Every hostile value to every field and address, every role on every route, axe on every page; the tests deal them
out, for this takes minutes."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from bench.ground import Ground, tell
from config.local.layout import ROOT


def run(ground: Ground) -> None:
    """Run the tests of wrong input, access and looks in full, on engines of their own; ends with their code when one fails."""
    env = {name: value for name, value in os.environ.items() if name not in ground.environment()}
    started = time.monotonic()
    code = subprocess.run(
        (
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-n",
            "2",
            "tests/test_wrong_input.py",
            "tests/test_access.py",
            "tests/test_pages_look.py",
        ),
        cwd=ROOT,
        env={**env, "FORTHRIGHT_TEST_THOROUGH": "1"},
        check=False,
    ).returncode
    if code:
        sys.exit(code)
    tell("hostile: everything everywhere", [time.monotonic() - started], "s")
