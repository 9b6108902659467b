"""Questions of each kind of incident, one fact changed where it stands, and where it can be seen."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEvent
from incidents import commands, queries
from incidents.commands import FactInput, sightings
from incidents.commands.sightings import Seen
from incidents.models import Incident
from incidents.models.incident import ViolationType
from incidents.questions import kinds, own_questions
from law.vocabulary import FACT_KEYS
from tests.standing import standing

HOUR = timedelta(hours=1)
NO_QUESTIONS = {ViolationType.OTHER, ViolationType.UNKNOWN}


@standing
def taken_over(incident: Incident, lead: object) -> Incident:
    commands.describe_incident(incident, by=lead, now=timezone.now(), violation="account_takeover")
    return Incident.objects.get(pk=incident.pk)


def url(name: str, incident: Incident, *rest: object) -> str:
    return reverse(f"incidents:{name}", args=[incident.reference, *rest])


def told(incident: Incident, by, key: str, value: object, state: str = "known") -> None:
    commands.set_facts(incident, facts=[FactInput(key, state, value)], by=by, now=timezone.now())


def test_every_kind_has_questions_and_each_can_be_kept():
    assert set(kinds()) == set(ViolationType) - NO_QUESTIONS
    assert own_questions().keys().isdisjoint(FACT_KEYS)
    for key, one in own_questions().items():
        assert one.type in ("bool", "enum", "int", "text", "instant")
        assert (one.type == "enum") == bool(one.words)
        assert len(key) <= 48


def test_answers_are_facts_with_history_and_free_words_stay_out_of_the_record(taken_over, lead):
    told(taken_over, lead, "takeover_could_read", "Messages with Wanda Zyxquist")
    told(taken_over, lead, "takeover_sessions_ended", False)
    told(taken_over, lead, "takeover_sessions_ended", True)
    assert queries.current_facts(taken_over)["takeover_sessions_ended"].value is True
    assert taken_over.facts.filter(key="takeover_sessions_ended").count() == 2
    details = [json.loads(one.details) for one in AuditEvent.objects.filter(verb="fact_set")]
    assert [one["new"] for one in details] == [
        {"state": "known"},
        {"state": "known", "value": False},
        {"state": "known", "value": True},
    ]
    assert "takeover_could_read" not in queries.breach_facts(taken_over).values


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("takeover_sessions_ended", "perhaps", "bad_value"),
        ("takeover_way_in", "magic", "bad_value"),
        ("imposter_reached", -1, "bad_value"),
        ("takeover_locked_at", "yesterday", "bad_value"),
        ("takeover_locked_at", "2026-13-40T99:00:00Z", "bad_value"),
        pytest.param("takeover_locked_at", (timezone.now() + HOUR).isoformat(), "future_time", id="to come"),
        ("takeover_could_read", "a\x00b", "bad_value"),
        ("takeover_nonsense", True, "unknown_fact"),
    ],
)
def test_an_answer_of_the_wrong_shape_is_refused(taken_over, lead, key, value, code):
    with pytest.raises(ValidationError) as refusal:
        told(taken_over, lead, key, value)
    assert refusal.value.code == code
    assert not taken_over.facts.filter(key=key).exists()


def test_a_row_is_changed_in_place_and_on_a_page_of_its_own(taken_over, responder, auditor, client_of):
    client, where = client_of(responder), url("fact_row", taken_over, "takeover_locked_at")
    page = client.get(url("facts", taken_over)).content.decode()
    assert "When was the account locked or given back?" in page
    assert f'hx-get="{where}"' in page
    form = client.get(where, headers={"HX-Request": "true"}).content.decode()
    assert "<form" in form
    assert "<html" not in form
    given = {
        "takeover_locked_at.state": "known",
        "takeover_locked_at": "2026-11-20T10:00",
        "source": "Admin log",
    }
    row = client.post(where, given, headers={"HX-Request": "true"}).content.decode()
    assert "Fri 20 Nov 2026 10:00" in row
    assert "Admin log" in row
    assert "<html" not in row
    plain = client.post(where, {**given, "takeover_locked_at.state": "unknown", "takeover_locked_at": ""})
    assert plain["Location"].endswith("#fact-takeover_locked_at")
    assert queries.current_facts(taken_over)["takeover_locked_at"].state == "unknown"
    wrong = client.post(where, {"takeover_locked_at.state": "known", "takeover_locked_at": "soon"})
    assert wrong.status_code == 422
    assert client.get(url("fact_row", taken_over, "risk_tier")).status_code == 404
    reader = client_of(auditor)
    assert reader.get(where).status_code == 403
    assert reader.get(where, {"read": 1}).status_code == 200
    assert "Change<" not in reader.get(where, {"read": 1}).content.decode()


def test_awareness_later_than_detection_is_explained_whichever_is_told_last(incident, lead):
    now = timezone.now()
    commands.record_event_time(incident, kind="aware", at=now - HOUR, zone="UTC", by=lead, now=now)
    with pytest.raises(ValidationError) as refusal:
        commands.record_event_time(incident, kind="detected", at=now - 2 * HOUR, zone="UTC", by=lead, now=now)
    assert refusal.value.code == "reasoning_missing"
    commands.record_event_time(
        incident,
        kind="detected",
        at=now - 2 * HOUR,
        zone="UTC",
        by=lead,
        now=now,
        reasoning="Log read later.",
    )


def test_a_place_is_up_until_it_is_taken_down_or_struck_out(taken_over, lead):
    now = timezone.now()
    seen = Seen("Board", account="@wanda", links=["https://board.example/1"], first_seen_at=now - HOUR)
    place = sightings.record_sighting(taken_over, seen, by=lead, now=now)
    assert place.still_up
    gone = Seen("Board", account="@zyx", links=seen.links, first_seen_at=now - HOUR, taken_down_at=now)
    place = sightings.change_sighting(place, gone, by=lead, now=now)
    assert not place.still_up
    record = AuditEvent.objects.get(verb="sighting_changed").details
    assert "taken_down_at" in record
    assert "zyx" not in record
    sightings.strike_sighting(place, reason="Another board.", by=lead, now=now)
    with pytest.raises(ValidationError) as refusal:
        sightings.change_sighting(place, seen, by=lead, now=now)
    assert refusal.value.code == "struck"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"platform": " "}, "platform_missing"),
        ({"links": ["javascript:alert(1)"]}, "bad_link"),
        ({"links": ["https://[::1"]}, "bad_link"),
        ({"links": ["https://a.example/x"] * 21}, "too_many"),
        ({"first_seen_at": timezone.now() + HOUR}, "future_time"),
        (
            {"first_seen_at": timezone.now() - HOUR, "taken_down_at": timezone.now() - 2 * HOUR},
            "ends_before_it_begins",
        ),
    ],
)
def test_a_place_that_cannot_be_is_refused(taken_over, lead, wrong, code):
    with pytest.raises(ValidationError) as refusal:
        sightings.record_sighting(
            taken_over, Seen(**{"platform": "Board", **wrong}), by=lead, now=timezone.now()
        )
    assert refusal.value.code == code


def test_places_are_kept_on_the_page(taken_over, responder, client_of):
    client = client_of(responder)
    given = {
        "platform": "Board",
        "links": "https://board.example/1\nhttps://board.example/2",
        "reach": "1200",
    }
    assert client.post(url("record_sighting", taken_over), given).status_code == 302
    page = client.get(url("facts", taken_over)).content.decode()
    assert "Still up" in page
    place = taken_over.sightings.get()
    assert place.links == ["https://board.example/1", "https://board.example/2"]
    form = client.get(url("change_sighting", taken_over, place.pk)).content.decode()
    assert "https://board.example/2" in form
    assert client.post(url("strike_sighting", taken_over, place.pk), {"reason": ""}).status_code == 422
