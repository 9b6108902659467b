"""The pages of notices: who may what, and what they show."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from incidents.models import Incident
from notifications import commands
from notifications.models import Notice
from tests.notifications.conftest import add_people, people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_state")]
As = Callable[[User], Client]


def url(name: str, notice: Notice) -> str:
    return reverse(f"notifications:{name}", args=[notice.incident.reference, notice.reference])


def test_the_way_of_a_notice_by_its_pages(
    incident: Incident, lead: User, officer: User, client_of: As
) -> None:
    add_people(incident, people(12))
    commands.add_ready_templates(by=lead, now=timezone.now())
    lead_browser, officer_browser = client_of(lead), client_of(officer)
    assert lead_browser.get(reverse("notifications:notices", args=[incident.reference])).status_code == 200
    new = reverse("notifications:create_notice", args=[incident.reference])
    page = lead_browser.get(new)
    version = next(
        choice[0].value
        for choice in page.context["form"]["template"].field.choices
        if "High risk" in choice[1] and "English" in choice[1]
    )
    answer = lead_browser.post(new, {"template": version, "title": "To all"})
    notice = Notice.objects.get()
    assert answer.url == url("edit_notice", notice)
    form = lead_browser.get(answer.url).context["form"]
    words = {key: "Plain words." for key in ("what_happened", "consequences", "measures", "advice")}
    answer = lead_browser.post(url("edit_notice", notice), {**form.initial, **words})
    assert answer.status_code == 302, answer.context["form"].errors
    assert lead_browser.get(url("notice", notice)).status_code == 200
    assert lead_browser.get(url("preview", notice) + "?who=longest").status_code == 200
    for who in ("fewest", "first", "rtl"):
        shown = lead_browser.get(f"/api{url('preview', notice)}?who={who}").json()
        assert {"subject", "text", "html", "letter"} <= shown.keys()
        assert shown["sms_segments"] == 1
    assert "مريم" in shown["text"]
    letter = lead_browser.get(url("preview_mail", notice) + "?part=letter").content.decode()
    assert "/n/" in re.sub("<[^>]*>", "", letter)
    assert lead_browser.get(f"/api{url('preview', notice)}?who=nobody").status_code == 400
    assert lead_browser.get(f"/api{url('preview', notice)}?reference=none").status_code == 404
    mail = lead_browser.get(url("preview_mail", notice))
    assert b"Plain words." in mail.content
    assert "script-src 'none'" in mail["Content-Security-Policy"]
    lead_browser.post(url("submit_notice", notice))
    assert lead_browser.get(url("approve_notice", notice)).context["blockers"]
    page = officer_browser.get(url("approve_notice", notice))
    assert b"12" in page.content
    answer = officer_browser.post(url("approve_notice", notice), {"seen": page.context["seen"]})
    notice.refresh_from_db()
    assert notice.status == "approved"
    page = lead_browser.get(url("start_sending", notice))
    assert "Send to" in page.content.decode()
    assert lead_browser.post(url("start_sending", notice), {"delay": "10"}).status_code == 302
    notice.refresh_from_db()
    assert (notice.status, notice.total) == ("sending", 12)
    for name in ("notice", "notice_progress", "notice_people"):
        assert lead_browser.get(url(name, notice)).status_code == 200, name
    assert lead_browser.post(url("pause_sending", notice), {"reason": "wait"}).status_code == 302
    assert lead_browser.post(url("resume_sending", notice)).status_code == 302
    assert lead_browser.get(url("withdraw_notice", notice)).status_code == 200
    assert lead_browser.post(url("withdraw_notice", notice), {"reason": "wrong text"}).status_code == 302
    notice.refresh_from_db()
    assert (notice.status, notice.dropped) == ("withdrawn", 12)


def test_the_list_of_people_shows_no_address_in_clear(
    incident: Incident, lead: User, sending: Callable[..., Notice], client_of: As
) -> None:
    add_people(incident, people(3))
    page = client_of(lead).get(url("notice_people", sending())).content.decode()
    assert "person1@mail1.example" not in page
    assert "p•••@mail1.example" in page


@pytest.mark.parametrize("name", ["edit_notice", "approve_notice", "start_sending", "withdraw_notice"])
def test_an_auditor_sees_a_notice_and_acts_on_none(
    name: str, auditor: User, draft: Callable[..., Notice], client_of: As
) -> None:
    notice = draft()
    assert client_of(auditor).get(url("notice", notice)).status_code == 200
    assert client_of(auditor).get(url(name, notice)).status_code == 403


def test_a_responder_writes_and_does_not_send(
    responder: User, incident: Incident, approved: Callable[..., Notice], client_of: As
) -> None:
    add_people(incident, people(2))
    notice = approved()
    assert client_of(responder).get(url("edit_notice", notice)).status_code == 200
    assert client_of(responder).post(url("start_sending", notice), {"delay": "0"}).status_code == 403


def test_a_stranger_finds_no_notice(stranger: User, draft: Callable[..., Notice], client_of: As) -> None:
    notice = draft()
    for name in ("notice", "edit_notice", "preview", "preview_mail", "notice_people", "notice_progress"):
        assert client_of(stranger).get(url(name, notice)).status_code == 404, name


def test_a_notice_of_another_incident_is_not_found_under_this_one(
    incident: Incident, lead: User, draft: Callable[..., Notice], client_of: As
) -> None:
    from incidents import commands as incidents

    other = incidents.open_incident(by=lead, title="Another", now=timezone.now())
    path = reverse("notifications:notice", args=[other.reference, draft().reference])
    assert client_of(lead).get(path).status_code == 404


def test_the_list_of_notices_takes_as_many_queries_for_many_as_for_one(
    incident: Incident,
    lead: User,
    draft: Callable[..., Notice],
    client_of: As,
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(6):
        draft(title=f"Notice {number}")
    browser = client_of(lead)
    with django_assert_max_num_queries(28):
        browser.get(reverse("notifications:notices", args=[incident.reference]))


def test_sending_with_a_delay_sends_nothing_before(
    incident: Incident, approved: Callable[..., Notice], lead: User
) -> None:
    from notifications import ledger

    add_people(incident, people(2))
    notice = commands.start_sending(approved(), by=lead, now=timezone.now(), delay=timedelta(minutes=10))
    assert notice.scheduled_at > timezone.now() + timedelta(minutes=9)
    assert ledger.due_notice() is None
