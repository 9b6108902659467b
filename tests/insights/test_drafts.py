from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from accounts import drafts
from accounts.models import Draft
from incidents import commands
from stakeholders import commands as stakeholders

JSON = "application/json"


def address(place):
    return f"/api/drafts/?place={place}"


def put(client, place, **fields):
    return client.put(address(place), {"fields_typed": fields}, content_type=JSON)


def test_what_was_typed_is_offered_to_its_writer_alone_until_it_is_saved(
    incident, lead, responder, client_of
):
    client, place = client_of(responder), f"/incidents/{incident.reference}/notes/"
    assert client.get(address(place)).status_code == 204
    assert put(client, place, text="Ana Lopes rang and\nsaid ").status_code == 204
    assert client.get(address(place)).json()["fields_typed"] == {"text": "Ana Lopes rang and\nsaid "}
    assert b"Lopes" not in bytes(Draft.objects.get().sealed)
    assert client_of(lead).get(address(place)).status_code == 204
    assert client.post(place, {"text": "", "_draft": place}).status_code == 422
    assert client.get(address(place)).status_code == 200
    assert client.post(place, {"text": "Saved", "_draft": place}).status_code == 302
    assert client.get(address(place)).status_code == 204
    put(client, place, text="Again")
    assert client.delete(address(place)).status_code == 204
    assert not Draft.objects.exists()


def test_drafts_hang_on_what_their_writer_may_see(incident, officer, stranger, responder, client_of):
    hidden = commands.open_incident(by=officer, title="Hidden", restricted=True, now=timezone.now())
    place = f"/incidents/{hidden.reference}/notes/"
    assert put(client_of(responder), place, text="x").status_code == 404
    assert client_of(responder).get(address("/inquiries/INQ-0000-0000/")).status_code == 404
    for nowhere in ("", "nowhere", "/nowhere/", "x" * 300, "https://elsewhere.example/"):
        assert put(client_of(responder), nowhere, text="x").status_code == 400
    assert Client().get(address(place)).status_code == 401


def test_drafts_are_few_short_and_end(incident, responder, monkeypatch):
    now = timezone.now()
    monkeypatch.setattr(drafts, "MOST_DRAFTS", 2)
    for number in range(3):
        at = now + timedelta(minutes=number)
        drafts.keep_draft(place=f"/{number}/", fields={"text": "x"}, by=responder, now=at)
    assert set(responder.drafts.values_list("place", flat=True)) == {"/1/", "/2/"}
    with pytest.raises(ValidationError, match="too long"):
        drafts.keep_draft(place="/long/", fields={"text": "x" * 400_000}, by=responder, now=now)
    assert drafts.discard_old_drafts(now=now + timedelta(days=30, minutes=1, seconds=30)) == 1


def test_erasing_people_takes_drafts_about_them_along(incident, lead, responder):
    now = timezone.now()
    for place in (f"/incidents/{incident.reference}/people/1/exempt/", "/incidents/INC-OTHR-0000/notes/"):
        drafts.keep_draft(place=place, fields={"reason": "Ana rang"}, by=responder, now=now)
    roster = stakeholders.open_roster(incident, by=lead, now=now)
    stakeholders.erase_roster(roster, by=lead, reason="Retention ended", now=now)
    assert list(Draft.objects.values_list("place", flat=True)) == ["/incidents/INC-OTHR-0000/notes/"]


def test_a_form_that_comes_after_the_session_ended_is_handed_back(incident, responder, client_of):
    client, place = Client(enforce_csrf_checks=True), f"/incidents/{incident.reference}/notes/"
    text = "A long note\nthat nobody wants to type again <b>"
    client.get("/accounts/login/")
    token = client.cookies[next(name for name in client.cookies if "csrf" in name)].value
    data = {"text": text, "csrfmiddlewaretoken": token}
    back = client.post(place, data)
    page = back.content.decode()
    assert back.status_code == 401
    assert "that nobody wants to type again &lt;b&gt;" in page
    assert "A long note" not in back["Cache-Control"]
    assert "no-store" in back["Cache-Control"]
    client.force_login(responder, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies[next(name for name in client.cookies if "csrf" in name)] = (
        "x" * 32
    )  # as a new sign-in does
    stale = client.post(place, data, headers={"Origin": "http://testserver"})
    assert stale.status_code == 403
    fresh = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', stale.content.decode())[1]
    foreign = client.post(place, data, headers={"Origin": "https://evil.example"})
    assert "that nobody" not in foreign.content.decode()
    assert client.post(place, data | {"csrfmiddlewaretoken": fresh}).status_code == 302
    assert incident.notes.get().text == text


def test_passwords_are_never_handed_back(client):
    sent = client.post(
        "/accounts/password/change/", {"oldpassword": "Tr0ub4dor", "password1": "x", "password2": "x"}
    )
    assert b"Tr0ub4dor" not in sent.content


def test_a_session_can_be_made_to_last_and_says_how_long(responder, client_of, settings):
    client = client_of(responder)
    page = client.get("/").content.decode()
    left = int(re.search(r'data-session-seconds="(\d+)"', page)[1])
    idle = settings.SESSION_IDLE.total_seconds()
    assert 0 < left <= idle
    assert client.post("/session/stay/").json()["seconds"] > idle - 10
