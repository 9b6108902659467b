"""Rows of the list of incidents. Drawn in one piece: as a template, fifty of them took as long as the rest of the page."""

from __future__ import annotations

from django.template import Context
from django.utils.safestring import SafeString

from config.ui.addresses import address
from config.ui.chips import severity, state
from config.ui.library import drawn, escaped, register
from config.ui.times import clock, when
from config.ui.words import figure, mono, nothing
from incidents.models import Incident
from incidents.models.incident import Priority
from incidents.queries import IncidentRow
from incidents.templatetags.incident_words import tone


@register.simple_tag(takes_context=True)
def incident_cells(context: Context, row: IncidentRow) -> SafeString:
    """What is told of one incident, by the columns of the list."""
    one = row.incident
    opened = f"{mono(one.reference)} · opened {when(context, one.opened_at)}"
    return drawn(
        f'<td class="lead"><a href="{address("insights:overview", one.reference)}">{escaped(one.title)}</a>'
        f'<span class="sub">{opened}</span></td>'
        f'<td class="tag" data-label="Severity">{severity(row.level)}</td>'
        f'<td class="tag" data-label="Status"><span class="row">{_marks(one)}</span></td>'
        f'<td data-label="People" class="num"><span>{_people(row)}</span></td>'
        f'<td data-label="Next deadline">{_next(context, row)}</td>'
        f'<td data-label="Lead">{escaped(one.lead) if one.lead else nothing("nobody yet")}</td>'
    )


def _marks(one: Incident) -> str:
    marks = [state(one.get_status_display(), tone(one.status))]
    if one.priority != Priority.NORMAL:
        marks.append(state(one.get_priority_display(), "warn"))
    if one.restricted:
        marks.append(state("Restricted", "warn"))
    if one.drill:
        marks.append(state("Drill", "info"))
    return "".join(marks)


def _people(row: IncidentRow) -> str:
    if row.people is None:
        return nothing()
    basis = "confirmed" if row.confirmed else "estimate"
    return f'<span class="num">{figure(row.people)}</span><span class="sub">{basis}</span>'


def _next(context: Context, row: IncidentRow) -> str:
    if row.next is None:
        return '<span class="muted">No clock runs</span>'
    duty = row.next
    told = clock(context, due_at=duty.clock_at, started_at=duty.started_at, zone=duty.due_zone)
    return f'<span>{told}<span class="sub">{escaped(duty.title)}</span></span>'
