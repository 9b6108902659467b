"""Who was quicker: told to whoever is refused because the state moved on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import ValidationError

from accounts.models import User
from audit.queries import acts_of_stream_since
from incidents.events import MatterEvent, ObligationEvent
from incidents.models import Can, Incident
from incidents.permissions import may
from incidents.queries.record import verb_words

# Codes of refusals that say "the state moved on": the same act was right a moment ago.
MOVED_ON: Final = frozenset({"wrong_status", "already_settled", "already_decided"})
LATELY: Final = timedelta(minutes=10)
LOOKED_AT: Final = 20
BY_ITSELF: Final = (ObligationEvent.ASSESSED, MatterEvent.OPENED, MatterEvent.SETTLED)


def moved_on(refusals: Iterable[ValidationError]) -> bool:
    return any(one.code in MOVED_ON for one in refusals)


def lately(incident: Incident, *, but: User, now: datetime) -> str:
    """What somebody else did here in the last minutes, as a sentence; empty when nobody did."""
    acts = acts_of_stream_since(incident.stream, 0, but=but.pk).exclude(verb__in=BY_ITSELF)
    if not may(but, incident, Can.PRIVILEGED):
        acts = acts.exclude(details__contains='"privileged":true')
    found = [act for act in acts[:LOOKED_AT] if now - act.at < LATELY]
    if not found:
        return ""
    mine = dict.fromkeys(
        verb_words().get(act.verb, "changed it") for act in found if act.actor_id == found[0].actor_id
    )
    return f"{found[0].actor_label} {' and '.join(list(mine)[:2])} a moment ago."
