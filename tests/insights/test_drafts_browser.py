"""Nothing typed is lost: a browser that closes, a session that ends."""

from __future__ import annotations

import os

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse

from accounts.models import Draft
from tests.browser import ORDINARY
from tests.people import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEXT = "The platform says that\n41 accounts opened the list."


@pytest.fixture
def page(client_of, responder, live_server, new_context, browser_problems, monkeypatch):
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    cookie = client_of(responder).cookies[settings.SESSION_COOKIE_NAME]
    context = new_context(base_url=live_server.url)
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page = context.new_page()
    page.set_default_timeout(20_000)
    yield page
    # A refused form is written to the console; what it said is looked at by the test.
    browser_problems[:] = [
        one for one in browser_problems if "status of 40" not in one and ORDINARY not in one
    ]


def test_what_was_typed_outlives_the_browser_and_the_session(page, incident, responder):
    notes = reverse("incidents:notes", args=[incident.reference])
    page.goto(notes)
    with page.expect_response(lambda answer: "/api/drafts/" in answer.url and answer.request.method == "PUT"):
        page.fill("[name=text]", TEXT)
        page.keyboard.press("Tab")
    page.goto("about:blank")
    page.goto(notes)
    page.click("text=Use it")
    assert page.input_value("[name=text]") == TEXT

    Session.objects.all().delete()
    page.click("text=Add this note")
    page.wait_for_selector("text=Nothing is lost")
    with page.expect_popup() as opened:
        page.click("text=Sign in on a new page")
    sign_in = opened.value
    sign_in.fill("[name=login]", responder.email)
    sign_in.fill("[name=password]", PASSWORD)
    sign_in.press("[name=password]", "Enter")
    sign_in.wait_for_selector(".nav")
    sign_in.close()
    page.click("button:has-text('Send it again')")

    page.wait_for_selector("text=You signed in anew")
    page.click("button:has-text('Send it again')")
    page.wait_for_selector("article.card")
    assert incident.notes.get().text.replace("\r\n", "\n") == TEXT
    assert not Draft.objects.exists()
