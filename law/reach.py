"""Whether a rule is brought into play by what is known, or only may be once more is known.

A law is *here* when a place of the breach lies with certainty among its places: a place where people are counted, of an
establishment, or of the breach. A law of one sector is here only when, besides, its link holds. Places we serve are a hint
and no fact of the breach: they, and a country whose part is not known, leave a law *possible*.
"""

from law.conditions import Finding
from law.counts import inside
from law.duty import Reach
from law.facts import BreachFacts
from law.pack import Rule

_SETS = ("establishments", "establishments_concerned")
_SINGLE = ("main_establishment", "breach_place")
_NO_PLACE = "none"


def places_of_the_breach(facts: BreachFacts) -> frozenset[str]:
    """Places that facts of this breach name; zero people in a place do not name it."""
    named = {row.place for row in facts.counts if row.number != 0}
    for key in _SETS:
        named |= facts.known_set(key) or frozenset()
    named |= {value for value in (facts.value(key) for key in _SINGLE) if isinstance(value, str)}
    return frozenset(named - {_NO_PLACE})


def reach_of(rule: Rule, link: Finding, places: frozenset[str]) -> Reach:
    """How near a rule is to the breach, given the places of the breach and the rule's link."""
    if rule.get("silent_unless_linked") and link.held is not True:
        return "possible"
    if rule.get("level") == "contract" or any(inside(place, rule.places) for place in places):
        return "here"
    return "possible"


def may_reach(rule: Rule, facts: BreachFacts, places: frozenset[str]) -> bool:
    """Whether a place of the rule may yet turn up: places served and established, when told, bound the question."""
    served, established = facts.known_set("places_served"), facts.known_set("establishments")
    if served is None or established is None:
        return True
    return any(inside(place, rule.places) is not False for place in (served | places | _counted(facts)))


def in_view(rule: Rule, facts: BreachFacts) -> bool:
    """Whether to say why a law does not apply: people there are counted or served, and it is a general law."""
    if rule.get("silent_unless_linked"):
        return False
    named = _counted(facts) | (facts.known_set("places_served") or frozenset())
    return any(inside(place, rule.places) for place in named)


def _counted(facts: BreachFacts) -> frozenset[str]:
    return frozenset(row.place for row in facts.counts)
