"""Offer what later texts of rules would change on an incident; nothing here alters an obligation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from incidents import queries
from incidents.models import Difference, Incident, Obligation
from incidents.models.obligation import DifferenceKind, Settled
from law.duties import Duty
from law.facts import instant_text


@dataclass(frozen=True)
class Offer:
    """One duty that the text of today puts otherwise than the text its row was written with."""

    kind: DifferenceKind
    key: str
    title: str
    rule_id: str
    before: dict[str, Any]
    after: dict[str, Any]
    obligation: Obligation | None = None


def told(duty: Duty | None) -> dict[str, Any]:
    """What a person compares of a duty; empty where nothing is asked."""
    if duty is None or duty.answer == "not_required":
        return {}
    return {
        "title": duty.title,
        "answer": duty.answer,
        "due_at": instant_text(duty.due_at) if duty.due_at else None,
        "due_text": duty.due_text or duty.target_text,
        "recipient": duty.recipient.name,
        "citation": duty.citation,
        "binding": duty.binding,
        "content": [one.label for one in duty.content],
        "forbidden": [one.label for one in duty.forbidden],
        "channel": duty.channel,
        "order": duty.order,
    }


def offers(
    incident: Incident,
    rows: Iterable[Obligation],
    current: queries.Asked,
    older: queries.Texts,
    law: queries.Law,
) -> list[Offer]:
    """What the texts of today would make new, move or end, of rules that this incident holds in an older text."""
    if not older:
        return []
    found = []
    keys = set()
    for row in rows:
        keys.add(row.key)
        asked = older.get((row.rule_id, row.rule_version))
        if asked is not None and row.met_at is None and (offer := _of_row(row, asked, current)):
            found.append(offer)
    said_yes = incident.differences.filter(outcome=Settled.ACCEPTED).values_list(
        "key", "rule_id", "rule_version"
    )
    keys |= {key for key, rule_id, version in said_yes if version == law.version_of(rule_id)}
    return found + _new(keys, current, older)


def _of_row(row: Obligation, asked: queries.Asked, current: queries.Asked) -> Offer | None:
    before, after = told(asked.duty(row.key)), told(current.duty(row.key))
    if before == after:
        return None
    kind = DifferenceKind.MOVED if before and after else DifferenceKind.GONE if before else DifferenceKind.NEW
    return Offer(kind, row.key, row.title, row.rule_id, before, after, row)


def _new(known: set[str], current: queries.Asked, older: queries.Texts) -> list[Offer]:
    """Duties that only the text of today knows; one that facts bring under either text needs no offer."""
    texts: dict[str, list[queries.Asked]] = {}
    for (rule_id, _), asked in older.items():
        texts.setdefault(rule_id, []).append(asked)
    return [
        Offer(DifferenceKind.NEW, key, duty.title, duty.rule_id, {}, told(duty))
        for key, duty in current.here.items()
        if duty.rule_id in texts
        and key not in known
        and duty.answer != "not_required"
        and not any(key in asked.here for asked in texts[duty.rule_id])
    ]


def bring_in_step(incident: Incident, offers: Iterable[Offer], law: queries.Law, *, now: datetime) -> int:
    """Write new offers, renew open ones, take back those that nothing stands behind; how many are new.

    One that a person settled is not offered again while the rule keeps its text.
    """
    standing = {(one.key, one.rule_version): one for one in incident.differences.all()}
    fresh = []
    for offer in offers:
        version = law.version_of(offer.rule_id)
        known = standing.pop((offer.key, version), None)
        if known is None:
            fresh.append(_difference(incident, offer, version, now=now))
        elif not known.outcome:
            _renew(known, offer)
    open_ones = [one.pk for one in standing.values() if not one.outcome]
    if open_ones:
        Difference.objects.filter(pk__in=open_ones).delete()
    Difference.objects.bulk_create(fresh)
    return len(fresh)


def _difference(incident: Incident, offer: Offer, version: str, *, now: datetime) -> Difference:
    return Difference(
        incident=incident,
        obligation=offer.obligation,
        key=offer.key,
        title=offer.title[:200],
        rule_id=offer.rule_id,
        rule_version=version,
        kind=offer.kind,
        before=offer.before,
        after=offer.after,
        seen_at=now,
    )


def _renew(known: Difference, offer: Offer) -> None:
    says = {"kind": offer.kind, "before": offer.before, "after": offer.after}
    changed = [name for name, value in says.items() if getattr(known, name) != value]
    if changed:
        for name in changed:
            setattr(known, name, says[name])
        known.save(update_fields=changed)
