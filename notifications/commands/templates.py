"""Texts to start notices from, and the shared blocks that they insert."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from audit.commands import Acting, record
from audit.events import ORGANISATION
from incidents.rules import check_reason
from notifications import ready, sources
from notifications.events import TemplateEvent
from notifications.lifecycle import VersionStatus
from notifications.models import Channel, NoticeTemplate, TemplateVersion
from notifications.rules import check_none, template_approval_blockers, version_problems


@transaction.atomic
def create_template(
    *,
    name: str,
    purpose: str,
    by: Acting,
    now: datetime,
    description: str = "",
    block: str = "",
    elements: Iterable[str] = (),
    places: Iterable[str] = (),
    order: int = 50,
    citation: str = "",
) -> NoticeTemplate:
    """Name a kind of notice, or with `block` a shared block; the texts are versions."""
    template = NoticeTemplate(
        name=name.strip(),
        purpose=purpose,
        description=description,
        block=block,
        elements=sorted(set(elements)),
        places=sorted(set(places)),
        order=order,
        citation=citation,
        created_by=by if isinstance(by, User) else None,
        created_at=now,
    )
    template.clean()
    template.save()
    record(
        TemplateEvent.CREATED,
        template,
        by=by,
        stream=ORGANISATION,
        details={"purpose": purpose, **({"block": block} if block else {})},
    )
    return template


@transaction.atomic
def write_template(
    template: NoticeTemplate,
    *,
    language: str,
    body: str,
    by: Acting,
    now: datetime,
    subject: str = "",
    channel: str = "",
    statement: Mapping[str, str] | None = None,
    remark: str = "",
) -> TemplateVersion:
    """Write the next version in one language for one channel; unknown fields are refused.

    The mark "draft for counsel" of the version before goes on to it: only a named person's word takes it off.
    """
    template = NoticeTemplate.objects.select_for_update(of=("self",)).get(pk=template.pk)
    if template.retired_at:
        raise ValidationError("This template is retired.", code="wrong_status")
    channel = channel or (Channel.ANY if template.block else Channel.EMAIL)
    names = () if template.block else sources.block_names()
    check_none(version_problems(template, channel, subject, body, names), code="bad_text")
    versions = template.versions.filter(language=language, channel=channel)
    last = versions.order_by("number").last()
    version = TemplateVersion.objects.create(
        template=template,
        language=language,
        channel=channel,
        number=last.number + 1 if last else 1,
        subject=subject.strip(),
        body=body.replace("\r\n", "\n"),
        statement=dict(statement or {}),
        remark=remark,
        for_counsel=bool(last and last.for_counsel),
        by=by if isinstance(by, User) else None,
        at=now,
    )
    record(TemplateEvent.VERSION_WRITTEN, template, by=by, stream=ORGANISATION, details=_which(version))
    return version


@transaction.atomic
def clear_draft_mark(version: TemplateVersion, *, by: User, reason: str, now: datetime) -> TemplateVersion:
    """Take the mark "draft for counsel" off: a named person says who read it and why it may stand."""
    version = _locked(version)
    if not version.for_counsel:
        raise ValidationError("It does not bear this mark.", code="already_settled")
    version.for_counsel = False
    version.cleared_by = by
    version.cleared_at = now
    version.cleared_reason = check_reason(reason)
    version.save(update_fields=["for_counsel", "cleared_by", "cleared_at", "cleared_reason"])
    record(
        TemplateEvent.MARK_CLEARED,
        version.template,
        by=by,
        stream=ORGANISATION,
        details=_which(version),
        reason=version.cleared_reason,
    )
    return version


@transaction.atomic
def approve_template(version: TemplateVersion, *, by: User, now: datetime) -> TemplateVersion:
    """Approve a version: a second person's word that it may be started from."""
    version = _locked(version)
    check_none(template_approval_blockers(version, by), code="already_settled")
    version.status = VersionStatus.APPROVED
    version.approved_by = by
    version.approved_at = now
    version.save(update_fields=["status", "approved_by", "approved_at"])
    record(
        TemplateEvent.VERSION_APPROVED,
        version.template,
        by=by,
        stream=ORGANISATION,
        details=_which(version),
    )
    return version


@transaction.atomic
def retire_template(template: NoticeTemplate, *, by: User, reason: str, now: datetime) -> NoticeTemplate:
    """Nothing starts from it or inserts it any more; notices that were submitted with it keep its words."""
    template = NoticeTemplate.objects.select_for_update(of=("self",)).get(pk=template.pk)
    if template.retired_at:
        raise ValidationError("It is retired already.", code="already_settled")
    template.retired_at = now
    template.retired_by = by
    template.save(update_fields=["retired_at", "retired_by"])
    record(TemplateEvent.RETIRED, template, by=by, stream=ORGANISATION, reason=check_reason(reason))
    return template


@transaction.atomic
def add_ready_templates(*, by: Acting, now: datetime) -> list[NoticeTemplate]:
    """Add the texts and blocks that come with the product, as drafts; those there already stay as they are."""
    there = set(NoticeTemplate.objects.values_list("name", flat=True))
    author = by if isinstance(by, User) else None
    texts = [one for one in ready.templates() if one.name not in there]
    made = NoticeTemplate.objects.bulk_create(
        NoticeTemplate(**one.about, created_by=author, created_at=now) for one in texts
    )
    TemplateVersion.objects.bulk_create(
        TemplateVersion(template=template, number=1, by=author, at=now, **version)
        for template, one in zip(made, texts, strict=True)
        for version in one.versions
    )
    if made:
        names = {"templates": [one.name for one in made]}
        record(TemplateEvent.READY_ADDED, made[0], by=by, stream=ORGANISATION, details=names)
    return made


def _locked(version: TemplateVersion) -> TemplateVersion:
    return (
        TemplateVersion.objects.select_for_update(of=("self",)).select_related("template").get(pk=version.pk)
    )


def _which(version: TemplateVersion) -> dict[str, object]:
    return {"language": version.language, "channel": version.channel, "number": version.number}
