from __future__ import annotations

import csv
import io
import re
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import Organisation, Role
from audit.models import AuditEvent
from incidents import commands as cases
from incidents.models import Incident
from insights import commands, scenarios
from insights.models import AuthorityContact, ExposureProfile, SavedOutlook
from insights.queries import gaps, saved
from insights.queries.exposure import Given, exposed
from insights.queries.outlook import outlook
from insights.queries.tongues import languages_of
from law.duties import duties_for
from law.pack import load_pack
from law.vocabulary import DATA_ELEMENTS
from notifications import commands as notices
from notifications.commands import filing as filings
from notifications.models import TemplateVersion
from policies import commands as policies
from tests.people import hire
from tests.standing import standing

AWARE = datetime(2026, 11, 23, 9, tzinfo=UTC)
PEOPLE = {"IE": 40_000, "DE": 120_000, "GB": 60_000, "US-CA": 25_000, "BR": 9_000}
HELD = ["email", "username", "online_credentials", "name", "messages"]
PAGE = "/preparedness/"
LEAK = "leaked-list"


@standing
def profile(organisation, lead) -> ExposureProfile:
    """People in five places, and what a social network holds of them."""
    cases.set_standing_facts(
        facts={
            "sectors": ["social_media"],
            "capacities": [],
            "public_task": False,
            "places_served": sorted(PEOPLE),
        },
        by=lead,
        now=timezone.now(),
    )
    return commands.set_exposure(people=PEOPLE, elements=HELD, by=lead, now=timezone.now())


def asked(scenario: str = LEAK, **more):
    given = Given(scenarios.scenarios()[scenario], AWARE, **more)
    return outlook(given, ExposureProfile.current(), Organisation.current())


def lacking(scenario: str = LEAK) -> set[str]:
    found = asked(scenario)
    return {one.key for one in gaps.outlook_gaps(found, ExposureProfile.current(), Organisation.current())}


def text_of(answer, status: int = 200) -> str:
    assert answer.status_code == status, answer.status_code
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_a_scenario_asks_what_the_engine_says_and_keeps_no_incident(profile):
    before = Incident.objects.count()
    for key, scenario in scenarios.scenarios().items():
        found = asked(key)
        engine = {
            duty.key: (duty.answer, duty.due_at)
            for duty in duties_for(found.exposed.facts, load_pack(), possible=())
            if duty.answer != "not_required"
        }
        assert {one.key: (one.answer, one.due) for one in found.items} == engine, key
        assert set(found.exposed.elements) <= DATA_ELEMENTS.keys(), key
        assert (scenario.version, bool(scenario.assumed)) >= (1, True), key
        assert found.owed, key
    assert Incident.objects.count() == before


def test_totals_and_order_follow_from_the_duties(profile):
    found = asked()
    dpc = next(one for one in found.owed if one.key == "eu-gdpr-33/authority@ie-dpc")
    assert (dpc.hours, dpc.due) == (72.0, AWARE + timedelta(hours=72))
    times = [one.hours for one in found.owed if one.hours is not None]
    assert times == sorted(times)
    assert found.totals["first_hours"] == times[0]
    assert found.totals["authorities"] == len({one.to for one in found.owed if one.kind == "authority"})
    assert found.totals["people"] == sum(PEOPLE.values())
    assert found.totals["languages"] == ["de", "en", "pt"]
    assert sum(len(one.items) for one in found.stretches) == len(found.owed)


def test_numbers_are_shares_of_the_profile_spread_over_it_or_in_the_largest_place(profile):
    def people(scenario: str, **more) -> dict[str, int]:
        given = Given(scenarios.scenarios()[scenario], AWARE, **more)
        return dict(exposed(given, profile, Organisation.current()).people)

    assert people(LEAK) == PEOPLE
    assert people("supplier-leak")["IE"] == 20_000
    assert people("lost-laptop") == {"DE": 300}
    assert people(LEAK, number=254) == {"IE": 40, "DE": 120, "GB": 60, "US-CA": 25, "BR": 9}
    assert min(people(LEAK, number=3).values()) == 1
    # Of health data the profile holds the name alone; of what nobody holds, the scenario is told as it is written.
    given = Given(scenarios.scenarios()["wrong-recipient"], AWARE)
    told = exposed(given, profile, Organisation.current())
    assert (told.elements, told.not_held) == (("name",), ("medical", "health_insurance"))
    nothing = replace(given, scenario=replace(given.scenario, elements=("genetic",)))
    assert exposed(nothing, profile, Organisation.current()).elements == ("genetic",)


