"""`python -m law.convert us|world --reference DIR [--out DIR] [--check]`: write drafts of rules, or say what is lost."""

import sys
from argparse import ArgumentParser
from importlib import import_module
from pathlib import Path

from law.pack import HOME

REFERENCE = HOME.parent.parent / "shared" / "reference" / "law"


def main(arguments: list[str]) -> int:
    """Write or check; 1 when the pack does not carry all of the research."""
    parser = ArgumentParser(prog="python -m law.convert")
    parser.add_argument("part", choices=["us", "world"])
    parser.add_argument("--reference", type=Path, default=REFERENCE, help="folder of the research")
    parser.add_argument("--out", type=Path, default=HOME / "regimes", help="folder of the rules")
    parser.add_argument("--check", action="store_true", help="write nothing, list what is not carried")
    given = parser.parse_args(arguments)
    part = import_module(f"law.convert.{given.part}")
    lines = part.check(given.reference, given.out) if given.check else part.write(given.reference, given.out)
    print("\n".join([*lines, f"{len(lines)} {'lost' if given.check else 'written'}"]))
    return int(given.check and bool(lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
