"""How states, places and kinds of data are told on a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import template
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from incidents import places, queries
from incidents.lifecycle import ObligationStatus, ReportStatus, Status
from incidents.models import Can, Incident, Obligation, ScanState, StoredFile
from incidents.models.facts import FactState
from incidents.permissions import may_describe_organisation
from incidents.questions import SIGNED, Question, own_questions
from incidents.questions.values import read_instant
from law.missing import JUDGED
from law.risk import methods
from law.vocabulary import DATA_ELEMENTS, EVENT_KINDS, FACT_KEYS, STAGES, allowed_values, in_a_row

register = template.Library()

TONES: Final[dict[str, str]] = {
    ReportStatus.NEW: "warn",
    ReportStatus.DUPLICATE: "idle",
    ReportStatus.PROMOTED: "info",
    Status.OPEN: "info",
    Status.ASSESSING: "info",
    Status.CONFIRMED: "warn",
    Status.DISMISSED: "idle",
    Status.CLOSED: "ok",
    ObligationStatus.UNDECIDED: "idle",
    ObligationStatus.TO_DECIDE: "warn",
    ObligationStatus.REQUIRED: "warn",
    ObligationStatus.NOT_REQUIRED: "idle",
    ObligationStatus.MET: "ok",
    ObligationStatus.MET_LATE: "bad",
    ObligationStatus.BLOCKED: "info",
    ObligationStatus.DELAYED: "info",
    ObligationStatus.GONE: "idle",
    FactState.KNOWN: "ok",
    FactState.UNKNOWN: "idle",
    FactState.NOT_APPLICABLE: "idle",
    FactState.DISPUTED: "warn",
}
SCAN_TONES: Final[dict[str, str]] = {ScanState.CLEAN: "ok", ScanState.INFECTED: "bad"}
TELLING: Final = {"sensitive": 0, "financial": 1, "behavioural": 2, "simple": 3}
KNOWN_TO: Final = {"hour": "D j M Y, G \\h", "day": "D j M Y", "month": "F Y", "year": "Y"}
MEANT: Final = {True: "Yes", False: "No", "none": "None"}


@register.filter
def can(incident: Incident, name: str) -> bool:
    """Whether the person who came through the door may do this here; greys nothing, only offers less."""
    held: frozenset[Can] = getattr(incident, "held", frozenset())
    return Can[name.upper()] in held


@register.filter
def tone(status: str) -> str:
    """The tone of a state's chip."""
    return TONES.get(status, "idle")


@register.filter
def scan_words(file: StoredFile) -> str:
    """How it stands with the virus scan."""
    return queries.scan_words(file)


@register.filter
def scan_tone(file: StoredFile) -> str:
    return SCAN_TONES.get(file.scan_state, "idle")


@register.filter
def place_name(code: str) -> str:
    return places.place_name(code)


@register.filter
def element_names(keys: Iterable[str]) -> str:
    """Kinds of data in words: "Name, e-mail address"."""
    return ", ".join(in_a_row(DATA_ELEMENTS[key].label if key in DATA_ELEMENTS else key for key in keys))


@register.filter
def telling_elements(keys: Iterable[str]) -> str:
    """The two kinds of data that say most about a person, and how many more there are."""
    ranked = sorted(
        (key for key in keys if key in DATA_ELEMENTS), key=lambda key: TELLING[DATA_ELEMENTS[key].category]
    )
    rest = f", {len(ranked) - 2} more" if len(ranked) > 2 else ""
    return element_names(ranked[:2]) + rest


@register.filter
def as_known(time: Any) -> str:
    """An instant no more exactly than it is known: "April 2012"."""
    local = time.at.astimezone(ZoneInfo(time.zone or "UTC"))
    return str(date_format(local, KNOWN_TO.get(time.precision, "D j M Y H:i")))


@register.filter
def event_kind(kind: str) -> str:
    return EVENT_KINDS.get(kind, kind)


@register.filter
def fact_label(key: str) -> str:
    """What a key of the law stands for: a fact, a kind of time (`events.aware`), or the counts."""
    if question := FACT_KEYS.get(key) or own_questions().get(key):
        return question.label
    if key.startswith(JUDGED):
        return f"For a person to judge: {queries.judgement_words(key)}"
    kind = key.removeprefix("events.")
    return EVENT_KINDS.get(kind) or ("How many people, where" if key == "counts" else key.replace("_", " "))


@register.filter
def fact_group(key: str) -> str:
    """The group in whose form a fact is told; nothing for times and counts."""
    return FACT_KEYS[key].group if key in FACT_KEYS else ""


