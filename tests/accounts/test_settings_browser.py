"""The settings in a real browser: they fit, everybody can use them, and forms work with and without JavaScript."""

from __future__ import annotations

import os

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page

from accounts import commands as accounts
from accounts.models import Organisation, Role, User
from incidents import commands
from tests.browser import check_accessible, check_fits, picture, views

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STANDING = {
    "places_served": ["IE", "DE", "FR", "GB", "US-CA", "BR"],
    "sectors": ["social_media"],
    "capacities": [],
    "hipaa_role": "none",
    "app_entity": False,
}


@pytest.fixture(autouse=True)
def _fresh_cache(monkeypatch):
    # Playwright's loop runs in this thread; the database is used from it all the same.
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    cache.clear()


@pytest.fixture
def open_as(client_of, live_server, new_context):
    def open_page(user: User, **context) -> Page:
        cookie = client_of(user).cookies[settings.SESSION_COOKIE_NAME]
        browser = new_context(base_url=live_server.url, **context)
        browser.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        page = browser.new_page()
        page.set_default_timeout(20_000)
        return page

    return open_page


def looked_at(page: Page, name: str) -> None:
    """It fits at both widths; axe reads it once wide and light, once narrow and dark. PICTURES=1 keeps pictures."""
    for view in views(page):
        if os.environ.get("PICTURES"):
            picture(page, f"settings-{name}-{view}")
        check_fits(page)
        if view in ("1440-light", "390-dark"):
            check_accessible(page)


def test_the_settings_read_well_at_every_width(open_as, officer, lead, responder, support, incident):
    commands.set_standing_facts(facts=STANDING, by=officer, now=timezone.now())
    accounts.add_user(
        by=officer, email="nia@lantern.example", name="Nia Moss", roles=[Role.LEGAL, Role.AUDITOR]
    )
    accounts.deactivate_user(support, by=officer)
    page = open_as(officer)
    for name, url in {
        "people": "/settings/people/",
        "person": f"/settings/people/{responder.pk}/",
        "organisation": "/settings/organisation/",
        "who": "/settings/organisation/edit/",
        "facts": "/settings/organisation/facts/",
    }.items():
        page.goto(url)
        looked_at(page, name)
    page.goto("/settings/people/new/")
    page.get_by_label("Name").fill("Lea Two")
    page.get_by_label("E-mail address").fill("lead@lantern.example")
    page.get_by_role("button", name="Add and send the link").click()
    page.get_by_text("Somebody with this e-mail address is here already.").first.wait_for()
    looked_at(page, "add-refused")


def test_ending_a_sign_in_asks_first(open_as, officer, responder):
    page = open_as(officer)
    page.goto(f"/settings/people/{responder.pk}/")
    page.get_by_role("button", name="End the sign-in").click()
    asked = page.get_by_role("dialog")
    asked.get_by_text("is signed out at once").wait_for()
    assert User.objects.get(pk=responder.pk).is_active
    asked.get_by_role("button", name="End the sign-in").click()
    page.get_by_role("button", name="Let them sign in").wait_for()
    assert not User.objects.get(pk=responder.pk).is_active


def test_the_first_visit_leads_to_the_organisation_without_javascript(open_as, make_user):
    organisation = Organisation.objects.create(pk=1, name="Lantern", zone="Europe/Dublin")
    page = open_as(make_user("lead@lantern.example", Role.LEAD), java_script_enabled=False)
    page.goto("/")
    page.get_by_role("link", name="Say where you are established").click()
    page.get_by_label("Places where you are established").fill("Ireland, US-CA")
    page.get_by_label("Main establishment").fill("IE")
    page.get_by_role("button", name="Save and assess open incidents again").click()
    page.get_by_text("Your main establishment in the EEA is in Ireland").wait_for()
    assert organisation.establishments.get(main=True).place == "IE"
