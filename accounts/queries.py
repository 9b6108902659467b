"""People as the settings show them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from accounts import codes
from accounts.events import AccountEvent
from accounts.models import CalendarFeed, Role, User
from audit.events import ORGANISATION
from audit.models import AuditEvent

PAGE: Final = 50
LIMITED: Final = {
    "exports": "exports and downloads",
    "lookups": "look-ups of contact details",
    "searches": "searches",
}


@dataclass(frozen=True)
class PeoplePage:
    """One page of people, and what lies around it."""

    people: list[User]
    total: int
    number: int
    first: int
    has_next: bool


def people(words: str = "") -> QuerySet[User]:
    """Everybody with an account by name, or those whose name or address holds the words."""
    found = User.objects.order_by("-is_active", "name", "pk").prefetch_related("groups")
    words = words.strip()[:100]
    return found.filter(Q(name__icontains=words) | Q(email__icontains=words)) if words else found


def people_page(words: str = "", *, number: int = 1, size: int = PAGE) -> PeoplePage:
    """A page of `people`; a number past the end gives the last one."""
    found = people(words)
    total = found.count()
    number = max(1, min(number, -(-total // size)))
    start = (number - 1) * size
    rows = list(found[start : start + size])
    return PeoplePage(rows, total, number, start + 1, start + len(rows) < total)


def colleagues_of(person: User) -> QuerySet[User]:
    """Who can stand in for somebody, by name; guests of one incident are not told who works here."""
    if not person.roles:
        return User.objects.none()
    working = [role.value for role in Role if role not in (Role.EMPLOYEE, Role.AUDITOR)]
    found = User.objects.filter(is_active=True, groups__name__in=working).exclude(pk=person.pk)
    return found.distinct().order_by("name", "pk")


@dataclass(frozen=True)
class LimitReached:
    """That somebody wanted more in an hour or a day than one person needs."""

    person: str
    at: datetime
    words: str


def limits_reached(*, since: datetime, of: User | None = None) -> list[LimitReached]:
    """Limits of exports, look-ups and searches that people reached, the latest first."""
    acts = AuditEvent.objects.filter(stream=ORGANISATION, verb=AccountEvent.LIMIT_REACHED, at__gt=since)
    if of is not None:
        acts = acts.filter(subject_id=str(of.pk))
    return [
        LimitReached(act.actor_label, act.at, _limit_words(**json.loads(act.details)))
        for act in acts.order_by("-sequence")
    ]


def _limit_words(*, kind: str, number: int, hours: int) -> str:
    return f"{number} {LIMITED[kind]} in one {'hour' if hours == 1 else 'day'}"


def calendar_feed(person: User) -> CalendarFeed | None:
    """The calendar address that stands, without its code: that is kept nowhere."""
    return CalendarFeed.objects.filter(person=person).first()


def feed_opened_by(code: str) -> CalendarFeed | None:
    """The calendar that a code opens; None for unknown and ended ones, and for people who may not sign in."""
    found = CalendarFeed.objects.filter(code_hash=codes.digest(code[:64]), person__is_active=True)
    return found.select_related("person").first()
