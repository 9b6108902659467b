"""The list at the side: who sees what, and how many wait there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts import second_step
from accounts.models import Organisation, Role, User
from accounts.permissions import MANAGING
from accounts.sessions import seconds_left
from audit.queries import newest_mark
from incidents.permissions import needs_second_step
from insights import queries
from insights.permissions import PREPAREDNESS_READERS, RECORD_WATCHERS

STAFF: Final = frozenset(Role) - {Role.EMPLOYEE}
DESK: Final = frozenset({Role.SUPPORT, Role.LEAD, Role.LEGAL, Role.PRIVACY_OFFICER})
TRIAGE: Final = frozenset({Role.RESPONDER, Role.LEAD, Role.PRIVACY_OFFICER})
SUPPLIERS: Final = frozenset({Role.LEAD, Role.PRIVACY_OFFICER})
WRITERS: Final = frozenset({Role.RESPONDER, Role.LEAD, Role.LEGAL, Role.PRIVACY_OFFICER})


@dataclass(frozen=True)
class Place:
    """One entry: where it leads, who has it, what is counted beside it."""

    label: str
    url_name: str
    icon: str
    roles: frozenset[Role] = frozenset(Role)
    count: str = ""
    key: str = ""  # second letter of the `g` shortcut
    under: str = ""  # pages below this path keep the entry marked


GROUPS: Final[tuple[tuple[str, tuple[Place, ...]], ...]] = (
    (
        "",
        (
            Place("My day", "insights:my_day", "sun", STAFF, key="m"),
            Place("Intake", "incidents:intake", "inbox", TRIAGE, "reports", "i", "/intake/"),
            Place("Incidents", "incidents:list", "folder-open", STAFF, "incidents", "n", "/incidents/"),
            Place("Deadlines", "insights:deadlines", "alarm-clock", STAFF, "deadlines", "d"),
            Place("Action items", "incidents:my_items", "list-checks", STAFF, key="w", under="/work/"),
            Place("Inquiries", "stakeholders:desk", "messages-square", DESK, "inquiries", "q", "/inquiries/"),
        ),
    ),
    (
        "Prepare",
        (
            Place("Policies", "policies:list", "scroll-text", under="/policies/"),
            Place("The law", "insights:law", "scale", STAFF, under="/law/"),
            Place(
                "Preparedness", "preparedness:index", "umbrella", PREPAREDNESS_READERS, under="/preparedness/"
            ),
            Place("Playbooks", "incidents:playbooks", "notebook-pen", STAFF, under="/settings/playbooks/"),
            Place("Notice templates", "notifications:templates", "file-text", WRITERS, under="/templates/"),
        ),
    ),
    (
        "Tell us",
        (
            Place("Report something", "incidents:report_staff", "siren"),
            Place("My reports", "incidents:my_reports", "list-checks"),
        ),
    ),
    (
        "Settings",
        (
            Place("Organisation", "incidents:organisation", "building-2", under="/settings/organisation/"),
            Place("People", "accounts:people", "users", MANAGING, under="/settings/people/"),
            Place("Teams", "incidents:teams", "users-round", SUPPLIERS, under="/settings/teams/"),
            Place("Suppliers", "incidents:suppliers", "truck", SUPPLIERS, under="/settings/suppliers/"),
            Place("Who has access", "insights:access_overview", "key-round", RECORD_WATCHERS),
            Place("The record", "insights:record_state", "shield-check", RECORD_WATCHERS, under="/record/"),
        ),
    ),
)


class Navigation:
    """What `base.html` reads. Lazy: a page that shows no navigation asks nothing, a public one no session."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def user(self) -> User | None:
        user = getattr(self.request, "user", None)
        if not isinstance(user, User) or not user.is_active:
            return None
        # Who has yet to set up the second step is led to it by pages that look like any other.
        held_up = self.demands_second_step and not second_step.passed(self.request)
        return None if held_up and needs_second_step(user) else user

    @cached_property
    def demands_second_step(self) -> bool:
        return bool(settings.MFA_REQUIRED)

    @cached_property
    def person(self) -> str:
        return str(self.user) if self.user else ""

    @cached_property
    def role(self) -> str:
        return self.user.role_words if self.user else ""

    @cached_property
    def organisation(self) -> str:
        return str(Organisation.current()) if self.user else ""

    @cached_property
    def search_url(self) -> str:
        return link("insights:search") if self.user else ""

    @cached_property
    def counts(self) -> dict[str, int]:
        return waiting(self.request) if self.user else {}

    @cached_property
    def session_seconds(self) -> int:
        """How long this session lasts if nobody does anything."""
        return seconds_left(self.request) if self.user else 0

    @property
    def live_seconds(self) -> int:
        """How often an open page asks what others changed."""
        return settings.LIVE_SECONDS

    @cached_property
    def mark(self) -> int:
        """How far the record had come when this page was drawn."""
        return newest_mark()

    @cached_property
    def groups(self) -> list[dict[str, object]]:
        if self.user is None:
            return []
        shown: list[dict[str, object]] = []
        for label, places in GROUPS:
            items = [item for place in places if (item := self._item(place))]
            if items:
                shown.append({"label": label, "items": items})
        return shown

    def places(self) -> list[dict[str, str]]:
        """Where this person may go, without what is counted there."""
        every = [place for _, places in GROUPS for place in places]
        found = [(place, link(place.url_name)) for place in every if self.user and self._has(place)]
        return [{"label": place.label, "url": url, "icon": place.icon} for place, url in found if url]

    def _has(self, place: Place) -> bool:
        """By role; whoever was let into an incident without one finds it too."""
        if self.user is None:
            return False
        if place.roles == MANAGING and self.user.is_superuser:
            return True
        return bool(self.user.roles & place.roles) or (place.roles == STAFF and self.counts["visible"] > 0)

    def _item(self, place: Place) -> dict[str, object] | None:
        url = link(place.url_name)
        if not url or not self._has(place):
            return None
        path = self.request.path
        return {
            "label": place.label,
            "url": url,
            "icon": place.icon,
            "count": self.counts.get(place.count, 0),
            "current": path == url or bool(place.under and path.startswith(place.under)),
            "key": place.key,
        }


def waiting(request: HttpRequest) -> dict[str, int]:
    """What waits, counted once for a request, however many parts of its page tell it."""
    if not hasattr(request, "waiting"):
        request.waiting = queries.waiting_counts(request.user, now=timezone.now())  # type: ignore[attr-defined, arg-type]
    counts: dict[str, int] = request.waiting  # type: ignore[attr-defined]
    return counts


_address = lru_cache(maxsize=256)(reverse)


def link(name: str, *args: str) -> str:
    """The address of a route, or nothing while an installation does not have it."""
    try:
        return _address(name, args=args)
    except NoReverseMatch:
        return ""


def navigation(request: HttpRequest) -> dict[str, Navigation]:
    """Context processor."""
    return {"nav": Navigation(request)}
