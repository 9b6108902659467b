"""Duties of given facts under a pack of rules: pure, the same answer for the same facts on any day."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from law.answers import Answered, answer_of, by_weight, judged, ruled_out
from law.calendars import Calendars
from law.conditions import Finding, Situation, evaluate
from law.counts import CountIndex
from law.deadlines import moment
from law.duty import Answer, Condition, Content, Duty, Recipient
from law.facts import BreachFacts
from law.holds import waiting
from law.pack import Pack, Rule
from law.reach import Near
from law.recipients import Chosen, recipients_of
from law.shaping import distant_duty, duty_of, key_of
from law.timing import Clock, Start, Timing, found_later, timing_of
from law.versions import rule_in_force

__all__ = ["Answer", "Condition", "Content", "Duty", "Recipient", "duties_for"]

PLACES_OPEN = ("counts", "establishments")  # what would bring a law into reach
BEFORE_PEOPLE = ("before_individuals", "same_time_or_before")


@dataclass(frozen=True)
class _Evaluation:
    """What all rules share in one evaluation."""

    facts: BreachFacts
    pack: Pack
    calendars: Calendars
    near: Near
    index: CountIndex
    possible: Container[str] | None

    def wants_possible(self, rule: Rule) -> bool:
        return self.possible is None or rule.id in self.possible


def duties_for(
    facts: BreachFacts,
    pack: Pack,
    clauses: Iterable[Rule] = (),
    calendars: Calendars | None = None,
    *,
    possible: Container[str] | None = None,
) -> list[Duty]:
    """What the rules of the pack, and contract clauses written as rules, ask of these facts.

    `possible` names the rules whose merely possible duties are wanted (those of reach "possible"); by default all.
    Most rules of the world are no more than possible, and leaving them out costs next to nothing.
    """
    shared = _Evaluation(facts, pack, calendars or Calendars(), Near(facts), CountIndex(facts), possible)
    found: list[Duty] = []
    for rule in (*pack.rules, *clauses):
        if not shared.near.touches(rule) and not shared.wants_possible(rule):
            continue
        applicable = rule_in_force(rule, facts)
        if applicable:
            found += _rule_duties(applicable, shared)
    return found


def _rule_duties(rule: Rule, shared: _Evaluation) -> list[Duty]:
    situation = Situation(shared.facts, rule.id, rule.places, rule.get("data"), shared=shared.index)
    link = evaluate(rule["link"]["when"], situation)
    if link.held is False and not shared.near.in_view(rule):
        return []
    if shared.near.reach_of(rule, link) == "possible":
        wanted = shared.near.may_reach(rule) and shared.wants_possible(rule)
        return _distant(rule, link, situation) if wanted else []
    found: list[Duty] = []
    earlier: dict[str, tuple[str, Timing]] = {}
    for spec in _specs(rule, situation):
        for chosen in recipients_of(spec, situation, shared.pack):
            duty = _duty(rule, spec, chosen, situation, shared, earlier)
            if _shown(rule, spec, duty, link):
                found.append(duty)
    return _ordered(rule, found)


def _duty(
    rule: Rule,
    spec: Mapping[str, Any],
    chosen: Chosen,
    situation: Situation,
    shared: _Evaluation,
    earlier: dict[str, tuple[str, Timing]],
) -> Duty:
    seen = replace(situation, place=chosen.place, memory={}, judged={}) if chosen.place else situation
    if not rule.held:
        return duty_of(rule, spec, chosen, _not_held(rule, seen), _no_time(rule), seen, None)
    answered = answer_of(rule, spec, seen, chosen)
    clock = _clock(rule, chosen, seen, shared, earlier)
    timing, waits = waiting(timing_of(_deadline(rule, spec), clock), rule.data, spec, clock)
    earlier.setdefault(spec["id"], (key_of(rule, spec, chosen), timing))
    return duty_of(rule, spec, chosen, answered, timing, seen, waits)


def _specs(rule: Rule, situation: Situation) -> Iterator[Mapping[str, Any]]:
    """The duties of a rule; people found later than the others have a time of their own where the law says so."""
    late = rule.held and bool(found_later(situation))
    for spec in rule["duties"]:
        yield spec
        own = spec["deadline"].get("late_found")
        if late and own:
            deadline = {"number": None, "unit": None, "binding": True, **own, "from": {"found_later": True}}
            title = f"{spec['title']}: people found later"
            yield {**spec, "id": f"{spec['id']}-late", "title": title, "deadline": deadline}


def _deadline(rule: Rule, spec: Mapping[str, Any]) -> Mapping[str, Any]:
    """The deadline of a duty; what is voluntary binds nobody, whatever number it names."""
    deadline: Mapping[str, Any] = spec["deadline"]
    return {**deadline, "binding": False} if rule["status"] == "voluntary" else deadline


def _not_held(rule: Rule, situation: Situation) -> Answered:
    link = judged(rule["link"], rule, situation)[0]
    return Answered("undecided", (Condition(rule.text, None, (), rule["citation"]), link))


def _no_time(rule: Rule) -> Timing:
    return Timing(Start("", ""), due_text=rule.text)


def _distant(rule: Rule, link: Finding, situation: Situation) -> list[Duty]:
    """Duties under a law that nothing known ties to the breach: what would tie it, or why it does not apply."""
    decided: Answer = "not_required" if link.held is False else "undecided"
    condition = judged(rule["link"], rule, situation)[0]
    open_facts = (by_weight(link.open_facts) or PLACES_OPEN) if decided == "undecided" else ()
    telling = [spec for spec in rule["duties"] if not spec.get("quiet")] or rule["duties"]
    return [
        distant_duty(rule, spec, decided, condition, open_facts)
        for spec in telling
        if (link.held is False or not (rule.held and ruled_out(rule, spec, situation)))
    ]


def _shown(rule: Rule, spec: Mapping[str, Any], duty: Duty, link: Finding) -> bool:
    if rule.get("silent_unless_linked") and link.held is not True and duty.answer == "not_required":
        return False
    if not spec.get("quiet"):
        return True
    return rule.held and (duty.answer == "required" or (duty.answer == "undecided" and link.held is True))


def _clock(
    rule: Rule,
    chosen: Chosen,
    situation: Situation,
    shared: _Evaluation,
    earlier: Mapping[str, tuple[str, Timing]],
) -> Clock:
    zone = chosen.authority.zone if chosen.authority else rule["zone"]
    calendar = rule.get("calendar") or ""
    if calendar == "authority":
        calendar = chosen.authority.country if chosen.authority else ""
    return Clock(situation, zone, calendar, shared.calendars, shared.pack.targets, earlier)


# Order between recipients


def _ordered(rule: Rule, found: list[Duty]) -> list[Duty]:
    """Who must be told before people are has no time after theirs, and the notice to people says who comes first."""
    orders = {spec["id"]: spec["order"] for spec in rule["duties"] if spec.get("order") in BEFORE_PEOPLE}
    if not orders:
        return found
    owed = [duty for duty in found if duty.answer != "not_required"]
    people = [duty for duty in owed if duty.recipient.kind == "individuals"]
    times = [at for duty in people if (at := duty.due_at or duty.target_at)]
    first = [duty for duty in owed if orders.get(_name(duty)) == "before_individuals"]
    note = f"First tell {' and '.join(duty.recipient.name for duty in first)}: the law asks for it before people are told."
    return [
        _before(duty, times)
        if _name(duty) in orders
        else replace(duty, notes=(*duty.notes, note))
        if first and duty in people
        else duty
        for duty in found
    ]


def _name(duty: Duty) -> str:
    """The name of a duty within its rule."""
    return duty.key.partition("/")[2].partition("@")[0].partition("#")[0]


def _before(duty: Duty, times: list[datetime]) -> Duty:
    if duty.due_at or not times or (duty.target_at and duty.target_at <= min(times)):
        return duty
    first = min(times)
    text = f"The law asks for this {duty.order}: aim for {moment(first, duty.due_zone)} at the latest."
    return replace(duty, target_at=first, target_text=text)
