"""The words of the pack stand by themselves: no text names a key or the id of a rule."""

import re

from law.convert.common import read_yaml
from law.pack import HOME, load_pack

PACK = load_pack()
# Their values are words of the vocabulary or of the schema, addresses, or other things that no page prints as they are.
NO_TEXT = {
    "add", "after", "anchor", "any_of", "applies_to", "as", "authorities", "authority", "basis", "breach_kinds",
    "calendar", "categories", "choose", "citation", "confidence", "consult", "content", "count_of", "counting",
    "country", "deemed_compliance", "duties", "earliest", "event", "exactly", "fact", "family", "file_with", "filed",
    "forbidden", "from", "group", "groups", "id", "in", "includes_any", "incident_classes", "is", "kind", "latest",
    "level", "means", "medium", "name_rule", "of", "order", "place", "places", "portal", "qualifier", "recipient_kind",
    "role", "roles", "rule", "scope", "sectors", "see", "seen", "source", "specialised_by", "stage", "standalone",
    "standard", "status", "sub_jurisdiction", "tier", "triggers", "unit", "unknown", "unless", "url", "variant_by",
    "version_by", "when", "with_name", "within", "zone",
}  # fmt: skip
KEY = re.compile(r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b")
RULE_IDS = re.compile(
    r"(?<![\w/.-])(?:"
    + "|".join(sorted((re.escape(rule.id) for rule in PACK.rules), key=len, reverse=True))
    + r")(?![\w-])"
)


def texts(value, key=""):
    """Every text that a person reads, with the key it stands under; of a tag under a text's key only the tag."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from texts(item, str(name))
    elif isinstance(value, list):
        for item in value:
            yield from texts(item, key)
    elif isinstance(value, str) and (key not in NO_TEXT or " " in value) and key != "url":
        yield key, value


def named(value):
    return [
        (key, found)
        for key, text in texts(value)
        for found in (*KEY.findall(text), *RULE_IDS.findall(text))
        if found != text
    ]


def test_no_text_names_a_key_or_the_id_of_a_rule():
    wrong = {rule.id: found for rule in PACK.rules if (found := named(rule.data))}
    about = named(read_yaml(HOME / "about.yaml"))
    bodies = [
        (one.id, found) for one in PACK.authorities.values() if (found := named([one.notes, one.called]))
    ]
    assert (wrong, about, bodies) == ({}, [], [])


def test_a_key_in_a_text_is_found():
    assert named({"notes": "see national_derogations and uk-gdpr-33"}) == [
        ("notes", "national_derogations"), ("notes", "uk-gdpr-33"),
    ]  # fmt: skip
    assert named({"qualifier": "without_undue_delay", "filed": "eu-gdpr-33/authority"}) == []


def test_the_rules_to_read_beside_one_exist():
    ids = {rule.id for rule in PACK.rules}
    named_there = {
        one for rule in PACK.rules for one in (*rule.get("see", ()), *rule.get("specialised_by", ()))
    }
    assert named_there <= ids
    assert all(rule.id not in rule.get("see", ()) for rule in PACK.rules)