@register.filter
def fact_anchor(key: str) -> str:
    """Where on the page of facts it is told."""
    if key in FACT_KEYS:
        return f"fact-{key}"
    return "people" if key == "counts" else "times"


@register.simple_tag
def fact_url(incident: Incident, key: str) -> str:
    """Where a person tells this fact; the page of facts for those who only read."""
    if key.startswith(JUDGED) and can(incident, "decide") and not incident.is_settled:
        judge = reverse("incidents:judge_condition", args=[incident.reference])
        return f"{judge}?{urlencode({'key': key})}"
    if method := next((one for one in methods().values() if one.fact == key), None):
        return reverse("incidents:risk", args=[incident.reference, method.id])
    facts = reverse("incidents:facts", args=[incident.reference])
    if not can(incident, "write") or incident.is_settled:
        return f"{facts}#{fact_anchor(key)}"
    if key == "counts":
        return reverse("incidents:counts", args=[incident.reference])
    if key in FACT_KEYS and key not in SIGNED:
        return reverse("incidents:fact_row", args=[incident.reference, key])
    kind = key.removeprefix("events.")
    if kind in EVENT_KINDS:
        return f"{reverse('incidents:event_time', args=[incident.reference])}?kind={kind}"
    return f"{facts}#{fact_anchor(key)}"


@register.filter
def target_words(obligation: Obligation) -> str:
    """Why a clock counts to our own target and not to an instant of the law."""
    if not obligation.law_has_number:
        return "Our own target; the law puts no number"
    if obligation.waits_for:
        starts = " or ".join(f"“{_short(event_kind(kind))}”" for kind in obligation.waits_for)
        return f"The law's clock starts with {starts} (not recorded yet); until then our own target"
    return "The law's clock starts with an earlier filing; until then our own target"


def _short(label: str) -> str:
    return label.partition(":")[0].partition(" (")[0]


@register.filter
def last_change(obligation: Obligation) -> queries.LastChange | None:
    """What facts altered last on it."""
    return queries.last_change(obligation)


@register.filter
def stage_name(stage: str) -> str:
    return STAGES.get(stage, stage)


@register.filter
def points(number: Decimal) -> str:
    """Points of the severity without trailing zeros."""
    return f"{number.normalize():f}"


@register.filter
def fact_words(value: Any, key: str) -> str:
    """What a fact says, in words."""
    if own := own_questions().get(key):
        return _own_words(own, value)
    words = allowed_values(key) if key in FACT_KEYS else {}
    if isinstance(value, bool) or (value == "none" and value not in words):
        return MEANT[value]
    if isinstance(value, list | tuple):
        if all(item in words for item in value):
            return "; ".join(in_a_row(words[item] for item in value)) or "None of these"
        return "; ".join(words.get(item) or places.place_name(str(item)) for item in value)
    if key in FACT_KEYS and FACT_KEYS[key].type == "place":
        return places.place_name(str(value))
    return words.get(str(value), str(value))


@register.filter
def instant(text: str) -> datetime | None:
    """An instant that is kept as text, as in the facts of a decision."""
    return read_instant(text)


MOST_PLACES: Final = 6  # of a decision's numbers: what fits on the sheet


@register.filter
def by_place(counts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Numbers of people as they stood at a decision, added up by place, the largest first; and how many more there are."""
    totals: dict[str, int] = defaultdict(int)
    estimated = set()
    for count in counts:
        totals[count["place"]] += count["number"] or 0
        if not count["confirmed"]:
            estimated.add(count["place"])
    rows = sorted(totals.items(), key=lambda one: (-one[1], one[0]))
    shown = [
        {"place": place, "number": number, "confirmed": place not in estimated}
        for place, number in rows[:MOST_PLACES]
    ]
    return {"shown": shown, "more": len(rows) - len(shown), "all": sum(totals.values())}


def _own_words(question: Question, value: Any) -> str:
    if question.type == "instant" and (at := read_instant(value)):
        return date_format(localtime(at), "D j M Y H:i T")
    if question.type == "int":
        return f"{value:,}"
    return MEANT[value] if isinstance(value, bool) else str(question.words.get(value, value))


@register.simple_tag(takes_context=True)
def organisation_gaps(context: template.Context) -> list[str]:
    """What the organisation has not said yet, for those who can say it."""
    user = context.get("user")
    return queries.organisation_gaps() if user is not None and may_describe_organisation(user) else []
