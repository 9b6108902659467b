"""Pages of reports and incidents in a real browser: they fit, and everybody can use them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page

from incidents import commands
from incidents.models import Door, Incident
from tests.browser import check_accessible, check_fits, picture, views

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _async_unsafe(monkeypatch):
    # Playwright's loop runs in this thread; the database is used from it all the same.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    cache.clear()


@pytest.fixture
def signed_in(client_of, live_server, new_context):
    def as_person(user) -> Page:
        cookie = client_of(user).cookies[settings.SESSION_COOKIE_NAME]
        context: BrowserContext = new_context(base_url=live_server.url)
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        return page

    return as_person


def looked_at(page: Page, name: str) -> None:
    """It fits at both widths; axe reads it once wide and light, once narrow and dark. PICTURES=1 keeps pictures."""
    for view in views(page):
        if os.environ.get("PICTURES"):
            picture(page, f"{name}-{view}")
        check_fits(page)
        if view in ("1440-light", "390-dark"):
            check_accessible(page)


@pytest.fixture
def busy(lead, legal, responder) -> Incident:
    """An incident in the middle of its way."""
    now = timezone.now()
    report = commands.file_report(
        door=Door.PUBLIC,
        title="I can see phone numbers of strangers",
        words="I opened the contact import and saw numbers that are not mine.\nAbout 200 of them.",
        link="https://lantern.example/import",
        noticed_at=now - timedelta(hours=70),
        contact="ana@example.org",
        now=now - timedelta(hours=69),
    ).report
    for number in range(4):
        commands.file_report(
            door=Door.PUBLIC,
            title=f"Phone numbers of strangers {number}",
            words="The same as others say.",
            now=now - timedelta(hours=number + 1),
        )
    incident = commands.promote_report(
        report,
        by=responder,
        title="Contact import showed numbers of strangers",
        reason="Seen in the log.",
        now=now,
    )
    commands.describe_incident(
        incident,
        by=lead,
        now=now,
        summary="The import matched contacts across accounts.",
        violation="unauthorised_sharing",
        own_role="controller",
        lead=lead,
    )
    told = [
        ("breach_kinds", ["confidentiality"]),
        ("elements", ["name", "phone"]),
        ("access", True),
        ("encrypted", False),
    ]
    commands.set_facts(
        incident,
        facts=[commands.FactInput(key, "known", value, "Access log") for key, value in told],
        by=responder,
        now=now,
    )
    commands.set_facts(
        incident, facts=[commands.FactInput("acquisition", "disputed", True, "")], by=responder, now=now
    )
    commands.record_counts(
        incident,
        counts=[
            commands.CountInput("IE", ("name", "phone"), 412),
            commands.CountInput("US-CA", ("name", "phone"), 1200),
            commands.CountInput("BR", (), 300),
        ],
        basis="estimate",
        source="Query 12",
        by=responder,
        now=now,
    )
    commands.record_event_time(
        incident,
        kind="detected",
        at=now - timedelta(hours=70),
        zone="Europe/Dublin",
        by=responder,
        now=now,
        source="Report",
    )
    commands.confirm_breach(
        incident,
        by=lead,
        aware_at=now - timedelta(hours=50),
        zone="Europe/Dublin",
        reasoning="The log shows it.",
        now=now,
    )
    factors = {
        "categories": {"simple": 1},
        "identifiers": {"phone_address": "0.5"},
        "circumstances": {"confidentiality": "0.5"},
    }
    commands.assess_severity(incident, factors=factors, by=legal, now=now)
    commands.assess_severity(
        incident,
        factors=factors,
        by=legal,
        now=now,
        level="high",
        override_reason="People in hiding are among them.",
    )
    commands.sign_risk_tier(incident, tier="risk", reason="Numbers can be misused.", by=legal, now=now)
    first = incident.obligations.running().exclude(answer="undecided").first()
    commands.propose_not_required(first, by=legal, reason="The numbers were public.", now=now)
    commands.add_note(incident, text="Press office knows.", privileged=False, by=lead, now=now)
    commands.add_note(incident, text="Advice of counsel.", privileged=True, by=legal, now=now)
    return Incident.objects.get(pk=incident.pk)


def addresses(incident: Incident) -> Iterator[tuple[str, str]]:
    one = incident.obligations.filter(decisions__isnull=False).first()
    yield "list", reverse("incidents:list")
    yield "new", reverse("incidents:new")
    yield "intake", reverse("incidents:intake")
    yield "intake-settled", reverse("incidents:intake_settled")
    yield "report-staff", reverse("incidents:report_staff")
    for name in ("facts", "assessment", "obligations", "closing", "access", "record", "notes"):
        yield name, reverse(f"incidents:{name}", args=[incident.reference])
    for name in (
        "event_time",
        "counts",
        "assess_severity",
        "sign_risk_tier",
        "grant_access",
        "describe",
        "write_review",
    ):
        yield name, reverse(f"incidents:{name}", args=[incident.reference])
    for name in ("breach", "data"):
        yield f"facts-{name}", reverse("incidents:facts_group", args=[incident.reference, name])
    yield "obligation", reverse("incidents:obligation", args=[incident.reference, one.pk])
    yield "sign", reverse("incidents:sign_not_required", args=[incident.reference, one.pk])


def test_pages_fit_and_are_accessible_at_every_width_and_colour(busy, officer, signed_in):
    page = signed_in(officer)
    for name, where in addresses(busy):
        assert page.goto(where).status == 200, where
        looked_at(page, f"case-{name}")


def test_facts_are_changed_in_place(busy, responder, signed_in):
    page = signed_in(responder)
    page.goto(reverse("incidents:facts", args=[busy.reference]))
    page.click("#breach >> text=Change")
    page.select_option("#breach [name=ongoing]", "yes")
    page.fill("#breach [name=source]", "Engineer on call")
    page.click("#breach >> text=Save these facts")
    page.wait_for_selector("#fact-ongoing >> text=Engineer on call")
    assert busy.facts.get(key="ongoing", superseded_at=None).value is True


def test_a_stranger_reports_without_javascript(live_server, organisation, new_context):
    context = new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/report/")
    page.fill("[name=title]", "I see phone numbers")
    page.fill("[name=words]", "Of strangers.")
    for _ in range(3):
        page.click("text=Continue")
    page.click("text=Send this report")
    reference, code = page.locator("#reference").inner_text(), page.locator("#code").inner_text()
    page.click("text=see what came of it")
    page.fill("[name=reference]", reference)
    page.fill("[name=code]", code)
    page.click("button.primary")
    assert "Received" in page.content()


def test_the_public_form_is_accessible_at_every_width_and_colour(live_server, organisation, new_context):
    page = new_context(base_url=live_server.url).new_page()
    page.goto("/report/")

    looked_at(page, "report-1")
    page.fill("[name=title]", "I see phone numbers")
    page.fill("[name=words]", "Of strangers.")
    for number in "234":
        page.click("text=Continue")
        looked_at(page, f"report-{number}")
    page.click("text=Send this report")
    looked_at(page, "report-done")
    page.goto("/report/status/")
    looked_at(page, "report-status")
