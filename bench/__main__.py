"""Run the benches named in ONLY (comma between), or all of them."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

from bench.ground import Ground

HERE = Path(__file__).parent
NAMES = sorted(
    path.stem
    for path in HERE.glob("*.py")
    if path.stem
    not in (
        "__init__",
        "__main__",
        "bulk",
        "crowd",
        "ground",
        "long",
        "mails",
        "post_office",
        "post_server",
        "sink",
    )
)


def main() -> int:
    wanted = [name for name in os.environ.get("ONLY", "").split(",") if name] or NAMES
    if unknown := set(wanted) - set(NAMES):
        print(f"No such bench: {', '.join(sorted(unknown))}. There are: {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    ground = Ground()
    try:
        ground.prepare()
        for name in wanted:
            importlib.import_module(f"bench.{name}").run(ground)
    finally:
        ground.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
