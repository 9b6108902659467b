"""What keeps an incident from being closed, each with the page where it is mended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.urls import NoReverseMatch, reverse

from incidents.models import Can, Incident
from incidents.rules import Blocker, blockers_of_closing

# The page of what upper apps have open, by the kind of blocker.
PAGES: Final[Mapping[str, str]] = {
    "confirmed": "incidents:assessment",
    "obligation": "incidents:obligation",
    "late": "incidents:obligation",
    "item": "incidents:item",
    "work": "incidents:work",
    "review": "incidents:write_review",
    "notice": "notifications:notice",
    "filing": "notifications:filing",
    "inquiry": "stakeholders:inquiry",
}
WITHOUT_INCIDENT: Final = frozenset({"inquiry"})


@dataclass(frozen=True)
class OpenLine:
    """One thing that is open, and where to mend it; no address for what has no page."""

    words: str
    url: str


def open_lines(incident: Incident) -> list[OpenLine]:
    return [OpenLine(one.words, _url(incident, one)) for one in blockers_of_closing(incident)]


def _url(incident: Incident, blocker: Blocker) -> str:
    name = PAGES.get(blocker.kind)
    held: frozenset[Can] = getattr(incident, "held", frozenset(Can))
    if name is None or (blocker.kind == "review" and Can.WRITE not in held):
        return ""
    args = [] if blocker.kind in WITHOUT_INCIDENT else [incident.reference]
    try:
        return reverse(name, args=[*args, *([blocker.key] if blocker.key else [])])
    except NoReverseMatch:
        return ""
