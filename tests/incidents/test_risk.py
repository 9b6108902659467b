"""Guided assessments of risk: answers, findings, two signatures, and what the law makes of them."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from audit.models import AuditEvent
from incidents import commands, queries
from incidents.commands import CountInput, FactInput
from incidents.models import Incident, RiskState
from law.risk import methods
from tests.standing import standing

LIGHT = {
    key: {"answer": next(one.id for one in question.answers if one.leans != "more"), "why": ""}
    for key, question in methods()["gdpr"].questions.items()
}


@standing
def breach(incident: Incident, lead: User) -> Incident:
    """Forty people in Ireland, four in Canada; aware an hour ago."""
    now = timezone.now()
    commands.describe_incident(incident, by=lead, now=now, own_role="controller")
    commands.set_facts(
        incident, facts=[FactInput("breach_kinds", "known", ["confidentiality"])], by=lead, now=now
    )
    rows = [CountInput("IE", ("name", "email"), 40), CountInput("CA-ON", ("name", "email"), 4)]
    commands.record_counts(incident, counts=rows, basis="estimate", source="log", by=lead, now=now)
    return commands.confirm_breach(
        incident, by=lead, aware_at=now - timedelta(hours=1), zone="UTC", reasoning="Log.", now=now
    )


def fact(incident, key="risk_tier"):
    found = queries.current_facts(incident).get(key)
    return found and (found.state, found.value)


def answer(incident, by, answers=LIGHT, method="gdpr"):
    return commands.answer_risk_questions(incident, method=method, answers=answers, by=by, now=timezone.now())


def sign(incident, by, finding, method="gdpr", **more):
    return commands.sign_risk_finding(
        incident, method=method, finding=finding, reason="Grounds", by=by, now=timezone.now(), **more
    )


def countersign(incident, by, method="gdpr"):
    return commands.countersign_risk_finding(incident, method=method, by=by, now=timezone.now())


def refused(act, *args, **more):
    with pytest.raises(ValidationError) as refusal:
        act(*args, **more)
    return refusal.value.error_list[0].code


def asked(incident, rule):
    return {one.recipient_kind: one.answer for one in incident.obligations.filter(rule_id=rule)}


def test_a_finding_that_spares_somebody_needs_every_answer_and_a_second_person(breach, lead, legal):
    assert refused(sign, breach, legal, "unlikely") == "not_yet"
    answer(breach, lead)
    waiting = sign(breach, legal, "unlikely")
    assert (waiting.state, fact(breach)) == (RiskState.WAITING, None)
    assert asked(breach, "eu-gdpr-33")["authority"] == "required"
    assert refused(sign, breach, legal, "high") == "not_yet"
    assert refused(countersign, breach, legal) == "already_decided"
    signed = countersign(breach, lead)
    assert (signed.state, signed.second_by, fact(breach)) == (
        RiskState.IN_EFFECT,
        lead,
        ("known", "unlikely"),
    )
    assert set(asked(breach, "eu-gdpr-33").values()) == {"not_required"}
    assert len(signed.told) == 13
    assert refused(countersign, breach, lead) == "already_decided"


def test_a_finding_by_which_all_are_told_has_effect_at_once_and_replaces_the_last(breach, lead, legal):
    answer(breach, lead)
    sign(breach, legal, "unlikely")
    countersign(breach, lead)
    assert refused(sign, breach, legal, "high") == "reason_missing"  # against the answers
    sign(breach, legal, "high", override_reason="One of them is in hiding.")
    states = [(one.version, one.state) for one in queries.risk_of(breach, "gdpr").versions]
    assert states == [(2, RiskState.IN_EFFECT), (1, RiskState.REPLACED)]
    assert fact(breach) == ("known", "high")
    acts = AuditEvent.objects.filter(stream=breach.stream, verb__contains="risk").order_by("sequence")
    assert [one.verb for one in acts] == ["risk_questions_answered", "risk_tier_signed", "risk_finding_countersigned", "risk_tier_signed"]  # fmt: skip
    assert not any("hiding" in one.details for one in acts)


def test_a_finding_taken_back_leaves_the_fact_unknown(breach, lead, legal):
    sign(breach, legal, "real", method="rrosh")
    key = "real_risk_of_significant_harm"
    assert fact(breach, key) == ("known", True)
    assert asked(breach, "ca-pipeda-10-1")["individuals"] == "required"
    withdraw = partial(
        commands.withdraw_risk_finding,
        breach,
        method="rrosh",
        reason="Wrong list",
        by=legal,
        now=timezone.now(),
    )
    withdraw()
    assert fact(breach, key) == ("unknown", None)
    assert asked(breach, "ca-pipeda-10-1")["individuals"] == "undecided"
    assert refused(withdraw) == "already_settled"


@pytest.mark.parametrize(
    ("method", "answers", "code"),
    [
        ("none", {}, "unknown_method"),
        ("gdpr", {"age": {"answer": "x"}}, "unknown_question"),
        ("gdpr", {"breach": {"answer": "x"}}, "unknown_answer"),
        ("gdpr", {"breach": {"answer": "lost", "why": "a" * 1001}}, "bad_why"),
    ],
)
def test_what_is_not_asked_is_refused(breach, lead, method, answers, code):
    assert refused(answer, breach, lead, answers, method) == code
    assert not breach.risk_assessments.exists()


def test_pages_lead_through_the_groups_to_a_signature_of_two(breach, lead, legal, responder, client_of):
    def url(name, *rest):
        return reverse(f"incidents:{name}", args=[breach.reference, "gdpr", *rest])

    client, groups = client_of(responder), [group.id for group in methods()["gdpr"].groups]
    assert (
        url("risk") in client.get(reverse("incidents:assessment", args=[breach.reference])).content.decode()
    )
    for here, onward in zip(groups, [*groups[1:], None], strict=True):
        asked_here = {key: one["answer"] for key, one in LIGHT.items()}
        moved = client.post(url("answer_risk_questions", here), asked_here)
        assert moved.url == (url("answer_risk_questions", onward) if onward else url("risk"))
    wrong = client.post(url("answer_risk_questions", "data"), {"breach": "lost"})
    assert wrong.status_code == 422
    assert client.get(url("answer_risk_questions", "none")).status_code == 404
    first, second = client_of(legal), client_of(lead)
    assert (
        first.post(url("sign_risk_finding"), {"finding": "unlikely", "reason": "Deleted"}).status_code == 302
    )
    assert "a second person signs" in first.get(url("countersign_risk_finding")).content.decode()
    assert first.post(url("countersign_risk_finding")).status_code == 422
    assert second.post(url("countersign_risk_finding")).status_code == 302
    page = client.get(url("risk")).content.decode()
    assert f"signed by {legal}" in page
    assert f"and by {lead}" in page
    assert second.post(url("withdraw_risk_finding"), {"reason": "Not deleted"}).status_code == 302
    assert fact(breach) == ("unknown", None)


def test_the_api_does_the_same_and_no_answer_goes_round_the_signature(breach, lead, legal):
    def url(name, *rest):
        return reverse(f"incidents:{name}", args=[breach.reference, *rest])

    first, second = APIClient(), APIClient()
    first.force_authenticate(legal)
    second.force_authenticate(lead)
    listed = first.get(url("api_risks")).json()
    assert [(one["method"], one["matters"]) for one in listed] == [
        ("gdpr", True),
        ("rrosh", True),
        ("hipaa", False),
    ]
    rows = [{"question": key, **one} for key, one in LIGHT.items()]
    told = first.post(url("api_answer_risk_questions", "gdpr"), {"answers": rows}, format="json").json()
    assert (told["leaning"]["more"], told["leaning"]["open"]) == (0, 0)
    signing = {"finding": "unlikely", "reason": "Deleted"}
    signed = first.post(url("api_sign_risk_finding", "gdpr"), signing, format="json").json()
    assert signed["versions"][0]["state"] == "waiting"
    assert first.post(url("api_countersign_risk_finding", "gdpr")).status_code in (400, 409)
    assert (
        second.post(url("api_countersign_risk_finding", "gdpr")).json()["versions"][0]["state"] == "in_effect"
    )
    assert first.get(url("api_risk", "none")).status_code == 404
    around = {"facts": [{"key": "low_probability_of_compromise", "state": "known", "value": True}]}
    assert first.post(url("api_facts"), around, format="json").status_code == 400
