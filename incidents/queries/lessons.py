"""What came of incidents: improvements, later looks, the team's view, and what of it waits for a person."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import QuerySet
from django.http import Http404

from accounts.models import User
from incidents.lifecycle import Status
from incidents.models import Can, Improvement, Incident, PostIncidentReview, TeamFeedback
from incidents.models.lesson import Held
from incidents.permissions import visible_to

# Fewer answers than these would say by themselves who gave them.
FEWEST: Final = 3
ASKED_FOR: Final = timedelta(days=14)
MOST: Final = 6


@dataclass(frozen=True)
class TeamView:
    """What the team said, without names; words only once nobody can be told by them."""

    given: int
    knew: list[tuple[str, int]] = field(default_factory=list)
    helped: list[str] = field(default_factory=list)
    change: list[str] = field(default_factory=list)

    @property
    def shown(self) -> bool:
        return self.given >= FEWEST

    @property
    def missing(self) -> int:
        return max(0, FEWEST - self.given)


def team_view(incident: Incident) -> TeamView:
    """In the order of the words, so that the order tells nobody's."""
    found = list(TeamFeedback.objects.filter(incident=incident))
    if len(found) < FEWEST:
        return TeamView(len(found))
    counted = Counter(one.knew for one in found)
    return TeamView(
        len(found),
        knew=[(str(held.label), counted[held.value]) for held in Held],
        helped=sorted(one.helped for one in found if one.helped),
        change=sorted(one.change for one in found if one.change),
    )


def improvements(incident: Incident) -> QuerySet[Improvement]:
    return incident.improvements.select_related("owner", "done_by")


def improvement_for(incident: Incident, pk: int) -> Improvement:
    found = improvements(incident).select_related("incident").filter(pk=pk).first()
    if found is None:
        raise Http404("No such improvement.")
    return found


@dataclass
class Lessons:
    """What of finished work waits for one person."""

    improvements: list[Improvement] = field(default_factory=list)
    checks: list[PostIncidentReview] = field(default_factory=list)
    feedback: list[Incident] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.improvements or self.checks or self.feedback)


def lessons(user: User, *, today: date, now: datetime) -> Lessons:
    """Own improvements that are open, reviews of own incidents to look at again, closed incidents to look back on."""
    own, due, closed = lessons_anywhere(user, today=today, now=now)
    visible = visible_to(user).values("pk")
    writable = visible_to(user, Can.WRITE).values("pk")
    return Lessons(
        list(own.filter(incident__in=writable).select_related("incident")[:MOST]),
        list(due.filter(incident__in=writable).select_related("incident").order_by("check_on")[:MOST]),
        list(closed.filter(pk__in=visible).exclude(feedback__by=user).order_by("-closed_at")[:MOST]),
    )


def lessons_anywhere(
    user: User, *, today: date, now: datetime
) -> tuple[QuerySet[Improvement], QuerySet[PostIncidentReview], QuerySet[Incident]]:
    """The same before the door: only to ask whether there is anything at all."""
    closed = {"status": Status.CLOSED, "historic": False, "merged_into": None}
    return (
        Improvement.objects.filter(owner=user, done_at=None),
        PostIncidentReview.objects.filter(
            check_on__lte=today, incident__lead=user, incident__merged_into=None
        ),
        Incident.objects.filter(**closed, closed_at__gt=now - ASKED_FOR, looks__user=user),
    )
