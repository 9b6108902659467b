"""The page that proves a notice, as its readers meet it: one of them, or a hundred thousand in an hour."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation, User
from audit.models import AuditEvent
from config import surge
from incidents.models import Incident
from notifications import commands, page_codes
from notifications.models import Delivery, Notice
from stakeholders.models import AffectedParty, Inquiry
from tests.notifications.conftest import add_people, people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_state")]


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
    cache.clear()
    notice, _delivery, code = told
    answers = [client.get(f"/n/{wrong}") for wrong in ("x", "A" * 22, code + "A", code[:-1])]
    notice.status = "withdrawn"
    notice.save()
    answers.append(client.get(f"/n/{code}"))
    assert {answer.status_code for answer in answers} == {404}
    pages = {re.sub(rb'nonce="[^"]*"', b"", answer.content) for answer in answers}
    assert len(pages) == 1
    assert b"not one of ours" in pages.pop()


def test_too_many_wrong_codes_are_slowed_down_and_right_ones_still_work(
    told: tuple[Notice, Delivery, str], client: Client
) -> None:
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


# --- a surge of readers


def _code_of(notice: Notice, delivery: Delivery) -> str:
    return page_codes.Codes(notice).code(delivery.party_id)


def test_the_second_reader_gets_the_first_ones_page_with_a_code_of_their_own(
    told: tuple[Notice, Delivery, str], client: Client
) -> None:
    notice, first, code = told
    second = Delivery.objects.filter(notice=notice).exclude(pk=first.pk)[0]
    drawn = client.get(f"/n/{code}")
    with CaptureQueriesContext(connection) as asked:
        kept = client.get(f"/n/{_code_of(notice, second)}")
    assert len(asked) == 3, "who reads, what was exposed, and the day of the first reading"
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/n/{_code_of(notice, second)}")
    assert len(asked) == 2
    assert not kept.templates
    assert code.encode() not in kept.content
    assert kept.content.replace(_code_of(notice, second).encode(), code.encode()) == drawn.content
    assert dict(kept.items()) == dict(drawn.items())
    second.refresh_from_db()
    assert second.first_read_on == timezone.now().date()


def test_whoever_lost_other_data_or_reads_another_language_gets_another_page(
    told: tuple[Notice, Delivery, str], client: Client
) -> None:
    notice, first, code = told
    second = Delivery.objects.filter(notice=notice).exclude(pk=first.pk)[0]
    AffectedParty.objects.filter(id=second.party_id).update(elements=["payment_card"])
    assert "together with your password" in client.get(f"/n/{code}").content.decode()
    assert "together with your password" not in client.get(f"/n/{_code_of(notice, second)}").content.decode()
    assert '<html lang="de"' in client.get(f"/n/{code}?lang=de").content.decode()
    assert '<html lang="en"' in client.get(f"/n/{code}").content.decode()


def test_what_was_changed_withdrawn_or_erased_is_seen_within_a_second(
    told: tuple[Notice, Delivery, str], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surge, "STATE_SECONDS", 0)
    notice, first, code = told
    assert client.get(f"/n/{code}").status_code == client.get(f"/n/{code}").status_code == 200
    Organisation.objects.update(contact_email="new@lantern.example")
    assert "new@lantern.example" in client.get(f"/n/{code}").content.decode()
    party = AffectedParty.objects.filter(id=first.party_id)
    roster_id = party.get().roster_id
    party.update(roster_id=0)
    assert client.get(f"/n/{code}").status_code == 404
    AffectedParty.objects.filter(id=first.party_id).update(roster_id=roster_id)
    assert client.get(f"/n/{code}").status_code == 200
    Notice.objects.filter(pk=notice.pk).update(status="withdrawn")
    assert client.get(f"/n/{code}").status_code == 404


def test_a_limit_reached_meanwhile_is_not_kept_for_other_networks(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    other = Client(REMOTE_ADDR="192.0.2.7")
    for number in range(20):
        other.get(f"/n/{number:022d}")
    client.handler = other.handler  # one process
    with monkeypatch.context() as just_before:
        just_before.setattr(surge, "wrong_codes_spent", lambda _: False)
        other.handler._middleware_chain = None
        assert other.get(f"/n/{99:022d}").status_code == 429
    assert client.get(f"/n/{98:022d}").status_code == 404
    cache.clear()


def test_an_address_that_is_not_ours_gets_no_kept_page(
    told: tuple[Notice, Delivery, str], client: Client
) -> None:
    assert client.get(f"/n/{told[2]}").status_code == 200
    assert client.get(f"/n/{told[2]}", headers={"host": "evil.example"}).status_code == 400


# --- what is added later


def test_an_update_is_read_on_the_page_once_a_second_person_published_it(
    told: tuple[Notice, Delivery, str],
    client: Client,
    lead: User,
    officer: User,
    client_of: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(surge, "STATE_SECONDS", 0)
    notice, _, code = told
    address = reverse("notifications:notice_updates", args=[notice.incident.reference, notice.reference])
    assert "Nothing was added yet" in client_of(lead).get(address).content.decode()
    client.get(f"/n/{code}")  # drawn and kept before
    words = {"text": "A **helpline** is open. <script>alert(1)</script>"}
    assert client_of(lead).post(address, words).status_code == 302
    assert b"helpline" not in client.get(f"/n/{code}").content
    seen = {"seen": notice.updates.get().written_at.isoformat()}
    client_of(lead).post(f"{address}publish/", seen)
    assert notice.updates.get().published_at is None, "not by who wrote it"
    client_of(officer).post(f"{address}publish/", {"seen": "2026-01-01T00:00Z"})
    assert notice.updates.get().published_at is None, "not what was not read"
    client_of(officer).post(f"{address}publish/", seen)
    page = client.get(f"/n/{code}").content.decode()
    assert "<strong>helpline</strong>" in page
    assert "<script>alert" not in page
    assert "helpline" in client_of(lead).get(address).content.decode()
    verbs = [one.verb for one in AuditEvent.objects.filter(stream=notice.stream).order_by("-sequence")[:2]]
    assert verbs == ["notice_update_published", "notice_update_written"]


def test_an_update_waits_alone_can_be_taken_back_and_needs_a_page(
    told: tuple[Notice, Delivery, str], draft: Callable[..., Notice], lead: User
) -> None:
    notice, now = told[0], timezone.now()
    commands.write_update(notice, text="First.", by=lead, now=now)
    commands.write_update(notice, text="Second.", by=lead, now=now)
    assert [one.text for one in notice.updates.all()] == ["Second."]
    commands.drop_update(notice, by=lead, now=now)
    for act in (
        lambda: commands.drop_update(notice, by=lead, now=now),
        lambda: commands.write_update(notice, text="  ", by=lead, now=now),
        lambda: commands.write_update(draft(), text="Too early.", by=lead, now=now),
    ):
        with pytest.raises(ValidationError):
            act()
    assert not notice.updates.exists()
