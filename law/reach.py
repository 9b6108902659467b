"""Whether a rule is brought into play by what is known, or only may be once more is known.

A law is *here* when a place of the breach lies with certainty among its places: a place where people are counted, of an
establishment, or of the breach. A law of one sector is here only when, besides, its link holds. Places we serve are a hint
and no fact of the breach: they, and a country whose part is not known, leave a law *possible*.
"""

from law.counts import with_countries
from law.duty import Reach
from law.facts import BreachFacts
from law.findings import Finding
from law.pack import Rule

_SETS = ("establishments", "establishments_concerned")
_SINGLE = ("main_establishment", "breach_place")
_NO_PLACE = "none"


class Near:
    """The places that facts name, read once for all rules."""

    def __init__(self, facts: BreachFacts) -> None:
        counted = {row.place for row in facts.counts}
        served, established = facts.known_set("places_served"), facts.known_set("establishments")
        of_breach = _places_of_the_breach(facts)
        self._exactly = of_breach
        self.of_breach = with_countries(of_breach)  # zero people in a place do not name it
        self.shown = with_countries(counted | (served or frozenset()))
        # Places served and established, when told, bound the question; None: any place may yet turn up.
        told = served is not None and established is not None
        self.named = frozenset(counted | (served or frozenset()) | of_breach) if told else None

    def reach_of(self, rule: Rule, link: Finding) -> Reach:
        """How near a rule is to the breach, given what its link says."""
        if rule.silent_unless_linked and link.held is not True:
            return "possible"
        return "here" if self.touches(rule) else "possible"

    def touches(self, rule: Rule) -> bool:
        """Whether a known place of the breach is one of the rule's; a contract's clause goes everywhere."""
        return rule.of_contract or not self.of_breach.isdisjoint(rule.places)

    def apart_from(self, rule: Rule) -> bool:
        """Whether no place of the breach lies among the rule's, nor is the country of one: such rules see places alike."""
        return self.of_breach.isdisjoint(rule.places) and self._exactly.isdisjoint(rule.countries_of_parts)

    def may_reach(self, rule: Rule) -> bool:
        """Whether a place of the rule may yet turn up."""
        if self.named is None:
            return True
        return bool(with_countries(self.named) & rule.places or self.named & rule.countries_of_parts)

    def in_view(self, rule: Rule) -> bool:
        """Whether to say why a law does not apply: people there are counted or served, and it is a general law."""
        return not rule.silent_unless_linked and not self.shown.isdisjoint(rule.places)


def _places_of_the_breach(facts: BreachFacts) -> frozenset[str]:
    named = {row.place for row in facts.counts if row.number != 0}
    for key in _SETS:
        named |= facts.known_set(key) or frozenset()
    named |= {value for value in (facts.value(key) for key in _SINGLE) if isinstance(value, str)}
    return frozenset(named - {_NO_PLACE})
