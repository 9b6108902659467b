"""What must be true before an act; the same words serve the greyed button and the refusal."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, Final

from django.core.exceptions import ValidationError

from accounts.models import User
from notifications import compile as text
from notifications import sandbox
from notifications.compile import Source
from notifications.lifecycle import WRITABLE, NoticeStatus, VersionStatus
from notifications.merge_fields import PERSONAL, STATEMENT
from notifications.models import Channel, Notice, NoticeTemplate, TemplateVersion
from notifications.segments import Profile

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


def submission_blockers(notice: Notice, profile: Profile, source: Source) -> list[str]:
    """Why this text cannot go to a second person yet."""
    blockers = [f"{notice.incident.reference} is closed."] if notice.incident.is_settled else []
    blockers += text.faults(source)
    if not notice.subject.strip() or not notice.body.strip():
        blockers.append("Subject and text are both needed.")
    used = sandbox.used_fields(notice.subject, notice.body)
    for key, label in STATEMENT.items():
        if f"statement.{key}" in used and not str(notice.statement.get(key, "")).strip():
            blockers.append(f"“{label}” is empty, and the text shows it.")
    if not str(notice.statement.get("what_happened", "")).strip():
        blockers.append("Say what happened: the public page of the notice shows it.")
    if not profile.mailable:
        blockers.append("The segment is empty: nobody in it has an e-mail address.")
    for path in sorted(used & PERSONAL.keys()):
        lacking = profile.lacking(path)
        if lacking and not _guarded(path, notice.subject, notice.body):
            blockers.append(
                f"{{{{ {path} }}}} is empty for {_people(lacking)}. "
                f'Put it between {{% if {path} != "" %}} and {{% endif %}}, or use the default filter.'
            )
    return list(dict.fromkeys(blockers))


def _guarded(path: str, *texts: str) -> bool:
    """Whether every text that shows the field says what stands there when it is empty."""
    name = re.escape(path)
    condition = re.compile(r"{%-?\s*(if|elsif|unless|case)\b[^%]*\b" + name + r"\b")
    default = re.compile(r"{{-?\s*" + name + r"\s*\|\s*default\b")
    shown = re.compile(r"{{-?\s*" + name + r"\b")
    return all(condition.search(one) or default.search(one) for one in texts if shown.search(one))


def remarks(notice: Notice, profile: Profile) -> list[str]:
    """What a person should know and decide; nothing of it stands in the way."""
    found = []
    if profile.without_email:
        found.append(
            f"{_people(profile.without_email)} in this segment have no e-mail address and get no mail."
        )
    if profile.exempt:
        found.append(f"{_people(profile.exempt)} are exempt and get no mail.")
    if "notice.url" not in sandbox.used_fields(notice.subject, notice.body):
        found.append("The text does not hold {{ notice.url }}: people cannot check that it is genuine.")
    if notice.incident.drill:
        found.append("This is a drill: nothing leaves the house.")
    return found


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
    return blockers


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


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"
