"""Facts and expectations for tests of all rules of the United States, taken from the research alone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from law.convert.common import read_yaml
from law.duties import duties_for
from law.facts import BreachFacts, PlaceCount
from law.pack import load_pack
from law.vocabulary import DATA_ELEMENTS, EVENT_KINDS

REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "law"
needs_research = pytest.mark.skipif(
    not REFERENCE.exists(), reason="the research (../shared/reference/law) is not here"
)
PACK = load_pack()
RULES = read_yaml(REFERENCE / "us.yaml")["rules"] if REFERENCE.exists() else []
BY_ID = {rule["id"]: rule for rule in RULES}
DORMANT = ("us-fed-fcc-cpni", "us-fed-circia")  # not in force as the research has them: tested apart
STATES = [rule for rule in RULES if rule["level"] in ("state", "territory")]

# Every kind of event at an instant of its own, 2 to 29 March 2026, later ones later; the notice to people in June.
ORDER = ("detected", "discovered", "suspected", "reasonable_belief", "aware", "confirmed", "determined")
EVENTS = {
    kind: datetime(2026, 3, 20, 15, tzinfo=UTC) for kind in EVENT_KINDS if kind != "law_enforcement_cleared"
}
EVENTS |= {kind: datetime(2026, 3, 2 + day, 15, 30, tzinfo=UTC) for day, kind in enumerate(ORDER)}
EVENTS |= {
    "harm_determined": datetime(2026, 3, 10, 15, tzinfo=UTC),
    "scope_known": datetime(2026, 3, 11, 15, tzinfo=UTC),
    "content_known": datetime(2026, 3, 12, 15, tzinfo=UTC),
    "no_harm_determined": datetime(2026, 3, 13, 15, tzinfo=UTC),
    "materiality_determined": datetime(2026, 3, 5, 15, tzinfo=UTC),
    "ransom_paid": datetime(2026, 3, 6, 15, tzinfo=UTC),
    "notice_sent": datetime(2026, 6, 17, 15, tzinfo=UTC),
}
HHS_TOLD = datetime(2026, 6, 25, 15, tzinfo=UTC)
START = {
    "discovery": ("discovered",),
    "detection": ("detected",),
    "discovery_or_notification": ("discovered",),
    "discovery_or_reason_to_believe": ("discovered",),
    "determination": ("determined",),
    "determination_or_reason_to_believe": ("reasonable_belief",),
    "determination_of_likely_harm": ("harm_determined",),
    "determination_of_likely_misuse": ("harm_determined",),
    "confirmation_and_information_ascertainable": ("confirmed", "content_known"),
    "awareness": ("aware",),
    "awareness_and_scope_identified": ("aware", "scope_known"),
    "knowledge": ("discovered",),
    "knows_or_has_reason_to_know": ("discovered",),
    "reasonable_belief": ("reasonable_belief",),
    "notice_to_individuals": ("notice_sent",),
    "no_harm_determination": ("no_harm_determined",),
    "materiality_determination": ("materiality_determined",),
    "ransom_payment": ("ransom_paid",),
}

TAKEN = {
    "role": "controller", "acquisition": True, "access": True, "use_or_disclosure": True, "encrypted": False,
    "harm_likely": True, "medium": "electronic", "breach_kinds": ("confidentiality",), "capacities": (),
    "hipaa_role": "none", "glba_institution": False, "suggests_credit_report": True, "establishments": ("US-OH",),
    "main_establishment": "none", "places_complete": True, "dfs_covered_entity": False, "id_theft_sufficient": False,
}  # fmt: skip
# What a rule, or the recipient at a place among its authorities, needs besides.
NEEDS = {
    "us-ca-hsc": {"capacities": ("health_facility_licensee",)},
    "us-ga": {"capacities": ("data_broker",)},
    "us-fed-hipaa": {"hipaa_role": "covered_entity"},
    "us-fed-ftc-hbnr": {"capacities": ("phr_vendor",)},
    "us-fed-glba-ftc": {"glba_institution": True},
    "us-fed-bank-36h": {"capacities": ("bank",), "incident_classes": ("bank_notification_incident",)},
    "us-fed-bank-customer": {"capacities": ("bank",)},
    "us-fed-ncua-72h": {"capacities": ("credit_union",), "incident_classes": ("reportable_cyber_incident",)},
    "us-fed-sec-8k": {"capacities": ("sec_registrant",), "incident_classes": ("material",)},
    "us-fed-sec-regsp": {"capacities": ("regsp_larger",)},
    "us-fed-fcc-cpni": {"capacities": ("cpni_carrier",)},
    "us-fed-circia": {"capacities": ("circia_entity",), "incident_classes": ("covered_cyber_incident",)},
    "us-ny-dfs-500": {"dfs_covered_entity": True, "incident_classes": ("dfs_cybersecurity_event",)},
}
HHS = {"hipaa_role": "covered_entity", "hhs_notice_required": True}
CONDITIONS = {
    ("us-ak", 0): {"harm_likely": False},
    ("us-id", 0): {"capacities": ("government_agency",)},
    ("us-il", 1): HHS,
    ("us-me", 1): {"capacities": ("dpfr_licensee",)},
    ("us-nh", 1): {"capacities": ("nh_358a_trade",)},
    ("us-ny", 3): {"dfs_covered_entity": True},
    ("us-ny", 4): HHS,
    ("us-or", 1): {"role": "processor", "controller_notified_people": False},
    ("us-va", 2): {"capacities": ("employer_payroll",)},
    ("us-vt", 2): {"capacities": ("dfr_licensee",)},
}


def place_of(rule):
    code = rule["id"].split("-")[1]
    return "US-OH" if code == "fed" else f"US-{code.upper()}"


def given(rule, number=20_000, elements=tuple(DATA_ELEMENTS), events=None, filings=None, **known):
    values = {**TAKEN, **NEEDS.get(rule["id"], {}), **known}
    kinds = None if elements is None else frozenset(elements)
    counts = (PlaceCount(place_of(rule), number, kinds, True),) if number is not None else ()
    return BreachFacts(
        {key: value for key, value in values.items() if value is not None},
        EVENTS if events is None else events,
        counts,
        filings or {},
    )


def found(rule, facts):
    """Duties of one rule alone."""
    alone = replace(PACK, rules=(PACK.rule(rule["id"]),))
    return {
        duty.key.split("/")[1].partition("@")[0].partition("#")[0]: duty for duty in duties_for(facts, alone)
    }


def answer(rule, duty, facts):
    made = found(rule, facts).get(duty)
    return made.answer if made else "not_required"


def recipients(rule) -> Iterator[tuple[str, dict, dict]]:
    """Every recipient with a number of people: our duty, the research, what it needs besides."""
    duties = PACK.rule(rule["id"])["duties"]
    bodies = [duty["id"] for duty in duties if duty["recipient"]["kind"] in ("authority", "police")]
    for position, body in enumerate(rule["authorities"]):
        yield bodies[position], body, CONDITIONS.get((rule["id"], position), {})
    for key, kind in (("cra", "credit_agencies"), ("media", "media")):
        if rule[key]["required"]:
            duty = next(duty["id"] for duty in duties if duty["recipient"]["kind"] == kind)
            yield duty, {"min_residents": rule[key]["min_persons"], **rule[key]}, {}
