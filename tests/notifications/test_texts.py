"""Templates and shared blocks: versions, the mark for counsel, what a notice takes from them and keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from incidents.models import Incident
from notifications import commands, queries
from notifications.models import Notice, NoticeTemplate, TemplateVersion
from tests.notifications.conftest import STATEMENT, add_people, people
from tests.notifications.test_commands import refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_state")]
As = Callable[[User], Client]


def block(name: str, body: str, by: User, **about: Any) -> TemplateVersion:
    made = commands.create_template(
        name=f"Block {name} {body}", purpose="block", block=name, by=by, now=timezone.now(), **about
    )
    return commands.write_template(made, language="en", body=body, by=by, now=timezone.now())


def test_only_a_named_person_with_a_reason_takes_off_the_mark_for_counsel(
    organisation: Any, lead: User, officer: User, legal: User
) -> None:
    commands.add_ready_templates(by=lead, now=timezone.now())
    german = TemplateVersion.objects.get(template__name="Breach, short", language="de", channel="sms")
    now = timezone.now()
    refusal = refused("already_settled", lambda: commands.approve_template(german, by=officer, now=now))
    assert "draft for counsel" in refusal.messages[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        TemplateVersion.objects.filter(pk=german.pk).update(approved_by=officer)
    # Writing the next version is no way round: the mark goes on.
    following = commands.write_template(
        german.template, language="de", channel="sms", body="Neu: {{ notice.url }}", by=lead, now=now
    )
    assert (following.number, following.for_counsel) == (2, True)
    refused("reason_missing", lambda: commands.clear_draft_mark(following, by=legal, reason=" ", now=now))
    cleared = commands.clear_draft_mark(following, by=legal, reason="Read by our counsel in Bonn.", now=now)
    refused("already_settled", lambda: commands.clear_draft_mark(cleared, by=legal, reason="x", now=now))
    assert commands.approve_template(cleared, by=officer, now=now).status == "approved"
    event = AuditEvent.objects.get(verb="notice_template_cleared")
    assert event.reason is not None
    assert '"de"' in event.details
    commands.retire_template(german.template, by=legal, reason="Replaced.", now=now)
    refused(
        "wrong_status",
        lambda: commands.write_template(
            german.template, language="en", subject="S", body="B", by=lead, now=now
        ),
    )


@pytest.mark.parametrize(
    ("about", "text", "said"),
    [
        ({"block": "What to do"}, {}, "small letters"),
        ({"block": "x", "places": ["Texas"]}, {}, "Not a place: Texas"),
        ({"block": "x", "elements": ["shoe_size"]}, {}, "No such kind of data"),
        ({"block": "x"}, {"body": "{{ block.y }}"}, "Unknown shared block"),
        ({"block": "x"}, {"channel": "sms", "body": "B"}, "stands in every text"),
        ({}, {"channel": "any", "body": "B"}, "name the channel"),
        ({}, {"body": "B"}, "A subject is needed"),
        ({}, {"channel": "sms", "body": "ü" * 1_531}, "At most 1,530"),
        ({}, {"channel": "sms", "body": "{{ block.contact }}"}, "Unknown shared block"),
    ],
)
def test_a_text_that_cannot_be_used_is_refused_in_words(
    organisation: Any, lead: User, about: dict[str, Any], text: dict[str, str], said: str
) -> None:
    now = timezone.now()

    def write() -> None:
        purpose = "block" if "block" in about else "general"
        made = commands.create_template(name="N", purpose=purpose, by=lead, now=now, **about)
        commands.write_template(made, language="en", by=lead, now=now, **text)

    with pytest.raises(ValidationError) as refusal:
        write()
    assert said in " ".join(refusal.value.messages)


def test_blocks_are_frozen_with_the_request_for_approval_and_chosen_by_place_when_sent(
    incident: Incident, draft: Callable[..., Notice], lead: User, officer: User
) -> None:
    add_people(incident, people(1), country="US")
    add_people(incident, people(2)[1:], country="IE")
    version = block("state_insert", "Free freeze for {{ party.name }}.", lead, places=["US"])
    commands.approve_template(version, by=officer, now=timezone.now())
    body = "{{ statement.what_happened }}\n\n{{ block.state_insert }}\n\n{{ notice.url }}"
    notice = commands.submit_notice(draft(body=body), by=lead, now=timezone.now())
    assert notice.blocks == [version.pk]
    later = commands.write_template(
        version.template, language="en", body="Costs a dollar.", by=lead, now=timezone.now()
    )
    commands.approve_template(later, by=officer, now=timezone.now())
    notice = commands.approve_notice(notice, by=officer, now=timezone.now())
    kept = notice.compiled or {}
    assert (kept["places"], kept["blocks"]) == (["US"], [version.pk])
    said = {one["place"]: "".join(one["text"]) for one in kept["variants"]}
    assert "Free freeze" in said["US"]
    assert "freeze" not in said[""]
    assert "dollar" not in "".join(said.values())
    assert commands.start_sending(notice, by=lead, now=timezone.now()).total == 2
    # A change opens the choice again.
    other = commands.edit_notice(draft(body=body), by=lead, now=timezone.now(), subject="Other")
    assert other.blocks is None
    assert "dollar" in "".join(one.body for one in _source(other).standing)


def _source(notice: Notice) -> Any:
    from notifications.sources import source_of

    return source_of(notice)


def test_a_notice_starts_with_the_letter_and_text_message_of_its_template(
    incident: Incident, lead: User
) -> None:
    commands.add_ready_templates(by=lead, now=timezone.now())
    mail = TemplateVersion.objects.get(template__name="High risk to people", language="fr", channel="email")
    notice = commands.create_notice(
        incident, by=lead, now=timezone.now(), title="T", template=mail, statement=STATEMENT
    )
    assert (notice.language, notice.letter) == ("fr", "")
    assert "Que faire" in notice.sms


def test_two_texts_are_compared_word_by_word() -> None:
    old = "# Head\n\nWe closed the copy within two hours.\n\nAsk us.\n"
    new = "# Head\n\nWe closed the copy within three hours.\n\nAsk us.\nBye.\n"
    pieces = queries.difference(old, new)
    assert [(one.kind, one.text) for one in pieces if one.kind != "kept"] == [
        ("removed", "two"),
        ("added", "three"),
        ("added", "Bye.\n"),
    ]
    assert "".join(one.text for one in pieces if one.kind != "added") == old
    assert "".join(one.text for one in pieces if one.kind != "removed") == new
    assert [one.kind for one in queries.difference(old, old)] == ["kept"]


def test_the_way_of_a_block_by_its_pages_and_the_api(
    organisation: Any, lead: User, officer: User, client_of: As
) -> None:
    writes, approves = client_of(lead), client_of(officer)
    new = reverse("notifications:create_block")
    form = {"name": "Ireland", "block": "state_insert", "places": "Ireland, Atlantis", "order": "5"}
    assert "Not a place: Atlantis" in writes.post(new, form).content.decode()
    answer = writes.post(new, {**form, "places": "Ireland, US-MA", "elements": ["medical"]})
    made = NoticeTemplate.objects.get(name="Ireland")
    assert (made.places, made.elements, made.order) == (["IE", "US-MA"], ["medical"], 5)
    words = {"language": "en", "body": "Call {{ organisation.contact_phone }}."}
    shown = writes.post(answer.url, words)
    words["body"] = "Write to {{ organisation.contact_email }}."
    shown = writes.post(answer.url, words)
    page = writes.get(shown.url).content.decode()
    assert "<ins>" in page
    assert "Write" in page
    assert approves.post(f"{shown.url}approve/").status_code == 302
    assert "Approved" in approves.get(reverse("notifications:template", args=[made.pk])).content.decode()
    assert "block.state_insert" in approves.get(reverse("notifications:templates")).content.decode()
    compared = approves.get(f"/api{shown.url}").json()
    assert {one["kind"] for one in compared["difference"]} == {"kept", "added", "removed"}
    wrong = {"name": "W", "purpose": "block"}
    assert writes.post("/api/notice-templates/", wrong, "application/json").status_code == 400
    assert len(writes.post("/api/notice-templates/ready/").json()) == 24
    german = TemplateVersion.objects.filter(language="de", channel="any").first()
    assert german is not None
    path = f"/api/notice-templates/{german.template_id}/versions/{german.pk}/clear/"
    assert writes.post(path, {"reason": "x"}, "application/json").status_code == 403
    assert approves.post(path, {"reason": "Read."}, "application/json").json()["for_counsel"] is False
    retire = reverse("notifications:retire_template", args=[made.pk])
    assert approves.post(retire, {"reason": "Old."}).status_code == 302
    assert "Retired" in approves.get(reverse("notifications:template", args=[made.pk])).content.decode()
