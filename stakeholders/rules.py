"""What must be true before an act; the same words serve the greyed button and the refusal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from accounts.models import User
from incidents.models import LegalHold
from law.vocabulary import DATA_ELEMENTS
from stakeholders.importing import values
from stakeholders.importing.columns import ELEMENT_PREFIX, is_target
from stakeholders.models import Addressee, Erasure, Roster

TELLS_WHO = frozenset({"email", "phone", "reference", "name", "family_name", "address1"})


def check_not_erased(roster: Roster) -> None:
    if roster.erased_at is not None:
        raise ValidationError("The people of this incident were erased.", code="erased")


def erasure_blockers(roster: Roster, *, now: datetime) -> list[str]:
    """Why the people of an incident cannot be erased now."""
    blockers = []
    if roster.imports.filter(state__in=["queued", "running"]).exists():
        blockers.append("An import is running. Stop it first.")
    if LegalHold.objects.in_force(now).filter(incident=roster.incident_id, evidence=None).exists():
        blockers.append(
            "A legal hold is on this incident: nothing under it is erased. Release the hold first."
        )
    open_notices = roster.incident.matters.filter(kind="notice", settled_at=None)
    blockers += [f"Not finished yet: {matter.label}." for matter in open_notices]
    return blockers


def erasure_signing_blockers(erasure: Erasure, user: User, *, now: datetime) -> list[str]:
    """Why this person cannot sign an erasure now."""
    blockers = []
    if erasure.signed_at is not None:
        blockers.append("Two people have signed this already.")
    elif erasure.by_id == user.pk:
        blockers.append("You proposed this; a second person signs.")
    at_once = erasure.due_on is None or erasure.due_on <= now.date()
    return blockers + (erasure_blockers(erasure.roster, now=now) if at_once else [])


def plan_blockers(mapping: Mapping[str, str], defaults: Mapping[str, Any]) -> list[str]:
    """Why a file cannot be imported with its columns matched like this."""
    targets = list(mapping.values())
    blockers = [f"“{target}” is nothing a column can hold." for target in targets if not is_target(target)]
    doubled = sorted({target for target in targets if targets.count(target) > 1})
    blockers += [f"Two columns are matched to “{target.replace('_', ' ')}”." for target in doubled]
    if not TELLS_WHO & set(targets):
        blockers.append(
            "No column tells who the people are: match e-mail, telephone, reference, name or address."
        )
    if not {"country", "subdivision"} & set(targets) and not defaults.get("country"):
        blockers.append(
            "Match the column of the country, or set one country for everybody: the law depends on it."
        )
    if not _tells_elements(targets) and not defaults.get("elements"):
        blockers.append("Say which data were exposed, for everybody or by a column.")
    return blockers + _default_blockers(defaults)


def _tells_elements(targets: list[str]) -> bool:
    return "elements" in targets or any(target.startswith(ELEMENT_PREFIX) for target in targets)


def _default_blockers(defaults: Mapping[str, Any]) -> list[str]:
    blockers = []
    unknown = sorted(set(defaults.get("elements") or ()) - DATA_ELEMENTS.keys())
    if unknown:
        blockers.append(f"No such kind of data: {', '.join(unknown)}.")
    for key, read, say in (("country", values.country, "country"), ("language", values.language, "language")):
        try:
            if defaults.get(key):
                read(defaults[key])
        except values.BadValue:
            blockers.append(f"The {say} for everybody is not one we know.")
    if defaults.get("addressee") and defaults["addressee"] not in Addressee.values:
        blockers.append("We write to the person, a minor, a guardian or next of kin.")
    return blockers


def check_words(words: str, *, most: int = 10_000) -> str:
    """A message says something, and not a book."""
    words = words.strip().replace("\x00", "")
    if not words:
        raise ValidationError("Write the message.", code="words_missing")
    if len(words) > most:
        raise ValidationError(f"Shorten this to {most:,} characters.", code="too_long")
    return words
