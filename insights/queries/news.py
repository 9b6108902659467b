"""What others did on an incident since this person last looked, sitting by sitting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from accounts.models import User
from audit.queries import acts_of_stream_since
from incidents.events import ObligationEvent
from incidents.models import Can, Incident, LastLook
from insights.queries.changes import UNSEEN
from insights.queries.timeline import Entry, sittings, with_items

MOST: Final = 200
SHOWN: Final = 4
UNTOLD: Final = UNSEEN | {ObligationEvent.REMINDED}


@dataclass(frozen=True)
class News:
    """The newest sittings of others, newest first; `position` is how far they were read."""

    position: int
    since_at: datetime
    lines: list[Entry]
    number: int
    people: int
    cut: bool = False

    @property
    def more(self) -> int:
        """How many lines there are beyond those shown."""
        return max(0, len(self.lines) - SHOWN)

    @property
    def shown(self) -> list[Entry]:
        return self.lines[:SHOWN]


def news(incident: Incident, look: LastLook, user: User, *, held: frozenset[Can]) -> News:
    """What came after the last look; acts that follow by themselves and readings are left out."""
    acts = acts_of_stream_since(incident.stream, look.since, but=user.pk).exclude(verb__in=UNTOLD)
    if Can.PRIVILEGED not in held:
        acts = acts.exclude(details__contains='"privileged":true')
    found = list(with_items(acts).select_related("reason")[: MOST + 1])
    cut, found = len(found) > MOST, found[:MOST]
    return News(
        position=max([look.since, *(act.sequence for act in found)]),
        since_at=look.since_at,
        lines=sittings(found),
        number=len(found),
        people=len({act.actor_label for act in found}),
        cut=cut,
    )


def last_look(incident: Incident, user: User) -> LastLook | None:
    return LastLook.objects.filter(incident=incident, user=user).first()
