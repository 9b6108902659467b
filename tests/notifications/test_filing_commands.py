"""The life of a filing: started, answered, declared, drawn, submitted."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InternalError, transaction

from accounts.models import Organisation
from audit.models import AuditEvent
from audit.queries import verify
from incidents import commands as incidents
from incidents.commands.facts import CountInput, FactInput
from notifications.commands import filing as commands
from notifications.filings.screening import suspects
from notifications.models import Filing
from notifications.queries import filing as queries
from tests.notifications import filing_people as given
from tests.notifications.filing_fixtures import *  # noqa: F403

NOW = given.NOW


def refusal(command, *args, **kwargs) -> ValidationError:
    with pytest.raises(ValidationError) as refused:
        command(*args, **kwargs)
    return refused.value


def code_of(command, *args, **kwargs) -> str:
    return refusal(command, *args, **kwargs).error_list[0].code


def test_a_new_filing_has_first_answers_from_the_incident(breach, legal):
    filing = commands.start_filing(given.duty_to_authority(breach), by=legal, now=NOW)
    assert filing.answers["what_happened"] == given.STORY
    assert filing.answers["discovery"] == "Alert on unusual look-ups"
    assert filing.recipient_name == given.DPC


def test_starting_opens_a_matter_that_keeps_the_incident_open(draft, breach):
    matter = breach.matters.get(kind="filing")
    assert (matter.reference, matter.settled_at) == (draft.reference, None)


def test_one_filing_of_a_duty_is_on_its_way(draft, breach, legal):
    assert code_of(commands.start_filing, draft.obligation, by=legal, now=NOW) == "cannot_start"


def test_the_database_refuses_a_second_filing_on_its_way(draft):
    with pytest.raises(IntegrityError), transaction.atomic():
        Filing.objects.create(
            incident=draft.incident, obligation=draft.obligation, recipient_kind="authority", recipient_name="X",
            started_by=draft.started_by, started_at=NOW, edited_at=NOW,
        )  # fmt: skip


def test_people_are_told_by_a_notice_not_by_a_filing(breach, legal):
    duty = breach.obligations.filter(recipient_kind="individuals").first()
    assert code_of(commands.start_filing, duty, by=legal, now=NOW) == "cannot_start"


def test_further_facts_need_a_first_report(breach, legal):
    duty = given.duty_to_authority(breach)
    assert code_of(commands.start_filing, duty, by=legal, now=NOW, stage="update") == "no_earlier_report"


def test_answers_that_are_emptied_are_not_known_again(draft, legal):
    filing = commands.edit_answers(draft, answers={"cause": "  "}, by=legal, now=NOW)
    assert "cause" not in filing.answers


def test_answers_of_the_wrong_shape_are_refused(draft, legal):
    wrong = {"nonsense": "unknown_question", "cause": "unstorable", "systems": "too_long"}
    answers = {"nonsense": "x", "cause": "a\x00", "systems": "x" * 8001}
    found = {
        key: code_of(commands.edit_answers, draft, answers={key: words}, by=legal, now=NOW)
        for key, words in answers.items()
    }
    assert found == wrong


def test_declaring_freezes_words_and_facts_under_a_name(ready, legal):
    frozen = ready.declared
    assert ready.status == "ready"
    assert frozen["declared_by"]["name"] == str(legal)
    assert frozen["data"]["facts"]["facts"]["encrypted"] is False
    assert frozen["data"]["obligation"]["due_at"] == "2026-11-23T22:10:00Z"
    assert frozen["data"]["answers"]["cause"] == given.ANSWERS["cause"]


def test_the_same_state_freezes_to_the_same_bytes(draft, legal):
    from notifications.filings import snapshot

    first = snapshot.sealed(snapshot.snapshot_of(draft, by=legal, now=NOW))
    again = Filing.objects.select_related("incident", "obligation", "follows").get(pk=draft.pk)
    assert snapshot.sealed(snapshot.snapshot_of(again, by=legal, now=NOW)) == first


def test_a_declared_filing_keeps_its_answers(ready, legal):
    assert (
        code_of(commands.edit_answers, ready, answers={"cause": "Other"}, by=legal, now=NOW) == "wrong_status"
    )


def test_the_database_refuses_to_change_a_frozen_snapshot(ready):
    with pytest.raises(InternalError), transaction.atomic():
        Filing.objects.filter(pk=ready.pk).update(snapshot="{}")


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Ask jo.murphy@mail.example about it.", "an e-mail address"),
        ("She was called at +353 1 555 0199 twice.", "a telephone number or an identifier"),
        ("Number 202-555-0143 was shown.", "a telephone number or an identifier"),
        ("PPS number 123456789 leaked.", "a telephone number or an identifier"),
    ],
)
def test_what_looks_like_personal_data_is_found_and_masked(words, kind):
    (found,) = suspects([("Cause", words)])
    assert (found.place, found.kind) == ("Cause", kind)
    assert "jo.murphy" not in str(found)


@pytest.mark.parametrize(
    "words",
    [
        "1 234 567 people, 2,000,000 records and 412 look-ups.",
        "Between 2026-11-18 and 2026-11-20, 20:40 to 22:10, 18.11.2026.",
        "Case DPC-2026-11-12345, GDPR Art. 33(1), Reg. (EU) 2016/679.",
        "Write to privacy@lantern.example or +353 1 555 0100.",
    ],
)
def test_numbers_dates_and_our_own_contact_may_stand(words):
    ours = frozenset({"privacy@lantern.example", "+353 1 555 0100"})
    assert suspects([("Cause", words)], allowed=ours) == []


def test_personal_data_in_an_answer_is_refused_with_its_place(draft, legal):
    commands.edit_answers(draft, answers={"consequences": "Tell jo@mail.example"}, by=legal, now=NOW)
    refused = " ".join(refusal(commands.freeze_filing, draft, by=legal, now=NOW).messages)
    assert (
        "Likely consequences for the people affected: “j…@mail.example” looks like an e-mail address."
        in refused
    )


def test_personal_data_in_the_source_of_a_fact_is_refused_too(draft, breach, lead, legal):
    fact = FactInput("encrypted", "known", False, "told by pat@mail.example")
    incidents.set_facts(breach, facts=[fact], by=lead, now=NOW)
    assert "Source of the fact" in " ".join(
        refusal(commands.freeze_filing, draft, by=legal, now=NOW).messages
    )


def test_a_report_without_a_description_is_not_declared(draft, legal):
    commands.edit_answers(draft, answers={"what_happened": ""}, by=legal, now=NOW)
    assert code_of(commands.freeze_filing, draft, by=legal, now=NOW) == "not_ready"


def test_a_report_without_a_contact_is_not_declared(draft, legal):
    Organisation.objects.update(contact_name="", contact_email="")
    assert "contact is missing" in " ".join(
        refusal(commands.freeze_filing, draft, by=legal, now=NOW).messages
    )


def test_only_a_drawn_filing_is_submitted(ready, submit):
    with pytest.raises(ValidationError) as refused:
        submit(ready)
    assert refused.value.code == "wrong_status"


def test_submitting_in_time_meets_the_obligation(drawn, submit, breach):
    filing = submit(drawn)
    obligation = given.duty_to_authority(breach)
    assert (filing.status, filing.receipt) == ("submitted", "DPC-1")
    assert (obligation.status, obligation.met_at, obligation.late_by) == ("met", NOW, None)
    assert filing.reference in obligation.proof
    assert breach.event_times.get(kind="authority_notified", superseded_at=None).at == NOW
    assert not breach.matters.filter(kind="filing", settled_at=None).exists()


def test_a_late_submission_needs_its_reason_and_stays_late(drawn, submit, breach):
    late = given.DUE + timedelta(hours=2)
    with pytest.raises(ValidationError) as refused:
        submit(drawn, at=late, now=late)
    assert refused.value.code == "late_reason_missing"
    submit(drawn, at=late, now=late, late_reason="The portal was down.")
    obligation = given.duty_to_authority(breach)
    assert (obligation.status, obligation.late_by) == ("met_late", timedelta(hours=2))
    assert obligation.late_reason == "The portal was down."


def test_a_submission_of_the_wrong_shape_is_refused(drawn, submit):
    changes = {
        "future_time": {"at": NOW + timedelta(minutes=1)},
        "before_declared": {"at": NOW - timedelta(minutes=1)},
        "unknown_route": {"route": "pigeon"},
    }
    for code, change in changes.items():
        assert code_of(submit, drawn, **change) == code


def test_facts_that_change_make_a_submitted_filing_out_of_date(drawn, submit, breach, lead):
    filing = submit(drawn)
    assert not queries.outdated(queries.filing_for(breach, filing.reference))
    incidents.record_counts(
        breach, counts=[CountInput("FR", ("name",), 9)], basis="confirmed", source="Log", by=lead, now=NOW
    )
    assert queries.outdated(queries.filing_for(breach, filing.reference))


def test_further_facts_follow_the_report_with_its_answers_and_receipt(drawn, submit, legal):
    first = submit(drawn)
    follow = commands.start_filing(first.obligation, by=legal, now=NOW, stage="update")
    assert follow.follows == first
    assert follow.answers["recipient_reference"] == "DPC-1"
    assert follow.answers["cause"] == given.ANSWERS["cause"]


def test_a_submitted_update_does_not_meet_the_duty_again(drawn, submit, legal, breach):
    first = submit(drawn)
    follow = commands.start_filing(first.obligation, by=legal, now=NOW, stage="update")
    commands.freeze_filing(follow, by=legal, now=NOW)
    later = NOW + timedelta(hours=1)
    submit(claimed_and_kept(follow), at=later, now=later)  # noqa: F405
    assert given.duty_to_authority(breach).met_at == NOW


def test_a_withdrawn_filing_leaves_its_answers_to_the_next(ready, legal, breach):
    commands.withdraw_filing(ready, reason="A number was wrong", by=legal, now=NOW)
    assert not breach.matters.filter(kind="filing", settled_at=None).exists()
    anew = commands.start_filing(ready.obligation, by=legal, now=NOW)
    assert anew.answers == ready.answers


def test_a_submitted_filing_is_not_withdrawn(drawn, submit, legal):
    filing = submit(drawn)
    assert code_of(commands.withdraw_filing, filing, reason="No", by=legal, now=NOW) == "wrong_status"


def test_two_workers_never_hold_the_same_filing(ready):
    first = commands.claim_filings(owner="a", size=5, now=NOW)
    assert [one.pk for one in first] == [ready.pk]
    assert commands.claim_filings(owner="b", size=5, now=NOW) == []


def test_a_lapsed_claim_is_taken_again_and_the_old_one_cannot_write(ready):
    old = commands.claim_filings(owner="a", size=1, now=NOW)[0]
    new = commands.claim_filings(owner="b", size=1, now=NOW + commands.LEASE)[0]
    kept = commands.Drawn("filings/x.pdf", "1" * 64, 1, {})
    assert not commands.record_drawn(old, drawn=kept, now=NOW)
    assert commands.record_drawn(new, drawn=kept, now=NOW)


def test_each_act_stands_in_the_incidents_record(drawn, submit, breach):
    submit(drawn)
    verbs = list(
        AuditEvent.objects.filter(stream=breach.stream, verb__startswith="filing_")
        .order_by("sequence")
        .values_list("verb", flat=True)
    )
    assert verbs == ["filing_started", "filing_edited", "filing_declared", "filing_drawn", "filing_submitted"]
    assert verify(breach.stream).holds


def test_the_record_holds_no_answers(draft, breach):
    event = AuditEvent.objects.get(stream=breach.stream, verb="filing_edited")
    assert json.loads(event.details)["answers"] == sorted(set(given.ANSWERS) - {"what_happened"})
