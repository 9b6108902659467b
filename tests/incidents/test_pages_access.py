"""Each page of an incident: allowed, 403 when the act is not held, 404 for strangers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from incidents import commands
from incidents.models import Can, Door, Incident, Report
from incidents.views import obligations as obligation_views

VIEWED = {
    "facts": (),
    "fact_history": ("risk_tier",),
    "assessment": (),
    "obligations": (),
    "closing": (),
    "access": (),
    "record": (),
    "notes": (),
}
ACTS = {
    "describe": ((), Can.WRITE),
    "start_assessment": ((), Can.ASSESS),
    "confirm_breach": ((), Can.ASSESS),
    "dismiss_incident": ((), Can.DECIDE),
    "cite_policy": ((), Can.WRITE),
    "event_time": ((), Can.WRITE),
    "counts": ((), Can.WRITE),
    "drop_estimates": ((), Can.WRITE),
    "facts_group": (("breach",), Can.WRITE),
    "assess_severity": ((), Can.ASSESS),
    "sign_risk_finding": (("gdpr",), Can.DECIDE),
    "write_review": ((), Can.WRITE),
    "close_incident": ((), Can.DECIDE),
    "reopen_incident": ((), Can.DECIDE),
    "grant_access": ((), Can.GRANT),
    "restrict_incident": ((), Can.GRANT),
    "lift_restriction": ((), Can.GRANT),
    "export_record": ((), Can.EXPORT),
}


def url(name: str, incident: Incident, *rest: object) -> str:
    return reverse(f"incidents:{name}", args=[incident.reference, *rest])


@pytest.fixture
def clocked(incident: Incident, lead) -> Incident:
    """With counts and times, so that the law asks something."""
    now = timezone.now()
    commands.describe_incident(incident, by=lead, now=now, own_role="controller")
    commands.set_facts(
        incident,
        facts=[
            commands.FactInput("breach_kinds", "known", ["confidentiality"], "log"),
            commands.FactInput("elements", "known", ["email", "name"], "log"),
        ],
        by=lead,
        now=now,
    )
    commands.record_counts(
        incident,
        counts=[
            commands.CountInput("IE", ("email", "name"), 400),
            commands.CountInput("US-CA", ("email", "name"), 900),
        ],
        basis="estimate",
        source="query",
        by=lead,
        now=now,
    )
    commands.record_event_time(
        incident, kind="detected", at=now - timedelta(hours=5), zone="Europe/Dublin", by=lead, now=now
    )
    return Incident.objects.get(pk=incident.pk)


def answers(client, incident: Incident, method: str, names) -> dict[str, int]:
    """Status of each page, by name."""
    args = {**VIEWED, **{name: args for name, (args, _) in ACTS.items()}}
    return {name: getattr(client, method)(url(name, incident, *args[name])).status_code for name in names}


@pytest.mark.parametrize("role", ["lead", "auditor"])
def test_whoever_may_see_reads_the_pages(role, clocked, client_of, request):
    client = client_of(request.getfixturevalue(role))
    for name, args in VIEWED.items():
        answer = client.get(url(name, clocked, *args))
        assert answer.status_code == 200, name
        assert clocked.reference in answer.content.decode(), name


def test_the_lead_opens_each_act(clocked, lead, client_of):
    found = answers(client_of(lead), clocked, "get", ACTS)
    assert {name: status for name, status in found.items() if status != 200} == {}


def test_an_auditor_sees_the_incident_and_may_not_act(incident, auditor, client_of):
    client = client_of(auditor)
    found = answers(client, incident, "get", ACTS)
    assert {name: status for name, status in found.items() if status != 403} == {}
    found = answers(client, incident, "post", [name for name in ACTS if name != "export_record"])
    assert {name: status for name, status in found.items() if status != 403} == {}


def test_pages_offer_only_what_the_person_may_do(incident, lead, auditor, client_of):
    for name, act in (
        ("assessment", "confirm_breach"),
        ("closing", "write_review"),
        ("access", "grant_access"),
    ):
        assert url(act, incident) in client_of(lead).get(url(name, incident)).content.decode()
        assert url(act, incident) not in client_of(auditor).get(url(name, incident)).content.decode()


@pytest.mark.parametrize("who", ["stranger", "employee"])
def test_for_a_stranger_there_is_no_such_incident(who, incident, client_of, request):
    client = client_of(request.getfixturevalue(who))
    found = answers(client, incident, "get", [*VIEWED, *ACTS])
    assert {name: status for name, status in found.items() if status != 404} == {}
    found = answers(client, incident, "post", [name for name in ACTS if name != "export_record"])
    assert {name: status for name, status in found.items() if status != 404} == {}


def test_acts_on_an_obligation_follow_their_permission(clocked, lead, auditor, stranger, client_of):
    one = clocked.obligations.first()
    people = {200: client_of(lead).get, 403: client_of(auditor).post, 404: client_of(stranger).post}
    for name in obligation_views.ACTS:
        for status, ask in people.items():
            assert ask(url(name, clocked, one.pk)).status_code == status, (name, status)


def test_an_obligation_of_another_incident_is_not_found(clocked, lead, client_of):
    other = commands.open_incident(by=lead, title="Another", now=timezone.now())
    one = clocked.obligations.first()
    assert client_of(lead).get(url("obligation", other, one.pk)).status_code == 404


def test_every_obligation_has_a_page_that_says_why(clocked, lead, client_of):
    client = client_of(lead)
    for one in clocked.obligations.all():
        page = client.get(url("obligation", clocked, one.pk)).content.decode()
        assert one.title.replace("'", "&#x27;") in page


def test_a_restricted_incident_is_gone_for_role_groups(clocked, lead, legal, client_of):
    commands.restrict_incident(clocked, by=lead, reason="A colleague is involved.", now=timezone.now())
    assert client_of(legal).get(url("facts", clocked)).status_code == 404
    assert (
        clocked.reference
        not in client_of(legal).get(reverse("incidents:list"), {"view": "all"}).content.decode()
    )
    assert client_of(lead).get(url("facts", clocked)).status_code == 200


@pytest.fixture
def report(db, organisation) -> Report:
    return commands.file_report(
        door=Door.PUBLIC,
        title="I see phone numbers",
        words="Of strangers.",
        contact="me@example.org",
        now=timezone.now(),
    ).report


OF_REPORTS = ["intake_report", "promote_report", "mark_duplicate", "dismiss_report", "return_report"]


def test_triage_is_for_those_who_triage(report, responder, legal, stranger, client_of):
    for name in OF_REPORTS:
        where = reverse(f"incidents:{name}", args=[report.reference])
        assert client_of(responder).get(where).status_code == 200, name
        assert client_of(legal).get(where).status_code == 403, name
        assert client_of(stranger).get(where).status_code == 403, name
        assert client_of(responder).get(where.replace(report.reference, "REP-0000-0000")).status_code == 404


@pytest.mark.parametrize("name", ["intake", "intake_settled", "new"])
def test_the_inbox_is_closed_to_others(name, responder, support, client_of):
    assert client_of(responder).get(reverse(f"incidents:{name}")).status_code == 200
    assert client_of(support).get(reverse(f"incidents:{name}")).status_code == 403


def test_whoever_is_not_signed_in_is_asked_to(incident, client):
    for name in ("facts", "record"):
        assert client.get(url(name, incident)).status_code == 302
    for name in ("intake", "list", "new", "report_staff", "my_reports"):
        assert client.get(reverse(f"incidents:{name}")).status_code == 302
