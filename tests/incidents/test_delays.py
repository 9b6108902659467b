"""Law enforcement asks to wait: who, for whom, in which form; what stands still, and what runs on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from incidents import commands, queries
from incidents.commands import CountInput, FactInput
from incidents.lifecycle import ObligationStatus
from incidents.models import DelayRequest, Incident, Obligation
from tests.standing import standing

HOUR = timedelta(hours=1)
ASKED = {"agency": "FBI", "form": "written", "reason": "Letter of the field office, kept in the safe"}


@standing
def in_texas(incident: Incident, lead: User) -> Incident:
    """People in Texas; determined two days ago."""
    now = timezone.now()
    commands.describe_incident(incident, by=lead, now=now, own_role="controller")
    facts = [FactInput("acquisition", "known", True), FactInput("encrypted", "known", False)]
    commands.set_facts(incident, facts=facts, by=lead, now=now)
    counts = [CountInput("US-TX", ("name", "ssn"), 900)]
    commands.record_counts(incident, counts=counts, basis="estimate", source="Log", by=lead, now=now)
    for kind in ("detected", "determined"):
        commands.record_event_time(incident, kind=kind, at=now - 48 * HOUR, zone="UTC", by=lead, now=now)
    return Incident.objects.get(pk=incident.pk)


def people(incident: Incident) -> Obligation:
    return incident.obligations.get(key="us-tx/individuals")


def ask(incident: Incident, by: User, **more) -> DelayRequest:
    now = timezone.now()
    return commands.record_delay_request(
        incident, **{"requested_at": now - 24 * HOUR, **ASKED, **more}, by=by, now=now
    )


def test_a_clock_stands_still_while_asked_and_runs_on_once_lifted(in_texas, lead):
    due = people(in_texas).due_at
    request = ask(in_texas, lead)
    held = people(in_texas)
    assert held.status == ObligationStatus.DELAYED
    assert held.due_at is None
    assert "FBI" in held.duty["delay"]
    change = queries.last_change(held)
    assert change is not None
    assert (change.stopped, change.was_due_at) == (True, due)
    assert [one.label for one in change.why] == ["Asked to wait"]
    attorney = in_texas.obligations.get(key="us-tx/attorney-general")
    assert attorney.due_at is not None
    commands.lift_delay_request(
        request, lifted_at=timezone.now(), reason="By mail", by=lead, now=timezone.now()
    )
    after = people(in_texas)
    assert after.status == ObligationStatus.TO_DECIDE
    assert after.due_at is not None
    assert due <= after.due_at <= due + timedelta(days=2)
    verbs = set(AuditEvent.objects.filter(stream=in_texas.stream).values_list("verb", flat=True))
    assert {"delay_asked", "delay_lifted"} <= verbs


def test_a_request_for_others_stops_nothing(in_texas, lead):
    due = people(in_texas).due_at
    ask(in_texas, lead, scope=["media"])
    assert people(in_texas).due_at == due


def test_the_name_of_the_officer_is_in_neither_facts_nor_record(in_texas, lead):
    ask(in_texas, lead, person="Special Agent Quokka")
    assert "Quokka" not in str(people(in_texas).duty)
    assert not AuditEvent.objects.filter(stream=in_texas.stream, details__contains="Quokka").exists()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"agency": "  "}, "agency_missing"),
        ({"agency": "x" * 201}, "too_long"),
        ({"agency": "F\x00BI"}, "null_characters"),
        ({"form": "sung"}, "bad_form"),
        ({"scope": ["neighbours"]}, "bad_scope"),
        ({"requested_at": timezone.now() + 48 * HOUR}, "future_time"),
        ({"until": timezone.now() - 72 * HOUR}, "ends_before_it_begins"),
        ({"reason": " "}, "reason_missing"),
    ],
)
def test_a_request_that_cannot_be_is_refused(in_texas, lead, wrong, code):
    with pytest.raises(ValidationError) as refused:
        ask(in_texas, lead, **wrong)
    assert refused.value.error_list[0].code == code


def test_a_request_is_lifted_once_and_after_it_was_made(in_texas, lead):
    request, now = ask(in_texas, lead), timezone.now()

    def lift(at):
        commands.lift_delay_request(request, lifted_at=at, reason="By mail", by=lead, now=now)

    for at, code in ((now + HOUR, "future_time"), (request.requested_at, "ends_before_it_begins")):
        with pytest.raises(ValidationError) as refused:
            lift(at)
        assert refused.value.error_list[0].code == code
    lift(now)
    with pytest.raises(ValidationError) as refused:
        lift(now)
    assert refused.value.error_list[0].code == "already_settled"


def test_the_page_takes_a_request_and_shows_what_it_stops(in_texas, lead, auditor, client_of):
    url = f"/incidents/{in_texas.reference}/delay-requests/new/"
    asked = timezone.now() - 2 * HOUR
    given = {
        "agency": "FBI", "person": "", "form": "written", "scope": ["individuals"], "reason": "A letter",
        "on": f"{asked:%Y-%m-%d}", "time": f"{asked:%H:%M}", "zone": "UTC", "until_on": "", "until_time": "",
    }  # fmt: skip
    browser = client_of(lead)
    assert browser.get(url).status_code == 200
    wrong = browser.post(url, {**given, "agency": "", "until_time": "10:00"})
    assert wrong.status_code == 422
    assert "Give the date too." in wrong.content.decode()
    assert client_of(auditor).post(url, given).status_code == 403
    assert browser.post(url, given).status_code == 302
    row = people(in_texas)
    page = browser.get(f"/incidents/{in_texas.reference}/obligations/").content.decode()
    assert "Law enforcement asked to wait" in page
    lift = f"/incidents/{in_texas.reference}/delay-requests/{in_texas.delay_requests.get().pk}/lift/"
    assert lift in page
    assert lift in browser.get(f"/incidents/{in_texas.reference}/obligations/{row.pk}/").content.decode()
    now = timezone.now()
    told = {"on": f"{now:%Y-%m-%d}", "time": f"{now:%H:%M}", "zone": "UTC", "reason": "By mail"}
    assert browser.post(lift, {**told, "reason": ""}).status_code == 422
    assert browser.post(lift, told).status_code == 302
    assert people(in_texas).due_at is not None


def test_the_api_takes_a_request_and_its_end(in_texas, lead, client_of):
    api, browser = f"/api/incidents/{in_texas.reference}/delay-requests/", client_of(lead)
    given = {**ASKED, "requested_at": (timezone.now() - HOUR).isoformat(), "scope": ["individuals"]}
    assert browser.post(api, {**given, "scope": ["neighbours"]}, "application/json").status_code == 400
    made = browser.post(api, given, "application/json")
    assert made.status_code == 201
    assert [one["agency"] for one in browser.get(api).json()] == ["FBI"]
    lift = f"{api}{made.json()['id']}/lift/"
    end = {"lifted_at": timezone.now().isoformat(), "reason": "By mail"}
    assert browser.post(lift, end, "application/json").json()["lifted_by"] == lead.name
    assert browser.post(lift, end, "application/json").status_code == 409


def test_a_request_of_another_incident_is_not_found(in_texas, lead, client_of):
    other = commands.open_incident(by=lead, title="Another", now=timezone.now())
    url = f"/incidents/{other.reference}/delay-requests/{ask(in_texas, lead).pk}/lift/"
    assert client_of(lead).get(url).status_code == 404


def test_a_request_entered_by_mistake_is_struck_out_and_stays_to_be_seen(in_texas, lead, auditor, client_of):
    due = people(in_texas).due_at
    request = ask(in_texas, lead)
    assert people(in_texas).due_at is None
    path = f"incidents/{in_texas.reference}/delay-requests/{request.pk}/strike/"
    assert client_of(auditor).post(f"/{path}", {"reason": "Typed twice"}).status_code == 403
    assert client_of(lead).get(f"/{path}").status_code == 200
    assert client_of(lead).post(f"/{path}", {"reason": " "}).status_code == 422
    assert client_of(lead).post(f"/{path}", {"reason": "Typed twice"}).status_code == 302
    assert people(in_texas).due_at == due
    request.refresh_from_db()
    assert (request.struck_by, request.struck_reason) == (lead, "Typed twice")
    page = client_of(lead).get(f"/incidents/{in_texas.reference}/obligations/").content.decode()
    assert "Struck out" in page
    assert "Typed twice" in page
    assert f"/{path}" not in page
    again = client_of(lead).post(f"/api/{path}", {"reason": "Again"}, "application/json")
    assert again.status_code == 409
    with pytest.raises(ValidationError):
        commands.lift_delay_request(
            request, lifted_at=timezone.now(), reason="x", by=lead, now=timezone.now()
        )
    assert AuditEvent.objects.filter(verb="delay_struck_out", stream=in_texas.stream).count() == 1
