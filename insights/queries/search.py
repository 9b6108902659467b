"""Finding what one may see by its words or its reference."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property, lru_cache
from typing import Any, Final

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db import connection
from django.db.models import (
    Case,
    DateTimeField,
    ExpressionWrapper,
    F,
    FloatField,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Left
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import User
from incidents.models import Can
from incidents.permissions import MANY_GRANTS, granted, holds_few, may_triage
from insights.models import EntryKind, SearchEntry
from insights.queries.law_shelf import RuleRow, Wanted, rules_wanted

SHOWN: Final = 30
LATEST: Final = 8_000
SUGGESTED: Final = 8
RANKED: Final = 400  # of what fits, the newest are put in order
RULES: Final = 5
LONGEST: Final = 200
MOST_WORDS: Final = 12
HEADLINED: Final = 5_000  # characters of a text that a snippet is looked for in
CONFIGURATION: Final = "forthright"
# Marks that no text holds, made tags after everything else is escaped.
START, STOP = "\x02", "\x03"
MARKS: Final = re.compile(f"[{START}{STOP}]")
# What a word in the heading of an incident weighs against the same word elsewhere.
KIND_WEIGHTS: Final = {
    EntryKind.INCIDENT: 1.0, EntryKind.REPORT: 0.7, EntryKind.POLICY: 0.7, EntryKind.EVIDENCE: 0.6, EntryKind.NOTE: 0.5,
    EntryKind.FILING: 0.5, EntryKind.INQUIRY: 0.5, EntryKind.OBLIGATION: 0.3,
}  # fmt: skip
# Where each kind is shown, and by what: the incident's reference, its own, or its key.
ADDRESSES: Final = {
    EntryKind.REPORT: ("incidents:intake_report", "own"),
    EntryKind.NOTE: ("incidents:notes", "incident"),
    EntryKind.OBLIGATION: ("incidents:obligation", "incident", "key"),
    EntryKind.FILING: ("notifications:filing", "incident", "own"),
    EntryKind.INQUIRY: ("stakeholders:inquiry", "own"),
    EntryKind.EVIDENCE: ("incidents:evidence_item", "incident", "own"),
    EntryKind.POLICY: ("policies:policy", "own"),
}
_address = lru_cache(maxsize=4_096)(reverse)


@dataclass(frozen=True)
class Hit:
    """One thing found."""

    entry: SearchEntry

    @property
    def title(self) -> str:
        return self.entry.title or self.entry.reference or self.entry.get_kind_display()

    @property
    def of_incident(self) -> str:
        """The incident it belongs to, unless it is one."""
        incident = self.entry.incident
        return incident.title if incident and self.entry.kind != EntryKind.INCIDENT else ""

    @property
    def kind(self) -> str:
        return str(EntryKind(self.entry.kind).label)

    @cached_property
    def snippet(self) -> SafeString:
        """Where the words stand, every piece escaped."""
        pieces = MARKS.split(getattr(self.entry, "snippet", "") or "")
        return format_html(
            "{}<mark>{}</mark>" * (len(pieces) // 2) + "{}", *pieces, *[""] * (1 - len(pieces) % 2)
        )

    @property
    def url(self) -> str:
        entry, incident = self.entry, self.entry.incident
        name, *told = ADDRESSES.get(EntryKind(entry.kind), ("insights:overview", "incident"))
        known = {
            "incident": incident.reference if incident else "",
            "own": entry.reference,
            "key": entry.subject,
        }
        return _address(name, args=tuple(str(known[one]) for one in told))


@dataclass(frozen=True)
class Found:
    """What a search found among what the person may see."""

    words: str
    kind: str = ""
    hits: list[Hit] = field(default_factory=list)
    rules: list[RuleRow] = field(default_factory=list)
    more: bool = False

    @property
    def total(self) -> int:
        return len(self.hits) + len(self.rules)

    @cached_property
    def only_url(self) -> str:
        """Where to go at once: the words are a whole reference."""
        whole = self.words.upper()
        same = [hit for hit in self.hits if hit.entry.reference == whole]
        return same[0].url if len(same) == 1 else ""


def search(user: User, words: str, *, kind: str = "", most: int = SHOWN) -> Found:
    """Look words up, the last one by its beginning too. People are found on their roster: their details are sealed."""
    words = " ".join(words.replace("\x00", "").split())[:LONGEST]
    kind = kind if kind in EntryKind.values else ""
    terms = re.findall(r"\w+", words)[:MOST_WORDS]
    if len(words) < 2 or not terms:
        return Found(words, kind)
    hits = _by_words(user, kind, terms, most) or _by_parts(_findable(user, kind), words, most)
    rules = []
    if not kind:
        found = rules_wanted(Wanted(words=words), timezone.localdate())
        rules = [row for row, _ in found[:RULES]]
    return Found(words, kind, [Hit(entry) for entry in hits[:most]], rules, len(hits) > most)


def _findable(user: User, kind: str, *, whole: bool = False) -> QuerySet[SearchEntry]:
    """Entries this person may know of: by incident, by role, and counsel's own for counsel."""
    return _sought(user, kind).filter(
        Q(incident=None) | granted(user, Can.VIEW, key="incident_id", whole=whole),
        Q(privileged=False) | granted(user, Can.PRIVILEGED, key="incident_id", whole=whole),
    )


