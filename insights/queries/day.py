"""What needs this person now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db.models import Exists, Q, QuerySet
from django.utils.timezone import localdate

from accounts.models import Role, User
from incidents import queries as cases
from incidents.models import Alert, Can, Decision, ItemAlert, Obligation, Report
from incidents.models.obligation import UNCLEAR, Outcome
from incidents.permissions import visible_to
from incidents.queries import IncidentRow, Reminded, Row
from incidents.queries.lessons import Lessons, lessons, lessons_anywhere
from insights.queries.deadlines import Unclear, clocks, unclear
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


def my_day(user: User, *, counts: Mapping[str, int], now: datetime) -> Day:
    """Clocks, things that wait for this person, reports and inquiries; each list starts at the door.

    `counts` are those of `waiting_counts`, which the navigation tells too.
    """
    works_here = bool(user.roles - {Role.EMPLOYEE}) or visible_to(user).exists()
    day = Day(works_here=works_here, own_reports=list(cases.my_reports(user)[:MOST]))
    if not works_here:
        return day
    some = _kinds(user, now)
    day.reminded = cases.unanswered(user)[:MOST] if some["reminded"] else []
    day.items = cases.my_items(user, size=MOST, now=now).rows
    day.of_role = cases.my_items(user, cases.NarrowedItems(show="role"), size=MOST, now=now).rows
    day.told = cases.unread_alerts(user)[:MOST] if some["told"] else []
    day.clocks = list(clocks(user).filter(ends__isnull=False).exclude(UNCLEAR)[:MOST])
    day.unclear = unclear(user, most=MOST)
    day.incidents = cases.incident_list(user, cases.Narrowed(view="needs"), size=MOST).rows
    day.report_count, day.inquiry_count = counts["reports"], counts["inquiries"]
    day.reports = list(cases.inbox(user, now=now)[:MOST]) if day.report_count else []
    if some["approvals"]:
        in_review = _notices(user, Can.APPROVE).filter(status=NoticeStatus.IN_REVIEW)
        day.approvals = list(in_review.exclude(author=user)[:MOST])
    day.held = list(_notices(user, Can.SEND).filter(held__gt=0)[:MOST]) if some["held"] else []
    if some["to_improve"] or some["to_check"] or some["to_look_back"]:
        day.lessons = lessons(user, today=localdate(now), now=now)
    day.signatures = list(_signatures(user)[:MOST]) if some["signatures"] else []
    day.filings = list(_filings(user)[:MOST]) if some["filings"] else []
    day.inquiries = list(_inquiries(user)[:MOST]) if day.inquiry_count else []
    return day


PROPOSED: Final = Q(outcome=Outcome.NOT_REQUIRED, second_by=None, withdrawn_at=None)
UNFILED: Final = Q(submitted_at=None) & ~Q(status="withdrawn")


def _kinds(user: User, now: datetime) -> dict[str, bool]:
    """Which kinds of thing wait at all, in one query: on most days most do not, and need not be asked at the door."""
    improvements, checks, closed = lessons_anywhere(user, today=localdate(now), now=now)
    asked: dict[str, QuerySet[Any]] = {
        "to_improve": improvements,
        "to_check": checks,
        "to_look_back": closed,
        "reminded": Alert.objects.filter(recipient=user, acknowledged_at=None),
        "told": ItemAlert.objects.filter(recipient=user, acknowledged_at=None),
        "approvals": Notice.objects.filter(status=NoticeStatus.IN_REVIEW),
        "held": Notice.objects.filter(held__gt=0),
        "signatures": Decision.objects.filter(PROPOSED),
        "filings": Filing.objects.filter(UNFILED),
    }
    found = User.objects.filter(pk=user.pk).annotate(**{name: Exists(rows) for name, rows in asked.items()})
    some: dict[str, bool] = found.values(*asked).get()
    return some


def _inquiries(user: User) -> QuerySet[Inquiry]:
    mine = Inquiry.objects.waiting().filter(incident__in=visible_to(user, Can.ANSWER).values("pk"))
    return mine.select_related("incident").order_by("waiting_since")


def _filings(user: User) -> QuerySet[Filing]:
    return (
        Filing.objects.filter(UNFILED, incident__in=current(user, Can.FILE).values("pk"))
        .select_related("incident", "obligation")
        .defer("snapshot", "answers", "obligation__rule", "obligation__duty", "obligation__trace")
        .order_by("obligation__due_at")
    )


def _notices(user: User, can: Can) -> Any:
    return (
        Notice.objects.filter(incident__in=visible_to(user, can).values("pk"))
        .select_related("incident", "author")
        .defer("compiled", "body", "statement")
        .order_by("submitted_at")
    )


def _signatures(user: User) -> Any:
    return (
        Decision.objects.filter(PROPOSED, obligation__incident__in=visible_to(user, Can.SIGN).values("pk"))
        .exclude(by=user)
        .select_related("by", "obligation__incident")
        .defer("facts", "obligation__rule", "obligation__duty", "obligation__trace")
        .order_by("at")
    )