def test_what_is_open_says_what_would_decide_it_and_encryption_changes_the_answer(profile):
    own = scenarios.own(elements=("name", "passport"), way="seen")
    found = outlook(Given(own, AWARE), profile, Organisation.current())
    assert "encrypted" in {one.key for one in found.deciding}
    assert any("acquisition" in one.undecided_by for one in found.open)
    safe = asked("everything", encrypted=True)
    assert len(safe.owed) < len(asked("everything").owed)


def test_each_gap_vanishes_when_it_is_mended(organisation, lead, officer, legal):
    """From nothing said to all that can be mended here; each act takes away its own gap."""
    now = timezone.now()
    Organisation.objects.update(contact_email="")
    organisation.establishments.all().delete()
    lead.groups.clear()
    legal.groups.clear()
    languages = {"text-de", "text-en", "text-pt"}
    missing = {"establishments", "contact", "standing-facts", "people", "elements", "lead", "policy"}
    missing |= {"second-sign_incident", "second-approve_incident"}
    assert lacking() == missing

    def mends(keys: set[str], *, adds: set[str] = frozenset(), of: str = LEAK) -> None:
        nonlocal missing
        missing = (missing - keys) | adds
        assert lacking(of) == missing

    for who, role in ((lead, Role.LEAD), (legal, Role.LEGAL)):
        who.groups.add(*hire(f"{role.value}@other.example", role).groups.all())
    missing -= {"lead", "second-sign_incident", "second-approve_incident"}
    cases.describe_organisation(
        by=officer, name="Lantern", zone="Europe/Dublin", establishments=["IE", "DE"], main="",
        contact_email="privacy@lantern.example", now=now,
    )  # fmt: skip
    mends({"establishments", "contact"}, adds={"main"})
    facts = {
        "sectors": ["social_media"],
        "capacities": [],
        "public_task": False,
        "places_served": ["IE", "BR", "US-CA"],
    }
    cases.set_standing_facts(facts=facts, by=officer, now=now)
    mends({"standing-facts"})
    commands.set_exposure(people={"IE": 500, "DE": 600, "BR": 5}, elements=HELD, by=officer, now=now)
    added = {*languages, "places-without-number", "places-not-served"}
    silent = {one for one in lacking() if one.startswith("reach-")}
    mends({"people", "elements"}, adds=added | silent)
    cases.set_standing_facts(facts={"places_served": ["IE", "BR", "DE"]}, by=officer, now=now)
    mends({"places-not-served", "places-without-number"})
    cases.describe_organisation(
        by=officer, name="Lantern", zone="Europe/Dublin", establishments=["IE", "DE"], main="IE",
        contact_email="privacy@lantern.example", now=now,
    )  # fmt: skip
    mends({"main", *silent}, adds={one for one in lacking() if one.startswith("reach-")})
    notices.add_ready_templates(by=lead, now=now)
    texts = TemplateVersion.objects.filter(template__name="Breach, short", channel="email")
    for version in texts.filter(language__in=["de", "en", "pt"]):
        if version.for_counsel:
            notices.clear_draft_mark(version, by=legal, reason="Read.", now=now)
        notices.approve_template(version, by=legal, now=now)
    mends(languages)
    policy = policies.create_policy(title="Response", by=lead, now=now)
    version = policies.write_version(policy, text="Who does what.", by=lead, now=now)
    policies.submit_version(version, by=lead, now=now)
    policies.approve_version(version, by=legal, now=now)
    policies.put_in_force(version, by=legal, now=now)
    mends({"policy"})
    assert "clauses" in lacking("clients-data")
    clause(lead)
    assert "clauses" not in lacking("clients-data")


def clause(by, partner: str = "Beacon Ltd"):
    return policies.add_clause(
        partner=partner, document="§ 14", scope="every", number=24, unit="hours", event="aware", to_send="All.",
        in_force_from=date(2024, 1, 1), by=by, now=timezone.now(),
    )  # fmt: skip


