"""What others have changed since a page was drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import Http404

from accounts.models import User
from audit.models import AuditEvent
from audit.queries import Position, acts_of_stream_since, acts_since
from incidents.events import IncidentEvent, ObligationEvent
from incidents.models import Can
from incidents.permissions import may, reports_visible_to, visible_to
from insights.queries.timeline import BY_THEMSELVES, WORDS
from stakeholders.events import InquiryEvent, RosterEvent
from stakeholders.permissions import inquiries_visible_to

MOST: Final = 500
SHOWN: Final = 20
COUNTED: Final = 99
LONGEST: Final = 18  # digits of a position
# To read is an act of the record, but changes nothing on any page.
READINGS: Final = frozenset(
    {
        IncidentEvent.OPENED_VIEW,
        RosterEvent.PARTY_REVEALED,
        RosterEvent.REJECTS_DOWNLOADED,
        RosterEvent.LIST_EXPORTED,
        InquiryEvent.CONTACT_REVEALED,
    }
)
UNSEEN: Final = BY_THEMSELVES | READINGS


@dataclass(frozen=True)
class Change:
    """One act of somebody else."""

    at: datetime
    who: str
    words: str


@dataclass(frozen=True)
class Changes:
    """What came since a position, newest first, and where the record stands now."""

    position: int
    acts: list[Change]
    number: int = 0

    @property
    def more(self) -> int:
        """How many there are besides the newest."""
        return self.number - 1


@dataclass(frozen=True)
class Moved:
    """How many things of one kind changed on a list, in words."""

    number: int
    one: str
    many: str

    @property
    def words(self) -> str:
        if self.number == 1:
            return f"1 {self.one} changed"
        return f"{self.number if self.number <= COUNTED else f'{COUNTED}+'} {self.many} changed"


def read_position(text: str) -> int:
    """From where to tell; nonsense starts at the beginning."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST else 0


def incident_changes(user: User, reference: str, *, since: int) -> Changes:
    """What others did on one incident after a position; 404 once the person sees it no longer.

    While nothing has moved this is one query.
    """
    found = (
        visible_to(user)
        .filter(reference=reference)
        .annotate(position=Position("pk", kind="incident"))
        .only("pk")
        .first()
    )
    if found is None:
        raise Http404("No such incident.")
    position: int = found.position
    if position <= since:
        return Changes(position, [])
    acts = acts_of_stream_since(found.stream, since, but=user.pk).exclude(verb__in=UNSEEN)
    if not may(user, found, Can.PRIVILEGED):
        acts = acts.exclude(details__contains='"privileged":true')
    told = [Change(act.at, act.actor_label, WORDS.get(act.verb, "changed something")) for act in acts[:SHOWN]]
    return Changes(position, told, len(told) if len(told) < SHOWN else acts.count())


# What a list watches: streams by their first word, and the subjects that count; the key is the page's name.
Watch = Callable[[User, list[AuditEvent]], Iterable[Moved]]


def _incidents(user: User, acts: list[AuditEvent]) -> Iterable[Moved]:
    keys = {int(act.stream.partition(":")[2]) for act in acts if act.stream.startswith("incident:")}
    if keys:
        yield Moved(visible_to(user).filter(pk__in=keys).count(), "incident", "incidents")


def _deadlines(user: User, acts: list[AuditEvent]) -> Iterable[Moved]:
    # What the law asks follows from facts by itself, and that is what moves a deadline.
    verbs = {*ObligationEvent.values, str(IncidentEvent.CLOSED), str(IncidentEvent.REOPENED)}
    return _incidents(user, [act for act in acts if act.verb in verbs])


def _reports(user: User, acts: list[AuditEvent]) -> Iterable[Moved]:
    keys = {int(act.stream.partition(":")[2]) for act in acts if act.stream.startswith("report:")}
    if keys:
        yield Moved(reports_visible_to(user).filter(pk__in=keys).count(), "report", "reports")


def _inquiries(user: User, acts: list[AuditEvent]) -> Iterable[Moved]:
    keys = {int(act.subject_id) for act in acts if act.subject_type == "stakeholders.inquiry"}
    if keys:
        visible = inquiries_visible_to(user, Can.ANSWER)
        yield Moved(visible.filter(pk__in=keys).count(), "inquiry", "inquiries")


PLACES: Final[dict[str, tuple[Watch, ...]]] = {
    "my-day": (_incidents, _reports, _inquiries),
    "incidents": (_incidents,),
    "deadlines": (_deadlines,),
    "intake": (_reports,),
    "inquiries": (_inquiries,),
}


def place_changes(user: User, place: str, *, since: int) -> list[Moved]:
    """What others changed on a list after a mark, of what the person may see. While nothing has: one query."""
    if place not in PLACES:
        raise Http404("No such list.")
    acts = acts_since(since, but=user.pk, most=MOST)
    shown = [act for act in acts if act.verb not in READINGS]
    return [moved for watch in PLACES[place] for moved in watch(user, shown) if moved.number]
