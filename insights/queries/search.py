"""Finding incidents, reports and inquiries by their words or reference."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from incidents.models import Incident, Report
from incidents.permissions import reports_visible_to, visible_to
from stakeholders.models import Inquiry

SHOWN: Final = 30
LONGEST: Final = 200


@dataclass(frozen=True)
class Found:
    """What a search found among what the person may see."""

    words: str
    incidents: list[Incident] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    inquiries: list[Inquiry] = field(default_factory=list)
    more: bool = False

    @property
    def total(self) -> int:
        return len(self.incidents) + len(self.reports) + len(self.inquiries)

    @property
    def only_url(self) -> str:
        """Where to go at once: the words are the reference of one incident."""
        if len(self.incidents) == 1 and self.incidents[0].reference == self.words.upper():
            return reverse("insights:overview", args=[self.incidents[0].reference])
        return ""


def search(user: User, words: str) -> Found:
    """Look words up in references, titles and summaries. Contact details are sealed: people are found on their roster."""
    words = " ".join(words.replace("\x00", "").split())[:LONGEST]
    if len(words) < 2:
        return Found(words)
    told = Q(reference__icontains=words) | Q(title__icontains=words)
    mine = visible_to(user)
    incidents = mine.filter(told | Q(summary__icontains=words)).select_related("lead")[: SHOWN + 1]
    reports = (
        reports_visible_to(user)
        .filter(told | Q(words__icontains=words))
        .order_by("-received_at")[: SHOWN + 1]
    )
    inquiries = Inquiry.objects.filter(
        reference__icontains=words, incident__in=mine.values("pk")
    ).select_related("incident")[: SHOWN + 1]
    lists = list(incidents), list(reports), list(inquiries)
    return Found(
        words, lists[0][:SHOWN], lists[1][:SHOWN], lists[2][:SHOWN], any(len(one) > SHOWN for one in lists)
    )
