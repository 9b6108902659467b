"""`docs/access.md` prints the table of roles and rights as the code has it."""

from __future__ import annotations

from pathlib import Path

from accounts.models import Role
from incidents.models import Can
from incidents.permissions import ROLE_CAN

DOC = Path(__file__).parents[2] / "docs" / "access.md"


def table() -> list[str]:
    roles = list(Role)
    rows = [
        "| May | " + " | ".join(str(role.label) for role in roles) + " |",
        "|---|" + "---|" * len(roles),
    ]
    for can in Can:
        rows.append(
            f"| {can.label} (`{can.name.lower()}`) | "
            + " | ".join("yes" if can in ROLE_CAN[role] else "" for role in roles)
            + " |"
        )
    return rows


def test_the_page_on_access_prints_the_table_of_the_code():
    printed = [line for line in DOC.read_text().splitlines() if line.startswith("|")]
    assert printed[: len(table())] == table()
