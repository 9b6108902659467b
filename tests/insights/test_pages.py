from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils.html import escape

from accounts.models import Role, User
from incidents import commands
from incidents.commands import history
from incidents.historic import HistoricIncident
from incidents.models import Door, Incident

SECRET = "Unreleased merger documents"


@pytest.fixture
def restricted(officer, now) -> Incident:
    return commands.open_incident(by=officer, title=SECRET, restricted=True, now=now)


def text_of(response) -> str:
    assert response.status_code == 200, response.status_code
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


PAGES = ["/", "/deadlines/", "/search/", "/search/?q=contact"]
OF_INCIDENT = ["", "timeline/", "timeline/?kind=times", "timeline/?kind=law&person=0"]


@pytest.mark.parametrize("url", PAGES)
@pytest.mark.parametrize(
    "name", ["responder", "lead", "legal", "support", "officer", "auditor", "employee", "stranger"]
)
def test_everybody_signed_in_gets_the_pages_that_are_for_all(url, name, breach, request, client_of):
    assert client_of(request.getfixturevalue(name)).get(url).status_code == 200


@pytest.mark.parametrize("url", PAGES)
def test_nobody_gets_them_without_signing_in(url, client, organisation):
    assert client.get(url).status_code == 302


@pytest.mark.parametrize("path", OF_INCIDENT)
@pytest.mark.parametrize("name", ["responder", "lead", "legal", "support", "officer", "auditor"])
def test_who_was_let_in_sees_the_incident(path, name, breach, request, client_of):
    response = client_of(request.getfixturevalue(name)).get(f"/incidents/{breach.reference}/{path}")
    assert response.status_code == 200


@pytest.mark.parametrize("path", OF_INCIDENT)
@pytest.mark.parametrize("name", ["stranger", "employee"])
def test_for_others_it_does_not_exist(path, name, breach, request, client_of):
    response = client_of(request.getfixturevalue(name)).get(f"/incidents/{breach.reference}/{path}")
    assert response.status_code == 404
    assert breach.title not in response.content.decode()


@pytest.mark.parametrize("path", ["", "timeline/"])
def test_pages_are_read_only(path, breach, lead, client_of):
    assert client_of(lead).post(f"/incidents/{breach.reference}/{path}").status_code == 405


@pytest.mark.parametrize("url", ["/", "/deadlines/", "/search/?q=merger", "/search/?q=INC", "/incidents/"])
def test_a_restricted_incident_is_nowhere_for_others(url, restricted, breach, lead, client_of):
    page = text_of(client_of(lead).get(url))
    assert SECRET not in page
    assert restricted.reference not in page


def test_a_restricted_incident_is_not_counted_for_others(restricted, breach, lead, officer, client_of):
    def shown(user) -> int:
        return client_of(user).get("/").context["nav"].counts["incidents"]

    assert (shown(lead), shown(officer)) == (1, 2)


def test_the_overview_shows_clock_people_steps_and_the_next_act(breach, lead, client_of):
    page = text_of(client_of(lead).get(f"/incidents/{breach.reference}/"))
    assert "Notify the Irish Data Protection Commission" in page
    assert "500" in page
    assert "2 places" in page
    assert "partly an estimate" in page
    assert "What to do next" in page
    assert "Continue:" in page


def test_privileged_notes_are_for_counsel_alone(breach, legal, support, lead, client_of, now):
    commands.add_note(breach, text="Counsel's view of liability", privileged=True, by=legal, now=now)
    commands.add_note(breach, text="Press knows", privileged=False, by=lead, now=now)
    url = f"/incidents/{breach.reference}/"
    assert "Counsel's view" in client_of(legal).get(url).content.decode().replace("&#x27;", "'")
    for other in (support, lead):
        page = client_of(other).get(url).content.decode()
        assert "Press knows" in page
        assert "view of liability" not in page
        assert "view of liability" not in client_of(other).get(url + "timeline/").content.decode()


def test_words_of_others_are_shown_as_words(breach, lead, responder, client_of, now):
    nasty = "<script>alert(1)</script>{{ 7|add:7 }}"
    commands.describe_incident(breach, by=lead, now=now, title=nasty, summary=nasty)
    commands.file_report(door=Door.PUBLIC, title=nasty, words=nasty, now=now)
    for url in ("/", f"/incidents/{breach.reference}/", "/search/?q=script", "/deadlines/"):
        page = client_of(responder).get(url).content.decode()
        assert "<script>alert" not in page
        assert escape(nasty) in page


