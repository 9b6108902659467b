from datetime import UTC, datetime, timedelta

import pytest

from law.duties import duties_for
from law.pack import load_pack
from tests.law.given import NOON, answers, at, duties, facts, people

RULE = "eu-gdpr-33"
LEAD = f"{RULE}/authority@ie-dpc"
IRISH = {"establishments": ("IE", "DE-BE", "GB"), "main_establishment": "IE"}
BERLINERS = people("DE-BE", 300)


@pytest.mark.parametrize(
    ("tier", "authority", "individuals"),
    [
        (None, "required", "undecided"),
        ("unlikely", "not_required", "not_required"),
        ("risk", "required", "not_required"),
        ("high", "required", "required"),
    ],
)
def test_risk_decides_who_is_told(tier, authority, individuals):
    known = {"risk_tier": tier} if tier else {}
    found = answers(facts(BERLINERS, **IRISH, **known), RULE)
    assert found == {"authority@ie-dpc": authority, "individuals": individuals}


def test_unknown_risk_counts_as_required_and_says_so():
    duty = duties(facts(BERLINERS, **IRISH))[LEAD]
    risk = next(condition for condition in duty.trace if condition.effect == "excuses")
    assert risk.held is None
    assert risk.facts == ("risk_tier",)
    assert "counts as required and the clock runs" in risk.text


def test_72_hours_run_over_the_weekend_and_are_told_in_words():
    aware = at("2026-11-20T23:10:00+01:00")
    duty = duties(facts(BERLINERS, events={"aware": aware}, establishments=("FR",), main_establishment="FR"))[
        f"{RULE}/authority@fr-cnil"
    ]
    assert duty.due_at == aware + timedelta(hours=72)
    assert duty.due_text == (
        "Aware Fri 20 Nov 2026 23:10 CET + 72 hours (every hour counts, Reg. 1182/71 Art. 3) "
        "= Mon 23 Nov 2026 23:10 CET"
    )
    assert any("The last counted hour ends Tue 24 Nov 2026 00:00 CET" in note for note in duty.notes)


def test_the_clock_of_72_hours_is_told_in_the_zone_of_the_authority():
    duty = duties(facts(BERLINERS, **IRISH))[LEAD]
    assert (duty.due_zone, duty.languages) == ("Europe/Dublin", ("EN", "GA"))
    assert duty.title == "Notify the Irish Data Protection Commission"
    assert "forms.dataprotection.ie" in duty.channel


def test_individuals_have_no_number_in_law_but_a_target_marked_as_policy():
    duty = duties(facts(BERLINERS, **IRISH, risk_tier="high"))[f"{RULE}/individuals"]
    assert duty.due_at is None
    assert duty.target_at == NOON + timedelta(hours=72)
    assert duty.target_text.startswith("Our policy, not law:")


def test_one_filing_to_the_lead_authority_whatever_states_people_live_in():
    given = facts(BERLINERS, people("FR", 10), people("SE", 10), **IRISH)
    assert [key for key in duties(given, f"{RULE}/authority")] == [LEAD]


def test_without_an_establishment_each_state_with_affected_people_is_told():
    given = facts(BERLINERS, people("FR", 10), people("SE", 0), people("US-CA", 9), establishments=("US-CA",))
    assert set(duties(given, f"{RULE}/authority")) == {f"{RULE}/authority@de-be", f"{RULE}/authority@fr-cnil"}


def test_a_place_of_decisions_outside_the_eea_gives_no_one_stop_shop():
    given = facts(people("FR", 10), establishments=("IE", "US-CA"), main_establishment="none")
    # One establishment in the EEA: its own authority.
    assert set(duties(given, f"{RULE}/authority")) == {LEAD}
    given = facts(people("FR", 10), establishments=("IE", "ES", "US-CA"), main_establishment="none")
    told = {f"{RULE}/authority@{one}" for one in ("es-aepd", "fr-cnil", "ie-dpc")}
    assert set(duties(given, f"{RULE}/authority")) == told


def test_an_unknown_main_establishment_leaves_open_which_authority_but_not_the_duty():
    given = facts(people("FR", 10), establishments=("IE", "ES"), forget=("main_establishment",))
    duty = duties(given)[f"{RULE}/authority@group:eea-sa"]
    assert (duty.answer, duty.undecided_by) == ("required", ("main_establishment",))
    assert duty.due_at == NOON + timedelta(hours=72)


