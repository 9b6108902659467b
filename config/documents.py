"""Documents that follow from the code: what they must say now."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from config import environment

README: Final = environment.ROOT / "README.md"
EXAMPLE: Final = environment.ROOT / ".env.example"
TABLE: Final = re.compile(r"(<!-- variables -->\n).*?(<!-- /variables -->)", re.DOTALL)


def variables_table() -> str:
    """Every variable as a row of a Markdown table."""
    rows = ["| Variable | Meaning | Default |", "|---|---|---|"]
    for variable in environment.VARIABLES:
        default = "**required**" if variable.required else f"`{variable.default}`" if variable.default else ""
        rows.append(f"| `{variable.name}` | {variable.meaning} | {default} |")
    return "\n".join(rows) + "\n"


def current() -> dict[Path, str]:
    """Each document with the text it should have."""
    readme = README.read_text(encoding="utf-8")
    table = variables_table()
    return {
        EXAMPLE: environment.example(),
        README: TABLE.sub(lambda found: found[1] + table + found[2], readme),
    }
