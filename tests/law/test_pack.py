import json
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from itertools import chain
from zoneinfo import ZoneInfo

import pytest
from jsonschema import Draft202012Validator

from law.content_words import CONTENT, SAME
from law.convert import us_words, world
from law.pack import HOME, InvalidPack, load_pack
from law.vocabulary import (
    AUTHORITY_KINDS,
    COUNT_OF,
    DATA_ELEMENTS,
    EEA,
    EVENT_KINDS,
    FACT_KEYS,
    QUALIFIERS,
    RECIPIENT_KINDS,
    allowed_values,
)
from tests.law.reference_rules import ABSENT, REFERENCE, read

PACK = load_pack()
SCHEMA = Draft202012Validator(json.loads((HOME / "regimes/schema.json").read_text(encoding="utf-8")))
BY_HAND = (
    "au-ndb",
    "br-lgpd-48",
    "eu-gdpr-33",
    "sg-pdpa-26d",
    "uk-gdpr-33",
    "us-ca",
    "us-fed-hipaa",
    "us-ny",
    "us-tx",
)
RULES = [pytest.param(rule, id=rule.id) for rule in PACK.rules if rule.id in BY_HAND]
here = pytest.mark.skipif(not REFERENCE.exists(), reason=ABSENT)


def walk(value):
    """Every mapping inside."""
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(item)


def test_the_schema_of_rules_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA.schema)


def wrong(check):
    """What a check finds wrong in any rule of the pack."""
    return [f"{rule.id}: {text}" for rule in PACK.rules for text in check(rule)]


def test_every_rule_fits_the_schema_and_says_where_it_comes_from():
    def check(rule):
        yield from (f"{error.json_path} {error.message[:200]}" for error in SCHEMA.iter_errors(rule.data))
        date.fromisoformat(rule["checked"])
        if not (rule["citation"] and rule["sources"] and all(duty["title"] for duty in rule["duties"])):
            yield "without citation, source or title"

    assert wrong(check) == []


def test_every_rule_speaks_only_words_that_the_vocabulary_knows():
    assert wrong(unknown_words) == []


def unknown_words(rule):
    ZoneInfo(rule["zone"])
    duties = rule["duties"]
    if len({duty["id"] for duty in duties}) != len(duties):
        yield "two duties of one name"
    for duty in duties:
        yield from {*duty.get("content", ()), *duty.get("forbidden", ())} - set(CONTENT)
        yield from {duty["recipient"]["kind"]} - set(RECIPIENT_KINDS)
        yield from {duty["deadline"].get("qualifier") or "without_delay"} - set(QUALIFIERS)
        yield from {duty.get("count", {}).get("of", "none")} - set(COUNT_OF)
    tags = chain.from_iterable(rule.get("data", {}).get(key, ()) for key in ("with_name", "standalone"))
    yield from set(tags) - set(DATA_ELEMENTS)
    for part in walk({key: rule.get(key) for key in ("link", "terms", "duties", "displaced_by")}):
        yield from {part.get("fact", "role")} - set(FACT_KEYS)
        yield from {part.get("unknown", "role")} - {*FACT_KEYS, "skip", "undecided", "required"}
        kinds = (part.get("event"), part.get("end_of_year"), part.get("from"))
        yield from {kind for kind in kinds if isinstance(kind, str)} - set(EVENT_KINDS)
        yield from set(part.get("any_of", ())) - set(DATA_ELEMENTS)
        if part.get("fact") in FACT_KEYS and allowed_values(part["fact"]):
            asked = {*part.get("includes_any", ()), *part.get("in", ())} | {part.get("is")} - {None}
            yield from asked - {*allowed_values(part["fact"]), "none"}


def test_names_of_conditions_and_earlier_duties_exist():
    assert wrong(loose_names) == []


def loose_names(rule):
    terms, duties = rule.get("terms", {}), [duty["id"] for duty in rule["duties"]]
    for position, duty in enumerate(rule["duties"]):
        clauses = (*duty.get("when", ()), *duty.get("unless", ()))
        yield from {clause for clause in clauses if isinstance(clause, str)} - set(terms)
        target, start = duty["deadline"].get("target", {}), duty["deadline"].get("from")
        earlier = [target["as"]] if "as" in target else []
        earlier += [start["after"]] if isinstance(start, dict) and isinstance(start.get("after"), str) else []
        yield from {name for name in earlier if "/" not in name} - set(duties[:position])
    yield from set((rule.get("law_enforcement_delay") or {}).get("duties", [])) - set(duties)


def test_every_authority_has_a_place_a_zone_and_a_date():
    for authority in PACK.authorities.values():
        ZoneInfo(authority.zone)
        assert re.fullmatch(r"[A-Z]{2}", authority.country)
        assert authority.kind in AUTHORITY_KINDS
        assert authority.called.startswith("the ")
        # The research names no language for bodies of a sector group.
        assert authority.languages or set(authority.groups) & {"nis2-csirt", "dora-nca", "market-authority"}
        assert authority.confidence in ("verified", "known", "uncertain")
        assert authority.portal_confidence in ("verified", "known", "uncertain", "none")
        assert date.fromisoformat(authority.checked)


