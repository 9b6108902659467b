"""Saved outlooks, and what is different since then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404

from incidents.queries.law import law_now
from insights.models import SavedOutlook
from insights.queries.exposure import Exposed, Given
from insights.queries.outlook import Item, Outlook, outlook_of
from insights.scenarios import Scenario
from law.facts import BreachFacts
from law.vocabulary import FACT_KEYS, RECIPIENT_KINDS

SHOWN: Final = 100
ANSWERS: Final = {"required": "Asked", "undecided": "Open"}


def saved_outlooks() -> list[SavedOutlook]:
    """The latest first, without what they hold."""
    return list(SavedOutlook.objects.select_related("by").defer("items", "facts", "gaps")[:SHOWN])


def saved_outlook(reference: str) -> SavedOutlook:
    found = SavedOutlook.objects.select_related("by").filter(reference=reference).first()
    if found is None:
        raise Http404("No such saved result.")
    return found


def items_of(saved: SavedOutlook) -> list[Item]:
    return [Item.from_dict(one) for one in saved.items]


def asked_again(saved: SavedOutlook) -> Outlook:
    """What the law of today asks of the facts of then."""
    facts = BreachFacts.from_dict(saved.facts)
    people: dict[str, int] = {}
    for count in facts.counts:
        people[count.place] = people.get(count.place, 0) + (count.number or 0)
    role = str(facts.values.get("role", ""))
    scenario = Scenario(saved.scenario, saved.scenario_version, saved.title, "", facts={"role": role})
    elements = tuple(facts.known_set("elements") or ())
    return outlook_of(Given(scenario, saved.aware_at), Exposed(facts, people, elements, ()), law_now())


@dataclass(frozen=True)
class Moved:
    """One duty that differs: what it was, what it is."""

    item: Item
    before: str
    after: str


@dataclass(frozen=True)
class Comparison:
    """Two outlooks, the earlier first; what only the calendar moved is told apart from what the law changed."""

    new: tuple[Item, ...]
    gone: tuple[Item, ...]
    shorter: tuple[Moved, ...]
    longer: tuple[Moved, ...]
    answered: tuple[Moved, ...]  # asked, open or binding otherwise than before
    calendar: tuple[Moved, ...]
    reworded: tuple[Item, ...]
    new_rules: int
    gone_rules: int
    facts: tuple[tuple[str, str, str], ...]
    mended: tuple[str, ...]
    opened: tuple[str, ...]

    def __bool__(self) -> bool:
        return any((self.new, self.gone, self.shorter, self.longer, self.answered, self.calendar, self.reworded, self.facts, self.mended, self.opened))  # fmt: skip

    @property
    def headline(self) -> list[str]:
        """Since then, in a few words."""
        counted = (
            (self.new_rules, "new rule"),
            (self.gone_rules, "rule gone"),
            (len(self.shorter), "shorter deadline"),
            (len(self.longer), "longer deadline"),
            (len(self.answered), "other answer"),
            (len(self.reworded), "changed text"),
            (len(self.mended), "gap mended"),
            (len(self.opened), "new gap"),
        )
        return [f"{number} {_many(words, number)}" for number, words in counted if number]


_MANY: Final = {"rule gone": "rules gone", "gap mended": "gaps mended"}


def _many(words: str, number: int) -> str:
    return words if number == 1 else _MANY.get(words, f"{words}s")


def compared(
    before: Sequence[Item],
    after: Sequence[Item],
    *,
    facts: tuple[Mapping[str, Any], Mapping[str, Any]] = ({}, {}),
    gaps: tuple[Sequence[Mapping[str, str]], Sequence[Mapping[str, str]]] = ((), ()),
) -> Comparison:
    """What differs between an earlier outlook and a later one, duty by duty."""
    first, second = ({one.key: one for one in items} for items in (before, after))
    both = [(first[key], second[key]) for key in second if key in first]
    timed = [(old, new) for old, new in both if old.hours is not None and new.hours is not None and old.hours != new.hours]  # fmt: skip
    same_text = {new.key for old, new in both if old.rule_version == new.rule_version}
    law = [(old, new) for old, new in timed if new.key not in same_text]
    answered = [(old, new) for old, new in both if _state(old) != _state(new)]
    told = {new.key for _, new in (*timed, *answered)}
    old_rules, new_rules = ({one.rule_id for one in items} for items in (before, after))
    old_gaps, new_gaps = ({one["key"]: one["text"] for one in rows} for rows in gaps)
    return Comparison(
        new=tuple(one for key, one in second.items() if key not in first),
        gone=tuple(one for key, one in first.items() if key not in second),
        shorter=tuple(_time(old, new) for old, new in law if _hours(new) < _hours(old)),
        longer=tuple(_time(old, new) for old, new in law if _hours(new) > _hours(old)),
        answered=tuple(Moved(new, _state(old), _state(new)) for old, new in answered),
        calendar=tuple(_time(old, new) for old, new in timed if new.key in same_text),
        reworded=tuple(new for _, new in both if new.key not in same_text and new.key not in told),
        new_rules=len(new_rules - old_rules),
        gone_rules=len(old_rules - new_rules),
        facts=tuple(_facts(*facts)),
        mended=tuple(old_gaps[key] for key in old_gaps if key not in new_gaps),
        opened=tuple(new_gaps[key] for key in new_gaps if key not in old_gaps),
    )


def _hours(item: Item) -> float:
    return item.hours or 0.0


def _time(old: Item, new: Item) -> Moved:
    return Moved(new, hours_words(old.hours), hours_words(new.hours))


def _state(item: Item) -> str:
    return ANSWERS.get(item.answer, item.answer) + ("" if item.binding else ", voluntary")


def hours_words(hours: float | None) -> str:
    """A time after awareness as the laws count it: hours up to four days, then days."""
    if hours is None:
        return ""
    if abs(hours) <= 96:
        return f"{hours:.0f} h" if hours == round(hours) else f"{hours:.1f} h"
    return f"{hours / 24:.0f} days"


def since(kept: SavedOutlook, other: SavedOutlook | None) -> dict[str, Any]:
    """A saved outlook beside another one, or beside what the law of today asks of the same facts."""
    if other is None:
        again = asked_again(kept)
        found = compared(items_of(kept), again.items)
        return {"comparison": found, "first": kept, "second": None, "pack": again.law.pack}
    first, second = sorted((kept, other), key=lambda one: (one.at, one.pk))
    found = compared(
        items_of(first), items_of(second), facts=(first.facts, second.facts), gaps=(first.gaps, second.gaps)
    )
    return {"comparison": found, "first": first, "second": second, "pack": None}


def _facts(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Facts that differ: what, before, after."""
    if not (before and after):
        return []
    old, new = before.get("facts", {}), after.get("facts", {})
    rows = [
        (FACT_KEYS[key].label, _value(old.get(key)), _value(new.get(key)))
        for key in sorted(old.keys() | new.keys())
        if old.get(key) != new.get(key) and key in FACT_KEYS
    ]
    people = [sum(one["number"] or 0 for one in facts.get("counts", ())) for facts in (before, after)]
    if people[0] != people[1]:
        rows.append(("People affected", f"{people[0]:,}", f"{people[1]:,}"))
    return rows


def _value(value: Any) -> str:
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def csv_rows(items: Sequence[Item]) -> list[list[str]]:
    """The duties as a table for a spreadsheet, headings first."""
    head = ["answer", "binding", "hours after awareness", "due (UTC)", "to", "kind of recipient", "place", "what", "law", "citation", "how sure", "rule", "version of the rule", "how the time is counted"]  # fmt: skip
    rows = [
        [
            ANSWERS.get(one.answer, one.answer).lower(), "yes" if one.binding else "no",
            "" if one.hours is None else f"{one.hours:g}", one.due_at, one.to, RECIPIENT_KINDS.get(one.kind, one.kind),
            one.place, one.title, one.regime, one.citation, one.confidence, one.rule_id, one.rule_version,
            one.due_text or one.open_words or one.aim,
        ]
        for one in items
    ]  # fmt: skip
    return [head, *rows]
