"""What people do on pages of reports and incidents in a real browser; how all pages look: tests/test_pages_look.py."""

from __future__ import annotations

import io
import os
from datetime import timedelta

import pikepdf
import pytest
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page

from incidents import commands
from incidents.commands import CountInput
from incidents.models import Incident
from tests.browser import check_look

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
        page.set_default_timeout(20_000)
        return page

    return as_person


def test_facts_are_changed_in_place(incident, responder, signed_in):
    page = signed_in(responder)
    page.goto(reverse("incidents:facts", args=[incident.reference]))
    page.click("#breach >> text=Change")
    page.select_option("#breach [name=ongoing]", "yes")
    page.fill("#breach [name=source]", "Engineer on call")
    page.click("#breach >> text=Save these facts")
    page.wait_for_selector("#fact-ongoing >> text=Engineer on call")
    assert incident.facts.get(key="ongoing", superseded_at=None).value is True


def test_a_stranger_reports_without_javascript(live_server, organisation, new_context):
    context = new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/report/")
    page.fill("[name=title]", "I see phone numbers")
    page.fill("[name=words]", "Of strangers.")
    page.click("text=Continue")
    page.click("text=Continue")
    page.check("[name=whose][value=many]")
    page.check("[name=violation][value=leak]")
    page.click("text=Continue")
    page.click("text=Continue")
    page.click("text=Send this report")
    reference, code = page.locator("#reference").inner_text(), page.locator("#code").inner_text()
    page.click("text=see what came of it")
    page.fill("[name=reference]", reference)
    page.fill("[name=code]", code)
    page.click("button.primary")
    assert "Received" in page.content()


def test_the_public_form_is_accessible_at_every_width_and_colour(live_server, organisation, new_context):
    # Its first step and the page to come back to: tests/test_pages_look.py.
    page = new_context(base_url=live_server.url).new_page()
    page.goto("/report/")
    page.fill("[name=title]", "I see phone numbers")
    page.fill("[name=words]", "Of strangers.")
    for number in "2345":
        if number == "4":
            page.check("[name=whose][value=many]")
            page.check("[name=violation][value=leak]")
        with page.expect_navigation():
            page.click("text=Continue")
        check_look(page, f"report-{number}")
    with page.expect_navigation():
        page.click("text=Send this report")
    check_look(page, "report-done")


def test_an_obligation_with_its_decision_is_printed_on_one_sheet(incident, lead, legal, signed_in):
    now = timezone.now()
    counts = [CountInput(place, ("email", "name"), 300) for place in ("IE", "DE", "FR", "BR", "US-CA")]
    commands.record_counts(incident, counts=counts, basis="estimate", source="Log", by=lead, now=now)
    commands.confirm_breach(
        incident, by=lead, aware_at=now - timedelta(hours=3), zone="UTC", reasoning="Log read", now=now
    )
    one = Incident.objects.get(pk=incident.pk).obligations.get(rule_id="eu-gdpr-33", authority_id="ie-dpc")
    decision = commands.propose_not_required(one, by=lead, reason="A risk is unlikely. " * 10, now=now)
    commands.sign_not_required(decision, by=legal, now=now)
    page = signed_in(lead)
    page.goto(reverse("incidents:obligation", args=[incident.reference, one.pk]))
    with pikepdf.open(io.BytesIO(page.pdf(format="A4"))) as sheet:
        assert len(sheet.pages) == 1
