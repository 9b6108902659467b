"""The answer to one duty on the facts: required, not required, or undecided and by what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from law.conditions import test_of
from law.duty import Answer, Condition, Effect
from law.findings import PLACE, Expression, Finding, Situation, Standing, Test, all_of, weights
from law.pack import Rule
from law.recipients import Chosen
from law.vocabulary import COUNT_OF, ROLES

CONTROLLERS = ("controller", "joint_controller")
ANY_ROLE = ("any",)  # of a contract: asked whether or not our role is known


class Answered(NamedTuple):
    """The answer to one duty for one recipient."""

    answer: Answer
    trace: tuple[Condition, ...]
    open_facts: tuple[str, ...] = ()
    exemption: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Clause:
    """One condition or excuse of a rule, made ready once."""

    when: Expression
    test: Test
    text: str
    text_while_open: str
    citation: str
    effect: Effect
    of_place: bool  # it differs by place
    telling: bool  # while it is not known, an excuse leaves the duty open instead of standing

    def stands(self, situation: Situation) -> Standing:
        """The clause as it stands on the facts, told once for all that it holds for."""
        known = situation.standing[self.of_place]
        standing = known.get(self)
        if standing is None:
            standing = known[self] = self._stands(situation.answer(self.test))
        return standing

    def _stands(self, finding: Finding) -> Standing:
        held = finding.held
        text = self.text_while_open if held is None else self.text
        found = "; ".join(finding.found)
        return Condition(text, held, finding.looked_at, self.citation, self.effect, found), finding


@dataclass(frozen=True, slots=True)
class Clauses:
    """The conditions of a duty (its link, our role, its own, its number of people) and what takes it away."""

    needed: tuple[Clause, ...]
    excuses: tuple[Clause, ...]


def answer_of(clauses: Clauses, situation: Situation, chosen: Chosen) -> Answered:
    """Every condition and excuse of a duty, and what they come to."""
    needed = [clause.stands(situation) for clause in clauses.needed]
    excuses = [clause.stands(situation) for clause in clauses.excuses]
    reasons = (chosen.reason,) if chosen.reason else ()
    trace = (*[condition for condition, _ in needed], *[condition for condition, _ in excuses], *reasons)
    held = all_of([condition.held for condition, _ in needed])
    for condition, _ in excuses:
        if condition.held:
            return Answered("not_required", trace, (), condition.text)
    if held is False:
        return Answered("not_required", trace)
    open_excuses = [
        finding
        for clause, (_, finding) in zip(clauses.excuses, excuses, strict=True)
        if finding.held is None and clause.telling
    ]
    doubts = [chosen.doubt] if chosen.doubt else []
    if held and not open_excuses and not doubts:
        return Answered("required", trace, by_weight(chosen.open_facts or {}))
    conditions = Finding(held, (), weights([finding for _, finding in needed]))
    return Answered("undecided", trace, by_weight(weights([conditions, *open_excuses, *doubts])))


def ruled_out(rule: Rule, spec: Mapping[str, Any], situation: Situation) -> bool:
    """Whether what is known takes the duty away, wherever the breach may turn out to reach."""
    clauses = clauses_of(rule, spec)
    told = (clause for clause in clauses.needed if not _of_each_place(clause.when))
    if any(situation.answer(clause.test).held is False for clause in told):
        return True
    return any(situation.answer(clause.test).held for clause in clauses.excuses)


def _of_each_place(expression: Expression) -> bool:
    """Whether a number is that of one place, which nobody has named yet."""
    return bool((expression.get("count") or {}).get("scope") == "place")


def by_weight(open_facts: Mapping[str, float]) -> tuple[str, ...]:
    """Keys of open facts, the most telling first."""
    return tuple(sorted(open_facts, key=lambda key: (-open_facts[key], key)))


# Made once a rule


def clauses_of(rule: Rule, spec: Mapping[str, Any]) -> Clauses:
    """All conditions of a duty, in the order in which they are told."""
    key = ("clauses", spec["id"])
    found: Clauses | None = rule.made.get(key)
    if found is None:
        role = _in_role(tuple(spec.get("roles", CONTROLLERS)))
        needed = [rule["link"], role, *_terms(rule, spec.get("when", ())), *_threshold(spec)]
        found = rule.made[key] = Clauses(
            tuple(clause_of(one, rule) for one in needed),
            tuple(clause_of(one, rule, "excuses") for one in _excuses(rule, spec)),
        )
    return found


def link_of(rule: Rule) -> Clause:
    """What ties a breach to a rule."""
    link: Clause | None = rule.made.get("link")
    if link is None:
        link = rule.made["link"] = clause_of(rule["link"], rule)
    return link


def clause_of(written: Mapping[str, Any], rule: Rule, effect: Effect = "needed") -> Clause:
    """A clause as written, which the duties of a rule share."""
    key = ("clause", id(written), effect)
    if key not in rule.made:  # what is written is kept beside it, so that no other takes its identity
        rule.made[key] = (written, _clause(written, rule, effect))
    clause: Clause = rule.made[key][1]
    return clause


def _clause(written: Mapping[str, Any], rule: Rule, effect: Effect) -> Clause:
    text, telling = written["text"], written.get("unknown") == "undecided"
    stands = effect == "excuses" and not telling
    test = test_of(written["when"])
    return Clause(
        when=written["when"],
        test=test,
        of_place=test.width == PLACE,
        text=text,
        text_while_open=f"{text} {written.get('while_unknown', 'Not shown: the duty stands.')}"
        if stands
        else text,
        citation=written.get("citation") or rule["citation"],
        effect=effect,
        telling=telling,
    )


@lru_cache(maxsize=64)
def _in_role(roles: tuple[str, ...]) -> Mapping[str, Any]:
    if roles == ANY_ROLE:
        return {"text": "Whatever our role is", "when": {"all": []}}
    text = f"Our role: {' or '.join(ROLES[role].partition(':')[0].lower() for role in roles)}"
    return {"text": text, "when": {"fact": "role", "in": list(roles)}}


def _threshold(spec: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    count = spec.get("count")
    if not count:
        return []
    upper = f", at most {count['max']:,}" if "max" in count else ""
    return [{"text": f"At least {count['min']:,}{upper}: {COUNT_OF[count['of']]}", "when": {"count": count}}]


def _terms(rule: Rule, clauses: Iterable[Any]) -> list[Mapping[str, Any]]:
    """Clauses as written, or looked up by name among the rule's terms."""
    return [rule["terms"][clause] if isinstance(clause, str) else clause for clause in clauses]


def _excuses(rule: Rule, spec: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What takes a duty away: its own excuses, then the laws that go before this one."""
    displaced = [
        one for one in rule.get("displaced_by", ()) if spec["id"] in one.get("duties", (spec["id"],))
    ]
    return [*_terms(rule, spec.get("unless", ())), *displaced]
