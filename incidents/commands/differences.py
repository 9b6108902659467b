"""What people say to a later text of the law: accept it for this incident, or keep what stood."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from audit.commands import record
from incidents import queries
from incidents.commands.assessing import assess_obligations
from incidents.events import ObligationEvent
from incidents.models import Difference, Incident, Obligation
from incidents.models.obligation import Settled
from incidents.rules import check_not_settled, check_reason


@transaction.atomic
def accept_difference(difference: Difference, *, by: User, reason: str, now: datetime) -> Difference:
    """Let a duty follow the later text of its rule from now on; what was met stays met."""
    incident, difference = _locked(difference)
    law = queries.law_now()
    if difference.rule_version != law.version_of(difference.rule_id):
        raise ValidationError("The rule has changed once more; look at it again.", code="changed_meanwhile")
    _settle(difference, Settled.ACCEPTED, by=by, reason=reason, now=now)
    rule = law.rules.get(difference.rule_id)
    if difference.obligation_id:
        obligation = Obligation.objects.locked(Obligation(pk=difference.obligation_id))
        if obligation.met_at is not None:
            raise ValidationError("This obligation is met; its rule stays.", code="already_settled")
        obligation.rule_version, obligation.pack_version = difference.rule_version, law.pack.version
        if rule:
            obligation.rule = dict(rule.data)
        obligation.save(update_fields=["rule", "rule_version", "pack_version"])
    _record(ObligationEvent.DIFFERENCE_ACCEPTED, incident, difference, by=by, reason=reason)
    incident.assessed_hash = ""
    assess_obligations(incident, by=by, now=now)
    return difference


@transaction.atomic
def keep_difference(difference: Difference, *, by: User, reason: str, now: datetime) -> Difference:
    """Leave a duty under the text it was written with; it follows the facts as before."""
    incident, difference = _locked(difference)
    _settle(difference, Settled.KEPT, by=by, reason=reason, now=now)
    _record(ObligationEvent.DIFFERENCE_KEPT, incident, difference, by=by, reason=reason)
    return difference


def _locked(difference: Difference) -> tuple[Incident, Difference]:
    """The difference under its incident's lock, so that acts and assessments take turns."""
    incident = Incident.objects.locked(Incident(pk=difference.incident_id))
    check_not_settled(incident)
    found = Difference.objects.select_for_update(of=("self",)).filter(pk=difference.pk).first()
    if found is None:
        raise ValidationError(
            "This difference is gone: the facts changed meanwhile.", code="changed_meanwhile"
        )
    if found.outcome:
        raise ValidationError("Somebody settled this already.", code="already_settled")
    return incident, found


def _settle(difference: Difference, outcome: Settled, *, by: User, reason: str, now: datetime) -> None:
    difference.outcome, difference.reason = outcome, check_reason(reason)
    difference.by, difference.settled_at = by, now
    difference.save(update_fields=["outcome", "reason", "by", "settled_at"])


def _record(
    verb: ObligationEvent, incident: Incident, difference: Difference, *, by: User, reason: str
) -> None:
    details = {
        "rule": difference.rule_id,
        "rule_version": difference.rule_version,
        "duty": difference.key,
        "kind": difference.kind,
        "before": difference.before.get("due_at"),
        "after": difference.after.get("due_at"),
    }
    record(verb, incident, by=by, stream=incident.stream, details=details, reason=reason)
