"""Duties of given facts under a pack of rules: pure, the same answer for the same facts on any day."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from law.answers import Answered, Clauses, answer_of, by_weight, clauses_of, link_of, ruled_out
from law.calendars import Calendars
from law.counts import CountIndex, DataTest
from law.deadlines import moment
from law.duty import Answer, Condition, Content, Duty, Recipient
from law.facts import BreachFacts
from law.findings import PLACES, Answers, Finding, Situation, Test
from law.holds import waiting
from law.pack import Pack, Rule
from law.reach import Near
from law.recipients import Chosen, recipients_of
from law.shaping import Words, distant_duty, duty_of, words_of
from law.timing import Clock, Start, Timing, found_later, named_by, timing_of
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
    here: bool  # whether duties of laws that apply here are wanted
    answers: Answers = field(default_factory=dict)  # of tests that say the same for every rule
    of_places: dict[frozenset[str], Answers] = field(default_factory=dict)  # for rules of the same places
    fails_apart: dict[Test, bool] = field(default_factory=dict)  # links of rules that nothing known touches

    def situation_of(self, rule: Rule) -> Situation:
        """The facts as a rule sees them."""
        if "tests" not in rule.made:
            rule.made["tests"], rule.made["data"] = {}, DataTest.of(rule.get("data"))
        return Situation(
            self.facts,
            self.index,
            rule.id,
            rule.places,
            rule.made["data"],
            ready=rule.made["tests"],
            answers=(self.answers, self.of_places.setdefault(rule.places, {}), {}, {}),
        )

    def is_out_of_reach(self, rule: Rule) -> bool:
        """Whether the link of a rule fails as it did for another that nothing known touches: most rules of the world."""
        test = link_of(rule).test
        if test.width > PLACES or not self.near.apart_from(rule) or self.near.in_view(rule):
            return False
        if test not in self.fails_apart:
            self.fails_apart[test] = self.situation_of(rule).answer(test).held is False
        return self.fails_apart[test]

    def wants_possible(self, rule: Rule) -> bool:
        return self.possible is None or rule.id in self.possible


def duties_for(
    facts: BreachFacts,
    pack: Pack,
    clauses: Iterable[Rule] = (),
    calendars: Calendars | None = None,
    *,
    possible: Container[str] | None = None,
    here: bool = True,
) -> list[Duty]:
    """What the rules of the pack, and contract clauses written as rules, ask of these facts.

    `possible` names the rules whose merely possible duties are wanted (those of reach "possible"); by default all.
    Most rules of the world are no more than possible, and leaving them out costs next to nothing. Without `here` they
    are told alone, and a law that applies costs no more than to find that it does.
    """
    shared = _Evaluation(
        facts, pack, calendars or Calendars(), Near(facts), CountIndex(facts), possible, here
    )
    found: list[Duty] = []
    for rule in (*pack.rules, *clauses):
        if possible is not None and rule.id not in possible and not shared.near.touches(rule):
            continue
        applicable = rule_in_force(rule, facts)
        if applicable and not shared.is_out_of_reach(applicable):
            found += _rule_duties(applicable, shared)
    return found


def _rule_duties(rule: Rule, shared: _Evaluation) -> list[Duty]:
    situation = shared.situation_of(rule)
    link = situation.answer(link_of(rule).test)
    if link.held is False and not shared.near.in_view(rule):
        return []
    if shared.near.reach_of(rule, link) == "possible":
        wanted = shared.near.may_reach(rule) and shared.wants_possible(rule)
        return _distant(rule, link, situation) if wanted else []
    return _owed(rule, situation, link, shared) if shared.here else []


def _owed(rule: Rule, situation: Situation, link: Finding, shared: _Evaluation) -> list[Duty]:
    """The duties of a law that is here."""
    late = rule.held and bool(found_later(situation))
    found: list[Duty] = []
    earlier: dict[str, tuple[str, Timing]] = {}
    for ready in _ready(rule):
        if ready.late and not late:
            continue
        for chosen in recipients_of(ready.spec, situation, shared.pack):
            duty = _duty(rule, ready, chosen, situation, shared, earlier, link)
            if duty:
                found.append(duty)
    return _ordered(rule, found) if rule.made["orders"] else found


@dataclass(frozen=True, eq=False, slots=True)
class _Ready:
    """One duty of a rule, made ready once."""

    spec: Mapping[str, Any]
    deadline: Mapping[str, Any]
    words: Words
    clauses: Clauses
    late: bool  # for people found later than the others
    leads: bool  # others of the rule take their time from its own


def _ready(rule: Rule) -> tuple[_Ready, ...]:
    """The duties of a rule; people found later than the others have a time of their own where the law says so."""
    key = ("duties", rule.version)  # a version that is not held shares what is made of the rule
    if key not in rule.made:
        rule.made["orders"] = {
            spec["id"]: spec["order"] for spec in rule["duties"] if spec.get("order") in BEFORE_PEOPLE
        }
        specs = list(_specs(rule))
        leading: set[str] = set().union(*(named_by(spec["deadline"]) for spec, _ in specs))
        rule.made[key] = tuple(
            _Ready(
                spec,
                _deadline(rule, spec),
                words_of(rule, spec),
                clauses_of(rule, spec),
                late,
                spec["id"] in leading,
            )
            for spec, late in specs
        )
    ready: tuple[_Ready, ...] = rule.made[key]
    return ready


def _specs(rule: Rule) -> Iterator[tuple[Mapping[str, Any], bool]]:
    for spec in rule["duties"]:
        yield spec, False
        own = spec["deadline"].get("late_found")
        if own:
            deadline = {"number": None, "unit": None, "binding": True, **own, "from": {"found_later": True}}
            title = f"{spec['title']}: people found later"
            yield {**spec, "id": f"{spec['id']}-late", "title": title, "deadline": deadline}, True


def _deadline(rule: Rule, spec: Mapping[str, Any]) -> Mapping[str, Any]:
    """The deadline of a duty; what is voluntary binds nobody, whatever number it names."""
    deadline: Mapping[str, Any] = spec["deadline"]
    return {**deadline, "binding": False} if rule["status"] == "voluntary" else deadline


def _duty(
    rule: Rule,
    ready: _Ready,
    chosen: Chosen,
    situation: Situation,
    shared: _Evaluation,
    earlier: dict[str, tuple[str, Timing]],
    link: Finding,
) -> Duty | None:
    """One duty to one recipient; None when it is not worth a word. Its time is told to those that follow it."""
    seen = situation.at(chosen.place) if chosen.place else situation
    if not rule.held:
        answered = _not_held(rule, seen)
        shown = _shown(rule, ready.spec, answered, link)
        return duty_of(ready.words, chosen, answered, _no_time(rule), seen, None) if shown else None
    answered = answer_of(ready.clauses, seen, chosen)
    shown = _shown(rule, ready.spec, answered, link)
    if not shown and not ready.leads:
        return None
    clock = _clock(rule, chosen, seen, shared, earlier)
    timing, waits = waiting(timing_of(ready.deadline, clock), rule.data, ready.spec, clock)
    earlier.setdefault(ready.spec["id"], (ready.words.key(chosen), timing))
    return duty_of(ready.words, chosen, answered, timing, seen, waits) if shown else None


def _not_held(rule: Rule, situation: Situation) -> Answered:
    link, _ = link_of(rule).stands(situation)
    return Answered("undecided", (Condition(rule.text, None, (), rule["citation"]), link))


def _no_time(rule: Rule) -> Timing:
    return Timing(Start("", ""), due_text=rule.text)


def _distant(rule: Rule, link: Finding, situation: Situation) -> list[Duty]:
    """Duties under a law that nothing known ties to the breach: what would tie it, or why it does not apply."""
    decided: Answer = "not_required" if link.held is False else "undecided"
    condition, _ = link_of(rule).stands(situation)
    open_facts = (by_weight(link.open_facts) or PLACES_OPEN) if decided == "undecided" else ()
    left = [
        spec
        for spec in rule["duties"]
        if link.held is False or not (rule.held and ruled_out(rule, spec, situation))
    ]
    # Of a vendor only what vendors owe is left, which is quiet elsewhere.
    telling = [spec for spec in left if not spec.get("quiet")] or [
        spec for spec in left if _of_vendors(rule, spec)
    ]
    return [distant_duty(rule, spec, decided, condition, open_facts) for spec in telling]


def _of_vendors(rule: Rule, spec: Mapping[str, Any]) -> bool:
    """Whether a duty is none of the controller's, or of a rule that has quiet duties only."""
    alone = all(one.get("quiet") for one in rule["duties"])
    return alone or "controller" not in spec.get("roles", ("controller",))


def _shown(rule: Rule, spec: Mapping[str, Any], answered: Answered, link: Finding) -> bool:
    answer = answered.answer
    if link.held is not True and answer == "not_required" and rule.silent_unless_linked:
        return False
    if not spec.get("quiet"):
        return True
    return rule.held and (answer == "required" or (answer == "undecided" and link.held is True))


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
    orders: Mapping[str, str] = rule.made["orders"]
    owed = [duty for duty in found if duty.answer != "not_required"]
    people = [duty for duty in owed if duty.recipient.kind == "individuals"]
    times = [at for duty in people if (at := duty.due_at or duty.target_at)]
    first = [duty for duty in owed if orders.get(_name(duty)) == "before_individuals"]
    note = f"First tell {' and '.join(duty.recipient.name for duty in first)}: the law asks for it before people are told."
    return [
        _before(duty, times)
        if _name(duty) in orders
        else duty._replace(notes=(*duty.notes, note))
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
    return duty._replace(target_at=first, target_text=text)
