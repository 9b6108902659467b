"""What needs this person now."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.utils.timezone import localdate

from accounts.models import Role, User
from incidents import queries as cases
from incidents.models import Can, Decision, ItemAlert, Obligation, Report
from incidents.models.obligation import Outcome
from incidents.permissions import visible_to
from incidents.queries import IncidentRow, Reminded, Row
from incidents.queries.lessons import Lessons, lessons
from insights.queries.deadlines import UNCLEAR, Unclear, clocks, unclear
from insights.queries.scope import current
from notifications.lifecycle import NoticeStatus
from notifications.models import Filing, Notice
from stakeholders.models import Inquiry

MOST: Final = 6


@dataclass
class Day:
    """The page, by what it asks of the person."""

    works_here: bool = False  # holds a role beyond telling us what they saw
    reminded: list[Reminded] = field(default_factory=list)  # deadlines that wait for an answer
    items: list[Row] = field(default_factory=list)  # action items that are theirs, the nearest due first
    of_role: list[Row] = field(default_factory=list)  # that nobody of their role has taken yet
    told: list[ItemAlert] = field(default_factory=list)  # mentions and items given to them
    clocks: list[Obligation] = field(default_factory=list)
    unclear: list[Unclear] = field(default_factory=list)
    incidents: list[IncidentRow] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    report_count: int = 0
    approvals: list[Notice] = field(default_factory=list)
    signatures: list[Decision] = field(default_factory=list)
    held: list[Notice] = field(default_factory=list)  # deliveries that wait for a person
    filings: list[Filing] = field(default_factory=list)
    inquiries: list[Inquiry] = field(default_factory=list)
    inquiry_count: int = 0
    own_reports: list[Report] = field(default_factory=list)
    lessons: Lessons = field(default_factory=Lessons)  # what of finished work waits for the person

    @property
    def asked(self) -> int:
        """How much waits for this person's own hand."""
        return len(self.approvals) + len(self.signatures) + len(self.held) + len(self.filings)

    @property
    def is_quiet(self) -> bool:
        return not (
            self.reminded
            or self.items
            or self.of_role
            or self.told
            or self.clocks
            or self.unclear
            or self.asked
            or self.lessons
            or self.report_count
            or self.inquiry_count
            or self.incidents
        )


def my_day(user: User, *, now: datetime) -> Day:
    """Clocks, things that wait for this person, reports and inquiries; each list starts at the door."""
    works_here = bool(user.roles - {Role.EMPLOYEE}) or visible_to(user).exists()
    day = Day(works_here=works_here, own_reports=list(cases.my_reports(user)[:MOST]))
    if not works_here:
        return day
    day.reminded = cases.unanswered(user)[:MOST]
    day.items = cases.my_items(user, size=MOST, now=now).rows
    day.of_role = cases.my_items(user, cases.NarrowedItems(show="role"), size=MOST, now=now).rows
    day.told = cases.unread_alerts(user)[:MOST]
    day.clocks = list(clocks(user).filter(ends__isnull=False).exclude(UNCLEAR)[:MOST])
    day.unclear = unclear(user, most=MOST)
    day.incidents = cases.incident_list(user, cases.Narrowed(view="needs"), size=MOST).rows
    reports = cases.inbox(user)
    day.reports, day.report_count = list(reports[:MOST]), reports.count()
    day.approvals = list(
        _notices(user, Can.APPROVE).filter(status=NoticeStatus.IN_REVIEW).exclude(author=user)[:MOST]
    )
    day.held = list(_notices(user, Can.SEND).filter(held__gt=0)[:MOST])
    day.lessons = lessons(user, today=localdate(now), now=now)
    day.signatures = list(_signatures(user)[:MOST])
    day.filings = list(
        Filing.objects.filter(incident__in=current(user, Can.FILE).values("pk"), submitted_at=None)
        .exclude(status="withdrawn")
        .select_related("incident", "obligation")
        .defer("snapshot", "answers", "obligation__rule", "obligation__duty", "obligation__trace")
        .order_by("obligation__due_at")[:MOST]
    )
    waiting = Inquiry.objects.waiting().filter(incident__in=visible_to(user, Can.ANSWER).values("pk"))
    day.inquiries = list(waiting.select_related("incident").order_by("waiting_since")[:MOST])
    day.inquiry_count = waiting.count()
    return day


def _notices(user: User, can: Can) -> Any:
    return (
        Notice.objects.filter(incident__in=visible_to(user, can).values("pk"))
        .select_related("incident", "author")
        .defer("compiled", "body", "statement")
        .order_by("submitted_at")
    )


def _signatures(user: User) -> Any:
    return (
        Decision.objects.filter(
            obligation__incident__in=visible_to(user, Can.SIGN).values("pk"),
            outcome=Outcome.NOT_REQUIRED,
            second_by=None,
            withdrawn_at=None,
        )
        .exclude(by=user)
        .select_related("by", "obligation__incident")
        .defer("facts", "obligation__rule", "obligation__duty", "obligation__trace")
        .order_by("at")
    )
