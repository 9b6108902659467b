"""Answers to inquiries leave through the same transport, with the same care."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from incidents.models import Incident
from notifications import answers, journal, recovery, tasks
from notifications.journal import Journal
from stakeholders import commands as stakeholders
from stakeholders.models import InquiryMessage
from stakeholders.sealing import Contact
from tests.notifications.conftest import add_people, people
from tests.sink import Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_state")]


@pytest.fixture
def answer(incident: Incident, support: User) -> InquiryMessage:
    """A question by mail, answered; the answer is queued."""
    add_people(incident, people(1))
    asked = stakeholders.ask_question(
        incident,
        topic="other",
        words="Is it real?",
        contact=Contact(email="asker@mail.example"),
        now=timezone.now(),
    )
    stakeholders.answer_inquiry(asked.inquiry, text="Yes, it is.", by=support, now=timezone.now())
    return InquiryMessage.objects.get(direction="out")


def test_a_queued_answer_is_mailed_once(smtp_sink: Sink, answer: InquiryMessage) -> None:
    assert tasks.send_due_answers() == 1
    assert tasks.send_due_answers() == 0
    (mail,) = smtp_sink.messages("asker@mail.example")
    assert "Yes, it is." in mail.get_content()
    assert answer.inquiry.reference in mail["Subject"]
    answer.refresh_from_db()
    assert (answer.send_state, answer.reply_code) == ("sent", "250")


def test_an_answer_whose_reply_is_lost_is_uncertain_and_not_sent_again(
    smtp_sink: Sink, answer: InquiryMessage
) -> None:
    smtp_sink.faults({"at": "data", "do": "drop", "times": 1})
    tasks.send_due_answers()
    tasks.send_due_answers()
    answer.refresh_from_db()
    assert answer.send_state == "uncertain"
    assert len(smtp_sink.recipients()) == 1


def test_a_relay_that_is_gone_keeps_the_answer_queued(smtp_sink: Sink, answer: InquiryMessage) -> None:
    smtp_sink.stop()
    tasks.send_due_answers()
    answer.refresh_from_db()
    assert answer.send_state == "queued"
    assert answer.due_at is not None


@pytest.mark.parametrize(("word", "state"), [("", "queued"), ("try", "uncertain"), ("250", "sent")])
def test_a_dead_senders_answer_is_settled_by_its_journal(
    word: str, state: str, answer: InquiryMessage, settings: Any
) -> None:
    dead = Journal()
    claimed = answers._claim(dead.owner)
    assert claimed is not None
    if word:
        dead.tried(f"m{claimed.pk}", claimed.attempts)
    if word.isdigit():
        dead.answered(f"m{claimed.pk}", claimed.attempts, int(word), "taken")
    dead.abandon()
    recovery.recover()
    answer.refresh_from_db()
    assert answer.send_state == state
    assert not list(journal.folder().glob("*.journal"))
