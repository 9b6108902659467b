"""What must hold for every rule of the pack, whatever the facts."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from law.duties import duties_for
from law.facts import BreachFacts, PlaceCount
from law.pack import load_pack
from law.vocabulary import DATA_ELEMENTS, EVENT_KINDS, FACT_KEYS, allowed_values
from tests.law.given import NOON

PACK = load_pack()
SPECS = {f"{rule.id}/{duty['id']}": duty for rule in PACK.rules for duty in rule["duties"]}
PLACES = sorted({place for rule in PACK.rules for place in rule.places})
QUIETLY = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
# Places served bound what is asked at all; the breach kinds of a known breach are what the test is about.
LEFT_OUT = {
    "places_served",
    "places_complete",
    "establishments",
    "establishments_concerned",
    "main_establishment",
}
TRIGGERS = {"role": "controller", "acquisition": True, "access": True, "encrypted": False}


def known(key):
    fact, words = FACT_KEYS[key], list(allowed_values(key))
    if fact.type == "bool":
        return st.booleans()
    if fact.type == "enum":
        return st.sampled_from(words)
    if fact.type == "list":
        return st.lists(st.sampled_from(words), unique=True).map(lambda said: tuple(sorted(said)))
    return st.integers(0, 10**6) if fact.type == "int" else st.sampled_from(PLACES)


ELEMENTS = st.frozensets(st.sampled_from(sorted(DATA_ELEMENTS)), min_size=1, max_size=6)
COUNTS = st.lists(
    st.builds(
        PlaceCount,
        st.sampled_from(PLACES),
        st.sampled_from([1, 499, 500, 501, 1_001, 20_000]),
        ELEMENTS,
        st.just(True),
    ),
    min_size=20,
    max_size=30,
    unique_by=lambda row: row.place,
).map(tuple)
EVENTS = st.dictionaries(
    st.sampled_from(sorted(EVENT_KINDS)),
    st.integers(0, 90).map(lambda days: NOON + timedelta(days=days)),
    max_size=6,
)


@st.composite
def breaches(draw, certain=TRIGGERS):
    values = {key: draw(known(key)) for key in FACT_KEYS if key not in LEFT_OUT and draw(st.booleans())}
    at = {"aware": NOON, "discovered": NOON, "determined": NOON}
    return BreachFacts({**values, **certain}, {**draw(EVENTS), **at}, draw(COUNTS))


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


@QUIETLY
@given(breaches(), st.integers(2, 50), ELEMENTS)
def test_more_people_and_more_data_never_take_a_duty_away(facts, factor, more):
    rows = tuple(
        replace(row, number=row.number * factor, elements=row.elements | more) for row in facts.counts
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
@given(breaches(), st.integers(1, 60 * 24 * 40))
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
@given(breaches(), st.data())
def test_removing_a_fact_leaves_a_duty_standing_or_open_and_naming_that_fact(facts, data):
    keys = data.draw(st.lists(st.sampled_from(sorted(facts.values)), min_size=3, max_size=3, unique=True))
    for key in keys:
        values = {name: value for name, value in facts.values.items() if name != key}
        assert silent_no(facts, replace(facts, values=values)) == []


@QUIETLY
@given(breaches(), st.sampled_from(["aware", "discovered", "determined"]))
def test_removing_an_event_never_takes_a_duty_away(facts, kind):
    events = {name: at for name, at in facts.events.items() if name != kind}
    assert silent_no(facts, replace(facts, events=events)) == []


@QUIETLY
@given(breaches())
def test_without_counts_no_law_says_no(facts):
    assert silent_no(facts, replace(facts, counts=())) == []


@QUIETLY
@given(breaches(certain={}), st.data())
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
@given(breaches(certain={}))
def test_an_undecided_duty_always_names_what_would_decide_it(facts):
    nameless = [
        key
        for key, duty in told(facts).items()
        if duty.answer == "undecided" and duty.version_held and not duty.undecided_by
    ]
    assert nameless == []
