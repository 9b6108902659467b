"""Facts, finding, severity, closing, access, record and notes on their pages."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit import chain
from audit.models import AuditEvent
from incidents import commands, queries
from incidents.lifecycle import Status
from incidents.models import Can, Incident
from incidents.questions import SIGNED
from law.vocabulary import FACT_KEYS


def url(name: str, incident: Incident, *rest: object) -> str:
    return reverse(f"incidents:{name}", args=[incident.reference, *rest])


def instant(hours_ago: float, zone: str = "UTC") -> dict[str, str]:
    at = timezone.now() - timedelta(hours=hours_ago)
    return {"on": f"{at:%Y-%m-%d}", "time": f"{at:%H:%M}", "zone": zone}


def state_fact(incident: Incident, by, key: str, value: object, state: str = "known") -> None:
    commands.set_facts(
        incident, facts=[commands.FactInput(key, state, value, "log")], by=by, now=timezone.now()
    )


# --- list
def test_the_list_starts_with_what_is_due_first(lead, client_of, incident):
    now = timezone.now()
    other = commands.open_incident(by=lead, title="Due sooner", now=now)
    for one, hours in ((incident, 1), (other, 60)):
        commands.describe_incident(one, by=lead, now=now, own_role="controller")
        state_fact(one, lead, "breach_kinds", ["confidentiality"])
        commands.record_counts(
            one,
            counts=[commands.CountInput("IE", ("email",), 10)],
            basis="estimate",
            source="s",
            by=lead,
            now=now,
        )
        commands.record_event_time(
            one, kind="aware", at=now - timedelta(hours=hours), zone="UTC", by=lead, now=now
        )
    page = client_of(lead).get(reverse("incidents:list")).content.decode()
    assert page.index("Due sooner") < page.index(incident.title)


def test_views_of_the_list_are_addresses(lead, client_of, incident):
    commands.dismiss_incident(incident, by=lead, reason="Test data.", now=timezone.now())
    client = client_of(lead)
    where = reverse("incidents:list")
    assert incident.reference not in client.get(where).content.decode()
    assert incident.reference in client.get(where, {"view": "closed"}).content.decode()
    assert (
        incident.reference
        in client.get(where, {"view": "all", "words": incident.reference[4:8].lower()}).content.decode()
    )
    assert incident.reference not in client.get(where, {"view": "all", "words": "zebra"}).content.decode()
    assert client.get(where, {"view": "nonsense", "after": "nonsense"}).status_code == 200
    assert client.get(where, {"words": "\x00"}).status_code == 400


def test_the_list_goes_on_where_the_page_before_ended(lead, client_of):
    now = timezone.now()
    made = [
        commands.open_incident(by=lead, title=f"Number {n}", now=now, opened_at=now - timedelta(hours=n))
        for n in range(5)
    ]
    seen: list[str] = []
    for view in ("all", "needs"):
        after, seen = "", []
        while True:
            page = queries.incident_list(lead, queries.Narrowed(view=view), after=after, size=2)
            seen += [row.incident.reference for row in page.rows]
            if not (after := page.next_cursor):
                break
        assert sorted(seen) == sorted(one.reference for one in made)
    assert queries.incident_list(lead, queries.Narrowed(view="all")).rows[0].incident == made[0]


def test_the_list_asks_the_database_as_often_for_many_as_for_few(
    lead, client_of, django_assert_max_num_queries
):
    now = timezone.now()
    for number in range(12):
        commands.open_incident(by=lead, title=f"Number {number}", now=now)
    client = client_of(lead)
    with django_assert_max_num_queries(16):
        client.get(reverse("incidents:list"))


def test_an_incident_is_opened_without_a_report(responder, client_of):
    client = client_of(responder)
    assert client.post(reverse("incidents:new"), {"title": " "}).status_code == 422
    answer = client.post(
        reverse("incidents:new"), {"title": "Laptop stolen", "summary": "", "restricted": "on"}
    )
    incident = Incident.objects.get()
    assert answer["Location"] == url("facts", incident)
    assert incident.restricted


# --- facts
def test_a_time_is_signed_with_its_zone(incident, responder, client_of):
    asked = {
        "kind": "detected",
        "precision": "minute",
        "source": "Log",
        "reasoning": "",
        **instant(5, "Europe/Dublin"),
    }
    assert client_of(responder).post(url("event_time", incident), asked).status_code == 302
    time = incident.event_times.get()
    assert (time.zone, time.signed_by) == ("Europe/Dublin", responder)
    page = client_of(responder).get(url("facts", incident)).content.decode()
    assert "First technical or human detection" in page
    assert "GMT" in page


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"on": "2999-01-01"}, "Give a year"),
        ({"on": "2098-01-01"}, "lies in the future"),
        ({"on": ""}, "This field is required"),
        ({"zone": "Nowhere/City"}, "Select a valid choice"),
        ({"kind": "invented"}, "Select a valid choice"),
        ({"source": "s" * 201}, "at most 200 characters"),
        ({"reasoning": "nul \x00"}, "Null characters"),
    ],
)
def test_a_wrong_time_is_refused_in_words(incident, responder, client_of, change, complaint):
    asked = {"kind": "detected", "precision": "minute", **instant(5), **change}
    answer = client_of(responder).post(url("event_time", incident), asked)
    assert answer.status_code == 422
    assert complaint in answer.content.decode()
    assert not incident.event_times.exists()


def test_to_replace_a_time_asks_for_the_reasoning_and_keeps_history(incident, responder, client_of):
    client = client_of(responder)
    asked = {"kind": "detected", "precision": "minute", **instant(5)}
    client.post(url("event_time", incident), asked)
    assert client.post(url("event_time", incident), {**asked, **instant(6)}).status_code == 422
    assert (
        client.post(
            url("event_time", incident), {**asked, **instant(6), "reasoning": "An older log."}
        ).status_code
        == 302
    )
    page = client.get(url("fact_history", incident, "detected")).content.decode()
    assert "An older log." in page
    assert incident.event_times.count() == 2


def asked_of(incident: Incident, client, group: str) -> dict[str, object]:
    """What a browser would send for the form as it was shown."""
    form = client.get(url("facts_group", incident, group)).context["form"]
    sent: dict[str, object] = {}
    for bound in form:
        value = bound.value()
        if value not in (None, "", []):
            sent[bound.html_name] = value
    return sent


@pytest.mark.parametrize("group", ["breach", "data", "harm", "notice", "organisation"])
def test_saving_a_group_untouched_states_nothing(incident, responder, client_of, group):
    client = client_of(responder)
    assert (
        client.post(url("facts_group", incident, group), asked_of(incident, client, group)).status_code == 302
    )
    assert not incident.facts.exists()


def test_facts_are_stated_with_their_source_and_their_history(incident, responder, client_of):
    client = client_of(responder)
    asked = {**asked_of(incident, client, "breach"), "source": "Access log"}
    asked |= {
        "breach_kinds.state": "known",
        "breach_kinds": ["confidentiality"],
        "access": "yes",
        "ongoing": "not_applicable",
    }
    asked |= {"breach_place.state": "known", "breach_place": "ireland", "acquisition": "disputed_yes"}
    assert client.post(url("facts_group", incident, "breach"), asked).status_code == 302
    told = {fact.key: (fact.state, fact.value, fact.source) for fact in incident.facts.all()}
    assert told == {
        "breach_kinds": ("known", ["confidentiality"], "Access log"),
        "access": ("known", True, "Access log"),
        "acquisition": ("disputed", True, "Access log"),
        "ongoing": ("not_applicable", None, "Access log"),
        "breach_place": ("known", "IE", "Access log"),
    }
    shown = asked_of(incident, client, "breach")
    assert shown["acquisition"] == "disputed_yes"
    client.post(
        url("facts_group", incident, "breach"), {**shown, "access": "unknown", "source": "Second look"}
    )
    page = client.get(url("fact_history", incident, "access")).content.decode()
    assert "Access log" in page
    assert "Second look" in page
    page = client.get(url("facts", incident)).content.decode()
    assert "Unknown yet" in page
    assert "Does not apply" in page


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ({"breach_place.state": "known", "breach_place": "Atlantis"}, "is no place that we know"),
        ({"breach_place.state": "known", "breach_place": "IE, FR"}, "Name one place"),
        ({"breach_place.state": "known", "breach_place": ""}, "Say which"),
        ({"breach_place.state": "unknown", "breach_place": "IE"}, "set it to known"),
        ({"medium.state": "known", "medium": ""}, "Say which"),
        ({"medium.state": "known", "medium": "clay"}, "Select a valid choice"),
        ({"access": "perhaps"}, "Select a valid choice"),
        ({"breach_kinds.state": "known", "breach_kinds": ["<b>"]}, "Select a valid choice"),
    ],
)
def test_a_wrong_fact_is_refused_in_words(incident, responder, client_of, asked, complaint):
    answer = client_of(responder).post(url("facts_group", incident, "breach"), asked)
    assert answer.status_code == 422
    assert complaint in answer.content.decode()
    assert not incident.facts.exists()


def test_with_htmx_a_group_is_changed_in_place(incident, responder, client_of):
    client = client_of(responder)
    form = client.get(url("facts_group", incident, "breach"), headers={"HX-Request": "true"})
    assert "<html" not in form.content.decode()
    saved = client.post(
        url("facts_group", incident, "breach"), {"access": "yes"}, headers={"HX-Request": "true"}
    )
    assert saved.status_code == 200
    assert "<html" not in saved.content.decode()
    assert 'id="fact-access"' in saved.content.decode()
    wrong = client.post(
        url("facts_group", incident, "breach"), {"access": "?"}, headers={"HX-Request": "true"}
    )
    assert wrong.status_code == 422


def test_every_fact_but_signed_findings_can_be_stated_on_a_page(incident, responder, client_of):
    client = client_of(responder)
    asked = set()
    for group in {key.group for key in FACT_KEYS.values()}:
        asked |= {
            name.partition(".")[0]
            for name in client.get(url("facts_group", incident, group)).context["form"].fields
        }
    assert asked - {"source", "seen"} == FACT_KEYS.keys() - SIGNED


def lines(*rows: tuple[str, str, list[str]], basis: str = "estimate", initial: int = 0) -> dict[str, object]:
    sent: dict[str, object] = {
        "basis": basis,
        "source": "Query 12",
        "lines-TOTAL_FORMS": len(rows),
        "lines-INITIAL_FORMS": initial,
    }
    for number, (place, people, elements) in enumerate(rows):
        sent |= {
            f"lines-{number}-place": place,
            f"lines-{number}-number": people,
            f"lines-{number}-elements": elements,
        }
    return sent


def test_people_are_counted_by_place_and_kinds_of_data(incident, responder, client_of):
    client = client_of(responder)
    sent = lines(("Ireland", "412", ["email", "name"]), ("us-ca", "1200", ["email"]), ("", "", []))
    assert client.post(url("counts", incident), sent).status_code == 302
    told = {
        (one.place, tuple(one.elements)): (one.number, one.basis) for one in queries.current_counts(incident)
    }
    assert told == {("IE", ("email", "name")): (412, "estimate"), ("US-CA", ("email",)): (1200, "estimate")}
    page = client.get(url("facts", incident)).content.decode()
    assert "California (US-CA)" in page
    assert "1,612" in page
    # Emptied lines are taken away; confirmed numbers stand beside estimates.
    assert (
        client.post(
            url("counts", incident), lines(("IE", "400", ["email"]), ("", "", []), initial=2)
        ).status_code
        == 302
    )
    assert (
        client.post(url("counts", incident), lines(("IE", "390", ["email"]), basis="confirmed")).status_code
        == 302
    )
    told = {(one.place, one.basis): one.number for one in queries.current_counts(incident)}
    assert told == {("IE", "estimate"): 400, ("IE", "confirmed"): 390}
    assert (
        client.post(url("drop_estimates", incident), {"reason": "The list is complete."}).status_code == 302
    )
    assert [one.basis for one in queries.current_counts(incident)] == ["confirmed"]


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        (("Atlantis", "1", []), "is no place that we know"),
        (("IE", "", []), "How many?"),
        (("IE", "-1", []), "greater than or equal to 0"),
        (("IE", "99999999999", []), "less than or equal to"),
        (("IE", "many", []), "Enter a whole number"),
        (("", "12", []), "Where do they live?"),
        (("US-ZZ", "12", []), "is no place that we know"),
        (("IE", "12", ["shoe_size"]), "Select a valid choice"),
    ],
)
def test_a_wrong_count_is_refused_in_words(incident, responder, client_of, row, complaint):
    answer = client_of(responder).post(url("counts", incident), lines(row))
    assert answer.status_code == 422
    assert complaint in answer.content.decode()
    assert not incident.counts.exists()


def test_counts_without_their_form_are_refused(incident, responder, client_of):
    answer = client_of(responder).post(url("counts", incident), {"basis": "estimate", "source": "s"})
    assert answer.status_code == 422


def test_an_incident_is_described_and_its_words_are_escaped(incident, lead, client_of):
    asked = {
        "title": "<b>Import</b>",
        "summary": "<script>x</script>",
        "violation": "leak",
        "own_role": "processor",
        "priority": "urgent",
        "lead": lead.pk,
    }
    assert client_of(lead).post(url("describe", incident), asked).status_code == 302
    page = client_of(lead).get(url("facts", incident)).content.decode()
    assert "<script>x" not in page
    assert "&lt;b&gt;Import" in page
    assert (
        client_of(lead).post(url("describe", incident), {**asked, "violation": "nonsense"}).status_code == 422
    )


def test_someone_without_access_cannot_be_made_lead(incident, lead, employee, client_of):
    asked = {
        "title": "t",
        "violation": "leak",
        "own_role": "unknown",
        "priority": "normal",
        "lead": employee.pk,
    }
    answer = client_of(lead).post(url("describe", incident), asked)
    assert answer.status_code == 422
    assert "must have access" in answer.content.decode()


def test_facts_of_a_closed_incident_offer_no_change(incident, lead, client_of):
    commands.dismiss_incident(incident, by=lead, reason="Test data.", now=timezone.now())
    client = client_of(lead)
    assert url("event_time", incident) not in client.get(url("facts", incident)).content.decode()
    answer = client.post(
        url("event_time", incident), {"kind": "detected", "precision": "minute", **instant(1)}
    )
    assert answer.status_code == 422
    assert "Reopen it first" in answer.content.decode()


# --- finding and severity
def test_confirming_a_breach_twice_is_refused_kindly(incident, legal, client_of):
    client = client_of(legal)
    asked = {**instant(1), "reasoning": "The log shows the downloads."}
    assert client.post(url("start_assessment", incident)).status_code == 302
    assert client.post(url("confirm_breach", incident), {**asked, "on": "2098-01-01"}).status_code == 422
    assert client.post(url("confirm_breach", incident), {**asked, "reasoning": ""}).status_code == 422
    assert client.post(url("confirm_breach", incident), asked).status_code == 302
    incident.refresh_from_db()
    assert incident.status == Status.CONFIRMED
    again = client.post(url("confirm_breach", incident), asked)
    assert again.status_code == 422
    assert "cannot become" in again.content.decode()


FACTORS = {
    "categories.simple": "1",
    "identifiers.email": "1",
    "circumstances.confidentiality": "0.5",
    "people": "2000",
}


def test_the_score_is_shown_before_it_is_kept(incident, legal, client_of):
    client = client_of(legal)
    answer = client.post(url("assess_severity", incident), {**FACTORS, "preview": "1"})
    assert answer.status_code == 200
    assert "not kept yet" in answer.content.decode()
    assert not incident.assessments.exists()
    assert client.post(url("assess_severity", incident), FACTORS).status_code == 302
    page = client.get(url("assessment", incident)).content.decode()
    assert "1 × 1 + 0.5 = 1.5" in page
    assert "More than 100 people" in page


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ({}, "Choose at least one kind of data"),
        ({"categories.simple": "1"}, "Choose at least one means"),
        ({**FACTORS, "categories.simple": "3"}, "needs its reason"),
        ({**FACTORS, "level": "high"}, "Say why"),
        ({**FACTORS, "categories.simple": "9"}, "Select a valid choice"),
    ],
)
def test_a_wrong_assessment_is_refused_in_words(incident, legal, client_of, asked, complaint):
    answer = client_of(legal).post(url("assess_severity", incident), asked)
    assert answer.status_code == 422
    assert complaint in answer.content.decode()


def test_another_level_than_computed_stands_with_its_reason(incident, legal, client_of):
    client = client_of(legal)
    client.post(url("assess_severity", incident), FACTORS)
    client.post(
        url("assess_severity", incident),
        {**FACTORS, "level": "high", "override_reason": "Victims of stalking."},
    )
    page = client.get(url("assessment", incident)).content.decode()
    assert "Stated as high, not as computed" in page
    assert "Victims of stalking." in page
    assert [one.version for one in incident.assessments.all()] == [2, 1]


def test_the_legal_risk_is_signed_by_those_who_decide(incident, legal, responder, client_of):
    asked = {"finding": "high", "reason": "Addresses of people in hiding."}
    assert client_of(responder).post(url("sign_risk_finding", incident, "gdpr"), asked).status_code == 403
    assert client_of(legal).post(url("sign_risk_finding", incident, "gdpr"), asked).status_code == 302
    client = client_of(responder)
    assert "A high risk to people is likely" in client.get(url("assessment", incident)).content.decode()
    assert "Addresses of people in hiding." in client.get(url("risk", incident, "gdpr")).content.decode()


# --- obligations
@pytest.fixture
def due(incident: Incident, lead) -> Incident:
    """The law asks for something."""
    now = timezone.now()
    commands.describe_incident(incident, by=lead, now=now, own_role="controller")
    state_fact(incident, lead, "breach_kinds", ["confidentiality"])
    commands.record_counts(
        incident,
        counts=[commands.CountInput("IE", ("email",), 10)],
        basis="estimate",
        source="s",
        by=lead,
        now=now,
    )
    commands.confirm_breach(
        incident, by=lead, aware_at=now - timedelta(hours=80), zone="Europe/Dublin", reasoning="Log.", now=now
    )
    return Incident.objects.get(pk=incident.pk)


def authority_duty(incident: Incident):
    return incident.obligations.filter(rule_id__startswith="eu-gdpr", recipient_kind="authority").first()


def test_not_required_counts_from_the_second_signature_on(due, legal, officer, client_of):
    one = authority_duty(due)
    asked = {"reason": "Data were public before."}
    assert client_of(legal).post(url("propose_not_required", due, one.pk), asked).status_code == 302
    page = client_of(legal).get(url("obligation", due, one.pk)).content.decode()
    assert "Waits for a second signature" in page
    own = client_of(legal).post(url("sign_not_required", due, one.pk))
    assert own.status_code == 422
    assert "a second person signs" in own.content.decode()
    assert client_of(officer).post(url("sign_not_required", due, one.pk)).status_code == 302
    one.refresh_from_db()
    assert one.status == "not_required"
    again = client_of(officer).post(url("sign_not_required", due, one.pk))
    assert again.status_code == 422
    assert (
        client_of(legal).post(url("withdraw_decision", due, one.pk), {"reason": "They were not."}).status_code
        == 302
    )
    one.refresh_from_db()
    assert one.runs
    page = client_of(legal).get(url("obligation", due, one.pk)).content.decode()
    assert "Data were public before." in page
    assert "Facts as they stood" in page


def test_late_stays_late_and_asks_for_its_reason(due, legal, client_of):
    client = client_of(legal)
    one = authority_duty(due)
    assert client.post(url("decide_required", due, one.pk), {"reason": "Risk."}).status_code == 302
    assert client.post(url("decide_required", due, one.pk), {"reason": "Risk."}).status_code == 422
    asked = {**instant(1), "proof": "Receipt 77"}
    assert client.post(url("meet_obligation", due, one.pk), {**asked, "on": "2098-01-01"}).status_code == 422
    assert client.post(url("meet_obligation", due, one.pk), asked).status_code == 302
    one.refresh_from_db()
    assert one.status == "met_late"
    assert "reason missing" in client.get(url("obligations", due)).content.decode()
    assert client.post(url("give_late_reason", due, one.pk), {"reason": "Holiday."}).status_code == 302
    assert "Holiday." in client.get(url("obligation", due, one.pk)).content.decode()


def test_obligations_are_grouped_by_what_there_is_to_do(due, lead, client_of, django_assert_max_num_queries):
    client = client_of(lead)
    with django_assert_max_num_queries(24):
        page = client.get(url("obligations", due)).content.decode()
    assert "To decide" in page
    assert authority_duty(due).citation in page
    assert "overdue" in page


# --- closing
def test_closing_lists_what_is_open_and_links_to_it(due, lead, client_of):
    client = client_of(lead)
    page = client.get(url("closing", due)).content.decode()
    assert url("obligation", due, authority_duty(due).pk) in page
    assert "The review is not written" in page
    refused = client.post(url("close_incident", due))
    assert refused.status_code == 422
    assert "The review is not written." in refused.content.decode()


def test_an_incident_is_closed_with_a_review_and_reopened(due, lead, client_of):
    now = timezone.now()
    for one in due.obligations.running():
        commands.meet_obligation(one, at=now - timedelta(minutes=1), proof="done", by=lead, now=now)
    for one in due.obligations.filter(late_by__isnull=False):
        commands.give_late_reason(one, reason="Holiday.", by=lead, now=now)
    for one in due.obligations.running():
        commands.meet_obligation(one, at=now, proof="done", by=lead, now=now)
    client = client_of(lead)
    assert client.post(url("write_review", due), {"cause": "", "improvements": ""}).status_code == 422
    asked = {
        "cause_kind": "design",
        "cause": "A missing check.",
        "improvements": "The check.",
        "check_on": "2027-05-01",
    }
    assert client.post(url("write_review", due), asked).status_code == 302
    assert "Nothing is open" in client.get(url("closing", due)).content.decode()
    assert client.post(url("close_incident", due)).status_code == 302
    assert client.post(url("close_incident", due)).status_code == 422
    assert client.post(url("write_review", due), asked).status_code == 422
    assert client.post(url("reopen_incident", due), {"reason": "New evidence."}).status_code == 302
    due.refresh_from_db()
    assert due.status == Status.CONFIRMED


# --- access
def test_a_person_is_let_in_until_a_day_and_shut_out_again(incident, lead, stranger, client_of):
    client = client_of(lead)
    until = timezone.now() + timedelta(days=3)
    asked = {
        "to": stranger.pk,
        "cans": [Can.VIEW.value],
        "on": f"{until:%Y-%m-%d}",
        "time": "12:00",
        "zone": "UTC",
    }
    assert client.post(url("grant_access", incident), {**asked, "on": "2020-01-01"}).status_code == 422
    assert client.post(url("grant_access", incident), asked).status_code == 302
    assert client_of(stranger).get(url("facts", incident)).status_code == 200
    page = client.get(url("access", incident)).content.decode()
    assert str(stranger) in page
    assert "Granted by" in page
    assert client.post(url("end_access", incident, stranger.pk)).status_code == 302
    assert client_of(stranger).get(url("facts", incident)).status_code == 404
    assert client.post(url("end_access", incident, stranger.pk)).status_code == 404


def test_nobody_hands_on_more_than_they_hold(incident, lead, stranger, client_of):
    asked = {"to": stranger.pk, "cans": [Can.PRIVILEGED.value], "zone": "UTC"}
    answer = client_of(lead).post(url("grant_access", incident), asked)
    assert answer.status_code == 422
    assert client_of(stranger).get(url("facts", incident)).status_code == 404


def test_restricting_and_lifting_ask_why(incident, lead, legal, client_of):
    client = client_of(lead)
    assert client.post(url("restrict_incident", incident), {"reason": ""}).status_code == 422
    assert client.post(url("restrict_incident", incident), {"reason": "A colleague."}).status_code == 302
    assert client.post(url("restrict_incident", incident), {"reason": "Again."}).status_code == 422
    assert client_of(legal).get(url("record", incident)).status_code == 404
    assert client.post(url("lift_restriction", incident), {"reason": "Cleared."}).status_code == 302
    assert client_of(legal).get(url("record", incident)).status_code == 200


# --- record and notes
def test_the_record_is_verified_on_its_page(incident, auditor, client_of):
    client = client_of(auditor)
    page = client.get(url("record", incident)).content.decode()
    assert "opened the incident" in page
    events = AuditEvent.objects.filter(stream=incident.stream).count()
    page = client.post(url("verify_record", incident)).content.decode()
    assert "Unbroken: verified just now" in page
    assert f">{events}</span> events" in page


def test_the_export_can_be_checked_without_us(incident, lead, client_of):
    answer = client_of(lead).get(url("export_record", incident))
    package = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert {"record.jsonl", "anchors.json", "check_record.py"} < set(package.namelist())
    events = [json.loads(line) for line in package.read("record.jsonl").decode().splitlines()]
    assert chain.first_broken(events) is None
    events[0]["actor_label"] = "Somebody else"
    assert chain.first_broken(events).sequence == 1


def test_the_record_goes_on_page_by_page(incident, lead, client_of):
    for number in range(60):
        commands.add_note(incident, text=f"Note {number}", privileged=False, by=lead, now=timezone.now())
    client = client_of(lead)
    first = client.get(url("record", incident)).context
    second = client.get(url("record", incident) + first["next_url"]).context
    assert first["entries"][-1].event.sequence == second["entries"][0].event.sequence + 1
    assert client.get(url("record", incident), {"before": "nonsense"}).status_code == 200


def test_privileged_notes_exist_for_counsel_alone(incident, legal, lead, client_of):
    counsel, other = client_of(legal), client_of(lead)
    assert "Privileged" in counsel.get(url("notes", incident)).content.decode()
    assert "Privileged" not in other.get(url("notes", incident)).content.decode()
    counsel.post(url("notes", incident), {"text": "Advice of counsel.", "privileged": "on"})
    assert "Advice of counsel." in counsel.get(url("notes", incident)).content.decode()
    assert "Advice of counsel." not in other.get(url("notes", incident)).content.decode()
    assert "privileged" not in other.get(url("record", incident)).content.decode()
    other.post(url("notes", incident), {"text": "<i>Plain</i>", "privileged": "on"})
    assert not incident.notes.get(text="<i>Plain</i>").privileged
    assert "&lt;i&gt;Plain" in counsel.get(url("notes", incident)).content.decode()
    assert other.post(url("notes", incident), {"text": " "}).status_code == 422


def test_whoever_only_sees_adds_no_note(incident, auditor, client_of):
    assert client_of(auditor).get(url("notes", incident)).status_code == 200
    assert client_of(auditor).post(url("notes", incident), {"text": "x"}).status_code == 403
