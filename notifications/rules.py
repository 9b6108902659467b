"""What must be true before an act; the same words serve the greyed button and the refusal."""

from __future__ import annotations

from collections.abc import Collection
from email.utils import parseaddr
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError

from accounts.models import Organisation, User
from incidents.models import Obligation
from notifications import compile as text
from notifications import lint, sandbox, segments
from notifications.compile import Source
from notifications.lifecycle import WRITABLE, NoticeStatus, VersionStatus
from notifications.merge_fields import STATEMENT
from notifications.models import Channel, Notice, NoticeTemplate, TemplateVersion
from notifications.segments import Profile
from notifications.sources import source_of

WRITTEN: Final = ("title", "language", "subject", "body", "letter", "sms", "reply_to", "uncertain_policy")
SMS_LIMIT: Final = 1_530  # ten messages in a row
SEGMENTS: Final = ("places", "languages", "elements")


def written(notice: Notice) -> dict[str, Any]:
    """What people write of a notice, as it stands: text, whom it is for, what it serves."""
    return {
        **{name: getattr(notice, name) for name in WRITTEN},
        "serves": list(notice.serves.values_list("pk", flat=True)),
        **{kind: notice.chosen(kind) for kind in SEGMENTS},
        **{part: notice.statement.get(part, "") for part in STATEMENT},
    }


def check_none(blockers: list[str], *, code: str) -> None:
    """Refuse with all reasons at once."""
    if len(blockers) == 1:
        raise ValidationError(blockers[0], code=code)
    if blockers:
        refusal = ValidationError([ValidationError(one, code=code) for one in blockers])
        refusal.code = code  # Django keeps none on a list, and the API reads it
        raise refusal


def check(notice: Notice, profile: Profile, source: Source) -> lint.Report:
    """The check of its text against the duties it serves and the people it is for."""
    organisation = Organisation.current()
    others = Notice.objects.filter(incident_id=notice.incident_id).exclude(pk=notice.pk)
    return lint.lint(
        lint.Checked(
            source,
            profile,
            served=tuple(_served(one) for one in notice.serves.all()),
            sender=notice.from_address or settings.MAIL_FROM,
            reply_to=notice.reply_to or organisation.contact_email,
            own_hosts=frozenset(
                host.lower()
                for host in (
                    urlsplit(settings.PUBLIC_URL).hostname or "",
                    parseaddr(settings.MAIL_FROM)[1].rpartition("@")[2],
                    organisation.contact_email.rpartition("@")[2],
                )
                if host
            ),
            languages=segments.languages(notice),
            also_in=frozenset(
                others.exclude(status=NoticeStatus.WITHDRAWN).order_by().values_list("language", flat=True)
            ),
            for_counsel=bool(notice.source and notice.source.for_counsel),
            drill=bool(notice.incident.drill),
            closed=notice.incident.reference if notice.incident.is_settled else "",
        )
    )


def _served(obligation: Obligation) -> lint.Served:
    """A duty as the incident keeps it: a later pack does not alter what the text is held against."""
    duty = obligation.duty
    own: dict[str, Any] = next(
        (
            one
            for one in obligation.rule.get("duties", ())
            if one.get("recipient", {}).get("kind") == "individuals"
        ),
        {},
    )
    return lint.Served(
        obligation.rule_id,
        obligation.place,
        obligation.regime,
        obligation.citation,
        content=tuple((one["tag"], one["label"]) for one in duty.get("content", ())),
        forbidden=tuple((one["tag"], one["label"]) for one in duty.get("forbidden", ())),
        format_rules=tuple(own.get("format_rules") or ()),
    )


def standing(notice: Notice, report: lint.Report) -> list[lint.Finding]:
    """Findings that block: no person let them stand."""
    return [one for one in report.findings if one.blocking and one.key not in notice.accepted]


def submission_blockers(notice: Notice, report: lint.Report) -> list[str]:
    """Why this text cannot go to a second person yet."""
    return [one.sentence for one in standing(notice, report)]


def remarks(report: lint.Report) -> list[str]:
    """What a person should know and decide; nothing of it stands in the way."""
    return [one.sentence for one in report.findings if not one.blocking]


def approval_blockers(notice: Notice, user: User) -> list[str]:
    """Why this person cannot approve it now."""
    blockers = []
    if notice.status != NoticeStatus.IN_REVIEW:
        blockers.append("It is not waiting for approval.")
    if user.pk == notice.author_id or user.pk in notice.writers:
        blockers.append("You wrote on this text; a second person approves it.")
    return blockers


def sending_blockers(notice: Notice, profile: Profile) -> list[str]:
    """Why it cannot go out now."""
    blockers = []
    if notice.status != NoticeStatus.APPROVED:
        blockers.append("It is not approved.")
    if notice.incident.is_settled:
        blockers.append(f"{notice.incident.reference} is closed.")
    if not profile.mailable:
        blockers.append("The segment is empty: nobody in it has an e-mail address.")
    if notice.compiled is not None:
        if text.digest(notice.compiled) != notice.text_hash:
            blockers.append("The text is not the one that was approved.")
        compiled = text.Compiled.from_json(notice.compiled)
        if {compiled.narrow(one) for one in profile.variants()} - compiled.forms.keys():
            blockers.append(
                "People with other exposed data or from other places joined the segment since the approval: "
                "ask for it again."
            )
    return blockers


def sample_blockers(notice: Notice) -> list[str]:
    """Why no test mail of it can go out."""
    blockers = []
    if notice.status not in WRITABLE:
        blockers.append("It went out already: look at what people got.")
    if notice.incident.drill:
        blockers.append("This is a drill: nothing leaves the house. Look at the preview.")
    if not notice.subject.strip() or not notice.body.strip():
        blockers.append("Subject and text are both needed.")
    return blockers + text.faults(source_of(notice))


def template_approval_blockers(version: TemplateVersion, user: User) -> list[str]:
    """Why this person cannot approve the version."""
    blockers = []
    if version.status != VersionStatus.DRAFT:
        blockers.append("This version is approved already.")
    if version.by_id == user.pk:
        blockers.append("You wrote this version; a second person approves it.")
    if version.for_counsel:
        blockers.append("It is a draft for counsel: a person who has read it takes the mark off first.")
    if version.template.retired_at:
        blockers.append("The template is retired.")
    return blockers


def version_problems(
    template: NoticeTemplate, channel: str, subject: str, body: str, blocks: Collection[str]
) -> list[str]:
    """What is wrong with a version's words, before it is written."""
    if bool(template.block) != (channel == Channel.ANY):
        return ["A shared block stands in every text; other templates name the channel."]
    if channel == Channel.SMS:
        found = sandbox.problems("", "", sms=body)
        return found + ([f"At most {SMS_LIMIT:,} characters."] if len(body) > SMS_LIMIT else [])
    titled = channel in (Channel.EMAIL, Channel.PUBLIC)
    missing = ["A subject is needed."] if titled and not subject.strip() else []
    return missing + sandbox.problems(subject, body, blocks=blocks)
