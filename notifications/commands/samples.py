"""Sending a notice to our own people to look at, before it goes out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from audit.commands import record
from incidents import queries as cases
from incidents.models import Can
from notifications.events import NoticeEvent
from notifications.models import Notice, SampleMail
from notifications.rules import check_none, sample_blockers

MOST: Final = 10


@transaction.atomic
def send_samples(notice: Notice, *, to: Iterable[User], by: User, now: datetime) -> list[SampleMail]:
    """Queue a test mail for each of these colleagues; only people who may see the incident get one."""
    notice = Notice.objects.locked(notice)
    check_none(sample_blockers(notice), code="wrong_status")
    wanted = {person.pk for person in to}
    people = list(cases.people_who_can(notice.incident, Can.VIEW, now=now).filter(pk__in=wanted))
    if not people or len(people) != len(wanted):
        raise ValidationError("Choose people who may see this incident.", code="not_here")
    if len(people) > MOST:
        raise ValidationError(f"At most {MOST} people at a time.", code="too_many")
    made = SampleMail.objects.bulk_create(
        SampleMail(notice=notice, recipient=person, by=by, at=now) for person in people
    )
    record(
        NoticeEvent.SAMPLE,
        notice,
        by=by,
        stream=notice.stream,
        details={"to": [person.pk for person in people]},
    )
    return made
