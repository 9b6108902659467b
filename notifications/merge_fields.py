"""The fields a notice may hold, declared: what is not listed here fails the check, not the mailing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from stakeholders.sealing import BIT, Details

NAMED: Final = BIT["name"] | BIT["given_name"] | BIT["family_name"]


@dataclass(frozen=True)
class MergeField:
    """One field: its path in the text, what it stands for, and what a sample person has there."""

    path: str
    meaning: str
    sample: str
    needs: int = 0  # bits of the contact mask, one of which must be set for the field to be there


# Filled per person.
PERSONAL: Final = {
    field.path: field
    for field in (
        MergeField("party.name", "Full name", "Maria Novak", NAMED),
        MergeField("party.given_name", "Given name", "Maria", BIT["given_name"]),
        MergeField("party.family_name", "Family name", "Novak", BIT["family_name"]),
        MergeField("party.reference", "Customer number or other reference", "L-204711", BIT["reference"]),
    )
}
LINK: Final = MergeField("notice.url", "Address of the person's own page, with a personal code", "")
# The same for all who had the same data exposed.
BY_SET: Final = (
    MergeField("party.elements", "What was exposed, to loop over", ""),
    MergeField("party.elements_list", "What was exposed, as one phrase", ""),
    MergeField("party.element_keys", "Keys of what was exposed, for conditions", ""),
)
# The same for everybody; frozen at approval.
CONSTANT: Final = (
    MergeField("notice.reference", "Reference of the notice", ""),
    MergeField("statement.what_happened", "What happened", ""),
    MergeField("statement.consequences", "What may follow from it", ""),
    MergeField("statement.measures", "What we have done and are doing", ""),
    MergeField("statement.advice", "What people should do", ""),
    MergeField("organisation.name", "Our name", ""),
    MergeField("organisation.contact_name", "Data protection contact", ""),
    MergeField("organisation.contact_email", "Its e-mail address", ""),
    MergeField("organisation.contact_phone", "Its telephone number", ""),
    MergeField("organisation.address", "Our postal address", ""),
)
ALL: Final = (*PERSONAL.values(), LINK, *BY_SET, *CONSTANT)
PATHS: Final = frozenset(field.path for field in ALL)

STATEMENT: Final = {
    "what_happened": "What happened",
    "consequences": "What may follow",
    "measures": "What we have done and are doing",
    "advice": "What people should do",
}


def present_fields(mask: int) -> frozenset[str]:
    """The personal fields that a party with this contact mask has."""
    return frozenset(path for path, field in PERSONAL.items() if mask & field.needs)


def values_of(details: Details) -> dict[str, str]:
    """A person's values for the personal fields."""
    return {
        "party.name": details.full_name,
        "party.given_name": details.given_name,
        "party.family_name": details.family_name,
        "party.reference": details.reference,
    }
