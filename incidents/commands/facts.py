"""Times, facts and numbers of people; each change asks the law again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.editing import NOTHING_SEEN, Seen
from accounts.models import User
from audit.commands import Acting, record
from incidents.commands.assessing import assess_obligations
from incidents.commands.items import move_with_time
from incidents.commands.opening import touch
from incidents.events import IncidentEvent
from incidents.models import AffectedCount, EventTime, Fact, Incident, Precision
from incidents.models.facts import Basis, FactState
from incidents.questions import Question, own_questions
from incidents.questions.values import kept
from incidents.rules import check_not_settled, check_reason, stated
from law.facts import BreachFacts, FactsError
from law.vocabulary import DATA_ELEMENTS, EVENT_KINDS, FACT_KEYS

EARLIEST = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
# Times of our own acts may be told while a closed incident is being wound up.
AFTERWARDS = frozenset({"notice_sent", "authority_notified", "information_requested", "order_received"})


@dataclass(frozen=True)
class FactInput:
    """One fact as somebody states it; `value` only with `known` or `disputed`."""

    key: str
    state: str
    value: Any = None
    source: str = ""


@dataclass(frozen=True)
class CountInput:
    """People of one place (ISO 3166) with one set of data elements."""

    place: str
    elements: tuple[str, ...]
    number: int


def _person(by: Acting) -> User | None:
    return by if isinstance(by, User) else None


@transaction.atomic
def record_event_time(
    incident: Incident,
    *,
    kind: str,
    at: datetime,
    zone: str,
    by: Acting,
    now: datetime,
    precision: str = Precision.MINUTE,
    source: str = "",
    reasoning: str = "",
) -> EventTime:
    """State when something happened; an earlier statement of the same kind is kept as history.

    To replace a time, or to have become aware later than the first detection, asks for the reasoning.
    """
    incident = Incident.objects.locked(incident)
    if kind not in AFTERWARDS:
        check_not_settled(incident)
    _check_instant(kind, at, zone, now)
    old = incident.event_times.filter(kind=kind, superseded_at=None).first()
    if old is not None and old.at == at and old.precision == precision:
        return old
    if old is not None:
        check_reason(reasoning)
        EventTime.objects.filter(pk=old.pk).update(superseded_at=now)
    if not reasoning.strip():
        _check_aware_explained(incident, kind, at)
    time = EventTime.objects.create(
        incident=incident,
        kind=kind,
        at=at,
        zone=zone,
        precision=precision,
        source=source,
        reasoning=reasoning.strip(),
        signed_by=_person(by),
        signed_at=now,
    )
    record(
        IncidentEvent.EVENT_TIME_SET,
        incident,
        by=by,
        stream=incident.stream,
        details={
            "kind": kind,
            "at": at,
            "zone": zone,
            "precision": precision,
            "before": old.at if old else None,
        },
        reason=reasoning,
    )
    move_with_time(incident, kind=kind, at=at, by=by, now=now)
    assess_obligations(incident, by=by, now=now)
    return time


def _check_aware_explained(incident: Incident, kind: str, at: datetime) -> None:
    """Awareness later than detection has its reason, whichever of the two is told last."""
    standing = incident.event_times.filter(superseded_at=None)
    if kind == "aware":
        unexplained = standing.filter(kind="detected", at__lt=at)
    elif kind == "detected":
        unexplained = standing.filter(kind="aware", at__gt=at, reasoning="")
    else:
        return
    if unexplained.exists():
        raise ValidationError(
            "Awareness later than detection needs its reason: what was found out in between?",
            code="reasoning_missing",
        )


def _check_instant(kind: str, at: datetime, zone: str, now: datetime) -> None:
    if kind not in EVENT_KINDS:
        raise ValidationError("No such kind of time.", code="unknown_kind")
    if at.tzinfo is None:
        raise ValidationError("An instant needs its time zone.", code="naive_time")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValidationError("Not a time zone; it looks like Europe/Dublin.", code="unknown_zone") from error
    if at > now:
        raise ValidationError(
            "%(kind)s: this lies in the future.", code=f"future_{kind}", params={"kind": EVENT_KINDS[kind]}
        )
    if at < EARLIEST:
        raise ValidationError("That is too long ago to be right.", code="past_time")


@transaction.atomic
def set_facts(
    incident: Incident,
    *,
    facts: Sequence[FactInput],
    by: Acting,
    now: datetime,
    seen: Seen = NOTHING_SEEN,
) -> list[Fact]:
    """State facts; what was said before is kept as history. Unchanged ones are left alone.

    Refused as stale where somebody stated the same fact since it was `seen`.
    """
    incident = Incident.objects.locked(incident)
    check_not_settled(incident)
    standing = {fact.key: fact for fact in incident.facts.filter(superseded_at=None)}
    wanted = {fact.key: {"state": fact.state, "value": _checked(fact, now)} for fact in facts}
    meant = seen.merged(
        wanted, standing=stated(standing.values(), wanted), subject=incident, verbs=[IncidentEvent.FACT_SET]
    )
    changed = []
    for fact in facts:
        if fact.key not in meant:
            continue
        value = wanted[fact.key]["value"]
        old = standing.get(fact.key)
        if old is not None and (old.state, old.value, old.source) == (fact.state, value, fact.source):
            continue
        if old is not None:
            Fact.objects.filter(pk=old.pk).update(superseded_at=now)
        changed.append(
            Fact.objects.create(
                incident=incident,
                key=fact.key,
                state=fact.state,
                value=value,
                source=fact.source,
                by=_person(by),
                at=now,
            )
        )
        record(
            IncidentEvent.FACT_SET,
            incident,
            by=by,
            stream=incident.stream,
            details={
                "key": fact.key,
                "old": _told(fact.key, old.state, old.value) if old else None,
                "new": _told(fact.key, fact.state, value),
            },
        )
    if any(fact.key in FACT_KEYS for fact in changed):
        assess_obligations(incident, by=by, now=now)
    if changed:
        touch(incident)
    return changed


def _told(key: str, state: str, value: Any) -> dict[str, Any]:
    """What the record keeps of an answer; free text may name people and stays with the answer."""
    own = own_questions().get(key)
    return {"state": state} if own is not None and own.type == "text" else {"state": state, "value": value}


def _checked(fact: FactInput, now: datetime) -> Any:
    """The value in its canonical form; refuses what neither the law's vocabulary nor our questions know."""
    asked = FACT_KEYS.get(fact.key) or own_questions().get(fact.key)
    if asked is None:
        raise ValidationError("No rule looks at “%(key)s”.", code="unknown_fact", params={"key": fact.key})
    if fact.state not in FactState.values:
        raise ValidationError("A fact is known, unknown, not applicable or disputed.", code="unknown_state")
    if fact.state not in (FactState.KNOWN, FactState.DISPUTED):
        return None
    if fact.value is None or fact.value == "":
        raise ValidationError(
            "%(label)s: give its value, or say that it is not known yet.",
            code="value_missing",
            params={"label": asked.label},
        )
    if isinstance(asked, Question):
        return kept(asked, fact.value, now=now)
    try:
        facts = BreachFacts.from_dict({"facts": {fact.key: fact.value}})
    except FactsError as error:
        allowed = ", ".join(error.errors[0].allowed[:12])
        raise ValidationError(
            f"{FACT_KEYS[fact.key].label}: {error.errors[0].reason}"
            + (f" ({allowed})" if allowed else "")
            + ".",
            code="bad_value",
        ) from error
    value = facts.value(fact.key)
    return sorted(value) if isinstance(value, tuple) else value


