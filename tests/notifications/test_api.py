"""Everything a page of notices can do, the API can do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from incidents.models import Incident
from notifications import commands
from notifications.models import Delivery, Notice
from tests.notifications.conftest import STATEMENT, add_people, people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_state")]
JSON = "application/json"


def test_the_way_of_a_notice_by_the_api(
    incident: Incident, lead: User, officer: User, client_of: Any
) -> None:
    add_people(incident, people(4))
    author, second = client_of(lead), client_of(officer)
    base = f"/api/incidents/{incident.reference}/notices/"
    made = author.post(
        base,
        {"title": "N", "language": "en", "subject": "S", "body": "{{ notice.url }}", "statement": STATEMENT},
        JSON,
    )
    assert made.status_code == 201, made.content
    one = f"{base}{made.json()['reference']}/"
    assert author.patch(one, {"subject": "Better"}, JSON).json()["subject"] == "Better"
    assert author.post(f"{one}submit/").json()["status"] == "in_review"
    seen = author.get(one).json()["edited_at"]
    assert author.post(f"{one}approve/", {"seen": seen}, JSON).status_code == 400
    assert second.post(f"{one}approve/", {"seen": seen}, JSON).json()["status"] == "approved"
    started = author.post(f"{one}send/", {"delay_minutes": 5}, JSON).json()
    assert (started["status"], started["total"], started["pending"]) == ("sending", 4, 4)
    assert author.post(f"{one}send/", {"delay_minutes": 5}, JSON).status_code == 409
    assert author.post(f"{one}pause/", {"reason": "wait"}, JSON).json()["status"] == "paused"
    assert author.post(f"{one}resume/").json()["status"] == "sending"
    assert len(author.get(f"{one}deliveries/").json()) == 4
    found = author.get(f"/api/incidents/{incident.reference}/coverage/").json()
    assert (
        found["affected"]
        == found["notified"] + found["unreachable"] + found["exempt"] + found["waiting"]
        == 4
    )
    assert author.post(f"{one}withdraw/", {"reason": "no"}, JSON).json()["dropped"] == 4


def test_a_person_settles_the_uncertain_by_the_api(
    incident: Incident, lead: User, sending: Callable[..., Notice], client_of: Any
) -> None:
    add_people(incident, people(1))
    notice = sending()
    Delivery.objects.update(state="uncertain", attempt=1)
    Notice.objects.update(held=1)
    path = f"/api/incidents/{incident.reference}/notices/{notice.reference}/settle/"
    body = {"deliveries": [Delivery.objects.get().pk], "act": "accept", "reason": "The relay has it"}
    assert client_of(lead).post(path, body, JSON).json() == {"settled": 1}


def test_a_stranger_finds_no_notice_by_the_api(
    incident: Incident, stranger: User, draft: Callable[..., Notice], client_of: Any
) -> None:
    one = f"/api/incidents/{incident.reference}/notices/{draft().reference}/"
    browser = client_of(stranger)
    assert browser.get(one).status_code == 404
    assert browser.get(f"/api/incidents/{incident.reference}/coverage/").status_code == 404
    for act in ("submit", "approve", "return", "send", "pause", "resume", "withdraw", "settle"):
        assert browser.post(f"{one}{act}/", {}, JSON).status_code == 404, act


def test_a_duty_of_another_incident_is_refused(incident: Incident, lead: User, client_of: Any) -> None:
    answer = client_of(lead).post(
        f"/api/incidents/{incident.reference}/notices/",
        {"title": "N", "subject": "S", "body": "B", "serves": [999_999]},
        JSON,
    )
    assert answer.status_code == 400


def test_templates_by_the_api(lead: User, officer: User, employee: User, client_of: Any) -> None:
    commands.add_ready_templates(by=lead, now=timezone.now())
    listed = client_of(officer).get("/api/notice-templates/").json()
    assert len(next(one for one in listed if one["name"] == "High risk to people")["versions"]) == 20
    version = next(one["id"] for one in listed[0]["versions"] if not one["for_counsel"])
    path = f"/api/notice-templates/{listed[0]['id']}/versions/{version}/approve/"
    assert client_of(lead).post(path).status_code == 403
    assert client_of(employee).get("/api/notice-templates/").status_code == 403
    assert client_of(officer).post(path).json()["status"] == "approved"