def test_an_authority_without_portal_or_address_is_a_gap_until_somebody_notes_one(profile, lead, officer):
    commands.set_exposure(
        people={"US-NY": 30_000, "CL": 900, "ZM": 400}, elements=[], by=lead, now=timezone.now()
    )
    silent = sorted(one for one in lacking("everything") | lacking(LEAK) if one.startswith("reach-"))
    assert silent
    body = silent[0].removeprefix("reach-")
    commands.note_authority_contact(
        body, portal="", email="", phone="", note="Ask", by=lead, now=timezone.now()
    )
    assert silent[0] in lacking("everything") | lacking(LEAK)
    commands.note_authority_contact(
        body, portal="", email="in@dpa.example", phone="", note="", by=officer, now=timezone.now()
    )
    assert silent[0] not in lacking("everything") | lacking(LEAK)
    event = AuditEvent.objects.filter(verb="authority_contact_set").last()
    assert "in@dpa.example" not in event.details


def test_one_person_with_a_second_persons_right_is_told_as_too_few(profile, lead, legal, officer):
    legal.groups.clear()
    lead.groups.clear()
    found = {one.key: one.text for one in gaps.standing_gaps(profile, Organisation.current())}
    assert found["second-sign_incident"].startswith("Only one person")
    assert found["lead"] == "Nobody is an incident lead."


def test_the_profile_is_replaced_as_a_whole_recorded_once_and_refuses_what_is_no_place(profile, lead):
    again = commands.set_exposure(people=PEOPLE, elements=HELD, by=lead, now=timezone.now())
    assert AuditEvent.objects.filter(verb="exposure_profile_set").count() == 1
    assert again.total == sum(PEOPLE.values())
    for people, elements, code in (
        ({"Atlantis": 5}, [], "unknown_place"),
        ({"IE": 0}, [], "bad_number"),
        ({"IE": 10**11}, [], "bad_number"),
        ({"IE": 5}, ["horoscope"], "unknown_element"),
        ({f"DE-{number:03}": 5 for number in range(401)}, [], "too_many"),
    ):
        with pytest.raises(ValidationError) as refused:
            commands.set_exposure(people=people, elements=elements, by=lead, now=timezone.now())
        assert refused.value.error_list[0].code == code
    assert ExposureProfile.current().people == PEOPLE


def test_the_page_of_the_profile_reads_lines_as_people_write_them(profile, lead, client_of):
    client, url = client_of(lead), f"{PAGE}exposure/"
    for people, words in (("Atlantis 5", "is no place that we know"), ("IE", "needs a place and a number"), ("IE 0", "from 1")):  # fmt: skip
        assert words in text_of(client.post(url, {"people": people}), 422)
    given = {"people": "Ireland 12,000\nUS-CA: 5 000\n\nGermany = 7\nDE 3", "elements": ["name", "email"]}
    assert client.post(url, given).status_code == 302
    assert ExposureProfile.current().people == {"DE": 10, "IE": 12_000, "US-CA": 5_000}
    page = text_of(client.get(PAGE))
    assert "17,010 in 3 places" in page
    assert "We serve people here, and no number is given: Brazil" in page
    assert "Ireland 12000" in client.get(url).content.decode()


def test_a_scenario_can_be_asked_otherwise_and_one_of_ones_own(profile, lead, client_of):
    client = client_of(lead)
    page = text_of(client.get(f"{PAGE}scenarios/{LEAK}/?number=254&on=2026-11-23&time=09:00&zone=UTC"))
    assert "254 in 5 places" in page
    assert "Within 72 hours" in page
    assert "What we lack for it" in page
    own = f"{PAGE}scenarios/own/"
    assert "Show what we would owe" in text_of(client.get(own))
    assert "This field is required" in text_of(client.get(f"{own}?number=7"), 422)
    told = client.get(f"{own}?way=copied&elements=passport&elements=name&finding=high&number=50")
    assert "Somebody outside copied them." in text_of(told)
    assert told.context["found"].exposed.elements == ("passport", "name")
    assert client.get(f"{PAGE}scenarios/nothing/").status_code == 404
    assert client.get(f"{PAGE}scenarios/{LEAK}/?number=-1").status_code == 422