@pytest.mark.parametrize("words", ["", "x", "\x00", "%", "'; drop table", "a" * 10_000, "<b>", "😀", "=1+1"])
def test_any_words_can_be_searched_for(words, breach, lead, client_of):
    assert client_of(lead).get("/search/", {"q": words}).status_code in (200, 400)


def test_a_whole_reference_leads_to_its_incident(breach, lead, stranger, client_of):
    found = client_of(lead).get("/search/", {"q": breach.reference.lower()})
    assert found.status_code == 302
    assert found.url == f"/incidents/{breach.reference}/"
    assert client_of(stranger).get("/search/", {"q": breach.reference}).status_code == 200


def test_search_finds_reports_for_triage_alone(responder, support, client_of, now, organisation):
    commands.file_report(door=Door.PUBLIC, title="Strange list on a board", words="Saw it today", now=now)
    assert "Strange list" in text_of(client_of(responder).get("/search/?q=strange"))
    assert "Strange list" not in text_of(client_of(support).get("/search/?q=strange"))


def test_the_timeline_holds_acts_and_times_in_order(breach, lead, client_of):
    timeline = client_of(lead).get(f"/incidents/{breach.reference}/timeline/").context["timeline"]
    instants = [entry.at for entry in timeline.entries]
    assert instants == sorted(instants)
    assert {"times", "case"} <= {entry.kind for entry in timeline.entries}


def test_what_follows_by_itself_is_shown_when_asked_for(breach, lead, client_of):
    url = f"/incidents/{breach.reference}/timeline/"
    assert "assessed what the law asks" not in text_of(client_of(lead).get(url))
    assert "assessed what the law asks" in text_of(client_of(lead).get(url, {"kind": "law"}))


def test_the_timeline_narrows_by_kind_and_person(breach, lead, legal, client_of):
    url = f"/incidents/{breach.reference}/timeline/"
    times = client_of(lead).get(url, {"kind": "times"}).context["timeline"].entries
    assert {entry.kind for entry in times} == {"times"}
    assert client_of(lead).get(url, {"person": str(legal.pk)}).context["timeline"].entries == []


def test_what_one_person_did_in_one_sitting_is_one_line(breach, lead, client_of):
    entries = client_of(lead).get(f"/incidents/{breach.reference}/timeline/").context["timeline"].entries
    facts = next(one for one in entries if "set a fact" in {one.words, *(act.words for act in one.then)})
    assert len(facts.then) >= 1
    assert sum(len(act.about) for act in (facts, *facts.then) if act.words == "set a fact") == 3
    assert [one.words for one in entries if one.words == "confirmed a personal data breach"]  # stands alone


def test_duties_nobody_can_tell_yet_are_one_row_an_incident(lead, client_of, now):
    incident = commands.open_incident(by=lead, title="Hardly known", now=now)
    commands.describe_incident(incident, by=lead, now=now, own_role="controller")
    commands.record_event_time(incident, kind="detected", at=now, zone="UTC", by=lead, now=now)
    unclear = incident.obligations.running().filter(status="undecided", started_at=None).count()
    assert unclear > 1
    deadlines = client_of(lead).get("/deadlines/").context["deadlines"]
    assert [(one.reference, one.duties) for one in deadlines.unclear] == [(incident.reference, unclear)]
    assert not [one for span in deadlines.spans for one in span.obligations if one.status == "undecided"]
    assert "depend on unknown facts: find out" in text_of(client_of(lead).get("/"))


def test_a_past_incident_has_neither_clocks_nor_steps(lead, client_of, now):
    past = HistoricIncident(
        "veris", "x-1", "1.3.2", "A leak long ago", "", True, "leak", facts={"records_affected": 9}
    )
    history.import_historic_incident(past, by=lead, now=now)
    incident = Incident.objects.get(source_id="x-1")
    page = text_of(client_of(lead).get(f"/incidents/{incident.reference}/"))
    assert "A past incident" in page
    assert "9 records" in page
    assert "What to do next" not in page
    assert client_of(lead).get("/").context["nav"].counts["incidents"] == 0