def _sought(user: User, kind: str) -> QuerySet[SearchEntry]:
    """Of the kinds that are asked for and that this person's roles let him look among."""
    found = (
        SearchEntry.objects.all() if may_triage(user) else SearchEntry.objects.exclude(kind=EntryKind.REPORT)
    )
    return found.filter(kind=kind) if kind else found


def _by_words(user: User, kind: str, terms: list[str], most: int) -> list[SearchEntry]:
    """By full text, the best first; of very common words among the newest alone.

    Whoever sees much is asked at the door for what fits, not for all there is; where too little of that is theirs, and
    always for whoever sees little, what they may see comes first.
    """
    query = _asking(terms)
    if not holds_few(user, Can.VIEW, most=MANY_GRANTS):
        keys = _newest(_sought(user, kind).filter(document=query))
        best = _best(_findable(user, kind).filter(pk__in=keys), query, most)
        if len(best) > most or len(keys) < RANKED:
            return _told(best, query)
    mine = _findable(user, kind, whole=True).filter(document=query).order_by("-at", "-pk")
    return _told(_best(SearchEntry.objects.filter(pk__in=mine.values("pk")[:RANKED]), query, most), query)


def _asking(terms: list[str]) -> Any:
    """For words as they stand and by their stems; once where both are the same, for the index is walked for each."""
    asked = " & ".join(f"'{term}':*" for term in terms)  # letters and digits alone: nothing to escape
    plain = SearchQuery(asked, config="simple", search_type="raw")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_tsquery(%s::regconfig, %s) = to_tsquery('simple', %s)", [CONFIGURATION, asked, asked]
        )
        alike = cursor.fetchone() == (True,)
    return plain if alike else SearchQuery(asked, config=CONFIGURATION, search_type="raw") | plain


def _newest(fitting: QuerySet[SearchEntry]) -> list[int]:
    """Keys of the newest that fit. A common word has enough of them among the latest entries; a rare one is in the
    index of words. PostgreSQL cannot tell which is which, so both are asked in turn."""
    latest = SearchEntry.objects.order_by("-at", "-pk").values("at")[LATEST : LATEST + 1]
    found = (
        fitting.filter(at__gt=Subquery(latest)).order_by("-at", "-pk").values_list("pk", flat=True)[:RANKED]
    )
    if len(found) == RANKED:
        return list(found)
    # Not by the column itself, whose index would be walked from end to end.
    by_time = ExpressionWrapper(F("at") + timedelta(0), output_field=DateTimeField())
    return list(fitting.order_by(by_time.desc(), "-pk").values_list("pk", flat=True)[:RANKED])


def _best(found: QuerySet[SearchEntry], query: Any, most: int) -> list[int]:
    """Keys of those that fit best, and one more than asked for."""
    weight = Case(
        *(When(kind=kind, then=Value(value)) for kind, value in KIND_WEIGHTS.items()),
        output_field=FloatField(),
    )
    ranked = found.annotate(rank=SearchRank(F("document"), query) * weight).order_by("-rank", "-at", "-pk")
    return list(ranked.values_list("pk", flat=True)[: most + 1])


def _by_parts(mine: QuerySet[SearchEntry], words: str, most: int) -> list[SearchEntry]:
    """Where no word fits: by any part of a title."""
    if len(words) < 3:
        return []
    found = mine.filter(title__icontains=words).order_by("-at", "-pk")
    return _told(list(found.values_list("pk", flat=True)[: most + 1]), None)


def _told(keys: list[int], query: Any) -> list[SearchEntry]:
    """The entries of these keys, in their order, each with the place where the words stand."""
    found = (
        SearchEntry.objects.filter(pk__in=keys)
        .select_related("incident")
        .defer("document", "body", "incident__summary")
    )
    if query is not None:
        snippet = SearchHeadline(
            Left("body", HEADLINED),
            query,
            config=CONFIGURATION,
            start_sel=START,
            stop_sel=STOP,
            max_words=24,
            min_words=12,
        )
        found = found.annotate(snippet=snippet)
    told = {entry.pk: entry for entry in found}
    return [told[key] for key in keys if key in told]
