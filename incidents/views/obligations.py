"""What the law asks of an incident, why, by when; and what people decided on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import SignedInRequest, User
from incidents import commands, forms, queries
from incidents.models import Can, Decision, Obligation
from incidents.models.obligation import Outcome
from incidents.permissions import incident_for
from incidents.rules import signature_blockers
from incidents.views.answers import act_page, done, posted


@require_GET
def obligations(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.VIEW)
    found = queries.differences(incident)
    groups = queries.obligation_groups(incident)
    rows = [one for group in groups for one in group.obligations]
    context = {
        "incident": incident,
        "tab": "obligations",
        "groups": groups,
        "delays": queries.waiting(queries.delay_requests(incident), rows),
        "possible": queries.possible_laws(incident),
        "offered": [(one, queries.lines(one.before, one.after)) for one in found if not one.outcome],
    }
    return render(request, "incidents/obligations.html", context)


def waits_for_signature(obligation: Obligation) -> Decision | None:
    """The proposal that waits for a second person."""
    found: list[Decision] = obligation.standing  # type: ignore[attr-defined]
    proposed = found[0] if found else None
    if proposed and proposed.outcome == Outcome.NOT_REQUIRED and proposed.second_by_id is None:
        return proposed
    return None


@require_GET
def obligation(request: SignedInRequest, reference: str, pk: int) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.VIEW)
    found = queries.obligation_for(incident, pk)
    decisions = found.decisions.select_related("by", "second_by")
    proposed = waits_for_signature(found)
    trace = found.trace
    differences = queries.differences_of(found)
    delays = queries.waiting(queries.delay_requests(incident), [found])
    context = {
        "incident": incident,
        "tab": "obligations",
        "obligation": found,
        "decisions": decisions,
        "proposed": proposed,
        "standing": found.standing[0] if found.standing else None,  # type: ignore[attr-defined]
        "signature_blockers": signature_blockers(proposed, request.user) if proposed else [],
        "held": [one for one in trace if one.get("held") is True],
        "not_held": [one for one in trace if one.get("held") is False],
        "unknown": [one for one in trace if one.get("held") is None],
        "change": queries.last_change(found),
        "delays": [one for one in delays if one.stops],
        "open_difference": any(not one.outcome for one in differences),
        "settled_differences": [one for one in differences if one.outcome],
        "reminders": queries.reminders_of(found, now=timezone.now()),
        "acts": _acts(found, incident.held, proposed is not None),  # type: ignore[attr-defined]
    }
    return render(request, "incidents/obligation.html", context)


@dataclass(frozen=True)
class Act:
    """One act on an obligation: its page and its command."""

    name: str
    heading: str
    submit: str
    can: Can
    form: type[BaseForm]
    run: Callable[[Obligation, dict[str, Any], User, datetime], object]
    done: str
    lede: str = ""
    tone: str = ""  # of its button

    @property
    def route(self) -> str:
        return f"incidents:{self.name}"


ACTS: Final = {
    act.name: act
    for act in (
        Act(
            "decide_required",
            "Decide that this applies",
            "It applies",
            Can.DECIDE,
            forms.ReasonForm,
            lambda one, data, by, now: commands.decide_required(one, by=by, now=now, **data),
            "Decided: this applies.",
            tone="primary",
        ),
        Act(
            "propose_not_required",
            "Propose that this does not apply",
            "Propose: does not apply",
            Can.DECIDE,
            forms.ReasonForm,
            lambda one, data, by, now: commands.propose_not_required(one, by=by, now=now, **data),
            "Proposed. It counts once a second person has signed; until then the clock runs.",
            "Has effect when a second person signs. The facts are kept as they stand now.",
        ),
        Act(
            "sign_not_required",
            "Sign as the second person that this does not apply",
            "Sign: does not apply",
            Can.SIGN,
            forms.NoQuestionForm,
            lambda one, data, by, now: commands.sign_not_required(
                queries.standing_decision(one), by=by, now=now
            ),
            "Signed: this does not apply.",
            "You have read the proposal and its facts, and agree.",
            tone="primary",
        ),
        Act(
            "withdraw_decision",
            "Withdraw the decision",
            "Withdraw",
            Can.DECIDE,
            forms.ReasonForm,
            lambda one, data, by, now: commands.withdraw_decision(
                queries.standing_decision(one), by=by, now=now, **data
            ),
            "Withdrawn. The obligation stands where the facts put it.",
            tone="quiet",
        ),
        Act(
            "meet_obligation",
            "Record that this was done",
            "Record as done elsewhere",
            Can.FILE,
            forms.MetForm,
            lambda one, data, by, now: commands.meet_obligation(
                one, at=data["at"], proof=data["proof"], by=by, now=now
            ),
            "Recorded. Whether it was in time is frozen from here on.",
            "For what was done outside this product. Filings and notices made here record it by themselves, with their proof.",
        ),
        Act(
            "give_late_reason",
            "Give the reason for delay",
            "Keep this reason",
            Can.DECIDE,
            forms.ReasonForm,
            lambda one, data, by, now: commands.give_late_reason(one, by=by, now=now, **data),
            "The reason is kept.",
            "Authorities ask for it; it goes into the filing.",
        ),
    )
}


def _acts(obligation: Obligation, held: frozenset[Can], proposed: bool) -> list[Act]:
    """What this person may do with it now; the command still decides."""
    decided = bool(obligation.standing)  # type: ignore[attr-defined]
    overdue = obligation.runs and obligation.due_at is not None and obligation.due_at < timezone.now()
    offered = {
        "decide_required": obligation.runs and not decided,
        "propose_not_required": obligation.runs and not decided,
        "sign_not_required": proposed,
        "meet_obligation": obligation.runs,
        "withdraw_decision": decided and obligation.met_at is None,
        "give_late_reason": overdue or obligation.late_by is not None,
    }
    return [ACTS[name] for name, fits in offered.items() if fits and ACTS[name].can in held]


@require_http_methods(["GET", "POST"])
def act(request: SignedInRequest, reference: str, pk: int, name: str) -> HttpResponse:
    """One act of the table above."""
    chosen = ACTS[name]
    incident = incident_for(request.user, reference, chosen.can)
    found = queries.obligation_for(incident, pk)
    data = posted(request)
    form: BaseForm
    if chosen.form is forms.MetForm:
        form = forms.MetForm(data, zone=found.due_zone, now=timezone.now())
    else:
        form = chosen.form(data)
    if done(form, lambda: chosen.run(found, getattr(form, "cleaned_data", {}), request.user, timezone.now())):
        messages.success(request, chosen.done)
        return redirect("incidents:obligation", reference, pk)
    proposed = waits_for_signature(found)
    blockers = signature_blockers(proposed, request.user) if proposed and name == "sign_not_required" else []
    return act_page(
        request,
        incident,
        form,
        tab="obligations",
        heading=chosen.heading,
        submit=chosen.submit,
        lede=chosen.lede,
        about=found,
        proposed=proposed if name == "sign_not_required" else None,
        blockers=blockers,
    )
