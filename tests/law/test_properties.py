"""What must hold for every rule of the pack, whatever the facts."""

from dataclasses import replace
from datetime import timedelta
from random import Random

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from law.conditions import judgement_key
from law.duties import duties_for
from law.facts import BreachFacts, PlaceCount
from law.pack import load_pack
from law.vocabulary import DATA_ELEMENTS, EVENT_KINDS, FACT_KEYS, allowed_values
from tests.law.given import NOON
from tests.law.test_pack import walk

PACK = load_pack()
SPECS = {f"{rule.id}/{duty['id']}": duty for rule in PACK.rules for duty in rule["duties"]}
PLACES = sorted({place for rule in PACK.rules for place in rule.places})
QUIETLY = settings(
    max_examples=2,
    phases=[Phase.generate],
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
# What a bad breach looks like: under it nearly every rule of the pack asks something.
HARMS = [
    fact.key
    for fact in FACT_KEYS.values()
    if fact.group == "harm" and fact.type == "bool" and "low_" not in fact.key
]
BAD = {
    "role": "controller",
    "hipaa_role": "covered_entity",
    "establishments": tuple(sorted(place for place in PLACES if "-" not in place)),
    "main_establishment": "IE",
    "breach_place": "IE",
    "risk_tier": "high",
    **{
        key: True
        for key in (
            "acquisition",
            "access",
            "use_or_disclosure",
            "illegal_access",
            "app_entity",
            "glba_institution",
        )
    },
    **{key: True for key in ("dfs_covered_entity", "large_scale", "clients_financially_affected", *HARMS)},
    **{
        key: False
        for key in ("encrypted", "truncated_numbers", "remedial_action", "low_probability_of_compromise")
    },
    **{
        key: tuple(sorted(allowed_values(key)))
        for key in ("capacities", "sectors", "incident_classes", "breach_kinds", "elements")
    },
}
OTHERS = sorted(FACT_KEYS.keys() - BAD.keys() - {"places_served", "places_complete"})
NUMBERS = (1, 250, 499, 500, 501, 999, 1_000, 1_001, 5_001, 20_000)
KINDS = sorted(DATA_ELEMENTS)


def judgements(rule):
    """Keys of what the rule leaves to a person."""
    return [key for part in walk(rule.data) if "judgement" in part for key in [judgement_key(rule.id, part)]]


def a_value(key, chance):
    fact, words = FACT_KEYS[key], list(allowed_values(key))
    if fact.type == "bool":
        return chance.random() < 0.5
    if fact.type == "enum":
        return chance.choice(words)
    if fact.type == "list":
        return tuple(sorted(chance.sample(words, chance.randint(0, len(words)))))
    return chance.randint(0, 10**6) if fact.type == "int" else chance.choice(PLACES)


def breach(seed, others=3):
    """A bad breach in many places, with a few more facts of any kind."""
    chance = Random(seed)
    values = BAD | {key: a_value(key, chance) for key in chance.sample(OTHERS, others)}
    rows = tuple(
        PlaceCount(place, chance.choice(NUMBERS), frozenset({"name", "ssn", *chance.sample(KINDS, 3)}), True)
        for place in chance.sample(PLACES, len(PLACES) // 2)
    )
    kinds = {*chance.sample(sorted(EVENT_KINDS), 14), "aware", "discovered", "determined"}
    events = {
        kind: NOON + timedelta(days=chance.randint(0, 20), hours=chance.randint(0, 9))
        for kind in sorted(kinds)
    }
    judged = {key: True for rule in PACK.rules for key in judgements(rule)}
    return BreachFacts(values, events, rows, judgements=judged)


BREACHES = st.integers(0, 10**9).map(breach)
VAGUE = st.integers(0, 10**9).map(lambda seed: vague(seed))


def vague(seed):
    """A breach of which each fact may be unknown, or speak against a duty."""
    chance = Random(seed)
    whole = breach(seed, others=10)
    values = {
        key: a_value(key, chance) if chance.random() < 0.2 else value for key, value in whole.values.items()
    }
    kept = {key: value for key, value in values.items() if chance.random() < 0.7}
    return replace(whole, values=kept)


def told(facts):
    return {duty.key: duty for duty in duties_for(facts, PACK)}


def spec_of(key):
    return SPECS[key.partition("@")[0].partition("#")[0].removesuffix("-late")]


def words_in(value):
    """Every operator and key inside a rule's data."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from words_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from words_in(item)


def limits_numbers(duty):
    """Whether the rule itself says that more people or more data take the duty away."""
    rule, spec = duty.rule, spec_of(duty.key)
    named = [
        rule["terms"][one] for one in (*spec.get("when", ()), *spec.get("unless", ())) if isinstance(one, str)
    ]
    inside = set(words_in([spec.get("count") or {}, spec.get("when") or [], named]))
    return (
        "max" in inside
        or "not" in inside
        or bool({"count", "elements"} & set(words_in([spec.get("unless") or [], *named])) & {"elements"})
    )


def test_under_a_bad_breach_most_rules_ask_something():
    """So that what follows says something of every rule: those left out have conditions that shut each other out."""
    asked = {
        duty.rule_id
        for seed in range(3)
        for duty in duties_for(breach(seed, others=0), PACK)
        if duty.answer == "required"
    }
    in_force = {rule.id for rule in PACK.rules if rule["status"] in ("in_force", "partly_effective")}
    assert len(asked & in_force) > 0.8 * len(in_force), sorted(in_force - asked)


@QUIETLY
@given(BREACHES, st.integers(2, 50), st.sampled_from(KINDS))
def test_more_people_and_more_data_never_take_a_duty_away(facts, factor, more):
    rows = tuple(
        replace(row, number=row.number * factor, elements=row.elements | {more}) for row in facts.counts
    )
    after = told(replace(facts, counts=rows))
    lost = [
        key
        for key, duty in told(facts).items()
        if duty.answer == "required" and not limits_numbers(duty)
        if key not in after or after[key].answer != "required"
    ]
    assert lost == []


@QUIETLY
@given(BREACHES, st.integers(1, 60 * 24 * 40))
def test_a_later_awareness_never_makes_a_due_time_earlier(facts, minutes):
    later = {**facts.events, "aware": facts.events["aware"] + timedelta(minutes=minutes)}
    before, after = told(facts), told(replace(facts, events=later))
    earlier = [
        key
        for key, duty in before.items()
        if duty.due_at and key in after and after[key].due_at
        if after[key].rule_version == duty.rule_version and "dora_noon" not in str(spec_of(key)["deadline"])
        if after[key].due_at < duty.due_at
    ]
    assert earlier == []


def decided_no(key, duties, rules_open):
    """Whether a duty is denied: by its answer, or by silence about a law of which nothing else is open."""
    if key in duties:
        return duties[key].answer == "not_required"
    return key.partition("/")[0] not in rules_open


def key_of(spec_key, duties):
    """Duties of the same words: recipients may differ once more is known."""
    return [duty for key, duty in duties.items() if key.partition("@")[0].partition("#")[0] == spec_key]


def silent_no(facts, fewer):
    """Duties required on the facts that fewer facts deny, or leave open without naming what is missing."""
    gone = {
        *(facts.values.keys() - fewer.values.keys()),
        *(f"events.{kind}" for kind in facts.events.keys() - fewer.events.keys()),
    }
    gone |= {"counts"} if facts.counts != fewer.counts else set()
    after = told(fewer)
    wrong = []
    for key, duty in told(facts).items():
        stem = key.partition("@")[0].partition("#")[0]
        standing = [after[key]] if key in after else key_of(stem, after)
        if duty.answer != "required" or spec_of(key).get("quiet"):
            continue
        fine = [
            one
            for one in standing
            if one.answer == "required"
            or (one.answer == "undecided" and (gone & set(one.undecided_by) or not one.version_held))
        ]
        if not fine:
            wrong.append((key, sorted(gone), [(one.answer, one.undecided_by) for one in standing]))
    return wrong


@QUIETLY
@given(BREACHES, st.data())
def test_removing_a_fact_leaves_a_duty_standing_or_open_and_naming_that_fact(facts, data):
    keys = data.draw(st.lists(st.sampled_from(sorted(facts.values)), min_size=3, max_size=3, unique=True))
    for key in keys:
        values = {name: value for name, value in facts.values.items() if name != key}
        assert silent_no(facts, replace(facts, values=values)) == []


@QUIETLY
@given(BREACHES, st.sampled_from(["aware", "discovered", "determined"]))
def test_removing_an_event_never_takes_a_duty_away(facts, kind):
    events = {name: at for name, at in facts.events.items() if name != kind}
    assert silent_no(facts, replace(facts, events=events)) == []


@QUIETLY
@given(BREACHES)
def test_without_counts_no_law_says_no(facts):
    assert silent_no(facts, replace(facts, counts=())) == []


@QUIETLY
@given(VAGUE, st.data())
def test_what_is_unknown_never_yields_a_no(facts, data):
    """A no given on fewer facts is given for a known reason: no further fact turns it round."""
    kept = data.draw(st.sets(st.sampled_from(sorted(facts.values)))) if facts.values else set()
    assume(len(kept) < len(facts.values))
    fewer = replace(facts, values={key: value for key, value in facts.values.items() if key in kept})
    before, after = told(fewer), told(facts)
    turned = [
        key
        for key, duty in before.items()
        if duty.answer == "not_required" and key in after and after[key].answer != "not_required"
    ]
    assert turned == []


@QUIETLY
@given(VAGUE)
def test_an_undecided_duty_always_names_what_would_decide_it(facts):
    nameless = [
        key
        for key, duty in told(facts).items()
        if duty.answer == "undecided" and duty.version_held and not duty.undecided_by
    ]
    assert nameless == []
