"""The law that incidents are asked under now, and what it asks."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from typing import Any, Final

from incidents.models import Obligation
from law.duties import Duty, duties_for
from law.facts import BreachFacts
from law.pack import Pack, Rule, load_pack, rule_from
from policies.queries import clause_rules

WITHDRAWN: Final = "withdrawn"  # stands for the version of a rule that the pack holds no more


@dataclass(frozen=True)
class Law:
    """All rules as they stand now, and beside them what contracts ask."""

    pack: Pack
    clauses: tuple[Rule, ...] = ()

    @cached_property
    def state(self) -> str:
        """Equal for equal rules and clauses."""
        asked = " ".join([self.pack.hash, *sorted(f"{rule.id} {rule.version}" for rule in self.clauses)])
        return sha256(asked.encode()).hexdigest()

    @cached_property
    def rules(self) -> dict[str, Rule]:
        return {rule.id: rule for rule in (*self.pack.rules, *self.clauses)}

    def version_of(self, rule_id: str) -> str:
        """Which text of a rule holds now, with all its dated versions."""
        rule = self.rules.get(rule_id)
        return rule.version if rule else WITHDRAWN

    def duties(self, facts: BreachFacts, *, possible: Container[str] | None = None) -> list[Duty]:
        return duties_for(facts, self.pack, self.clauses, possible=possible)

    def possible_duties(self, facts: BreachFacts) -> list[Duty]:
        """What laws may ask that nothing known ties to the facts."""
        return duties_for(facts, self.pack, self.clauses, here=False)

    def duties_under(self, facts: BreachFacts, rules: Iterable[Rule]) -> list[Duty]:
        """What other texts of rules ask, with the authorities of today."""
        given = tuple(rules)
        name = " ".join(f"{rule.id} {rule.version}" for rule in given)
        return duties_for(facts, replace(self.pack, rules=given, hash=name))


def law_now() -> Law:
    return Law(load_pack(), clause_rules())


@dataclass(frozen=True)
class Asked:
    """The duties that one set of rules asks, by key: those of laws that apply here, and of those that may."""

    here: Mapping[str, Duty]
    possible: Mapping[str, Duty]

    @classmethod
    def of(cls, duties: Iterable[Duty]) -> Asked:
        sorted_out: dict[str, dict[str, Duty]] = {"here": {}, "possible": {}}
        for duty in duties:
            sorted_out[duty.reach][duty.key] = duty
        return cls(**sorted_out)

    def still_open(self, key: str) -> Duty | None:
        """The undecided duty of a law that may still apply, somewhere we do not know of yet."""
        duty = self.possible.get(key.partition("#")[0].partition("@")[0])
        return duty if duty is not None and duty.answer == "undecided" else None

    def duty(self, key: str) -> Duty | None:
        return self.here.get(key) or self.still_open(key)


Texts = Mapping[tuple[str, str], Asked]  # by rule and version


def asked_under_older_texts(rows: Iterable[Obligation], facts: BreachFacts, law: Law) -> Texts:
    """What each text of a rule, that a row was written with and that holds no more, asks of these facts."""
    holders: dict[tuple[str, str], int] = {
        (row.rule_id, row.rule_version): row.pk
        for row in rows
        if row.met_at is None and row.rule_version not in ("", law.version_of(row.rule_id))
    }
    if not holders:
        return {}
    texts: dict[int, Any] = dict(Obligation.objects.filter(pk__in=holders.values()).values_list("pk", "rule"))
    return {
        text: Asked.of(law.duties_under(facts, [rule_from(texts[pk])]))
        for text, pk in holders.items()
        if texts[pk]
    }
