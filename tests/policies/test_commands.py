"""The life of a policy's version."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from audit.models import AuditEvent
from audit.queries import verify
from policies import commands
from policies.models import PolicyVersion
from tests.policies.conftest import NOW

LATER = NOW + timedelta(days=1)


def refusal(command, *args, **kwargs) -> str:
    with pytest.raises(ValidationError) as refused:
        command(*args, **kwargs)
    return refused.value.code


def test_a_version_goes_from_draft_to_in_force_with_a_second_person(write, approver):
    version = write(upto="in_force")
    assert (version.status, version.number, version.approved_by) == ("in_force", 1, approver)
    assert version.review_on == date(2027, 11, 20)


def test_who_wrote_a_version_cannot_approve_it(policy, approver):
    version = commands.write_version(policy, text="Words", by=approver, now=NOW)
    commands.submit_version(version, by=approver, now=NOW)
    assert refusal(commands.approve_version, version, by=approver, now=NOW) == "four_eyes"


def test_who_changed_somebody_elses_draft_cannot_approve_it(write, approver, second_approver):
    version = write()
    commands.edit_draft(version, text="Other words", change="Better", by=approver, now=NOW)
    commands.submit_version(version, by=approver, now=NOW)
    assert refusal(commands.approve_version, version, by=approver, now=NOW) == "four_eyes"
    assert commands.approve_version(version, by=second_approver, now=NOW).status == "approved"


def test_the_database_refuses_the_author_as_approver(write, writer):
    version = write(upto="in_review")
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyVersion.objects.filter(pk=version.pk).update(approved_by=writer)


def test_putting_a_version_in_force_supersedes_the_former_one(write, approver):
    first, second = write(upto="in_force"), write(upto="approved", text="# Rule\n\nTell all.")
    commands.put_in_force(second, by=approver, now=LATER)
    first.refresh_from_db()
    assert (first.status, first.superseded_at) == ("superseded", LATER)
    assert PolicyVersion.objects.filter(status="in_force").get() == second


def test_the_database_refuses_two_versions_in_force(write):
    write(upto="in_force")
    second = write(upto="approved")
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyVersion.objects.filter(pk=second.pk).update(status="in_force")


def test_only_one_version_is_on_its_way(write, policy, writer):
    write()
    assert refusal(commands.write_version, policy, text="Another", by=writer, now=NOW) == "still_open"


@pytest.mark.parametrize("upto", ["in_review", "approved", "in_force"])
def test_only_a_draft_can_be_changed(write, writer, upto):
    version = write(upto=upto)
    assert refusal(commands.edit_draft, version, text="X", change="Y", by=writer, now=NOW) == "wrong_status"


@pytest.mark.parametrize(
    ("command", "upto"),
    [
        (commands.submit_version, "in_review"),
        (commands.approve_version, "draft"),
        (commands.approve_version, "approved"),
        (commands.put_in_force, "draft"),
        (commands.put_in_force, "in_review"),
        (commands.put_in_force, "in_force"),
    ],
)
def test_a_step_out_of_order_is_refused(write, second_approver, command, upto):
    assert refusal(command, write(upto=upto), by=second_approver, now=NOW) == "wrong_status"


def test_returning_voids_the_approval_and_keeps_the_reason_in_the_record(write, approver, policy):
    version = commands.return_version(write(upto="approved"), reason="Too vague", by=approver, now=NOW)
    assert (version.status, version.approved_by, version.approved_at) == ("draft", None, None)
    event = AuditEvent.objects.filter(stream=policy.stream).latest("sequence")
    assert (event.verb, event.reason.text) == ("policy_version_returned", "Too vague")


def test_returning_needs_a_reason(write, approver):
    assert (
        refusal(commands.return_version, write(upto="in_review"), reason=" ", by=approver, now=NOW)
        == "reason_missing"
    )


def test_an_empty_text_is_not_submitted(write, writer):
    assert refusal(commands.submit_version, write(text="  "), by=writer, now=NOW) == "not_ready"


def test_a_later_version_says_what_changed(write, writer):
    write(upto="in_force", change="")
    assert refusal(commands.submit_version, write(change=""), by=writer, now=NOW) == "not_ready"


def test_the_next_review_lies_ahead(write, approver):
    version = write(upto="approved")
    code = refusal(commands.put_in_force, version, by=approver, now=NOW, review_on=NOW.date())
    assert code == "review_not_ahead"


def test_a_title_is_taken_once_whatever_its_case(policy, writer):
    assert refusal(commands.create_policy, title="BREACH response", by=writer, now=NOW) == "title_taken"


def test_a_character_that_cannot_be_stored_is_refused_in_words(policy, writer):
    assert refusal(commands.write_version, policy, text="a\x00b", by=writer, now=NOW) == "unstorable"


def test_each_act_is_one_event_of_the_policys_stream(write, policy, approver):
    write(upto="in_force")
    commands.put_in_force(write(upto="approved"), by=approver, now=LATER)
    events = AuditEvent.objects.filter(stream=policy.stream).order_by("sequence")
    assert [event.verb for event in events] == [
        "policy_created",
        "policy_version_written",
        "policy_version_submitted",
        "policy_version_approved",
        "policy_in_force",
        "policy_version_written",
        "policy_version_submitted",
        "policy_version_approved",
        "policy_superseded",
        "policy_in_force",
    ]
    assert json.loads(events[8].details) == {"status": "superseded", "version": 1}
    assert verify(policy.stream).holds
