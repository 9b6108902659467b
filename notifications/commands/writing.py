"""Writing a notice, and the second person's word on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.editing import NOTHING_SEEN, Seen
from accounts.models import Organisation, User
from audit.commands import record
from incidents.models import Incident, Obligation
from incidents.rules import check_reason
from notifications import compile as text
from notifications import page_codes, segments
from notifications.events import NoticeEvent
from notifications.lifecycle import WRITABLE, NoticeStatus, check_move
from notifications.merge_fields import STATEMENT
from notifications.models import Channel, Notice, TemplateVersion
from notifications.rules import SEGMENTS, approval_blockers, check, check_none, submission_blockers, written
from notifications.sources import source_of, versions_of

EDITABLE = (
    "title", "subject", "body", "letter", "sms", "statement", "segment", "language", "from_address", "reply_to",
    "uncertain_policy",
)  # fmt: skip


@transaction.atomic
def create_notice(
    incident: Incident,
    *,
    by: User,
    now: datetime,
    title: str,
    template: TemplateVersion | None = None,
    language: str = "",
    subject: str = "",
    body: str = "",
    statement: Mapping[str, str] | None = None,
    segment: Mapping[str, Iterable[str]] | None = None,
    serves: Iterable[Obligation] = (),
    **more: Any,
) -> Notice:
    """Start a notice, from a template's words where none are given."""
    incident = Incident.objects.locked(incident)
    if incident.is_settled:
        raise ValidationError("This incident is closed. Reopen it first.", code="wrong_status")
    suggested = dict(template.statement) if template else {}
    for channel, words in _beside(template).items():
        more.setdefault(channel, words)
    notice = Notice(
        incident=incident,
        source=template,
        language=language or (template.language if template else "en"),
        title=title.strip(),
        subject=subject or (template.subject if template else ""),
        body=body or (template.body if template else ""),
        statement=_statement({**suggested, **(statement or {})}),
        segment=_segment(segment or {}),
        author=by,
        writers=[by.pk],
        created_at=now,
        edited_at=now,
    )
    _change(notice, more)
    notice.secret = page_codes.new_secret(notice)
    notice.save()
    _serve(notice, serves)
    record(
        NoticeEvent.CREATED,
        notice,
        by=by,
        stream=notice.stream,
        details={
            "language": notice.language,
            "segment": notice.segment,
            "template": template.pk if template else None,
        },
    )
    return notice


@transaction.atomic
def edit_notice(
    notice: Notice,
    *,
    by: User,
    now: datetime,
    serves: Iterable[Obligation] | None = None,
    seen: Seen = NOTHING_SEEN,
    **changes: Any,
) -> Notice:
    """Change a notice that has not gone out; an approval it had is void.

    Refused as stale where somebody wrote the same part since it was `seen`.
    """
    notice = Notice.objects.locked(notice)
    if notice.status not in WRITABLE:
        raise ValidationError("A notice that went out cannot be changed.", code="wrong_status")
    before = {name: getattr(notice, name) for name in EDITABLE}
    was = notice.status
    changes, serves = _merged(notice, changes, serves, seen)
    _change(notice, changes)
    changed = sorted(name for name in EDITABLE if getattr(notice, name) != before[name])
    if serves is not None:
        _serve(notice, serves)
    if not changed:
        return notice
    _void(notice)
    notice.status = NoticeStatus.DRAFT
    notice.edited_at = now
    notice.writers = sorted({*notice.writers, by.pk})
    notice.save()
    record(
        NoticeEvent.EDITED,
        notice,
        by=by,
        stream=notice.stream,
        details={"changed": changed, "approval_voided": was == NoticeStatus.APPROVED},
    )
    return notice


@transaction.atomic
def submit_notice(notice: Notice, *, by: User, now: datetime) -> Notice:
    """Ask a second person to approve it."""
    notice = Notice.objects.locked(notice)
    check_move(notice.status, NoticeStatus.IN_REVIEW)
    source = source_of(notice)
    report = check(notice, segments.profile(notice, source.places), source)
    check_none(submission_blockers(notice, report), code="not_ready")
    notice.blocks = versions_of(source.standing)
    notice.status = NoticeStatus.IN_REVIEW
    notice.submitted_at = now
    notice.returned_reason = ""
    notice.save(update_fields=["status", "blocks", "submitted_at", "returned_reason"])
    record(NoticeEvent.SUBMITTED, notice, by=by, stream=notice.stream)
    return notice


