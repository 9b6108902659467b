"""The API does what the pages do, through the same commands and the same door."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from incidents import commands, queries
from incidents.models import Door, Incident, Report
from incidents.urls import API_OF_AN_INCIDENT, OF_AN_INCIDENT
from tests.people import set_up_second_step

JSON = "application/json"


def at(hours_ago: float) -> str:
    return (timezone.now() - timedelta(hours=hours_ago)).isoformat()


@pytest.fixture
def api_of():
    def api(user) -> APIClient:
        client = APIClient()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return api


def url(name: str, incident: Incident, *rest: object) -> str:
    return reverse(f"incidents:api_{name}", args=[incident.reference, *rest])


ROUTES = {
    # name: (method, body, who may, who may not)
    "incident": ("get", None, "auditor", None),
    "start_assessment": ("post", {}, "responder", "auditor"),
    "confirm_breach": ("post", {"aware_at": at(1), "zone": "UTC", "reasoning": "Log."}, "legal", "auditor"),
    "dismiss_incident": ("post", {"reason": "No personal data."}, "legal", "responder"),
    "notes": ("post", {"text": "A note."}, "responder", "auditor"),
    "event_times": ("post", {"kind": "detected", "at": at(2), "zone": "UTC"}, "responder", "auditor"),
    "facts": (
        "post",
        {"facts": [{"key": "access", "state": "known", "value": True}]},
        "responder",
        "auditor",
    ),
    "counts": (
        "post",
        {"basis": "estimate", "source": "s", "counts": [{"place": "IE", "elements": ["email"], "number": 5}]},
        "responder",
        "support",
    ),
    "assessments": (
        "post",
        {"factors": {"categories": {"simple": 1}, "identifiers": {"email": "1"}, "circumstances": {}}},
        "responder",
        "auditor",
    ),
    "obligations": ("get", None, "auditor", None),
    "access": ("get", None, "auditor", None),
    "restrict_incident": ("post", {"reason": "A colleague."}, "lead", "legal"),
    "review": ("post", {"cause": "c", "improvements": "i"}, "responder", "auditor"),
    "record": ("get", None, "auditor", None),
    "verify_record": ("get", None, "auditor", None),
    "export_record": ("get", None, "lead", "auditor"),
}


@pytest.mark.parametrize("name", ROUTES)
def test_each_endpoint_follows_its_permission(name, incident, stranger, api_of, request):
    method, body, may, may_not = ROUTES[name]

    def ask(user) -> int:
        return getattr(api_of(user), method)(
            url(name, incident), body, format="json" if body is not None else None
        ).status_code

    assert ask(stranger) == 404
    if may_not:
        assert ask(request.getfixturevalue(may_not)) == 403
    assert ask(request.getfixturevalue(may)) in (200, 201)
    assert APIClient().get(url(name, incident)).status_code == 401


def test_every_act_of_the_pages_is_in_the_api():
    pages = {route.name for route in OF_AN_INCIDENT}
    api = {route.name for route in API_OF_AN_INCIDENT if hasattr(route, "name")}
    other_words = {
        "describe": "api_incident",
        "event_time": "api_event_times",
        "facts_group": "api_facts",
        "fact_history": "api_record",
        "add_entry": "api_notes",
        "fact_row": "api_facts",
        "pick_system": "api_picked_systems",
        "add_improvement": "api_improvements",
        "give_feedback": "api_feedback",
        "record_sighting": "api_sightings",
        "change_sighting": "api_sighting",
        "work": "api_items",
        "work_board": "api_items",
        "change_item": "api_item",
        "assessment": "api_assessments",
        "assess_severity": "api_assessments",
        "closing": "api_close",
        "close_incident": "api_close",
        "write_review": "api_review",
        "reopen_incident": "api_reopen",
        "grant_access": "api_access",
        "record_delay_request": "api_delay_requests",
        "judge_condition": "api_judgements",
        "add_evidence": "api_evidence",
        "drop_upload": "api_upload",
    }
    below = {
        "obligation",
        "decide_required",
        "propose_not_required",
        "sign_not_required",
        "withdraw_decision",
    }
    below |= {"meet_obligation", "give_late_reason", "have_obligation", "hand_over"}
    for name in below:
        assert reverse(f"incidents:api_{name}", args=["INC-0000-0000", 1])
    missing = {name for name in pages - below if other_words.get(name, f"api_{name}") not in api}
    assert missing == set()


def test_a_report_goes_from_the_inbox_to_an_incident(employee, responder, api_of):
    filed = api_of(employee).post(
        reverse("incidents:api_reports"), {"title": "a", "words": " as written "}, format="json"
    )
    assert filed.status_code == 201
    report = Report.objects.get(reference=filed.json()["reference"])
    assert (report.door, report.reporter, report.words) == (Door.API, employee, " as written ")
    assert api_of(employee).get(reverse("incidents:api_reports")).status_code == 403
    inbox = api_of(responder).get(reverse("incidents:api_reports")).json()
    assert [one["reference"] for one in inbox] == [report.reference]
    promote = reverse("incidents:api_promote_report", args=[report.reference])
    told = api_of(responder).post(promote, {"title": "t", "reason": "Real."}, format="json").json()
    assert told["held"] == ["assess", "triage", "view", "write"]
    again = api_of(responder).post(promote, {"title": "t", "reason": "Real."}, format="json")
    assert again.status_code == 409
    assert again.json()["errors"][0]["code"] == "wrong_status"


def test_reports_are_dismissed_returned_and_marked_as_the_same(responder, api_of):
    now = timezone.now()
    first, second = (commands.file_report(door=Door.PUBLIC, title=t, words=t, now=now).report for t in "ab")
    api = api_of(responder)
    act = lambda name, one, body: api.post(  # noqa: E731
        reverse(f"incidents:api_{name}", args=[one.reference]), body, format="json"
    )
    assert act("dismiss_report", first, {"reason": ""}).status_code == 400
    assert act("dismiss_report", first, {"reason": "Spam."}).json()["status"] == "dismissed"
    assert act("return_report", first, {"reason": "Real."}).json()["status"] == "new"
    assert act("mark_duplicate", second, {"of": "REP-0000-0000", "reason": "r"}).status_code == 400
    assert (
        act("mark_duplicate", second, {"of": first.reference, "reason": "r"}).json()["duplicate_of"]
        == first.reference
    )
    assert act("reporter_contact", first, {}).json() == {"contact": ""}


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("event_times", {"kind": "detected", "at": "2026-01-01T10:00:00", "zone": "UTC"}, "naive"),
        ("event_times", {"kind": "detected", "at": "2098-01-01T10:00:00Z", "zone": "UTC"}, "future_detected"),
        ("event_times", {"kind": "detected", "at": "2026-01-01T10:00:00Z", "zone": "Mars"}, "unknown_zone"),
        ("event_times", {"kind": "detected", "at": "1066-10-14T10:00:00Z", "zone": "UTC"}, "year"),
        ("event_times", {"kind": "invented", "at": "2026-01-01T10:00:00Z", "zone": "UTC"}, "invalid_choice"),
        ("facts", {"facts": []}, "empty"),
        ("facts", {"facts": [{"key": "risk_tier", "state": "known", "value": "high"}]}, "invalid_choice"),
        ("facts", {"facts": [{"key": "access", "state": "known", "value": "perhaps"}]}, "bad_value"),
        ("facts", {"facts": [{"key": "access", "state": "known"}]}, "value_missing"),
        ("facts", {"facts": "access"}, "not_a_list"),
        ("facts", {"facts": [{"key": "elements", "state": "known", "value": {"a": [1]}}]}, "bad_value"),
        (
            "counts",
            {"basis": "estimate", "source": "s", "counts": [{"place": "XX-1", "number": -1}]},
            "min_value",
        ),
        (
            "counts",
            {"basis": "estimate", "source": "s", "counts": [{"place": "atlan", "number": 1}]},
            "bad_count",
        ),
        ("counts", {"basis": "guess", "source": "s", "counts": []}, "invalid_choice"),
        ("notes", {"text": "a\x00b"}, "null_characters_not_allowed"),
        ("notes", {"text": "x" * 20_001}, "max_length"),
        ("notes", {"text": ""}, "blank"),
        ("assessments", {"factors": []}, "invalid"),
        ("assessments", {"factors": {"categories": {"simple": "NaN"}}}, "bad_factors"),
        ("assessments", {"factors": {"categories": "simple"}}, "bad_factors"),
        ("close", {}, "still_open"),
    ],
)
def test_wrong_input_gets_a_code_and_words(name, body, code, incident, lead, api_of):
    answer = api_of(lead).post(url(name, incident), body, format="json")
    assert answer.status_code in (400, 409)
    assert code in {error["code"] for error in answer.json()["errors"]}
    assert all(error["detail"] for error in answer.json()["errors"])


def test_what_is_not_json_is_refused(incident, lead, api_of):
    answer = api_of(lead).post(url("notes", incident), "{", content_type=JSON)
    assert answer.status_code == 400
    assert api_of(lead).post(url("notes", incident), "a=1", content_type="text/plain").status_code == 415


def test_decisions_by_api_ask_for_two_people(incident, lead, legal, officer, api_of):
    now = timezone.now()
    commands.describe_incident(incident, by=lead, now=now, own_role="controller")
    commands.set_facts(
        incident,
        facts=[commands.FactInput("breach_kinds", "known", ["confidentiality"], "s")],
        by=lead,
        now=now,
    )
    commands.record_counts(
        incident,
        counts=[commands.CountInput("IE", ("email",), 10)],
        basis="estimate",
        source="s",
        by=lead,
        now=now,
    )
    api = api_of(legal)
    one = next(row for row in api.get(url("obligations", incident)).json() if row["status"] == "to_decide")
    proposed = api.post(
        url("propose_not_required", incident, one["id"]), {"reason": "Public data."}, format="json"
    )
    assert proposed.json()["decisions"][0]["stands"] is False
    assert proposed.json()["trace"]
    own = api.post(url("sign_not_required", incident, one["id"]))
    assert own.status_code == 409
    signed = api_of(officer).post(url("sign_not_required", incident, one["id"]))
    assert signed.json()["status"] == "not_required"
    withdrawn = api.post(
        url("withdraw_decision", incident, one["id"]), {"reason": "They were not."}, format="json"
    )
    assert withdrawn.json()["status"] == "to_decide"
    assert (
        api.post(url("withdraw_decision", incident, one["id"]), {"reason": "r"}, format="json").status_code
        == 409
    )
    decided = api.post(url("decide_required", incident, one["id"]), {"reason": "Risk."}, format="json")
    assert decided.json()["status"] in ("required", "blocked")
    assert (
        api.post(url("give_late_reason", incident, one["id"]), {"reason": "r"}, format="json").status_code
        == 400
    )
    met = api_of(lead).post(
        url("meet_obligation", incident, one["id"]), {"at": at(0.1), "proof": "P"}, format="json"
    )
    assert met.json()["status"] in ("met", "met_late")


def test_nobody_hands_on_by_api_what_they_do_not_hold(incident, lead, stranger, api_of):
    where = url("access", incident)
    beyond = api_of(lead).post(where, {"to": stranger.email, "cans": ["privileged"]}, format="json")
    assert beyond.status_code == 400
    assert (
        api_of(lead).post(where, {"to": "nobody@example.org", "cans": ["view"]}, format="json").status_code
        == 400
    )
    let_in = api_of(lead).post(
        where, {"to": stranger.email, "cans": ["view"], "ends_at": at(-24)}, format="json"
    )
    assert stranger.email in {one["email"] for one in let_in.json()}
    assert api_of(stranger).get(url("incident", incident)).status_code == 200
    assert (
        api_of(lead).post(url("end_access", incident), {"of": stranger.email}, format="json").status_code
        == 200
    )
    assert api_of(stranger).get(url("incident", incident)).status_code == 404


def test_privileged_notes_are_told_to_counsel_alone(incident, legal, lead, api_of):
    body = {"text": "Advice.", "privileged": True}
    assert api_of(lead).post(url("notes", incident), body, format="json").status_code == 403
    assert api_of(legal).post(url("notes", incident), body, format="json").status_code == 201
    assert len(api_of(legal).get(url("notes", incident)).json()) == 1
    assert api_of(lead).get(url("notes", incident)).json() == []


def test_the_list_tells_the_same_as_the_page(incident, lead, stranger, api_of):
    told = api_of(lead).get(reverse("incidents:api_incidents"), {"view": "all"}).json()
    page = queries.incident_list(lead, queries.Narrowed(view="all"))
    assert [row["reference"] for row in told["rows"]] == [row.incident.reference for row in page.rows]
    assert api_of(stranger).get(reverse("incidents:api_incidents")).json()["rows"] == []
    assert api_of(lead).get(reverse("incidents:api_incidents"), {"view": "x"}).status_code == 400


def test_an_incident_is_opened_and_described_by_api(responder, employee, api_of):
    where = reverse("incidents:api_incidents")
    assert api_of(employee).post(where, {"title": "t"}, format="json").status_code == 403
    made = api_of(responder).post(where, {"title": "t"}, format="json")
    assert made.status_code == 201
    one = Incident.objects.get(reference=made.json()["reference"])
    changed = api_of(responder).patch(
        url("incident", one), {"violation": "leak", "lead": responder.email}, format="json"
    )
    assert changed.json()["violation"] == "leak"
    assert changed.json()["lead"] == responder.email
    assert (
        api_of(responder).patch(url("incident", one), {"lead": employee.email}, format="json").status_code
        == 400
    )


def test_a_session_needs_the_csrf_token(incident, lead):
    client = Client(enforce_csrf_checks=True)
    client.force_login(lead, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(url("notes", incident), {"text": "x"}, content_type=JSON).status_code == 403


def test_a_token_is_made_in_a_session_used_and_ended(incident, lead, api_of):
    where = reverse("accounts:api_token")
    assert APIClient().post(where).status_code in (401, 403)
    set_up_second_step(lead)
    token = api_of(lead).post(where).json()["token"]
    program = APIClient(headers={"Authorization": f"Token {token}"})
    assert program.get(url("incident", incident)).status_code == 200
    hit = {
        "title": "Our names on a paste site",
        "words": "4,100 lines",
        "link": "https://paste.example/x",
        "door": "monitoring",
    }
    made = [program.post("/api/reports/", hit, format="json") for _ in range(2)]
    assert [one.status_code for one in made] == [201, 201]
    report = Report.objects.get(title=hit["title"])  # a tool that tells twice is heard once
    assert (report.door, report.marks) == (Door.MONITORING, ["paste.example/x"])
    assert program.post("/api/reports/", hit | {"door": "public"}, format="json").status_code == 400
    assert program.post(where).status_code in (401, 403)
    assert program.delete(where).status_code == 204
    assert program.get(url("incident", incident)).status_code == 401
