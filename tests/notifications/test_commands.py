"""Writing, approving, sending and settling notices; and the numbers that add up."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from incidents import commands as incidents
from incidents.models import Incident, Obligation
from notifications import commands, queries, segments
from notifications.lifecycle import TOLD, Fate
from notifications.models import Delivery, Notice
from stakeholders.models import AffectedParty
from stakeholders.sealing import Details
from tests.notifications.conftest import add_people, people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_state")]


def refused(code: str, act: Callable[[], Any]) -> ValidationError:
    with pytest.raises(ValidationError) as refusal:
        act()
    assert getattr(refusal.value, "code", None) == code
    return refusal.value


def test_the_author_cannot_approve_the_own_text(
    incident: Incident, draft: Callable[..., Notice], lead: User
) -> None:
    add_people(incident, people(2))
    notice = commands.submit_notice(draft(), by=lead, now=timezone.now())
    refused("not_yours_to_approve", lambda: commands.approve_notice(notice, by=lead, now=timezone.now()))


def test_whoever_changed_a_word_cannot_approve_it_either(
    incident: Incident, draft: Callable[..., Notice], lead: User, officer: User
) -> None:
    add_people(incident, people(2))
    notice = commands.edit_notice(draft(), by=officer, now=timezone.now(), subject="Another subject")
    notice = commands.submit_notice(notice, by=lead, now=timezone.now())
    refused("not_yours_to_approve", lambda: commands.approve_notice(notice, by=officer, now=timezone.now()))


def test_the_database_refuses_an_author_who_approves(
    incident: Incident, approved: Callable[..., Notice]
) -> None:
    add_people(incident, people(2))
    notice = approved()
    with pytest.raises(IntegrityError):
        Notice.objects.filter(pk=notice.pk).update(approved_by=notice.author)


def test_a_change_voids_the_approval(incident: Incident, approved: Callable[..., Notice], lead: User) -> None:
    add_people(incident, people(2))
    notice = commands.edit_notice(approved(), by=lead, now=timezone.now(), body="Other {{ notice.url }}")
    assert (notice.status, notice.approved_by, notice.compiled) == ("draft", None, None)
    refused("wrong_status", lambda: commands.start_sending(notice, by=lead, now=timezone.now()))


def test_saving_without_a_change_keeps_the_approval(
    incident: Incident, approved: Callable[..., Notice], lead: User
) -> None:
    add_people(incident, people(2))
    notice = approved()
    same = commands.edit_notice(notice, by=lead, now=timezone.now(), subject=notice.subject)
    assert same.status == "approved"


def test_an_approval_of_a_text_that_changed_meanwhile_is_stale(
    incident: Incident, draft: Callable[..., Notice], lead: User, officer: User
) -> None:
    add_people(incident, people(2))
    notice = draft()
    seen = notice.edited_at
    notice = commands.edit_notice(notice, by=lead, now=timezone.now(), subject="Newer")
    notice = commands.submit_notice(notice, by=lead, now=timezone.now())
    refused("stale", lambda: commands.approve_notice(notice, by=officer, now=timezone.now(), seen=seen))


def test_an_empty_segment_is_not_submitted(draft: Callable[..., Notice], lead: User) -> None:
    refusal = refused("not_ready", lambda: commands.submit_notice(draft(), by=lead, now=timezone.now()))
    assert "segment is empty" in " ".join(refusal.messages)


def test_a_field_that_is_empty_for_somebody_is_counted_over_the_whole_segment(
    incident: Incident, draft: Callable[..., Notice], lead: User
) -> None:
    add_people(incident, people(5))
    add_people(incident, [Details(email=f"nameless{n}@mail.example") for n in range(3)])
    plain = draft(body="Dear {{ party.name }}, see {{ notice.url }}")
    refusal = refused("not_ready", lambda: commands.submit_notice(plain, by=lead, now=timezone.now()))
    assert "empty for 3 people" in " ".join(refusal.messages)
    guarded = draft(body='Dear {{ party.name | default: "reader" }}, see {{ notice.url }}')
    assert commands.submit_notice(guarded, by=lead, now=timezone.now()).status == "in_review"


def test_people_without_an_address_are_told_of_and_do_not_block(
    incident: Incident, approved: Callable[..., Notice], lead: User
) -> None:
    add_people(incident, people(4))
    add_people(incident, [Details(name="No Mail", reference="1")])
    notice = approved()
    assert segments.profile(notice).without_email == 1
    assert commands.start_sending(notice, by=lead, now=timezone.now()).total == 4


def test_people_with_other_data_who_joined_after_the_approval_hold_it_up(
    incident: Incident, approved: Callable[..., Notice], lead: User
) -> None:
    add_people(incident, people(2), elements=["email"])
    notice = approved()
    add_people(incident, people(1), elements=["passport"])
    refusal = refused("not_ready", lambda: commands.start_sending(notice, by=lead, now=timezone.now()))
    assert "since the approval" in " ".join(refusal.messages)


def test_a_text_changed_behind_the_approval_does_not_go_out(
    incident: Incident, approved: Callable[..., Notice], lead: User
) -> None:
    add_people(incident, people(2))
    notice = approved()
    notice.compiled["variants"][0]["text"][0] = "Other words"  # type: ignore[index]
    notice.save()
    refused("not_ready", lambda: commands.start_sending(notice, by=lead, now=timezone.now()))


def test_a_segment_is_narrowed_by_place_language_and_data(
    incident: Incident, approved: Callable[..., Notice], lead: User
) -> None:
    add_people(incident, people(3), country="DE", language="de", elements=["email"])
    add_people(incident, people(4), country="IE", language="en", elements=["email"])
    add_people(incident, people(5), country="IE", language="en-IE", elements=["email", "passport"])
    add_people(incident, people(6), country="IE", language="pl", elements=["email", "passport"])
    notice = approved(segment={"places": ["IE"], "languages": ["en"], "elements": ["passport"]})
    assert commands.start_sending(notice, by=lead, now=timezone.now()).total == 5


def test_exempt_people_get_no_mail(incident: Incident, approved: Callable[..., Notice], lead: User) -> None:
    add_people(incident, people(3))
    first = AffectedParty.objects.order_by("id").first()
    AffectedParty.objects.filter(id=first.id).update(exempt_at=timezone.now())  # type: ignore[union-attr]
    assert commands.start_sending(approved(), by=lead, now=timezone.now()).total == 2


def test_starting_twice_is_refused(incident: Incident, sending: Callable[..., Notice], lead: User) -> None:
    add_people(incident, people(2))
    notice = sending()
    refused("wrong_status", lambda: commands.start_sending(notice, by=lead, now=timezone.now()))
    assert Delivery.objects.count() == 2


def test_withdrawing_drops_what_has_not_left(
    incident: Incident, sending: Callable[..., Notice], lead: User
) -> None:
    add_people(incident, people(4))
    notice = sending()
    one = Delivery.objects.filter(notice=notice).first()
    Delivery.objects.filter(pk=one.pk).update(state="sent")  # type: ignore[union-attr]
    Notice.objects.filter(pk=notice.pk).update(sent=1)
    notice = commands.withdraw_notice(notice, by=lead, reason="Wrong text", now=timezone.now())
    assert (notice.status, notice.sent, notice.dropped, notice.pending) == ("withdrawn", 1, 3, 0)
    assert not incident.matters.filter(settled_at=None).exists()


@pytest.mark.parametrize(("act", "state"), [("resend", "queued"), ("accept", "sent"), ("give_up", "failed")])
def test_a_person_settles_what_is_uncertain(
    act: str, state: str, incident: Incident, sending: Callable[..., Notice], lead: User
) -> None:
    add_people(incident, people(2))
    notice = sending()
    chosen = Delivery.objects.filter(notice=notice).first()
    Delivery.objects.filter(pk=chosen.pk).update(state="uncertain", attempt=1)  # type: ignore[union-attr]
    Notice.objects.filter(pk=notice.pk).update(held=1)
    commands.settle_uncertain(
        notice,
        deliveries=[chosen.pk],
        act=act,
        by=lead,
        reason="Asked the relay",
        now=timezone.now(),  # type: ignore[union-attr]
    )
    chosen.refresh_from_db()  # type: ignore[union-attr]
    notice.refresh_from_db()
    assert chosen.state == state  # type: ignore[union-attr]
    assert notice.held == 0
    refused(
        "already_settled",
        lambda: commands.settle_uncertain(
            notice,
            deliveries=[chosen.pk],
            act=act,
            by=lead,
            reason="Again",
            now=timezone.now(),  # type: ignore[union-attr]
        ),
    )


def test_the_last_notice_that_serves_a_duty_meets_it(
    incident: Incident, sending: Callable[..., Notice], lead: User
) -> None:
    add_people(incident, people(1), language="en")
    add_people(incident, people(1), language="de")
    duty = _duty(incident)
    both = [
        sending(segment={"languages": [language]}, serves=[duty], language=language)
        for language in ("en", "de")
    ]
    for place, notice in enumerate(both):
        told = timezone.now() - timedelta(minutes=10 - place)
        Delivery.objects.filter(notice=notice).update(state="sent")
        Notice.objects.filter(pk=notice.pk).update(sent=1, first_sent_at=told, last_sent_at=told)
        commands.finish_notice(notice, now=timezone.now())
        duty.refresh_from_db()
        assert duty.status == ("required" if place == 0 else "met")
    assert duty.met_at == told
    assert both[0].reference in duty.proof


def _duty(incident: Incident) -> Obligation:
    now = timezone.now()
    return Obligation.objects.create(
        incident=incident, key="test", title="Tell people", rule_id="test-rule", regime="Test", recipient_kind="individuals",
        recipient_name="People", stage="single", status="required", answer="required", citation="Art. 0",
        confidence="high", pack_version="0", first_assessed_at=now, assessed_at=now,
    )  # fmt: skip


def test_every_act_is_on_the_record_without_a_name_of_anybody(
    incident: Incident, sending: Callable[..., Notice], lead: User
) -> None:
    add_people(incident, people(3))
    notice = sending()
    commands.withdraw_notice(notice, by=lead, reason="Enough", now=timezone.now())
    events = AuditEvent.objects.filter(stream=incident.stream, subject_label=notice.reference)
    verbs = list(events.values_list("verb", flat=True))
    assert verbs == [
        "notice_created",
        "notice_submitted",
        "notice_approved",
        "notice_sending",
        "notice_withdrawn",
    ]
    assert not any("mail0.example" in details for details in events.values_list("details", flat=True))


def test_coverage_always_adds_up(incident: Incident, sending: Callable[..., Notice], lead: User) -> None:
    dice = random.Random(7)
    add_people(incident, people(40), country="IE")
    add_people(incident, people(30, town="Porto"), country="PT")
    add_people(incident, [Details(name="Nobody", reference=str(n)) for n in range(5)], country="FR")
    add_people(incident, [Details(name="Letter", address1="1 Road", town="Lyon")], country="FR")
    for party in AffectedParty.objects.filter(country="IE").order_by("id")[:4]:
        AffectedParty.objects.filter(id=party.id).update(exempt_at=timezone.now())
    notices = [sending(), sending(segment={"places": ["PT"]})]
    for _ in range(5):
        for delivery in Delivery.objects.filter(notice__in=notices):
            Delivery.objects.filter(pk=delivery.pk).update(state=dice.choice(Fate.values))
        found = queries.coverage(incident)
        for part in (*found.parts, found):
            assert part.affected == part.notified + part.unreachable + part.exempt + part.waiting
            assert min(part.notified, part.unreachable, part.exempt, part.waiting) >= 0
        assert found.affected == 76
        told = Delivery.objects.filter(state__in=TOLD).values("party_id").distinct().count()
        assert found.notified == told
    france = next(part for part in found.parts if part.place == "FR")
    assert (france.unreachable, france.waiting) == (5, 1)


def test_confirmed_counts_beyond_the_roster_are_waiting(incident: Incident, lead: User) -> None:
    add_people(incident, people(10))
    incidents.record_counts(
        incident,
        counts=[incidents.CountInput("IE", ["email"], 25)],
        basis="confirmed",
        source="Log",
        by=lead,
        now=timezone.now(),
    )
    found = queries.coverage(incident)
    assert (found.affected, found.waiting, found.not_on_roster) == (25, 25, 15)


def test_nobody_affected_is_no_division_by_anything(incident: Incident) -> None:
    assert queries.coverage(incident).affected == 0


def test_templates_need_a_second_person(lead: User, officer: User, organisation: Any) -> None:
    now = timezone.now()
    template = commands.create_template(name="Ours", purpose="general", by=lead, now=now)
    version = commands.write_template(
        template, language="en", subject="S", body="B {{ notice.url }}", by=lead, now=now
    )
    refused("already_settled", lambda: commands.approve_template(version, by=lead, now=now))
    assert commands.approve_template(version, by=officer, now=now).status == "approved"
    refused(
        "bad_text",
        lambda: commands.write_template(
            template, language="en", subject="S", body="{{ x }}", by=lead, now=now
        ),
    )


def test_the_ready_templates_come_once(organisation: Any, lead: User) -> None:
    assert len(commands.add_ready_templates(by=lead, now=timezone.now())) == 24
    assert commands.add_ready_templates(by=lead, now=timezone.now()) == []
