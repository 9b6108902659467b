"""The settings in a real browser: they fit, everybody can use them, and forms work with and without JavaScript."""

from __future__ import annotations

import os

import pytest
from django.conf import settings
from django.core.cache import cache
from playwright.sync_api import Page

from accounts.models import Organisation, Role, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


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