def test_reports_show_to_triage_on_their_day(responder, legal, client_of, now):
    commands.file_report(door=Door.PUBLIC, title="Strange list on a board", words="Saw it today", now=now)
    assert "Strange list" in text_of(client_of(responder).get("/"))
    assert "Strange list" not in text_of(client_of(legal).get("/"))


def test_a_signature_waits_for_another_person_than_the_proposer(breach, legal, officer, client_of, now):
    obligation = breach.obligations.running().filter(authority_id="ie-dpc").first()
    commands.propose_not_required(obligation, by=legal, reason="Unlikely risk", now=now)
    assert "Sign as second person" in text_of(client_of(officer).get("/"))
    assert "Sign as second person" not in text_of(client_of(legal).get("/"))


def test_a_quiet_day_says_so(lead, client_of):
    assert "Nothing needs you now" in text_of(client_of(lead).get("/"))


def test_an_employee_is_asked_what_they_saw(employee, client_of):
    assert "Seen something that worries you?" in text_of(client_of(employee).get("/"))


def test_navigation_follows_the_role(make_user, organisation, client_of):
    def labels(*roles: Role) -> set[str]:
        user = make_user(f"p{User.objects.count()}@lantern.example", *roles)
        groups = client_of(user).get("/search/").context["nav"].groups
        return {item["label"] for group in groups for item in group["items"]}

    assert "Intake" in labels(Role.RESPONDER)
    assert "Intake" not in labels(Role.SUPPORT)
    assert "Incidents" not in labels(Role.EMPLOYEE)
    assert "Report something" in labels(Role.EMPLOYEE)


@pytest.mark.parametrize(
    ("url", "most"),
    [("/", 34), ("/deadlines/", 14), ("/search/?q=contact", 16), ("overview", 36), ("timeline", 18)],
)
def test_the_number_of_queries_does_not_grow_with_the_rows(
    url, most, breach, lead, client_of, django_assert_max_num_queries, now
):
    for number in range(5):
        other = commands.open_incident(by=lead, title=f"Contact {number}", now=now)
        commands.record_event_time(other, kind="detected", at=now, zone="UTC", by=lead, now=now)
        commands.file_report(door=Door.PUBLIC, title=f"Contact {number}", words="Saw it", now=now)
        commands.add_note(breach, text=f"Note {number}", privileged=False, by=lead, now=now)
    at = {
        "overview": f"/incidents/{breach.reference}/",
        "timeline": f"/incidents/{breach.reference}/timeline/",
    }
    client = client_of(lead)
    with django_assert_max_num_queries(most):
        assert client.get(at.get(url, url)).status_code == 200


@pytest.mark.parametrize(
    ("sort", "labels"),
    [
        ("time", {"In the next 7 days"}),
        ("incident", {"Contact import shared too much"}),
        ("place", {"Ireland"}),
        ("nonsense", {"In the next 7 days"}),
    ],
)
def test_deadlines_are_sorted_as_asked(sort, labels, breach, lead, client_of):
    page = client_of(lead).get("/deadlines/", {"sort": sort})
    assert labels <= {span.label for span in page.context["deadlines"].spans}
    assert "Notify the Irish Data Protection Commission" in text_of(page)


def test_what_is_overdue_stands_first_and_says_so_in_words(breach, lead, client_of, now):
    late = now - timedelta(hours=3)
    obligation = breach.obligations.running().filter(authority_id="ie-dpc").first()
    type(obligation).objects.filter(pk=obligation.pk).update(due_at=late)
    page = client_of(lead).get("/deadlines/", {"sort": "place"})
    assert page.context["deadlines"].spans[0].obligations[0].pk == obligation.pk
    assert "Overdue" in text_of(page)
    first = client_of(lead).get("/deadlines/").context["deadlines"].spans[0]
    assert (first.label, first.obligations[0].pk) == ("Overdue", obligation.pk)


def test_a_clock_is_told_in_the_zone_of_the_authority_and_in_my_own(breach, lead, client_of):
    lead.zone = "Asia/Tokyo"
    lead.save(update_fields=["zone"])
    page = text_of(client_of(lead).get("/deadlines/"))
    assert re.search(r"GMT|IST", page)
    assert re.search(r"For you: .{0,30}JST", page)
    lead.zone = "Europe/Dublin"
    lead.save(update_fields=["zone"])
    told = text_of(client_of(lead).get("/deadlines/", {"sort": "place"}))
    assert told.index("Ireland") >= 0
    assert "JST" not in told
