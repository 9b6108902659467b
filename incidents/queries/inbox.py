"""The inbox: reports that wait, those settled, and what is like one of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Substr
from django.http import Http404
from django.utils import timezone

from accounts.models import User
from incidents.lifecycle import ReportStatus
from incidents.marks import mark_words, marks_of
from incidents.models import Can, Door, Incident, Report, SupplierLink
from incidents.models.incident import ViolationType
from incidents.models.report import Guess, Whose
from incidents.permissions import check_triage, reports_visible_to, visible_to
from incidents.queries.narrowing import Narrowing

INBOX_LIMIT: Final = 200
# Words are compared with the latest of each: an old one that matters shares a mark, which is indexed.
COMPARED: Final = 1_000
LIKE: Final = 0.25

READ: Final = 500  # characters of each text that are compared


@dataclass(frozen=True)
class NarrowedInbox(Narrowing):
    """What the inbox is narrowed to. Its order is not asked for: what could fall due first stays first."""

    offered = {
        "door": Door.values,
        "violation": ViolationType.values,
        "whose": Whose.values,
        "serious": ("yes",),
    }

    words: str = ""
    door: str = ""
    violation: str = ""
    whose: str = ""
    serious: str = ""


def inbox(
    user: User, wanted: NarrowedInbox = NarrowedInbox(), *, now: datetime | None = None
) -> QuerySet[Report]:
    """Reports that wait for triage: by the first deadline there could be, then how grave they sound, then age."""
    found = (
        reports_visible_to(user)
        .filter(status=ReportStatus.NEW)
        .filter(Q(returns_at=None) | Q(returns_at__lte=now or timezone.now()))
    )
    exact = {name: getattr(wanted, name) for name in ("door", "violation", "whose")}
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if wanted.serious:
        found = found.filter(guess=Guess.HIGH)
    for word in wanted.words.split():
        found = found.filter(
            Q(title__icontains=word) | Q(words__icontains=word) | Q(reference__icontains=word)
        )
    return found.select_related("reporter", "supplier").order_by(
        F("could_be_due_at").asc(nulls_last=True), "-guess", "received_at", "pk"
    )


def put_off_reports(user: User, *, now: datetime) -> QuerySet[Report]:
    """Reports put off until later, the next one first."""
    return (
        reports_visible_to(user)
        .filter(status=ReportStatus.NEW, returns_at__gt=now)
        .select_related("reporter", "settled_by")
        .order_by("returns_at", "pk")
    )


def to_answer(user: User) -> QuerySet[Report]:
    """Reports, settled ones too, whose reporter's last words nobody has answered; who waits longest first."""
    return reports_visible_to(user).filter(asked_at__isnull=False).order_by("asked_at", "pk")


def settled_reports(user: User) -> QuerySet[Report]:
    """Reports that somebody has triaged, the latest first."""
    return (
        reports_visible_to(user)
        .exclude(status=ReportStatus.NEW)
        .select_related("reporter", "supplier", "incident", "duplicate_of", "settled_by")
        .order_by("-settled_at", "-pk")
    )


def my_reports(user: User) -> QuerySet[Report]:
    """What this person reported, the latest first."""
    return Report.objects.filter(reporter=user).order_by("-received_at")


def report_for(user: User, reference: str) -> Report:
    """One report for triage: 403 for who does not triage, 404 for what is hidden from them."""
    check_triage(user)
    report = (
        reports_visible_to(user)
        .select_related("reporter", "supplier", "incident", "duplicate_of", "settled_by")
        .filter(reference=reference)
        .first()
    )
    if report is None:
        raise Http404("No such report.")
    return report


def reports_for(user: User, references: list[str]) -> list[Report]:
    """Several reports for triage, in the order of the inbox; those hidden from the person are left out."""
    check_triage(user)
    return list(
        reports_visible_to(user)
        .filter(reference__in=references[:INBOX_LIMIT])
        .select_related("reporter", "supplier", "incident", "duplicate_of", "settled_by")
        .order_by(F("could_be_due_at").asc(nulls_last=True), "-guess", "received_at", "pk")
    )