@transaction.atomic
def return_notice(notice: Notice, *, by: User, reason: str, now: datetime) -> Notice:
    """Give it back to its author; an approval it had is void."""
    notice = Notice.objects.locked(notice)
    check_move(notice.status, NoticeStatus.DRAFT)
    reason = check_reason(reason)
    _void(notice)
    notice.status = NoticeStatus.DRAFT
    notice.returned_reason = reason
    notice.save()
    record(NoticeEvent.RETURNED, notice, by=by, stream=notice.stream, reason=reason)
    return notice


@transaction.atomic
def approve_notice(notice: Notice, *, by: User, now: datetime, seen: datetime | None = None) -> Notice:
    """Approve the text as it stands: it is compiled, hashed and goes out like that or not at all.

    `seen` is the edit the approver looked at; with a newer one the approval is refused as stale.
    """
    notice = Notice.objects.locked(notice)
    check_move(notice.status, NoticeStatus.APPROVED)
    if seen is not None and seen != notice.edited_at:
        raise ValidationError("The text was changed since you read it. Read it again.", code="stale")
    check_none(approval_blockers(notice, by), code="not_yours_to_approve")
    source = source_of(notice)
    profile = segments.profile(notice, source.places)
    check_none(submission_blockers(notice, check(notice, profile, source)), code="not_ready")
    compiled = text.compile_notice(
        source,
        variants=profile.variants(),
        sender=notice.from_address or settings.MAIL_FROM,
        reply_to=notice.reply_to or Organisation.current().contact_email,
    ).as_json()
    notice.compiled = compiled
    notice.text_hash = text.digest(compiled)
    notice.status = NoticeStatus.APPROVED
    notice.approved_by = by
    notice.approved_at = now
    notice.save()
    record(
        NoticeEvent.APPROVED,
        notice,
        by=by,
        stream=notice.stream,
        details={
            "text_hash": notice.text_hash,
            "people": profile.mailable,
            "variants": len(compiled["variants"]),
            "blocks": compiled["blocks"],
        },
    )
    return notice


def _beside(template: TemplateVersion | None) -> dict[str, str]:
    """The newest words for letter and text message that go with a template's mail."""
    if template is None:
        return {}
    others = template.template.versions.filter(
        language=template.language, channel__in=[Channel.LETTER, Channel.SMS]
    )
    return {one.channel: one.body for one in others.order_by("number")}


def _merged(
    notice: Notice, changes: dict[str, Any], serves: Iterable[Obligation] | None, seen: Seen
) -> tuple[dict[str, Any], Iterable[Obligation] | None]:
    """The changes without what only others changed; part by part, so that two may write in one statement."""
    if not seen.digests:
        return changes, serves
    parts = {name: value for name, value in changes.items() if name not in ("statement", "segment")}
    parts |= changes.get("statement", {}) | changes.get("segment", {})
    if serves is not None:
        parts["serves"] = list(serves)
    standing = written(notice)
    mine = seen.merged(parts, standing=standing, subject=notice, verbs=[NoticeEvent.EDITED])
    merged = {name: value for name, value in mine.items() if name in changes}
    merged["statement"] = {part: mine[part] for part in STATEMENT if part in mine}
    merged["segment"] = {kind: mine.get(kind, standing[kind]) for kind in SEGMENTS}
    return merged, mine.get("serves")


def _void(notice: Notice) -> None:
    notice.approved_by = None
    notice.approved_at = None
    notice.compiled = None
    notice.text_hash = ""
    notice.submitted_at = None
    notice.blocks = None


def _change(notice: Notice, changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        if name not in EDITABLE:
            raise TypeError(f"{name} is not changed by editing")
        if name == "statement":
            value = _statement({**notice.statement, **value})
        elif name == "segment":
            value = _segment(value)
        setattr(notice, name, value.strip() if name in ("title", "subject") else value)
    if "\n" in notice.subject or "\r" in notice.subject:
        raise ValidationError("The subject is one line.", code="bad_subject")


def _statement(words: Mapping[str, str]) -> dict[str, str]:
    unknown = set(words) - STATEMENT.keys()
    if unknown:
        raise ValidationError("No such part of the statement.", code="unknown_statement")
    return {key: str(words.get(key, "")).replace("\r\n", "\n").strip() for key in STATEMENT}


def _segment(chosen: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    unknown = set(chosen) - {"places", "languages", "elements"}
    if unknown:
        raise ValidationError(
            "A segment is narrowed by places, languages and elements.", code="unknown_segment"
        )
    return {kind: sorted(set(chosen.get(kind, ()))) for kind in ("places", "languages", "elements")}


def _serve(notice: Notice, obligations: Iterable[Obligation]) -> None:
    chosen = list(obligations)
    if any(one.incident_id != notice.incident_id for one in chosen):
        raise ValidationError("An obligation of another incident.", code="foreign_obligation")
    notice.serves.set(chosen)
