"""What holds of the organisation in every incident: pages, API, and the obligations that follow."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from accounts import commands as accounts
from accounts.models import Establishment, Organisation, Role, User
from audit.events import ORGANISATION, SYSTEM
from audit.models import AuditEvent
from incidents import commands, queries, tasks
from incidents.commands import CountInput, FactInput
from incidents.events import OrganisationEvent
from incidents.lifecycle import ObligationStatus
from incidents.models import Incident

HERE = {
    "name": "Lantern",
    "zone": "Europe/Dublin",
    "establishments": "IE, United Kingdom, US-CA",
    "main": "Ireland",
    "contact_email": "privacy@lantern.example",
}
EUROPE = {"places_served": ["IE", "DE", "FR"]}


@pytest.fixture
def browser(lead, client_of) -> Client:
    return client_of(lead)


def state(facts: dict, by: User) -> Organisation:
    return commands.set_standing_facts(facts=facts, by=by, now=timezone.now())


def asked(incident: Incident) -> set[str]:
    """Countries of the duties that stand."""
    standing = incident.obligations.exclude(status=ObligationStatus.GONE)
    return {place[:2] for place in standing.values_list("place", flat=True)}


def last_event() -> AuditEvent:
    return AuditEvent.objects.filter(stream=ORGANISATION).order_by("-sequence")[0]


# --- what follows for incidents


def test_a_place_that_is_only_served_brings_no_duties_and_an_establishment_does(incident, lead):
    assert "SG" not in asked(incident)
    state({"places_served": ["IE", "SG"]}, lead)
    assert tasks.assess_stale_obligations() == 1
    assert "SG" not in asked(incident)
    assert "IE" in asked(incident)


def test_people_counted_in_a_place_bring_its_duties(incident, lead):
    state(EUROPE, lead)
    tasks.assess_stale_obligations()
    counts = [CountInput("SG", ("email", "name"), 600)]
    commands.record_counts(
        incident, counts=counts, basis="estimate", source="Log", by=lead, now=timezone.now()
    )
    assert "SG" in asked(incident)


def test_a_fact_of_the_incident_wins(incident, lead):
    state({"app_entity": False}, lead)
    assert queries.breach_facts(incident).value("app_entity") is False
    commands.set_facts(incident, facts=[FactInput("app_entity", "known", True)], by=lead, now=timezone.now())
    assert queries.breach_facts(incident).value("app_entity") is True


def test_what_an_incident_calls_unknown_stays_unknown(incident, lead):
    from law.facts import UNKNOWN

    state({"app_entity": False}, lead)
    commands.set_facts(incident, facts=[FactInput("app_entity", "unknown")], by=lead, now=timezone.now())
    assert queries.breach_facts(incident).value("app_entity") is UNKNOWN


def test_each_incident_is_assessed_once_for_each_change(incident, lead):
    other = commands.open_incident(by=lead, title="Lost laptop", now=timezone.now())
    state(EUROPE, lead)
    assert tasks.assess_stale_obligations() == 2
    assert tasks.assess_stale_obligations() == 0
    assert not Incident.objects.filter(pk__in=[incident.pk, other.pk], assessed_hash="").exists()


def test_saying_the_same_again_marks_nothing_and_leaves_no_trace(incident, lead):
    state(EUROPE, lead)
    tasks.assess_stale_obligations()
    before = AuditEvent.objects.count()
    state({"places_served": ["FR", "IE", "DE", "DE"], "hipaa_role": None}, lead)
    assert AuditEvent.objects.count() == before
    assert tasks.assess_stale_obligations() == 0


def test_settled_and_historic_incidents_stay_as_they_were(incident, lead):
    Incident.objects.filter(pk=incident.pk).update(status="dismissed")
    past = commands.open_incident(by=lead, title="Long ago", now=timezone.now())
    Incident.objects.filter(pk=past.pk).update(historic=True)
    kept = set(Incident.objects.values_list("assessed_hash", flat=True))
    state(EUROPE, lead)
    assert set(Incident.objects.values_list("assessed_hash", flat=True)) == kept
    assert tasks.assess_stale_obligations() == 0


def test_a_reopened_incident_is_assessed_on_what_holds_now(incident, lead):
    Incident.objects.filter(pk=incident.pk).update(status="dismissed")
    state(EUROPE, lead)
    commands.reopen_incident(incident, by=lead, reason="It was one after all.", now=timezone.now())
    assert "SG" not in asked(incident)


def test_a_new_place_of_establishment_brings_its_law(incident, lead):
    assert "BR" in {one.place for one in Establishment.objects.all()}
    commands.describe_organisation(
        by=lead, name="Lantern", zone="UTC", establishments=["US-CA"], main="US-CA", now=timezone.now()
    )
    tasks.assess_stale_obligations()
    facts = queries.breach_facts(Incident.objects.get(pk=incident.pk))
    assert facts.value("establishments") == ("US-CA",)
    assert facts.value("main_establishment") == "none"


def test_a_new_address_alone_lets_incidents_be(incident, lead):
    same = [one.place for one in Establishment.objects.all()]
    commands.describe_organisation(
        by=lead,
        name="Lantern",
        zone="UTC",
        establishments=same,
        main="IE",
        address="2 Pier",
        now=timezone.now(),
    )
    assert tasks.assess_stale_obligations() == 0


def test_an_incident_that_cannot_be_assessed_does_not_hold_up_the_others(incident, lead, caplog):
    other = commands.open_incident(by=lead, title="Lost laptop", now=timezone.now())
    state(EUROPE, lead)
    first = min(incident.pk, other.pk)
    # A value that no form or command lets through, as a hand in the database would leave it.
    Incident.objects.get(pk=first).facts.create(key="medium", state="known", value="clay", at=timezone.now())
    assert tasks.assess_stale_obligations() == 1
    assert list(Incident.objects.stale().values_list("pk", flat=True)) == [first]


# --- what is refused


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"role": "controller"}, "not_standing"),
        ({"establishments": ["IE"]}, "not_standing"),
        ({"encrypted": True}, "not_standing"),
        ({"hipaa_role": "king"}, "wrong_value"),
        ({"places_served": ["Ireland"]}, "wrong_value"),
        ({"app_entity": "yes"}, "wrong_value"),
        ({"sectors": ["magic"]}, "wrong_value"),
    ],
)
def test_what_is_no_standing_fact_is_refused(organisation, lead, facts, code):
    with pytest.raises(ValidationError) as refusal:
        state(facts, lead)
    assert refusal.value.code == code
    assert Organisation.current().standing_facts == {}


def test_facts_need_an_organisation(db):
    with pytest.raises(ValidationError) as refusal:
        commands.set_standing_facts(facts=EUROPE, by=SYSTEM, now=timezone.now())
    assert refusal.value.code == "no_organisation"


@pytest.mark.parametrize("place", ["ZZ", "US-ZZ", "Ireland", "DE-LONG", ""])
def test_no_establishment_lies_nowhere(organisation, lead, place):
    with pytest.raises(ValidationError) as refusal:
        commands.describe_organisation(
            by=lead,
            name="Lantern",
            zone="UTC",
            establishments=["IE", place or "x"],
            main="IE",
            now=timezone.now(),
        )
    assert refusal.value.code == "unknown_place"


def test_the_record_keeps_what_was_said_before(organisation, lead):
    state({"hipaa_role": "none"}, lead)
    state({"hipaa_role": None}, lead)
    event = last_event()
    assert event.verb == OrganisationEvent.STANDING_FACTS_SET
    assert json.loads(event.details) == {"hipaa_role": {"before": "none", "after": None}}
    assert Organisation.current().standing_facts == {}


# --- pages


@pytest.mark.parametrize("who", ["responder", "legal", "support", "auditor", "employee"])
def test_others_read_and_do_not_write(who, request, client_of):
    browser = client_of(request.getfixturevalue(who))
    page = browser.get("/settings/organisation/")
    assert page.status_code == 200
    assert "/settings/organisation/edit/" not in page.content.decode()
    for url in ("/settings/organisation/edit/", "/settings/organisation/facts/"):
        assert browser.get(url).status_code == 403
        assert browser.post(url, HERE).status_code == 403
    assert browser.get("/api/organisation/").status_code == 200
    assert browser.put("/api/organisation/", {}, "application/json").status_code == 403
    assert browser.post("/api/organisation/facts/", {"facts": {}}, "application/json").status_code == 403


def test_a_guest_without_role_reads_nothing(stranger, client_of):
    assert client_of(stranger).get("/settings/organisation/").status_code == 403
    assert client_of(stranger).get("/api/organisation/").status_code == 403


def test_a_privacy_officer_describes_the_organisation(officer, client_of):
    browser = client_of(officer)
    answer = browser.post("/settings/organisation/edit/", HERE)
    assert (answer.status_code, answer["Location"]) == (302, "/settings/organisation/")
    assert {(one.place, one.main) for one in Establishment.objects.all()} == {
        ("IE", True), ("GB", False), ("US-CA", False),
    }  # fmt: skip
    page = browser.get("/settings/organisation/").content.decode()
    assert "Your main establishment in the EEA is in Ireland" in page


@pytest.mark.parametrize(
    ("places", "main", "words"),
    [
        ("US-CA", "US-CA", "Without a main establishment in the EEA there is no lead authority"),
        ("US-CA, IE", "US-CA", "no main establishment there is named"),
        ("IE", "", "no main establishment there is named"),
        ("IE", "IE", "you may need a representative there (UK GDPR Art. 27)"),
    ],
)
def test_the_page_says_what_follows(browser, places, main, words):
    browser.post("/settings/organisation/edit/", {**HERE, "establishments": places, "main": main})
    assert words in browser.get("/settings/organisation/").content.decode()


@pytest.mark.parametrize(
    ("field", "given", "words"),
    [
        ("name", "", "This field is required."),
        ("establishments", "Atlantis", "is no place that we know"),
        ("establishments", "none", "Name the places"),
        ("establishments", "DE-LONG", "No place that we know"),
        ("main", "IE, GB", "is no place that we know"),
        ("zone", "Mars/Base", "Select a valid choice."),
        ("contact_email", "me", "Enter a valid email address."),
    ],
)
def test_what_is_wrong_with_the_organisation_is_told(browser, organisation, field, given, words):
    answer = browser.post("/settings/organisation/edit/", {**HERE, field: given})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Organisation.current().address == "1 Harbour Row, Dublin, Ireland"


def test_standing_facts_are_told_and_taken_back_on_the_page(browser, organisation):
    url = "/settings/organisation/facts/"
    said = {
        "places_served": "Ireland, DE\nUS-NY",
        "sectors": ["social_media"],
        "capacities": ["none"],
        "hipaa_role": "none",
        "app_entity": "no",
        "public_task": "yes",
    }
    assert browser.post(url, said).status_code == 302
    assert Organisation.current().standing_facts == {
        "places_served": ["DE", "IE", "US-NY"],
        "sectors": ["social_media"],
        "capacities": [],
        "hipaa_role": "none",
        "app_entity": False,
        "public_task": True,
    }
    form = browser.get(url).context["form"]
    assert form["capacities"].initial == ["none"]
    assert form["glba_institution"].initial == ""
    assert "6 of 9 known" in browser.get("/settings/organisation/").content.decode()
    assert browser.post(url, {}).status_code == 302
    assert Organisation.current().standing_facts == {}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"capacities": ["none", "issuer"]}, "cannot go with others"),
        ({"places_served": "Atlantis"}, "is no place that we know"),
        ({"places_served": "none"}, "Name the places"),
        ({"hipaa_role": "king"}, "Select a valid choice."),
        ({"app_entity": "perhaps"}, "Select a valid choice."),
    ],
)
def test_a_wrong_standing_fact_is_told_at_its_field(browser, organisation, said, words):
    answer = browser.post("/settings/organisation/facts/", said)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Organisation.current().standing_facts == {}


def test_the_page_reads_little(browser, organisation, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        assert browser.get("/settings/organisation/").status_code == 200


def test_the_number_of_waiting_incidents_holds_only_visible_ones(incident, lead, responder):
    state(EUROPE, lead)
    assert queries.standing(responder).waiting == 1
    commands.restrict_incident(incident, by=lead, reason="A colleague.", now=timezone.now())
    Incident.objects.update(assessed_hash="")
    assert queries.standing(User.objects.get(pk=responder.pk)).waiting == 0
    assert queries.standing(lead).waiting == 1


# --- by API


def test_the_organisation_is_described_by_api(browser, organisation):
    given = {"name": "Lantern", "zone": "Europe/Dublin", "establishments": ["IE", "GB"], "main": "IE"}
    told = browser.put("/api/organisation/", given, content_type="application/json").json()
    assert told["establishments"] == [{"place": "IE", "main": True}, {"place": "GB", "main": False}]
    facts = {"facts": {"places_served": ["IE"], "capacities": []}}
    told = browser.post("/api/organisation/facts/", facts, content_type="application/json").json()
    assert told["standing_facts"] == {"places_served": ["IE"], "capacities": []}
    taken = {"facts": {"capacities": None}}
    told = browser.post("/api/organisation/facts/", taken, content_type="application/json").json()
    assert told["standing_facts"] == {"places_served": ["IE"]}
    assert told["consequences"]


@pytest.mark.parametrize(
    "wrong", [{"zone": "Mars"}, {"establishments": []}, {"establishments": ["ZZ"]}, {"main": "Dublin!"}]
)
def test_the_api_refuses_a_wrong_organisation(browser, organisation, wrong):
    given = {"name": "Lantern", "zone": "UTC", "establishments": ["IE"], "main": "IE", **wrong}
    assert browser.put("/api/organisation/", given, content_type="application/json").status_code == 400


@pytest.mark.parametrize("facts", [{"role": "controller"}, {"app_entity": 3}, [], "x"])
def test_the_api_refuses_wrong_facts(browser, organisation, facts):
    answer = browser.post("/api/organisation/facts/", {"facts": facts}, content_type="application/json")
    assert answer.status_code == 400


# --- the first visit


def test_an_organisation_without_a_place_is_asked_for_one(make_user, client_of):
    accounts.set_up_organisation(by=SYSTEM, name="Lantern", zone="UTC", establishments=[], main="")
    assert len(queries.organisation_gaps()) == 1
    lead = client_of(make_user("lead@lantern.example", Role.LEAD))
    assert "Say where you are established" in lead.get("/").content.decode()
    support = client_of(make_user("support@lantern.example", Role.SUPPORT))
    assert "Say where you are established" not in support.get("/").content.decode()


def test_an_organisation_with_a_place_is_not_asked(browser, organisation):
    assert queries.organisation_gaps() == []
    assert "Say where you are established" not in browser.get("/").content.decode()
