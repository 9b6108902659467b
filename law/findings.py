"""Answers to expressions, how they are put together, and the facts as one rule sees them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from law.counts import CountIndex, DataTest
from law.duty import Condition, Truth
from law.facts import BreachFacts

Expression = Mapping[str, Any]
Words = tuple[str, ...]
Weights = Mapping[str, float]  # open fact to its weight


class Finding:
    """The answer to one expression, what was looked at, and which unknown facts would decide it.

    What was looked at and found may be given as how to tell it: most answers are never read out.
    """

    __slots__ = ("_found", "_looked_at", "held", "open_facts")

    def __init__(
        self,
        held: Truth,
        looked_at: Words | Callable[[], Words] = (),
        open_facts: Weights | None = None,
        found: Words | Callable[[], Words] = (),
    ) -> None:
        self.held = held
        self.open_facts: Weights = {} if open_facts is None else open_facts
        self._looked_at = looked_at
        self._found = found

    @property
    def looked_at(self) -> Words:
        """Keys of the facts that the answer rests on."""
        if callable(self._looked_at):
            self._looked_at = self._looked_at()
        return self._looked_at

    @property
    def found(self) -> Words:
        """What the facts say, in words."""
        if callable(self._found):
            self._found = self._found()
        return self._found


# How far an answer holds: for every rule on these facts, for all of the same places, for one rule, or for one place of it.
FACTS, PLACES, RULE, PLACE = range(4)


@dataclass(frozen=True, eq=False, slots=True)
class Test:
    """An expression made ready to be asked; it is made once, and equal expressions that see equally far are one test."""

    ask: Callable[["Situation"], Finding]
    width: int  # FACTS, PLACES, RULE or PLACE


Answers = dict[Test, Finding]
Standing = tuple[Condition, Finding]


@dataclass(eq=False, slots=True)
class Situation:
    """The facts as one rule, and perhaps one place, sees them."""

    facts: BreachFacts
    index: CountIndex  # the counts of the facts by place: one serves all rules of an evaluation
    rule_id: str
    places: frozenset[str]  # the rule's own
    data: DataTest | None = None  # the rule's data test
    place: str = ""  # of a duty that is owed per place
    # The rule's tests by the identity of their expression, which is kept beside them so that no other takes it.
    ready: dict[int, tuple[Expression, Test]] = field(default_factory=dict, compare=False, repr=False)
    answers: tuple[Answers, Answers, Answers, Answers] = field(
        default_factory=lambda: ({}, {}, {}, {}), compare=False, repr=False
    )

    # Clauses as they stand, told once for the rule; the second are those that differ by place.
    standing: tuple[dict[Any, Standing], dict[Any, Standing]] = field(
        default_factory=lambda: ({}, {}), compare=False, repr=False
    )

    def answer(self, test: Test) -> Finding:
        """What a test finds: asked once for all that it holds for."""
        known = self.answers[test.width]
        finding = known.get(test)
        if finding is None:
            finding = known[test] = test.ask(self)
        return finding

    def at(self, place: str) -> "Situation":
        """The same for one place; what does not depend on the place stays answered."""
        of_facts, of_places, of_rule, _ = self.answers
        of_place: Answers = {}
        return replace(
            self,
            place=place,
            answers=(of_facts, of_places, of_rule, of_place),
            standing=(self.standing[0], {}),
        )


def conjunction(findings: Sequence[Finding]) -> Finding:
    """All of them (Kleene): one no decides, else one unknown leaves it open."""
    return _merged(findings, all_of([finding.held for finding in findings]))


def disjunction(findings: Sequence[Finding]) -> Finding:
    """Any of them (Kleene): one yes decides, else one unknown leaves it open."""
    truths = [finding.held for finding in findings]
    return _merged(findings, True if True in truths else None if None in truths else False)


def all_of(truths: Sequence[Truth]) -> Truth:
    """Yes when all are, no when one is not."""
    return False if False in truths else None if None in truths else True


def weights(findings: Sequence[Finding]) -> Weights:
    """Open facts of several findings: one weighs more the fewer other unknown branches stand beside its own."""
    unknown = [finding for finding in findings if finding.held is None]
    if len(unknown) == 1:
        return unknown[0].open_facts
    weighed: dict[str, float] = {}
    for finding in unknown:
        for key, weight in finding.open_facts.items():
            weighed[key] = weighed.get(key, 0.0) + weight / len(unknown)
    return weighed


def _merged(findings: Sequence[Finding], held: Truth) -> Finding:
    if len(findings) == 1:
        return findings[0]

    def looked_at() -> Words:
        return tuple(dict.fromkeys(key for finding in findings for key in finding.looked_at))

    def found() -> Words:
        # Only what bears on the answer is told: one yes among several, or the no that settled it.
        telling = [finding for finding in findings if finding.held is held] or findings
        return tuple(dict.fromkeys(text for finding in telling for text in finding.found))

    return Finding(held, looked_at, weights(findings) if held is None else None, found)
