"""Nothing of the research is lost: each of its keys is in the pack, or in a list of what is carried otherwise and why."""

import json
import re

import pytest

from law.content_words import CONTENT, SAME
from law.convert import us, world
from law.convert.common import read_yaml
from law.convert.world_check import OTHERWISE
from law.convert.world_words import EVENTS, FILED
from law.pack import HOME, load_pack
from law.vocabulary import CAPACITIES, QUALIFIERS, ROLES, STAGES, UNITS
from tests.law.reference_rules import ABSENT, REFERENCE, read

pytestmark = pytest.mark.skipif(not REFERENCE.exists(), reason=ABSENT)
PACK = load_pack()
# What the research calls by another word than the pack.
KINDS = {"hub": "other", "product": "other", "sector": "other"}
SHOWN_OTHERWISE = {
    "units_null": "said where a number is missing",
    "binding": "a key of deadlines",
    "status": "words of the schema",
    "source_seen": "words of the schema",
    "confidence": "words of the schema",
    "exemption_kinds": "kinds of exemptions and of excuses",
    "threshold_tiers": "words of the schema",
    "breach_types": "written out as kinds of breach",
}


def test_no_rule_outside_the_united_states_loses_a_key():
    assert world.check(REFERENCE, HOME / "regimes") == []


def test_no_rule_of_the_united_states_loses_a_key():
    assert us.check(REFERENCE, HOME / "regimes") == []


def test_what_is_carried_otherwise_belongs_to_a_rule_and_says_why():
    ids = {rule["id"] for rule in read("world.yaml")["rules"]}
    assert {rule for rule, _ in OTHERWISE} <= ids
    assert all(reason for reason in OTHERWISE.values())


def test_a_lost_key_is_reported(tmp_path):
    (tmp_path / "jp-appi-26.yaml").write_text(
        (HOME / "regimes/jp-appi-26.yaml").read_text(encoding="utf-8").replace("number: 60", "number: 61"),
        encoding="utf-8",
    )
    lost = world.check(REFERENCE, tmp_path)
    assert "jp-appi-26: authority_deadlines.2.number" in lost
    assert "ke-dpa-43: no rule" in lost


def test_every_authority_is_held_with_all_its_keys():
    theirs = read("authorities.yaml")
    wrong = []
    for row in theirs["authorities"]:
        one = PACK.authorities.get(row["id"])
        if one is None:
            wrong.append(f"{row['id']}: not held")
            continue
        held = {
            "role": one.kind, "country": one.country, "subdivision": one.subdivision, "url": one.url,
            "breach_portal_url": one.portal, "portal_confidence": one.portal_confidence,
            "languages": list(one.languages), "email": one.email, "confidence": one.confidence,
            "checked": one.checked, "name_local": one.local_name or one.name, "name_en": one.name,
        }  # fmt: skip
        wanted = {key: row[key] or "" if key != "languages" else row[key] for key in held}
        wanted["role"] = KINDS.get(row["role"], row["role"])
        wanted["name_en"] = row["name_en"].partition(" (ICO until")[
            0
        ]  # a date of the past is no part of a name
        wrong += [f"{row['id']}.{key}: {value}" for key, value in wanted.items() if held[key] != value]
        groups = {name for name, members in theirs["groups"].items() if row["id"] in members}
        wrong += [f"{row['id']}: group {name}" for name in groups - set(one.groups)]
        wrong += [f"{row['id']}.notes"] if row["notes"] and not one.notes else []
    assert len(theirs["authorities"]) == 258
    assert wrong == []


def test_every_national_variant_of_nis2_is_held_with_all_its_keys():
    held = {one["country"]: one for one in PACK.rule("eu-nis2-23")["variants"]}
    theirs = json.loads(json.dumps(read("world.yaml")["nis2_national_variants"], default=str))
    assert len(theirs) == 30
    assert [row["country"] for row in theirs if not row.items() <= held.get(row["country"], {}).items()] == []


def test_what_stands_beside_the_rules_is_kept():
    theirs, ours = json.loads(json.dumps(read("world.yaml"), default=str)), read_yaml(HOME / "about.yaml")
    for key in ("counting_rules", "lead_authority_rules", "not_modelled", "no_general_duty"):
        assert _shape(ours[key]) == _shape(theirs[key]), key
        wanted = _numbers(json.dumps(theirs[key]).replace("(eu-gdpr-33-no-establishment)", ""))
        assert wanted - _numbers(json.dumps(ours[key])) == set(), key
    known = {(row["country"], row["confidence"]) for row in theirs["no_general_duty"]}
    assert {(row["country"], row["confidence"]) for row in ours["no_general_duty"]} == known
    assert {row["rule"] for row in ours["no_general_duty"] if "rule" in row} <= {
        rule.id for rule in PACK.rules
    }


def _shape(value):
    """Keys and lengths; the words are ours."""
    if isinstance(value, dict):
        return {key: _shape(item) for key, item in value.items() if key != "rule"}
    return [_shape(item) for item in value] if isinstance(value, list) else ""


def _numbers(text):
    return set(re.findall(r"\d+", text))


def test_every_word_of_the_research_is_a_word_of_the_pack():
    words = dict(read("world.yaml")["vocabulary"])
    wrong = {
        "units": set(words.pop("units")) - set(UNITS),
        "clock_events": set(words.pop("clock_events")) - {*EVENTS, *FILED, "assessment_started"},
        "qualifiers": set(words.pop("qualifiers")) - set(QUALIFIERS),
        "stages": set(words.pop("stages")) - set(STAGES),
        "roles": set(words.pop("roles")) - {*CAPACITIES, *ROLES, "any_organisation"},
        "content_tags": set(words.pop("content_tags")) - set(CONTENT),
        "content_map_to_us": set(words.pop("content_map_to_us").items()) - set(SAME.items()),
    }
    assert {key: left for key, left in wrong.items() if left} == {}
    assert set(words) <= set(SHOWN_OTHERWISE)


def test_the_script_writes_over_no_file_that_a_person_has_read(tmp_path):
    read = {file.name: file.read_bytes() for file in (HOME / "regimes").glob("*.yaml")}
    del read["ke-dpa-43.yaml"]
    for name, content in read.items():
        (tmp_path / name).write_bytes(content)
    assert world.write(REFERENCE, tmp_path) == ["ke-dpa-43"]
    assert "id: ke-dpa-43" in (tmp_path / "ke-dpa-43.yaml").read_text(encoding="utf-8")
    assert {name: (tmp_path / name).read_bytes() for name in read} == read
