"""Guided assessments of risk: questions answered, a finding signed, by two people where somebody is spared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from audit.commands import record
from incidents.commands.facts import FactInput, set_facts
from incidents.commands.opening import touch
from incidents.events import IncidentEvent
from incidents.models import Incident, RiskAssessment, RiskState
from incidents.models.facts import FactState
from incidents.rules import (
    check_not_settled,
    check_reason,
    refuse,
    risk_finding_blockers,
    second_signer_blockers,
)
from law.risk import NOT_KNOWN, Finding, Method, methods, overrides

MOST_WHY = 1_000


@transaction.atomic
def answer_risk_questions(
    incident: Incident, *, method: str, answers: Mapping[str, Mapping[str, str]], by: User, now: datetime
) -> RiskAssessment:
    """Keep answers, each `{"answer", "why"}`; the others stay as they were, also those of the version before."""
    incident = Incident.objects.locked(incident)
    check_not_settled(incident)
    asked = _method(method)
    kept = {key: _checked(asked, key, one) for key, one in answers.items()}
    draft = _draft(incident, asked, by=by, now=now)
    changed = sorted(key for key, one in kept.items() if draft.answers.get(key) != one)
    if not changed:
        return draft
    draft.answers |= kept
    draft.changed_by, draft.changed_at = by, now
    draft.save(update_fields=["answers", "changed_by", "changed_at"])
    details = {"method": method, "version": draft.version, "questions": changed}
    record(IncidentEvent.RISK_ANSWERED, draft, by=by, stream=incident.stream, details=details)
    touch(incident)
    return draft


@transaction.atomic
def sign_risk_finding(
    incident: Incident,
    *,
    method: str,
    finding: str,
    reason: str,
    by: User,
    now: datetime,
    override_reason: str = "",
) -> RiskAssessment:
    """Sign what was found. A finding by which somebody is not told waits for a second person."""
    incident = Incident.objects.locked(incident)
    check_not_settled(incident)
    asked = _method(method)
    found = asked.finding(finding)
    if found is None:
        raise ValidationError("This is none of the findings of the test.", code="unknown_finding")
    draft = _draft(incident, asked, by=by, now=now)
    if blockers := risk_finding_blockers(incident, asked, found, draft):
        refuse(blockers, code="not_yet")
    against = overrides(asked, found, draft.given)
    draft.finding, draft.finding_text, draft.reason = found.id, found.text, check_reason(reason)
    draft.override_reason = check_reason(override_reason) if against else ""
    draft.told = _told(asked, draft)
    draft.by, draft.at = by, now
    draft.state = RiskState.WAITING if found.spares else RiskState.DRAFT
    draft.save()
    details = {
        "method": method, "version": draft.version, "finding": found.id, "against_answers": against,
        "waits": found.spares,
    }  # fmt: skip
    record(
        IncidentEvent.RISK_SIGNED, draft, by=by, stream=incident.stream, details=details, reason=draft.reason
    )
    if not found.spares:
        _take_effect(draft, asked, found, by=by, now=now)
    touch(incident)
    return draft


@transaction.atomic
def countersign_risk_finding(incident: Incident, *, method: str, by: User, now: datetime) -> RiskAssessment:
    """Sign as the second person; from here on the rules look at the finding."""
    incident = Incident.objects.locked(incident)
    check_not_settled(incident)
    asked = _method(method)
    waiting = incident.risk_assessments.filter(method=method, state=RiskState.WAITING).first()
    if blockers := second_signer_blockers(waiting, by):
        refuse(blockers, code="already_decided")
    assert waiting is not None
    found = asked.finding(waiting.finding)
    if found is None:
        raise ValidationError("The test changed since; withdraw this and sign anew.", code="unknown_finding")
    waiting.second_by, waiting.second_at = by, now
    waiting.save(update_fields=["second_by", "second_at"])
    details = {"method": method, "version": waiting.version, "finding": found.id}
    record(IncidentEvent.RISK_COUNTERSIGNED, waiting, by=by, stream=incident.stream, details=details)
    _take_effect(waiting, asked, found, by=by, now=now)
    touch(incident)
    return waiting


@transaction.atomic
def withdraw_risk_finding(
    incident: Incident, *, method: str, reason: str, by: User, now: datetime
) -> RiskAssessment:
    """Take back the finding that waits, else the one in effect; the fact is then not known again."""
    incident = Incident.objects.locked(incident)
    check_not_settled(incident)
    asked = _method(method)
    signed = incident.risk_assessments.filter(method=method)
    standing = (
        signed.filter(state=RiskState.WAITING).first() or signed.filter(state=RiskState.IN_EFFECT).first()
    )
    if standing is None:
        raise ValidationError("No finding of this test stands.", code="already_settled")
    reason, had_effect = check_reason(reason), standing.state == RiskState.IN_EFFECT
    standing.state = RiskState.WITHDRAWN
    standing.save(update_fields=["state"])
    details = {"method": method, "version": standing.version, "finding": standing.finding}
    record(
        IncidentEvent.RISK_WITHDRAWN, standing, by=by, stream=incident.stream, details=details, reason=reason
    )
    if had_effect:
        unknown = FactInput(asked.fact, FactState.UNKNOWN, None, "The finding was withdrawn")
        set_facts(incident, facts=[unknown], by=by, now=now)
    touch(incident)
    return standing


def _method(method: str) -> Method:
    found = methods().get(method)
    if found is None:
        raise ValidationError("There is no such test of risk.", code="unknown_method")
    return found


def _draft(incident: Incident, asked: Method, *, by: User, now: datetime) -> RiskAssessment:
    """What is being answered; a new version begins with the answers of the last."""
    ours = incident.risk_assessments.filter(method=asked.id)
    draft = ours.filter(state=RiskState.DRAFT).first()
    if draft is not None:
        return draft
    last = ours.order_by("-version").first()
    answers = {key: one for key, one in last.answers.items() if key in asked.questions} if last else {}
    return RiskAssessment.objects.create(
        incident=incident,
        method=asked.id,
        version=last.version + 1 if last else 1,
        answers=answers,
        changed_by=by,
        changed_at=now,
    )


def _checked(asked: Method, key: str, given: Mapping[str, str]) -> dict[str, str]:
    question = asked.questions.get(key)
    if question is None:
        raise ValidationError(
            "“%(key)s” is no question of this test.", code="unknown_question", params={"key": key}
        )
    answer, why = given.get("answer", ""), given.get("why", "").strip()
    if answer != NOT_KNOWN and question.answer(answer) is None:
        known = ", ".join([*(one.id for one in question.answers), NOT_KNOWN])
        raise ValidationError(
            "%(question)s The answer is one of: %(known)s.",
            code="unknown_answer",
            params={"question": question.text, "known": known},
        )
    if "\x00" in why or len(why) > MOST_WHY:
        raise ValidationError(
            "%(question)s Say why in at most 1,000 characters.",
            code="bad_why",
            params={"question": question.text},
        )
    return {"answer": answer, "why": why}


def _told(asked: Method, draft: RiskAssessment) -> list[dict[str, Any]]:
    """Questions and answers in the words in which they were signed."""
    told = []
    for group in asked.groups:
        for question in group.questions:
            given = draft.answers.get(question.id, {})
            answer = question.answer(given.get("answer", ""))
            told.append(
                {
                    "group": group.title,
                    "question": question.text,
                    "citation": question.citation,
                    "answer": answer.text if answer else "Not known",
                    "leans": answer.leans if answer else "open",
                    "why": given.get("why", ""),
                }
            )
    return told


def _take_effect(signed: RiskAssessment, asked: Method, found: Finding, *, by: User, now: datetime) -> None:
    signed.incident.risk_assessments.filter(method=asked.id, state=RiskState.IN_EFFECT).update(
        state=RiskState.REPLACED
    )
    signed.state = RiskState.IN_EFFECT
    signed.save(update_fields=["state"])
    source = f"Signed finding: {signed.reason}"[:200]
    fact = FactInput(asked.fact, FactState.KNOWN, found.value, source)
    set_facts(signed.incident, facts=[fact], by=by, now=now)
