"""What the tests only deal out, everywhere: every hostile value to every field and address, every role on every route,
axe on every page; and the tests marked `thorough`. It takes minutes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import Final

from bench.ground import Ground, tell
from config.local.checks import holding
from config.local.layout import ROOT

DEALT: Final = ("tests/test_wrong_input.py", "tests/test_access.py", "tests/test_pages_look.py")


def run(ground: Ground) -> None:
    """Run them in full, on engines of their own; ends with their code when one fails."""
    env = {name: value for name, value in os.environ.items() if name not in ground.environment()}
    env["FORTHRIGHT_TEST_THOROUGH"] = "1"
    started = time.monotonic()
    for options in (("-n", "2", *DEALT), ("-m", "thorough", *holding("thorough"))):
        code = subprocess.run(
            (sys.executable, "-m", "pytest", "-q", *options), cwd=ROOT, env=env, check=False
        ).returncode
        if code:
            sys.exit(code)
    tell("thorough: everything everywhere", [time.monotonic() - started], "s")
