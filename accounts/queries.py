"""People as the settings show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from accounts.models import User

PAGE: Final = 50


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