def test_a_public_task_leads_to_the_authority_of_the_state():
    given = facts(people("ES", 10), establishments=("ES-CT",), main_establishment="ES-CT", public_task=True)
    assert set(duties(given, f"{RULE}/authority")) == {f"{RULE}/authority@es-apdcat"}


@pytest.mark.parametrize(
    ("seat", "capacities", "public_task", "authority", "asks"),
    [
        # Germany: BDSG s. 9(1) for the federal authority, GDPR Art. 91 for churches
        ("DE-BE", ("federal_government_body",), True, "de-bfdi", ()),
        ("DE", ("federal_government_body",), True, "de-bfdi", ()),
        ("DE-NW", ("telecom_provider",), False, "de-bfdi", ()),
        ("DE-NW", ("postal_provider",), False, "de-bfdi", ()),
        ("DE-NW", ("church_body",), False, "de-church", ()),
        ("DE-NW", (), False, "de-nw", ()),
        ("DE-BY", ("public_body",), True, "de-by-oe", ()),
        ("DE-BY", (), True, "de-by", ()),  # a firm under a legal obligation
        ("DE-BY", None, True, "de-by-oe", ("capacities",)),
        # Spain: the regional authorities supervise the public sector only
        ("ES-CT", ("public_body",), True, "es-apdcat", ()),
        ("ES-AN", ("public_body",), True, "es-ctpda", ()),
        ("ES-MD", ("public_body",), True, "es-aepd", ()),
        ("ES-CT", (), True, "es-aepd", ()),
        ("ES-CT", (), False, "es-aepd", ()),
        ("ES-PV", None, True, "es-avpd", ("capacities",)),
        # Elsewhere such bodies have no authority of their own
        ("FR", ("telecom_provider", "church_body", "federal_government_body"), False, "fr-cnil", ()),
    ],
)
def test_what_we_are_decides_between_the_authorities_of_a_country(
    seat, capacities, public_task, authority, asks
):
    known = {} if capacities is None else {"capacities": capacities}
    given = facts(people(seat[:2], 5), establishments=(seat,), main_establishment=seat, public_task=public_task, **known)  # fmt: skip
    told = duties(given, f"{RULE}/authority")
    assert list(told) == [f"{RULE}/authority@{authority}"]
    duty = told[f"{RULE}/authority@{authority}"]
    assert (duty.answer, duty.undecided_by) == ("required", asks)
    assert any("BDSG s. 9(1)" in condition.text for condition in duty.trace) is (authority == "de-bfdi")


@pytest.mark.parametrize(
    ("seat", "authority"),
    [
        ("DE-BY", "de-by"),
        ("DE-NW", "de-nw"),
        ("DE", "group:eea-sa:de"),
        ("ES", "es-aepd"),
        ("NO", "no-datatilsynet"),
    ],
)
def test_the_seat_decides_the_authority_of_a_firm(seat, authority):
    given = facts(people("DE", 5), establishments=(seat,), main_establishment=seat)
    assert set(duties(given, f"{RULE}/authority")) == {f"{RULE}/authority@{authority}"}


def test_a_processor_tells_its_controller_instead():
    found = answers(facts(BERLINERS, **IRISH, role="processor"), RULE)
    assert found == {
        "authority@ie-dpc": "not_required",
        "individuals": "not_required",
        "controller": "required",
    }


def test_an_unknown_role_leaves_everything_open_and_asks_for_it():
    duty = duties(facts(BERLINERS, **IRISH, forget=("role",)))[LEAD]
    assert (duty.answer, duty.undecided_by) == ("undecided", ("role",))


@pytest.mark.parametrize(
    ("known", "answer"),
    [
        ({}, "required"),
        ({"encrypted": True}, "required"),
        ({"encrypted": True, "key_safe": False}, "required"),
        ({"encrypted": True, "key_safe": True}, "not_required"),
        ({"remedial_action": True}, "not_required"),
        ({"authority_waived": True}, "not_required"),
        ({"disproportionate_effort": True}, "required"),
    ],
)
def test_only_a_shown_excuse_spares_the_notice_to_people(known, answer):
    found = duties(facts(BERLINERS, **IRISH, risk_tier="high", **known))[f"{RULE}/individuals"]
    assert found.answer == answer
    assert bool(found.exemption) == (answer == "not_required")