@transaction.atomic
def record_counts(
    incident: Incident,
    *,
    counts: Sequence[CountInput],
    basis: str,
    source: str,
    by: Acting,
    now: datetime,
    replace_basis: bool = True,
) -> Incident:
    """State how many people are affected, by place and set of data elements.

    Replaces all counts of the same basis, or with `replace_basis=False` only those of the places named.
    Zero takes a place away.
    """
    incident = Incident.objects.locked(incident)
    check_not_settled(incident)
    wanted = _merged(counts)
    old = incident.counts.filter(basis=basis, superseded_at=None)
    if not replace_basis:
        old = old.filter(place__in={place for place, _ in wanted})
    standing = {(row.place, tuple(row.elements)): row.number for row in old}
    wanted = {key: number for key, number in wanted.items() if number}
    if standing == wanted:
        return incident
    before = sum(standing.values())
    old.update(superseded_at=now)
    AffectedCount.objects.bulk_create(
        AffectedCount(
            incident=incident,
            place=place,
            elements=list(elements),
            number=number,
            basis=Basis(basis),
            source=source,
            by=_person(by),
            at=now,
        )
        for (place, elements), number in sorted(wanted.items())
    )
    record(
        IncidentEvent.COUNTS_SET,
        incident,
        by=by,
        stream=incident.stream,
        details={
            "basis": basis,
            "source": source,
            "before": before,
            "people": sum(wanted.values()),
            "rows": len(wanted),
        },
    )
    assess_obligations(incident, by=by, now=now)
    return incident


def _merged(counts: Iterable[CountInput]) -> dict[tuple[str, tuple[str, ...]], int]:
    merged: dict[tuple[str, tuple[str, ...]], int] = {}
    for count in counts:
        try:
            BreachFacts.from_dict(
                {"counts": [{"place": count.place, "number": count.number, "elements": None}]}
            )
        except FactsError as error:
            raise ValidationError(
                "%(place)s: %(problem)s.",
                code="bad_count",
                params={"place": count.place or "Place", "problem": error.errors[0].reason},
            ) from error
        if unknown := set(count.elements) - DATA_ELEMENTS.keys():
            raise ValidationError(
                "No such kind of data: %(kinds)s.",
                code="unknown_element",
                params={"kinds": ", ".join(sorted(unknown))},
            )
        key = (count.place, tuple(sorted(set(count.elements))))
        merged[key] = merged.get(key, 0) + count.number
    return merged


@transaction.atomic
def drop_estimates(incident: Incident, *, by: User, reason: str, now: datetime) -> Incident:
    """Say that the confirmed numbers are complete; until then estimates count where they exceed them."""
    incident = Incident.objects.locked(incident)
    check_not_settled(incident)
    reason = check_reason(reason)
    if not incident.counts.filter(basis=Basis.CONFIRMED, superseded_at=None).exists():
        raise ValidationError("There are no confirmed numbers yet.", code="nothing_confirmed")
    estimates = incident.counts.filter(basis=Basis.ESTIMATE, superseded_at=None)
    people = sum(estimates.values_list("number", flat=True))
    estimates.update(superseded_at=now)
    record(
        IncidentEvent.COUNTS_SET,
        incident,
        by=by,
        stream=incident.stream,
        details={"basis": Basis.ESTIMATE, "before": people, "people": 0, "rows": 0},
        reason=reason,
    )
    assess_obligations(incident, by=by, now=now)
    return incident


def record_contactability(
    incident: Incident, *, insufficient: bool, source: str, by: Acting, now: datetime
) -> Incident:
    """Hand down whether contact details are missing for some people; it can raise a substitute notice."""
    set_facts(
        incident,
        facts=[FactInput("contact_insufficient", FactState.KNOWN, insufficient, source)],
        by=by,
        now=now,
    )
    return incident
