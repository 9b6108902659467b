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
from notifications import commands, page_codes
from notifications.models import Delivery, Notice
from stakeholders.models import Inquiry
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


# --- the public page


@pytest.fixture
def told(incident: Incident, sending: Callable[..., Notice]) -> tuple[Notice, Delivery, str]:
    """A notice that went out to three people, and the code of the first."""
    add_people(incident, people(3), elements=["email", "online_credentials"])
    notice = sending()
    codes = page_codes.Codes(notice)
    for delivery in Delivery.objects.filter(notice=notice):
        delivery.code_hash = codes.code_hash(delivery.party_id)
        delivery.state = "sent"
        delivery.sent_at = timezone.now()
        delivery.save()
    delivery = Delivery.objects.filter(notice=notice).first()
    assert delivery is not None
    return notice, delivery, codes.code(delivery.party_id)


def test_the_page_says_that_the_notice_is_real_and_what_was_exposed(
    told: tuple[Notice, Delivery, str], client: Client
) -> None:
    notice, delivery, code = told
    answer = client.get(f"/n/{code}")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "This notice is genuine" in page
    assert notice.reference in page
    assert "together with your password" in page
    assert "Do this first" in page
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer["X-Robots-Tag"]
    assert not answer.cookies
    delivery.refresh_from_db()
    assert delivery.first_read_on == timezone.now().date()


def test_the_page_speaks_all_languages_each_in_its_direction(
    told: tuple[Notice, Delivery, str], client: Client
) -> None:
    from notifications import words

    seen = set()
    for language in words.LANGUAGES:
        page = client.get(f"/n/{told[2]}?lang={language}").content.decode()
        assert f'<html lang="{language}"' in page
        assert words.say("genuine", language) in page
        seen.add(words.say("genuine", language))
        assert ('dir="rtl"' in page) == (language == "ar")
    assert len(seen) == 10


def test_every_wrong_code_gets_the_same_page(told: tuple[Notice, Delivery, str], client: Client) -> None:
    from django.core.cache import cache

    cache.clear()
    notice, _delivery, code = told
    answers = [client.get(f"/n/{wrong}") for wrong in ("x", "A" * 22, code + "A", code[:-1])]
    notice.status = "withdrawn"
    notice.save()
    answers.append(client.get(f"/n/{code}"))
    assert {answer.status_code for answer in answers} == {404}
    import re

    pages = {re.sub(rb'nonce="[^"]*"', b"", answer.content) for answer in answers}
    assert len(pages) == 1
    assert b"not one of ours" in pages.pop()


def test_too_many_wrong_codes_are_slowed_down_and_right_ones_still_work(
    told: tuple[Notice, Delivery, str], client: Client
) -> None:
    from django.core.cache import cache

    cache.clear()
    statuses = [client.get(f"/n/{number:022d}").status_code for number in range(22)]
    assert statuses[:20] == [404] * 20
    assert statuses[-1] == 429
    assert client.get(f"/n/{told[2]}").status_code == 200
    cache.clear()


def test_the_page_works_without_the_cache(
    told: tuple[Notice, Delivery, str], client: Client, settings: Any
) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    assert client.get(f"/n/{told[2]}").status_code == 200
    assert client.get("/n/wrong").status_code == 404


def test_a_question_reaches_the_desk_and_its_code_is_shown_once(
    told: tuple[Notice, Delivery, str], client: Client
) -> None:
    from django.core.cache import cache

    cache.clear()
    notice, delivery, code = told
    answer = client.post(f"/n/{code}", {"question": "Is my <b>card</b> safe?", "email": ""})
    inquiry = Inquiry.objects.get()
    assert answer.status_code == 200
    assert (inquiry.incident_id, inquiry.party_id) == (notice.incident_id, delivery.party_id)
    assert "/q/" in answer.content.decode()
    assert not answer.cookies


@pytest.mark.parametrize("question", ["", "   ", "x" * 5_001, "\x00"])
def test_a_question_of_the_wrong_shape_gets_a_clear_message(
    question: str, told: tuple[Notice, Delivery, str], client: Client
) -> None:
    answer = client.post(f"/n/{told[2]}", {"question": question, "email": ""})
    assert answer.status_code == 422
    assert not Inquiry.objects.exists()


def test_a_statement_cannot_carry_html_to_the_public(
    incident: Incident, sending: Callable[..., Notice], client: Client
) -> None:
    add_people(incident, people(1))
    words = {
        "what_happened": "<script>alert(1)</script> ![x](https://evil.example/x.png) [y](javascript:alert(1))"
    }
    notice = sending(body="{{ statement.what_happened }} {{ notice.url }}")
    notice.statement |= words  # the check would not let such addresses through
    notice.save()
    delivery = Delivery.objects.get(notice=notice)
    codes = page_codes.Codes(notice)
    Delivery.objects.update(code_hash=codes.code_hash(delivery.party_id))
    page = client.get(f"/n/{codes.code(delivery.party_id)}").content.decode()
    assert "<script>alert" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page


def test_sending_with_a_delay_sends_nothing_before(
    incident: Incident, approved: Callable[..., Notice], lead: User
) -> None:
    from notifications import ledger

    add_people(incident, people(2))
    notice = commands.start_sending(approved(), by=lead, now=timezone.now(), delay=timedelta(minutes=10))
    assert notice.scheduled_at > timezone.now() + timedelta(minutes=9)
    assert ledger.due_notice() is None