def test_a_result_is_kept_never_changed_and_compared_with_the_law_of_today(profile, lead, auditor, client_of):
    client = client_of(lead)
    question = {"on": "2026-11-23", "time": "09:00", "zone": "UTC", "note": "Yearly"}
    answer = client.post(f"{PAGE}scenarios/{LEAK}/save/", question)
    kept = SavedOutlook.objects.get()
    assert answer["Location"] == f"{PAGE}saved/{kept.reference}/"
    assert (kept.aware_at, kept.by, kept.pack_version) == (AWARE, lead, load_pack().version)
    assert saved.items_of(kept) == list(asked().items)
    assert "Yearly" in text_of(client.get(answer["Location"]))
    assert "Nothing is different" in text_of(client.get(f"{answer['Location']}compare/"))
    assert AuditEvent.objects.filter(verb="outlook_saved").count() == 1
    for spoil in (lambda: SavedOutlook.objects.update(title="x"), kept.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            spoil()
    assert client_of(auditor).post(f"{PAGE}scenarios/{LEAK}/save/", question).status_code == 403
    commands.set_exposure(
        people={**PEOPLE, "US-TX": 9_000}, elements=["name", "medical"], by=lead, now=timezone.now()
    )
    later = commands.save_outlook(Given(scenarios.scenarios()[LEAK], AWARE), by=lead, now=timezone.now())
    page = text_of(client.get(f"{PAGE}saved/{later.reference}/compare/?with={kept.reference}"))
    assert "People affected 254,000 263,000" in page
    assert client.get(f"{PAGE}saved/{kept.reference}/compare/?with=PRE-0000-0000").status_code == 404


def test_nothing_is_kept_while_nobody_said_where_people_are(organisation, lead, client_of):
    refused = client_of(lead).post(f"{PAGE}scenarios/{LEAK}/save/", {})
    assert "Say first how many people are where" in text_of(refused, 422)
    assert "Fill in the exposure profile" in text_of(client_of(lead).get(PAGE))
    assert not SavedOutlook.objects.exists()


def test_a_comparison_tells_the_law_from_the_calendar(profile):
    before = asked().owed
    first, second = before[:2]
    timed = [one for one in before if one.hours and one.key not in {first.key, second.key}][:3]
    changed = {
        timed[0].key: replace(timed[0], hours=timed[0].hours - 24, rule_version="new/1"),
        timed[1].key: replace(timed[1], hours=timed[1].hours + 48, rule_version="new/1"),
        timed[2].key: replace(timed[2], hours=timed[2].hours + 1),
    }
    rest = [changed.get(one.key, one) for one in before if one.key != first.key]
    rest = [replace(one, answer="undecided") if one.key == second.key else one for one in rest]
    added = replace(first, key="xx-new/authority", rule_id="xx-new")
    told = saved.compared(
        before,
        [*rest, added],
        gaps=([{"key": "lead", "text": "No lead"}], [{"key": "policy", "text": "No policy"}]),
    )
    assert [one.key for one in told.new] == ["xx-new/authority"]
    assert [one.key for one in told.gone] == [first.key]
    assert [one.item.key for one in told.shorter] == [timed[0].key]
    assert [one.item.key for one in told.longer] == [timed[1].key]
    assert [one.item.key for one in told.calendar] == [timed[2].key]
    assert [(one.before, one.after) for one in told.answered] == [("Asked", "Open")]
    assert (told.mended, told.opened) == (("No lead",), ("No policy",))
    assert {"1 new rule", "1 shorter deadline", "1 longer deadline", "1 gap mended"} <= set(told.headline)
    assert not saved.compared(before, before)


def test_the_table_for_a_spreadsheet_holds_no_formula(profile, lead, client_of):
    clause(lead, partner="=HYPERLINK(1)")
    answer = client_of(lead).get(f"{PAGE}scenarios/clients-data/csv/")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert "'=HYPERLINK(1)" in {row["to"] for row in rows}
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    kept = commands.save_outlook(Given(scenarios.scenarios()[LEAK], AWARE), by=lead, now=timezone.now())
    again = client_of(lead).get(f"{PAGE}saved/{kept.reference}/csv/").content.decode()
    assert "eu-gdpr-33" in again
    assert client_of(lead).get(f"{PAGE}scenarios/own/csv/").status_code == 302


def test_the_api_does_what_the_pages_do(profile, lead, support, auditor, client_of):
    client, api = client_of(lead), "/api/preparedness/"
    assert [one["id"] for one in client.get(api).json()["scenarios"]] == list(scenarios.scenarios())
    told = client.get(f"{api}scenarios/{LEAK}/", {"aware_at": "2026-11-23T09:00:00Z"}).json()
    assert told["totals"]["people"] == sum(PEOPLE.values())
    assert "eu-gdpr-33/authority@ie-dpc" in {one["key"] for one in told["duties"]}
    for wrong in ({"aware_at": "noon"}, {"number": 0}):
        assert client.get(f"{api}scenarios/{LEAK}/", wrong).status_code == 400
    for wrong in ({}, {"way": "copied"}, {"way": "copied", "elements": ["horoscope"]}, {"way": "magic", "elements": ["name"]}):  # fmt: skip
        assert client.get(f"{api}scenarios/own/", wrong).status_code == 400
    made = client.post(f"{api}scenarios/own/save/", {"way": "lost", "elements": ["name"]}, "application/json")
    assert made.status_code == 201, made.content
    reference = made.json()["reference"]
    assert [one["reference"] for one in client.get(f"{api}saved/").json()] == [reference]
    assert client.get(f"{api}saved/{reference}/").json()["duties"] == made.json()["duties"]
    assert client.get(f"{api}saved/{reference}/compare/").json()["headline"] == []
    assert client.get(f"{api}saved/PRE-0000-0000/").status_code == 404
    put = client.put(f"{api}exposure/", {"people": {"FR": 9}, "elements": ["name"]}, "application/json")
    assert put.json()["people"] == {"FR": 9}
    assert (
        client.put(f"{api}exposure/", {"people": {"XX": 9}, "elements": []}, "application/json").status_code
        == 400
    )
    contact = "/api/law/authorities/ie-dpc/contact/"
    assert client.put(contact, {"phone": "+353 1 555"}, "application/json").json()["phone"] == "+353 1 555"
    assert client.put(contact, {"portal": "nowhere"}, "application/json").status_code == 400
    assert client.get("/api/law/authorities/us-zz/contact/").status_code == 404
    assert client_of(auditor).get(f"{api}exposure/").json()["people"] == {"FR": 9}
    assert client_of(auditor).put(f"{api}exposure/", {}, "application/json").status_code == 403
    assert client_of(support).get(api).status_code == 403


def test_two_hundred_places_take_well_under_a_second(profile, lead):
    pack = load_pack()
    places = sorted(
        {place for rule in pack.rules for place in rule.places if len(place) <= 6} - {"EU", "EEA"}
    )
    known = {place: 3_000 for place in places[:200]}
    ExposureProfile.objects.update(people=known, elements=[])
    began = time.process_time()
    found = asked("supplier-leak")
    gaps.outlook_gaps(found, ExposureProfile.current(), Organisation.current())
    assert time.process_time() - began < 1.0
    assert len(found.owed) > 100


def test_languages_are_those_that_many_read_there():
    for place, codes in (("BE", ("nl", "fr")), ("CA-QC", ("fr",)), ("US-CA", ("en",)), ("NO", ("no",)), ("EU", ())):  # fmt: skip
        assert languages_of(place) == codes, place


def test_times_after_awareness_are_told_as_laws_count_them():
    for hours, words in ((24.0, "24 h"), (72.0, "72 h"), (0.5, "0.5 h"), (719.9, "30 days"), (None, "")):
        assert saved.hours_words(hours) == words


def test_an_authority_shows_open_filings_to_those_who_may_see_their_incident(
    breach, lead, legal, stranger, employee, client_of
):
    one = breach.obligations.filter(authority_id="ie-dpc").first()
    filing = filings.start_filing(one, by=legal, now=timezone.now())
    url, link = "/law/authorities/ie-dpc/", f"/incidents/{breach.reference}/filings/{filing.reference}/"
    assert link in client_of(lead).get(url).content.decode()
    for who in (stranger, employee):
        page = client_of(who).get(url).content.decode()
        assert breach.reference not in page
        assert breach.title not in page
    cases.restrict_incident(breach, by=lead, reason="A colleague.", now=timezone.now())
    assert link not in client_of(legal).get(url).content.decode()
    assert 'href="/law/authorities/ie-dpc/"' in client_of(lead).get(link).content.decode()


def test_how_we_reach_an_authority_is_noted_on_its_page_and_for_people_with_a_task(
    profile, lead, employee, client_of
):
    url = "/law/authorities/ie-dpc/"
    assert client_of(lead).post(f"{url}contact/", {"portal": "no address"}).status_code == 422
    assert (
        client_of(lead).post(f"{url}contact/", {"email": "in@dpc.example", "note": "Ask Ana"}).status_code
        == 302
    )
    assert "in@dpc.example" in client_of(lead).get(url).content.decode()
    assert "in@dpc.example" not in client_of(employee).get(url).content.decode()
    assert client_of(lead).get("/law/authorities/us-zz/contact/").status_code == 404
    client_of(lead).post(f"{url}contact/", {})
    assert AuthorityContact.objects.get().email == ""
