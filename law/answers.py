"""The answer to one duty on the facts: required, not required, or undecided and by what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from law.conditions import Finding, Situation, conjunction, evaluate
from law.duty import Answer, Condition
from law.pack import Rule
from law.recipients import Chosen
from law.vocabulary import COUNT_OF, ROLES

CONTROLLERS = ("controller", "joint_controller")


@dataclass(frozen=True)
class Answered:
    """The answer to one duty for one recipient."""

    answer: Answer
    trace: tuple[Condition, ...]
    open_facts: tuple[str, ...] = ()
    exemption: str = ""


def answer_of(rule: Rule, spec: Mapping[str, Any], situation: Situation, chosen: Chosen) -> Answered:
    """Every condition and excuse of a duty, and what they come to."""
    needed = [judged(clause, rule, situation) for clause in needed_of(rule, spec)]
    excuses = [judged(clause, rule, situation, excuse=True) for clause in excuses_of(rule, spec)]
    reasons = (chosen.reason,) if chosen.reason else ()
    trace = (*(condition for condition, _ in needed), *(condition for condition, _ in excuses), *reasons)
    all_needed = conjunction([finding for _, finding in needed])
    holding = [condition for condition, _ in excuses if condition.held is True]
    if all_needed.held is False or holding:
        return Answered("not_required", trace, (), holding[0].text if holding else "")
    open_excuses = [
        finding
        for clause, (_, finding) in zip(excuses_of(rule, spec), excuses, strict=True)
        if finding.held is None and clause.get("unknown") == "undecided"
    ]
    doubts = [chosen.doubt] if chosen.doubt else []
    whole = conjunction([all_needed, *open_excuses, *doubts])
    if whole.held is None:
        return Answered("undecided", trace, by_weight(whole.open_facts))
    return Answered("required", trace, by_weight(chosen.open_facts or {}))


def ruled_out(rule: Rule, spec: Mapping[str, Any], situation: Situation) -> bool:
    """Whether what is known takes the duty away, wherever the breach may turn out to reach."""
    told = (clause for clause in needed_of(rule, spec) if not _of_each_place(clause["when"]))
    if any(evaluate(clause["when"], situation).held is False for clause in told):
        return True
    return any(evaluate(clause["when"], situation).held for clause in excuses_of(rule, spec))


def _of_each_place(expression: Mapping[str, Any]) -> bool:
    """Whether a number is that of one place, which nobody has named yet."""
    return bool((expression.get("count") or {}).get("scope") == "place")


def by_weight(open_facts: Mapping[str, float]) -> tuple[str, ...]:
    """Keys of open facts, the most telling first."""
    return tuple(sorted(open_facts, key=lambda key: (-open_facts[key], key)))


def needed_of(rule: Rule, spec: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The conditions of a duty, made once a rule: its link, our role, its own conditions, its number of people."""
    key = f"needed/{spec['id']}"
    if key not in rule.made:
        rule.made[key] = _needed(rule, spec)
    needed: list[Mapping[str, Any]] = rule.made[key]
    return needed


def _needed(rule: Rule, spec: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    role = _in_role(tuple(spec.get("roles", CONTROLLERS)))
    return [rule["link"], role, *_terms(rule, spec.get("when", ())), *_threshold(spec)]


@lru_cache(maxsize=64)
def _in_role(roles: tuple[str, ...]) -> Mapping[str, Any]:
    text = f"Our role: {' or '.join(_short(role) for role in roles)}"
    return {"text": text, "when": {"fact": "role", "in": roles}}


def _short(role: str) -> str:
    return ROLES[role].partition(":")[0].lower()


def _threshold(spec: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    count = spec.get("count")
    if not count:
        return []
    upper = f", at most {count['max']:,}" if "max" in count else ""
    return [{"text": f"At least {count['min']:,}{upper}: {COUNT_OF[count['of']]}", "when": {"count": count}}]


def _terms(rule: Rule, clauses: Iterable[Any]) -> list[Mapping[str, Any]]:
    """Clauses as written, or looked up by name among the rule's terms."""
    return [rule["terms"][clause] if isinstance(clause, str) else clause for clause in clauses]


def excuses_of(rule: Rule, spec: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What takes a duty away, made once a rule: its own excuses, then the laws that go before this one."""
    key = f"excuses/{spec['id']}"
    if key not in rule.made:
        rule.made[key] = _excuses(rule, spec)
    excuses: list[Mapping[str, Any]] = rule.made[key]
    return excuses


def _excuses(rule: Rule, spec: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    displaced = [
        one for one in rule.get("displaced_by", ()) if spec["id"] in one.get("duties", (spec["id"],))
    ]
    return [*_terms(rule, spec.get("unless", ())), *displaced]


def judged(
    clause: Mapping[str, Any], rule: Rule, situation: Situation, excuse: bool = False
) -> tuple[Condition, Finding]:
    """A clause as it stands on the facts; duties of a rule share their clauses, and their answers."""
    key = (id(clause), excuse)
    known = situation.judged.get(key)
    if known is None:  # the clause is kept beside its answer, so that no other takes its identity
        known = situation.judged[key] = (clause, *_judged(clause, rule, situation, excuse))
    return known[1], known[2]


def _judged(
    clause: Mapping[str, Any], rule: Rule, situation: Situation, excuse: bool
) -> tuple[Condition, Finding]:
    finding = evaluate(clause["when"], situation)
    text = clause["text"]
    if excuse and finding.held is None and clause.get("unknown") != "undecided":
        text = f"{text} {clause.get('while_unknown', 'Not shown: the duty stands.')}"
    citation = clause.get("citation") or rule["citation"]
    effect = "excuses" if excuse else "needed"
    found = "; ".join(finding.found)
    return Condition(text, finding.held, finding.looked_at, citation, effect, found), finding  # type: ignore[arg-type]