def test_each_state_of_the_eea_has_one_authority_for_private_firms_but_germany_by_state():
    chosen = [one for one in PACK.members("eea-sa") if one.scope in ("all", "private")]
    national = Counter(one.country for one in chosen if not one.subdivision)
    assert set(national) == EEA - {"DE"}
    assert set(national.values()) == {1}
    states = [one.subdivision for one in chosen if one.country == "DE"]
    assert len(states) == len(set(states)) == 16


def test_the_pack_has_a_version_and_a_hash_that_follows_its_content(tmp_path):
    assert PACK.version
    assert len(PACK.hash) == 64
    assert load_pack() is PACK
    (tmp_path / "regimes").mkdir()
    (tmp_path / "authorities").mkdir()
    regions = [f"authorities/{file.name}" for file in (HOME / "authorities").glob("*.yaml")]
    for name in ("pack.yaml", "authorities.yaml", "regimes/us-tx.yaml", *regions):
        (tmp_path / name).write_text((HOME / name).read_text(encoding="utf-8"), encoding="utf-8")
    small = load_pack(tmp_path)
    assert small.hash != PACK.hash
    assert [rule.version for rule in small.rules] == [PACK.rule("us-tx").version]


def test_a_rule_that_names_an_unknown_authority_is_refused(tmp_path):
    (tmp_path / "regimes").mkdir()
    (tmp_path / "pack.yaml").write_text((HOME / "pack.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "authorities.yaml").write_text("authorities: []", encoding="utf-8")
    text = (HOME / "regimes/us-tx.yaml").read_text(encoding="utf-8")
    (tmp_path / "regimes/us-tx.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidPack, match="us-tx-ag"):
        load_pack(tmp_path)
    (tmp_path / "regimes/us-tx.yaml").write_text("id: [", encoding="utf-8")
    with pytest.raises(InvalidPack, match=re.escape("us-tx.yaml")):
        load_pack(tmp_path / ".." / tmp_path.name)


def test_the_law_is_read_without_django():
    program = "import sys, law.evaluate, law.severity; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=HOME.parent, check=False).returncode == 0


def test_tags_that_mean_the_same_are_both_known():
    assert {*SAME, *SAME.values()} <= set(CONTENT)


# Against the research the pack is encoded from

CARRIED = (
    "citation", "status", "effective_from", "covers", "penalties", "sources", "confidence", "checked", "exemptions",
    "count_thresholds", "record_keeping", "deadline_logic", "other_recipients", "national_derogations", "processor_duty",
)  # fmt: skip


@here
@pytest.mark.parametrize("rule", [param for param in RULES if not param.id.startswith("us-")])
def test_a_rule_says_what_the_research_says(rule):
    """Those of the United States are compared key by key in `test_us_pack`."""
    theirs = next(one for one in read("world.yaml")["rules"] if one["id"] == rule.id)
    found = world.draft(theirs)
    for key in CARRIED:
        if found.get(key) is not None:
            assert rule.get(key) == found[key], key
    assert _deadlines(rule.data) >= _deadlines(found)
    assert _counts(rule.data) >= _counts(found)
    wanted = {tag for duty in found["duties"] for tag in duty.get("content") or ()}
    named = {tag for duty in rule["duties"] for tag in duty.get("content", ())}
    named |= {
        tag for duty in rule["duties"] for extra in duty.get("content_when", ()) for tag in extra["add"]
    }
    assert wanted <= named


def _deadlines(rule):
    return {
        (part["number"], part["unit"], _start(part["from"]))
        for duty in rule["duties"]
        for part in [duty["deadline"]]
        if part["number"] is not None
    }


def _start(start):
    """Where a clock starts; duties have other names in the research."""
    return "a filing" if isinstance(start, dict) and "after" in start else json.dumps(start)


def _counts(rule):
    return {
        (duty["count"]["min"], duty["count"].get("max")) for duty in rule["duties"] if duty.get("count")
    } - {(1, None)}


@here
@pytest.mark.parametrize("rule", [param for param in RULES if param.id.startswith("us-")])
def test_kinds_of_data_are_those_of_the_research(rule):
    theirs = next(one for one in read("us.yaml")["rules"] if one["id"] == rule.id)["elements"]
    assert rule["data"]["name_rule"] == theirs["name_rule"]
    for key in ("with_name", "standalone"):
        wanted = {us_words.ELEMENTS.get(tag, tag) for tag in theirs[key]}
        extra = {"medical", "medical_id", "health_insurance"} if rule.id == "us-fed-hipaa" else set()
        assert set(rule["data"][key]) - extra == wanted - extra


@here
def test_authorities_are_those_of_the_research():
    theirs = {one["id"]: one for one in read("authorities.yaml")["authorities"]}
    for one in PACK.authorities.values():
        if one.country == "US":
            continue
        row = theirs[one.id]
        assert (one.country, one.subdivision, one.portal) == (
            row["country"], row["subdivision"] or "", row["breach_portal_url"] or "",
        )  # fmt: skip
        assert (one.confidence, one.portal_confidence, list(one.languages)) == (
            row["confidence"], row["portal_confidence"], row["languages"],
        )  # fmt: skip
