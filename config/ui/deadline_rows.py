"""Rows of the page of deadlines, drawn in one piece as those of the list of incidents are."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.template import Context
from django.utils import timezone
from django.utils.safestring import SafeString

from config.ui.addresses import address
from config.ui.chips import state
from config.ui.library import drawn, escaped, register
from config.ui.times import clock, told_alike, when
from config.ui.words import nothing
from incidents.lifecycle import ObligationStatus
from incidents.models import Obligation
from incidents.templatetags.incident_words import target_words, tone

LONGEST: Final = 90


@register.simple_tag(takes_context=True)
def deadline_cells(context: Context, one: Obligation) -> SafeString:
    """What is asked, of which incident, by when, of whom, and how it stands."""
    incident, owner = one.incident, one.owner or one.incident.lead
    cited = one.citation if len(one.citation) <= LONGEST else f"{one.citation[: LONGEST - 1]}…"
    overdue = state("Overdue", "bad") + " " if one.due_at and one.due_at < context["now"] else ""
    stands = state(str(ObligationStatus(one.status).label), tone(one.status))
    return drawn(
        f'<td class="lead"><a href="{address("incidents:obligation", incident.reference, one.pk)}">{escaped(one.title)}</a>'
        f'<span class="sub">{escaped(cited)}</span></td>'
        f'<td data-label="Incident"><a href="{address("insights:overview", incident.reference)}">{escaped(incident.title)}</a></td>'
        f'<td data-label="Clock">{_clock(context, one)}</td>'
        f'<td data-label="Owner">{escaped(owner) if owner else nothing("Nobody yet")}</td>'
        f'<td data-label="State" class="tag">{overdue}{stands}</td>'
    )


def _clock(context: Context, one: Obligation) -> str:
    ends = one.clock_at
    if ends is None:
        return clock(context, due_at=None)
    told = clock(context, due_at=ends, started_at=one.started_at, zone=one.due_zone)
    why = "" if one.due_at else f'<span class="sub">{escaped(target_words(one))}</span>'
    return f"<span>{told}{_here(context, ends, one.due_zone)}{why}</span>"


def _here(context: Context, ends: datetime, zone: str) -> str:
    """The same instant by the reader's own clock, where that shows another time."""
    if told_alike(ends, zone, timezone.get_current_timezone_name()):
        return ""
    return f'<span class="sub">For you: {when(context, ends)}</span>'
