from __future__ import annotations

import re

import pytest
from django.utils import timezone

from audit.queries import moving, newest_mark
from incidents import commands
from incidents.models import Can, Door, IncidentUserGrant
from incidents.permissions import grant, incident_for

# Session and person are asked for by the sign-in; the rest is the poll's own.
SIGN_IN = 2
DOOR = 1  # how much the person holds, by which the door chooses its way


@pytest.fixture(autouse=True)
def _settled_at_once(monkeypatch):
    """All that a test wrote is committed for whom it asks; no act is on its way."""
    from datetime import timedelta

    monkeypatch.setattr(moving, "SETTLING", timedelta(0))


def changes(client, incident, since):
    return client.get(f"/incidents/{incident.reference}/changes/", {"since": since})


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_an_open_page_is_told_what_others_did_and_not_what_its_reader_did(
    incident, lead, responder, client_of
):
    seen = incident_for(responder, incident.reference).position
    commands.add_note(incident, text="Mine", privileged=False, by=responder, now=timezone.now())
    assert changes(client_of(responder), incident, seen).status_code == 204
    commands.describe_incident(incident, by=lead, now=timezone.now(), violation="scraping")
    commands.add_note(incident, text="Hers", privileged=False, by=lead, now=timezone.now())
    told = changes(client_of(responder), incident, seen)
    assert told.status_code == 200
    assert words(told) == "Lead added a note and 1 more , just now"
    page = client_of(responder).get(f"/incidents/{incident.reference}/").content.decode()
    assert f"changes/?since={incident_for(responder, incident.reference).position}" in page


def test_privileged_notes_are_told_to_counsel_alone(incident, lead, legal, responder, client_of):
    seen = incident_for(legal, incident.reference).position
    commands.add_note(incident, text="For counsel", privileged=True, by=lead, now=timezone.now())
    assert changes(client_of(responder), incident, seen).status_code == 204
    assert changes(client_of(legal), incident, seen).status_code == 200


def test_asking_while_nothing_moves_is_one_query_behind_the_door(
    incident, responder, client_of, django_assert_num_queries
):
    seen, mark = incident_for(responder, incident.reference).position, newest_mark()
    client = client_of(responder)
    with django_assert_num_queries(SIGN_IN + DOOR + 1):
        assert changes(client, incident, seen).status_code == 204
    for place in ("incidents", "my-day", "deadlines", "intake", "inquiries"):
        with django_assert_num_queries(SIGN_IN + 1):
            assert client.get(f"/changes/{place}/", {"since": mark}).status_code == 204


def test_access_that_ended_ends_the_asking(incident, lead, stranger, client_of):
    client = client_of(stranger)
    assert changes(client, incident, 0).status_code == 404
    grant(incident, [Can.VIEW], to=stranger, by=lead)
    assert changes(client, incident, 0).status_code == 200
    IncidentUserGrant.objects.filter(user=stranger).update(ends_at=timezone.now())
    assert changes(client, incident, 0).status_code == 404


def test_lists_tell_how_much_changed_of_what_one_may_see(incident, lead, officer, responder, client_of):
    mark = newest_mark()
    hidden = commands.open_incident(by=officer, title="Hidden", restricted=True, now=timezone.now())
    commands.add_note(hidden, text="Secret", privileged=False, by=officer, now=timezone.now())
    client = client_of(responder)
    assert client.get("/changes/incidents/", {"since": mark}).status_code == 204
    commands.add_note(incident, text="Open", privileged=False, by=lead, now=timezone.now())
    commands.file_report(door=Door.STAFF, title="List", words="All of it.", reporter=lead, now=timezone.now())
    assert words(client.get("/changes/incidents/", {"since": mark})) == "1 incident changed"
    assert words(client.get("/changes/my-day/", {"since": mark})) == "1 incident changed, 1 report changed"
    assert words(client_of(officer).get("/changes/intake/", {"since": mark})) == "1 report changed"
    told = client.get("/api/changes/incidents/", {"since": mark}).json()
    assert told["moved"] == [{"kind": "incident", "number": 1}]
    assert client.get("/changes/nowhere/").status_code == 404
    assert client.get("/changes/incidents/?since=nonsense").status_code == 200


def test_a_program_that_has_it_already_is_told_so(incident, lead, responder, client_of):
    client = client_of(responder)
    address = f"/api/incidents/{incident.reference}/changes/"
    first = client.get(address)
    assert first.json()["acts"][-1]["words"] == "opened the incident"
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    commands.add_note(incident, text="More", privileged=False, by=lead, now=timezone.now())
    later = client.get(address, {"since": first.json()["position"]}, headers={"If-None-Match": first["ETag"]})
    assert [act["words"] for act in later.json()["acts"]] == ["added a note"]


def test_a_fragment_is_not_answered_with_the_page_to_sign_in(incident, client):
    refused = client.get(f"/incidents/{incident.reference}/changes/", headers={"HX-Request": "true"})
    assert refused.status_code == 401
    assert refused.content == b""
