"""Texts to start notices from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from audit.commands import Acting, record
from audit.events import ORGANISATION
from notifications import compile as text
from notifications import words
from notifications.events import TemplateEvent
from notifications.lifecycle import VersionStatus
from notifications.models import Channel, NoticeTemplate, Purpose, TemplateVersion
from notifications.rules import check_none, template_approval_blockers


@transaction.atomic
def create_template(
    *, name: str, purpose: str, by: Acting, now: datetime, description: str = ""
) -> NoticeTemplate:
    """Name a kind of notice; its texts are versions."""
    template = NoticeTemplate.objects.create(
        name=name.strip(),
        purpose=purpose,
        description=description,
        created_by=by if isinstance(by, User) else None,
        created_at=now,
    )
    record(TemplateEvent.CREATED, template, by=by, stream=ORGANISATION, details={"purpose": purpose})
    return template


@transaction.atomic
def write_template(
    template: NoticeTemplate,
    *,
    language: str,
    subject: str,
    body: str,
    by: Acting,
    now: datetime,
    statement: Mapping[str, str] | None = None,
    remark: str = "",
) -> TemplateVersion:
    """Write the next version in one language; unknown fields are refused."""
    template = NoticeTemplate.objects.select_for_update().get(pk=template.pk)
    check_none(text.problems(subject, body), code="bad_text")
    versions = template.versions.filter(language=language, channel=Channel.EMAIL)
    last = versions.aggregate(last=Max("number"))["last"] or 0
    version = TemplateVersion.objects.create(
        template=template,
        language=language,
        number=last + 1,
        subject=subject.strip(),
        body=body,
        statement=dict(statement or {}),
        remark=remark,
        by=by if isinstance(by, User) else None,
        at=now,
    )
    record(
        TemplateEvent.VERSION_WRITTEN,
        template,
        by=by,
        stream=ORGANISATION,
        details={"language": language, "number": version.number},
    )
    return version


@transaction.atomic
def approve_template(version: TemplateVersion, *, by: User, now: datetime) -> TemplateVersion:
    """Approve a version: a second person's word that it may be started from."""
    version = TemplateVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
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
        details={"language": version.language, "number": version.number},
    )
    return version


@transaction.atomic
def add_ready_templates(*, by: Acting, now: datetime) -> list[NoticeTemplate]:
    """Add the texts that come with the product, in all its languages; those there already stay as they are."""
    names = {
        "high_risk": (
            "High risk to people",
            Purpose.HIGH_RISK,
            "What GDPR Art. 34(2) asks for, in plain words",
        ),
        "general": ("Breach, short", Purpose.GENERAL, "A short notice where no law fixes the contents"),
    }
    made = []
    for key, (name, purpose, description) in names.items():
        if NoticeTemplate.objects.filter(name=name).exists():
            continue
        template = create_template(name=name, purpose=purpose, by=by, now=now, description=description)
        for language in words.LANGUAGES:
            ready = words.of(language)["templates"][key]
            write_template(
                template,
                language=language,
                subject=ready["subject"],
                body=ready["body"],
                by=by,
                now=now,
                remark="Draft for counsel",
            )
        made.append(template)
    return made