def supplier_links() -> QuerySet[SupplierLink]:
    """Addresses of suppliers, those in use first."""
    return SupplierLink.objects.select_related("made_by").order_by(
        F("revoked_at").desc(nulls_first=True), "supplier", "pk"
    )


@dataclass
class Alike:
    """A report or an incident that may tell of the same, and what it shares."""

    reference: str
    title: str
    state: str
    incident: str = ""  # its reference: the incident itself, or the one a report was taken up in
    is_report: bool = True
    score: float = 0.0
    shared: list[str] = field(default_factory=list)

    @property
    def why(self) -> str:
        words = [f"words {round(100 * min(self.score, 1.0))} % alike"] if self.score >= LIKE else []
        return "; ".join([*self.shared, *words])


def look_alikes(user: User, report: Report, *, most: int = 5) -> list[Alike]:
    """What tells of something similar, among what this person may see; only ever a suggestion."""
    found = [*_reports_alike(user, report), *_incidents_alike(user, report)]
    return sorted(found, key=lambda one: (-len(one.shared), -one.score, one.reference))[:most]


def _reports_alike(user: User, report: Report) -> list[Alike]:
    visible = reports_visible_to(user).exclude(pk=report.pk).exclude(duplicate_of=report)
    latest = visible.order_by("-received_at").values("pk")[:COMPARED]
    alike = _scored(visible, "title", "words", report).filter(
        Q(marks__overlap=report.marks) | Q(pk__in=latest, score__gt=LIKE)
        if report.marks
        else Q(pk__in=latest, score__gt=LIKE)
    )
    rows = alike.select_related("incident").order_by("-score", "pk")[:20]
    return [
        Alike(
            reference=row.reference,
            title=row.title,
            state=row.get_status_display(),
            incident=row.incident.reference if row.incident else "",
            score=row.score,
            shared=_shared(report, row.marks),
        )
        for row in rows
    ]


def more_like(report: Report) -> int:
    """How many reports like a settled one came since; for the system, which tells nobody what they are."""
    since = Report.objects.filter(received_at__gt=report.settled_at).exclude(pk=report.pk)
    like = Q(score__gt=LIKE)
    if report.marks:
        like |= Q(marks__overlap=report.marks)
    return _scored(since, "title", "words", report).filter(like).count()


def _incidents_alike(user: User, report: Report) -> list[Alike]:
    visible = visible_to(user).filter(historic=False, merged_into=None)
    if report.incident_id:
        visible = visible.exclude(pk=report.incident_id)
    latest = visible.order_by("-opened_at").values("pk")[:COMPARED]
    scored = _scored(visible.filter(pk__in=latest), "title", "summary", report)
    marked = Q()
    for mark in report.marks[:10]:
        marked |= Q(summary__icontains=mark) | Q(title__icontains=mark)
    rows = scored.filter(Q(score__gt=LIKE) | marked).order_by("-score", "pk")[:20]
    return [
        Alike(
            reference=row.reference,
            title=row.title,
            state=row.get_status_display(),
            incident=row.reference,
            is_report=False,
            score=row.score,
            shared=_shared(report, marks_of(row.title, row.summary)),
        )
        for row in rows
    ]


def _scored(rows: QuerySet[Any], title: str, words: str, report: Report) -> QuerySet[Any]:
    """How alike title and words are, each from 0 to 1, together at most 1."""
    likeness = TrigramSimilarity(title, report.title) + TrigramSimilarity(
        Substr(words, 1, READ), report.words[:READ]
    )
    scored: QuerySet[Any] = rows.annotate(score=likeness / 2.0)
    return scored


def _shared(report: Report, marks: list[str]) -> list[str]:
    return [f"same {mark_words(mark)}" for mark in sorted(set(report.marks) & set(marks))][:3]


def same_as(user: User, reference: str) -> Report | Incident | None:
    """The report or incident meant by a reference, if the person may see it and put reports to it."""
    if reference.startswith("INC-"):
        return (
            visible_to(user, Can.TRIAGE).filter(reference=reference, historic=False, merged_into=None).first()
        )
    return reports_visible_to(user).filter(reference=reference).first()
