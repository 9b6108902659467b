"""Ask the law what an incident owes; rows are brought in step with duties, decisions stand.

A row follows the facts under the text of the rule that it was written with. What a later text of that rule says is
offered as a difference (`incidents.commands.offering`); a person accepts it or keeps what stood.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.db.models import F

from audit.commands import Acting, record
from incidents import queries
from incidents.commands import offering
from incidents.commands.rows import (
    MET,
    Change,
    dropped,
    fields_of,
    moved,
    reopened,
    save_all,
    standing_status,
)
from incidents.events import ObligationEvent
from incidents.models import Decision, Incident, Obligation
from law.duties import Duty
from law.facts import BreachFacts

__all__ = ["MET", "assess_obligations", "standing_status"]


@transaction.atomic
def assess_obligations(incident: Incident, *, by: Acting, now: datetime) -> list[Obligation]:
    """Ask the law again; returns the rows that are new or moved. Repeating it changes nothing.

    What people decided stands, whatever the rules now say. Historic incidents have no obligations.
    """
    if incident.historic or incident.merged_into_id:
        return []
    facts, law = queries.breach_facts(incident), queries.law_now()
    state = sha256(f"{facts.digest()} {law.state}".encode()).hexdigest()
    if incident.assessed_hash == state:
        return []
    incident.assessed_hash, incident.assessed_law = state, law.state
    Incident.objects.filter(pk=incident.pk).update(
        assessed_hash=state, assessed_law=law.state, version=F("version") + 1
    )
    changes, offered = _bring_in_step(incident, facts, law, now=now)
    if changes or offered:
        counted = Counter(change.kind for change in changes)
        more = {"earlier": sum(change.earlier for change in changes), "offered": offered}
        details = {
            **counted,
            **{name: number for name, number in more.items() if number},
            "facts": facts.digest(),
            "pack": law.pack.version,
        }
        record(ObligationEvent.ASSESSED, incident, by=by, stream=incident.stream, details=details)
    return [change.row for change in changes]


def _bring_in_step(
    incident: Incident, facts: BreachFacts, law: queries.Law, *, now: datetime
) -> tuple[list[Change], int]:
    """Write new rows, move standing ones, mark those that no rule asks any more; met ones stay as they are."""
    rows = list(incident.obligations.defer("rule").select_for_update(of=("self",)))
    decided = {
        decision.obligation_id: decision
        for decision in Decision.objects.filter(obligation__incident=incident, withdrawn_at=None)
    }
    current = queries.Asked.of(law.duties(facts, possible={row.rule_id for row in rows}))
    older = queries.asked_under_older_texts(rows, facts, law)
    followed = [
        _followed(row, older.get((row.rule_id, row.rule_version), current), decided.get(row.pk), now=now)
        for row in rows
    ]
    changes = [change for change in followed if change]
    save_all(change.row for change in changes)
    offers = offering.offers(incident, rows, current, older, law)
    held_back = {offer.key for offer in offers if offer.kind == "new"}
    new = _rows(
        incident,
        [duty for key, duty in current.here.items() if key not in held_back | {row.key for row in rows}],
        law,
        now=now,
    )
    Obligation.objects.bulk_create(new)
    number = offering.bring_in_step(incident, offers, law, now=now)
    return [*(Change("new", row) for row in new), *changes], number


def _followed(
    row: Obligation, asked: queries.Asked, decision: Decision | None, *, now: datetime
) -> Change | None:
    if duty := asked.here.get(row.key):
        return moved(row, duty, decision, now=now)
    if duty := asked.still_open(row.key):  # the row stays, and asks
        return reopened(row, duty, decision, now=now)
    return dropped(row, decision, now=now)


def _rows(incident: Incident, duties: Iterable[Duty], law: queries.Law, *, now: datetime) -> list[Obligation]:
    """New rows, each with its rule as it stands now; not saved yet."""
    return [
        Obligation(
            incident=incident,
            key=duty.key,
            rule_id=duty.rule_id,
            status=standing_status(
                duty.answer, None, blocked=bool(duty.blocked_by), delayed=bool(duty.delay)
            ),
            rule=law.rules[duty.rule_id].data,
            rule_version=law.version_of(duty.rule_id),
            pack_version=law.pack.version,
            first_assessed_at=now,
            assessed_at=now,
            **fields_of(duty),
        )
        for duty in duties
    ]
