"""Incidents that belong together: link, merge one into another, split one off.

The record of one incident never names the other: whoever reads it may not know of that one.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from audit.commands import record
from audit.events import ORGANISATION
from incidents.commands.assessing import assess_obligations
from incidents.commands.facts import record_event_time
from incidents.commands.opening import describe_incident, open_incident, touch
from incidents.events import IncidentEvent, ReportEvent
from incidents.lifecycle import Status
from incidents.models import (
    EventTime,
    Incident,
    IncidentGroupGrant,
    IncidentLink,
    IncidentMerge,
    IncidentUserGrant,
    Note,
    Report,
)
from incidents.models.joining import LinkKind
from incidents.rules import check_not_settled, check_reason, merge_blockers, refuse

UNDO_WITHIN: Final = timedelta(days=30)
# Instants that clocks may run from: the earlier one of two merged incidents counts.
CARRIED: Final = (
    "occurred",
    "vendor_notified",
    "detected",
    "discovered",
    "suspected",
    "reasonable_belief",
    "aware",
)


def _both(one: Incident, other: Incident) -> tuple[Incident, Incident]:
    """Both under their row locks, taken in the order of their keys."""
    locked = {incident.pk: Incident.objects.locked(incident) for incident in sorted({one, other}, key=lambda each: each.pk)}  # fmt: skip
    return locked[one.pk], locked[other.pk]


@transaction.atomic
def link_incidents(
    incident: Incident, *, other: Incident, kind: str, reason: str = "", by: User, now: datetime
) -> IncidentLink:
    """Say that two incidents belong together."""
    if incident.pk == other.pk:
        raise ValidationError("An incident is not linked to itself.", code="itself")
    if kind not in LinkKind.values or kind == LinkKind.SPLIT:
        raise ValidationError("Say how they belong together.", code="bad_choice")
    incident, other = _both(incident, other)
    if _links_of(incident, other).exists():
        raise ValidationError("These two are linked already.", code="already_linked")
    reason = reason.replace("\x00", "").strip()[:300]
    made = IncidentLink.objects.create(
        incident=incident, other=other, kind=kind, reason=reason, by=by, at=now
    )
    _record_link(IncidentEvent.LINKED, made, by=by)
    return made


@transaction.atomic
def end_link(link: IncidentLink, *, by: User, now: datetime) -> IncidentLink:
    """Say that they do not belong together; one that tells of a split stays."""
    _both(link.incident, link.other)
    link = IncidentLink.objects.select_for_update(of=("self",)).select_related("incident", "other").get(pk=link.pk)  # fmt: skip
    if link.ended_at is not None:
        raise ValidationError("This link has ended already.", code="already_ended")
    if link.kind == LinkKind.SPLIT:
        raise ValidationError("That one was split off the other stays true.", code="split_stays")
    link.ended_at, link.ended_by = now, by
    link.save(update_fields=["ended_at", "ended_by"])
    _record_link(IncidentEvent.UNLINKED, link, by=by)
    return link


def _links_of(one: Incident, other: Incident) -> QuerySet[IncidentLink]:
    pair = Q(incident=one, other=other) | Q(incident=other, other=one)
    return IncidentLink.objects.filter(pair, ended_at=None)


def _record_link(verb: IncidentEvent, link: IncidentLink, *, by: User) -> None:
    """In both streams; where one of them is restricted, nobody is told by the other that it exists."""
    both = sorted((link.incident, link.other), key=lambda each: each.pk)
    details = {"link": link.pk, "kind": link.kind}
    if any(one.restricted for one in both):
        record(verb, link, by=by, stream=ORGANISATION, details=details)
        return
    for one in both:
        record(verb, link, by=by, stream=one.stream, details=details)
        touch(one)


@transaction.atomic
def merge_incident(
    incident: Incident, *, into: Incident, reason: str, carry_times: bool = True, by: User, now: datetime
) -> IncidentMerge:
    """Close one incident into another. What hangs on it stays there.

    With `carry_times`, each instant that it knows earlier is stated in the other too, for clocks run from the earliest.
    """
    incident, into = _both(incident, into)
    reason = check_reason(reason)
    if blockers := merge_blockers(incident, into):
        refuse(blockers, code="cannot_merge")
    if carry_times:
        _carry_times(incident, into, reason=reason, by=by, now=now)
    made = IncidentMerge.objects.create(
        incident=incident, into=into, status_before=incident.status, by=by, at=now
    )
    incident.status, incident.closed_at, incident.merged_into = Status.CLOSED, now, into
    incident.save(update_fields=["status", "closed_at", "merged_into"])
    for one, verb in sorted(
        ((incident, IncidentEvent.MERGED), (into, IncidentEvent.TOOK_IN)), key=lambda pair: pair[0].pk
    ):
        record(verb, one, by=by, stream=one.stream, details={"merge": made.pk}, reason=reason)
        touch(one)
    return made


def earlier_times(incident: Incident, into: Incident) -> list[EventTime]:
    """Instants that this incident knows earlier than the other, or that the other does not know."""
    there = {time.kind: time.at for time in into.event_times.filter(superseded_at=None)}
    here = incident.event_times.filter(superseded_at=None, kind__in=CARRIED)
    return [time for time in here if time.kind not in there or time.at < there[time.kind]]


def _carry_times(incident: Incident, into: Incident, *, reason: str, by: User, now: datetime) -> None:
    for time in earlier_times(incident, into):
        record_event_time(
            into,
            kind=time.kind,
            at=time.at,
            zone=time.zone,
            precision=time.precision,
            source=time.source,
            reasoning=f"Known from an incident that was merged into this one: {reason}",
            by=by,
            now=now,
        )


@transaction.atomic
def undo_merge(incident: Incident, *, reason: str, by: User, now: datetime) -> Incident:
    """Take a merged incident up again as it was, within thirty days; times that were carried over stay there."""
    merge = IncidentMerge.objects.select_related("into").filter(incident=incident, undone_at=None).first()
    if merge is None:
        raise ValidationError("This incident is not merged into another.", code="not_merged")
    incident, into = _both(incident, merge.into)
    if incident.merged_into_id != into.pk:
        raise ValidationError("Somebody undid this merge already.", code="not_merged")
    if now - merge.at > UNDO_WITHIN:
        raise ValidationError(
            "It was merged more than 30 days ago. Open a new incident and link the two.", code="too_late"
        )
    reason = check_reason(reason)
    merge.undone_at, merge.undone_by = now, by
    merge.save(update_fields=["undone_at", "undone_by"])
    incident.status, incident.closed_at, incident.merged_into = merge.status_before, None, None
    incident.save(update_fields=["status", "closed_at", "merged_into"])
    for one in sorted((incident, into), key=lambda each: each.pk):
        record(
            IncidentEvent.MERGE_UNDONE,
            one,
            by=by,
            stream=one.stream,
            details={"merge": merge.pk},
            reason=reason,
        )
        touch(one)
    assess_obligations(incident, by=by, now=now)
    return incident


@transaction.atomic
def split_incident(
    incident: Incident,
    *,
    title: str,
    reports: Collection[int] = (),
    notes: Collection[int] = (),
    reason: str,
    by: User,
    now: datetime,
) -> Incident:
    """Open a new incident from some of the reports and notes of one; they move there, and a link leads back.

    The new one is seen by the same people. Its facts and times begin empty: they are for somebody to state.
    """
    incident = Incident.objects.locked(incident)
    check_not_settled(incident)
    reason = check_reason(reason)
    moved_reports = list(incident.reports.filter(pk__in=reports))
    moved_notes = incident.notes.filter(pk__in=notes)
    if len(moved_reports) != len(set(reports)) or moved_notes.count() != len(set(notes)):
        raise ValidationError("Not all of these hang on this incident any more.", code="not_here")
    if not moved_reports and not notes:
        raise ValidationError("Choose what moves: a report or a note.", code="nothing_chosen")
    new = open_incident(by=by, title=title, restricted=incident.restricted, now=now)
    if incident.restricted:
        _same_people(incident, new, by=by)
    new = describe_incident(new, by=by, now=now, violation=incident.violation, own_role=incident.own_role)
    keys = [report.pk for report in moved_reports]
    Report.objects.filter(Q(pk__in=keys) | Q(duplicate_of__in=keys), incident=incident).update(incident=new)
    Note.objects.filter(pk__in=list(notes), incident=incident).update(incident=new)
    IncidentLink.objects.create(
        incident=new, other=incident, kind=LinkKind.SPLIT, reason=reason[:300], by=by, at=now
    )
    details = {"reports": len(keys), "notes": len(set(notes))}
    record(IncidentEvent.SPLIT, incident, by=by, stream=incident.stream, details=details, reason=reason)
    record(IncidentEvent.SPLIT_OFF, new, by=by, stream=new.stream, details=details, reason=reason)
    for report in moved_reports:
        record(ReportEvent.MOVED, report, by=by, stream=report.stream, details={"incident": new.pk})
    touch(incident)
    return new


def _same_people(incident: Incident, new: Incident, *, by: User) -> None:
    """Whoever sees the one sees the other, until the same day."""
    for model, who in ((IncidentUserGrant, "user_id"), (IncidentGroupGrant, "group_id")):
        kept = model._default_manager.filter(content_object=incident)
        rows = [
            model(
                content_object=new,
                permission_id=one.permission_id,
                ends_at=one.ends_at,
                granted_by=by,
                **{who: getattr(one, who)},
            )
            for one in kept
        ]
        model._default_manager.bulk_create(rows, ignore_conflicts=True)
