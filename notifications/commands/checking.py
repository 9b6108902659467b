"""Letting a finding of the check stand."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from audit.commands import record
from incidents.rules import check_reason
from notifications import rules, segments
from notifications.events import NoticeEvent
from notifications.lifecycle import NoticeStatus
from notifications.models import Notice
from notifications.sources import source_of

OPEN = frozenset({NoticeStatus.DRAFT, NoticeStatus.IN_REVIEW})


@transaction.atomic
def accept_finding(notice: Notice, *, key: str, reason: str, by: User, now: datetime) -> Notice:
    """Let a finding that blocks stand, with name and reason; refused for what no reason can make right."""
    notice = Notice.objects.locked(notice)
    if notice.status not in OPEN:
        raise ValidationError("Its text is settled.", code="wrong_status")
    source = source_of(notice)
    report = rules.check(notice, segments.profile(notice, source.places), source)
    finding = next((one for one in rules.standing(notice, report) if one.key == key), None)
    if finding is None:
        raise ValidationError("The check does not find this any more.", code="stale")
    if not finding.acceptable:
        raise ValidationError("No reason can let this stand: mend it.", code="must_be_mended")
    reason = check_reason(reason)
    notice.accepted = {
        **notice.accepted,
        key: {"text": finding.text, "reason": reason, "by": by.pk, "name": by.name, "at": now.isoformat()},
    }
    notice.save(update_fields=["accepted"])
    record(
        NoticeEvent.FINDING_ACCEPTED,
        notice,
        by=by,
        stream=notice.stream,
        details={"finding": key, "rules": list(finding.rules)},
        reason=reason,
    )
    return notice
