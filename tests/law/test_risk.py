"""The tests of risk as data: complete, cited, and never made into a finding."""

from law.facts import BreachFacts
from law.risk import NOT_KNOWN, Leaning, leaning, methods, overrides, signed_facts
from law.vocabulary import FACT_KEYS

GDPR, HIPAA, RROSH = (methods()[name] for name in ("gdpr", "hipaa", "rrosh"))


def lean(method, side):
    """An answer to each question that leans to one side, where there is one."""
    return {
        key: next((one.id for one in question.answers if one.leans == side), question.answers[0].id)
        for key, question in method.questions.items()
    }


def test_every_question_has_its_ground_and_both_sides_and_every_finding_is_a_value_of_its_fact():
    wrong = []
    for method in methods().values():
        asked = [one for group in method.groups for one in group.questions]
        wrong += [(method.id, "twice")] if len(asked) != len(method.questions) else []
        wrong += [(method.id, "no source")] if not method.sources or not method.citation else []
        wrong += [
            (method.id, one.id)
            for one in asked
            if not one.citation
            or NOT_KNOWN in {answer.id for answer in one.answers}
            or len({answer.id for answer in one.answers}) != len(one.answers)
            or "more" not in {answer.leans for answer in one.answers}
        ]
        for finding in method.findings:
            read = BreachFacts.from_dict({"facts": {method.fact: finding.value}})
            wrong += [(method.id, finding.id)] if read.value(method.fact) != finding.value else []
    assert wrong == []
    assert signed_facts() <= FACT_KEYS.keys()


def test_the_four_factors_of_hipaa_and_the_factors_of_canada_are_all_asked():
    cited = {one.citation for one in HIPAA.questions.values()}
    assert cited == {f"45 CFR § 164.402(2)({number})" for number in ("i", "ii", "iii", "iv")}
    canada = " ".join(one.citation for one in RROSH.questions.values())
    assert all(f"PIPEDA s. 10.1{part}" in canada for part in ("(7)", "(8)(a)", "(8)(b)"))
    europe = " ".join(one.citation for one in GDPR.questions.values())
    factors = ("type of breach", "nature, sensitivity and volume", "ease of identification", "severity of consequences",
               "special characteristics of the individual", "special characteristics of the data controller",
               "number of affected individuals")  # fmt: skip
    assert all(f"IV.B, {factor}" in europe for factor in factors)
    assert {one.axis for one in GDPR.questions.values()} == {"likelihood", "severity"}


def test_only_findings_by_which_somebody_is_not_told_need_two():
    spared = {(method.id, one.id) for method in methods().values() for one in method.findings if one.spares}
    assert spared == {("gdpr", "risk"), ("gdpr", "unlikely"), ("hipaa", "low"), ("rrosh", "not_real")}


def test_answers_are_counted_and_what_is_not_known_leans_to_caution():
    asked = RROSH.questions.values()
    assert leaning(asked, {}) == Leaning(open=8)
    assert leaning(asked, {}).side == "more"
    light = lean(RROSH, "less") | {"seen": "no"}
    assert leaning(asked, light) == Leaning(less=7, even=1)
    assert leaning(asked, light | {"who": NOT_KNOWN, "intent": "yes"}) == Leaning(
        more=1, less=5, even=1, open=1
    )
    real, not_real = RROSH.findings
    told = {
        (name, one.id): overrides(RROSH, one, given)
        for name, given in (("light", light), ("open", {}))
        for one in (real, not_real)
    }
    assert told == {
        ("light", "real"): True,
        ("light", "not_real"): False,
        ("open", "real"): False,
        ("open", "not_real"): True,
    }
    assert not any(overrides(GDPR, GDPR.finding("risk"), lean(GDPR, side)) for side in ("more", "less"))
