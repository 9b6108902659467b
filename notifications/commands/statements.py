"""Public statements: written by one person, published by another, and a duty met by it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from audit.commands import record
from incidents import commands as incidents
from incidents.models import Incident, Obligation
from incidents.rules import check_reason
from notifications import words
from notifications.events import NoticeEvent
from notifications.models import PublicStatement, StatementStatus
from notifications.queries.coverage import coverage
from notifications.queries.statements import publishing_blockers
from notifications.rules import check_none

MOST_WORDS = 20_000


@transaction.atomic
def write_statement(
    incident: Incident,
    *,
    title: str,
    text: str,
    language: str,
    obligation: Obligation | None,
    by: User,
    now: datetime,
    statement: PublicStatement | None = None,
) -> PublicStatement:
    """Write a statement, or write on one that is not published yet."""
    if not title.strip() or not 0 < len(text.strip()) <= MOST_WORDS:
        raise ValidationError("Give it a title and its words.", code="words_missing")
    if language not in words.LANGUAGES:
        raise ValidationError("Choose one of the languages offered.", code="unknown_language")
    if obligation is not None and obligation.incident_id != incident.pk:
        raise ValidationError("Choose a duty of this incident.", code="not_here")
    if statement is None:
        statement = PublicStatement(incident=incident)
    else:
        statement = PublicStatement.objects.select_for_update(of=("self",)).get(pk=statement.pk)
        if statement.status != StatementStatus.DRAFT:
            raise ValidationError(
                "A published statement is not changed: withdraw it and write another.", code="wrong_status"
            )
    statement.title, statement.words, statement.language = title.strip()[:150], text.strip(), language
    statement.obligation, statement.written_by, statement.written_at = obligation, by, now
    statement.save()
    record(NoticeEvent.STATEMENT_WRITTEN, statement, by=by, stream=incident.stream)
    return statement


@transaction.atomic
def publish_statement(statement: PublicStatement, *, by: User, now: datetime) -> PublicStatement:
    """Put it at its public address, as a second person; the duty it serves is met by it."""
    statement = _locked(statement)
    check_none(publishing_blockers(statement, by), code="not_ready")
    statement.status, statement.published_by, statement.published_at = StatementStatus.PUBLISHED, by, now
    statement.unreachable = coverage(statement.incident).unreachable
    statement.save(update_fields=["status", "published_by", "published_at", "unreachable"])
    details: dict[str, Any] = {"url": statement.url, "unreachable": statement.unreachable}
    record(
        NoticeEvent.STATEMENT_PUBLISHED, statement, by=by, stream=statement.incident.stream, details=details
    )
    duty = statement.obligation
    if duty is not None and duty.runs:
        incidents.meet_obligation(
            duty, at=now, proof=f"{statement.reference}, {statement.url}", by=by, now=now
        )
    return statement


@transaction.atomic
def withdraw_statement(
    statement: PublicStatement, *, reason: str, by: User, now: datetime
) -> PublicStatement:
    """Take it from its address; a duty that it met stays met."""
    reason = check_reason(reason)
    statement = _locked(statement)
    if statement.status == StatementStatus.WITHDRAWN:
        raise ValidationError("It was withdrawn already.", code="wrong_status")
    statement.status, statement.withdrawn_at = StatementStatus.WITHDRAWN, now
    statement.save(update_fields=["status", "withdrawn_at"])
    record(NoticeEvent.STATEMENT_WITHDRAWN, statement, by=by, stream=statement.incident.stream, reason=reason)
    return statement


def _locked(statement: PublicStatement) -> PublicStatement:
    found = PublicStatement.objects.select_for_update(of=("self",)).select_related("incident", "obligation")
    return found.get(pk=statement.pk)