def test_encryption_does_not_spare_the_filing():
    found = answers(facts(BERLINERS, **IRISH, encrypted=True, key_safe=True), RULE)
    assert found["authority@ie-dpc"] == "required"


def test_before_awareness_no_legal_time_is_told_only_a_safe_target():
    detected = NOON - timedelta(hours=5)
    duty = duties(facts(BERLINERS, **IRISH, events={"detected": detected}))[LEAD]
    assert (duty.due_at, duty.starts_at, duty.waits_for) == (None, None, ("aware",))
    assert duty.target_at == detected + timedelta(hours=72)
    assert duty.target_text.startswith(
        "Our policy, not law: Aware: not recorded; to be safe counted from detected"
    )


def test_a_later_finding_shows_awareness_at_the_latest():
    duty = duties(facts(BERLINERS, **IRISH, events={"confirmed": NOON}))[LEAD]
    assert (duty.due_at, duty.start_implied_by) == (NOON + timedelta(hours=72), "confirmed")


def test_the_remaining_facts_follow_the_first_filing_and_not_before():
    assert f"{RULE}/authority-update@ie-dpc" not in duties(facts(BERLINERS, **IRISH))
    filed = NOON + timedelta(hours=50)
    duty = duties(facts(BERLINERS, **IRISH, filings={LEAD: filed}))[f"{RULE}/authority-update@ie-dpc"]
    assert (duty.starts_at, duty.due_at, duty.binding) == (filed, None, False)
    assert "not law" in duty.target_text


def test_no_link_to_the_eea_leaves_the_regime_out():
    assert not duties(facts(people("US-CA", 9), establishments=("US-CA",)), RULE)


def test_people_in_the_eea_who_are_served_but_not_affected_get_a_reasoned_no():
    given = facts(people("US-CA", 9), establishments=("US-CA",), places_served=("FR", "US"))
    assert set(answers(given, RULE).values()) == {"not_required"}


def test_the_law_does_not_reach_back_before_it_applied():
    early = {"aware": datetime(2018, 5, 1, tzinfo=UTC)}
    assert not duties(facts(BERLINERS, **IRISH, events=early), RULE)


class TestUnitedKingdom:
    RULE = "uk-gdpr-33"

    @pytest.mark.parametrize(
        ("tier", "authority", "individuals"),
        [
            (None, "required", "undecided"),
            ("unlikely", "not_required", "not_required"),
            ("risk", "required", "not_required"),
            ("high", "required", "required"),
        ],
    )
    def test_risk_decides_who_is_told(self, tier, authority, individuals):
        known = {"risk_tier": tier} if tier else {}
        found = answers(facts(people("GB", 1), **known), self.RULE)
        assert found == {"authority": authority, "individuals": individuals}

    def test_it_has_its_own_authority_and_zone_beside_the_lead_of_the_eu(self):
        aware = at("2026-06-05T16:30:00+01:00")
        given = facts(people("GB", 1), BERLINERS, events={"aware": aware}, **IRISH)
        duty = duties(given)["uk-gdpr-33/authority"]
        assert (duty.recipient.authority, duty.due_zone) == ("uk-ic", "Europe/London")
        assert duty.due_at == aware + timedelta(hours=72)
        assert duty.due_text.endswith("= Mon 8 Jun 2026 16:30 BST")
        assert LEAD in duties(given)

    def test_an_establishment_alone_asks_whether_it_is_concerned(self):
        given = facts(BERLINERS, **IRISH)
        duty = duties(given)["uk-gdpr-33/authority"]
        assert (duty.answer, duty.undecided_by) == ("undecided", ("establishments_concerned",))
        settled = facts(BERLINERS, **IRISH, establishments_concerned=("IE",))
        assert not duties(settled, self.RULE)


def test_the_same_facts_give_the_same_duties_in_any_order_of_counts():
    rows = [BERLINERS, people("FR", 10), people("US-NY", 7, "ssn", "name")]
    one, other = facts(*rows, **IRISH), facts(*reversed(rows), **IRISH)
    assert one.digest() == other.digest()
    assert [duty.to_dict() for duty in duties_for(one, load_pack())] == [
        duty.to_dict() for duty in duties_for(other, load_pack())
    ]
