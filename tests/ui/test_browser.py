"""The frame and `ui.js` in a real browser: everything works without the script, and better with it."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.template import engines
from django.urls import path
from django.utils import timezone
from playwright.sync_api import TimeoutError as Late

from config.urls import urlpatterns as ours
from tests.browser import ALL_BUT_COLOURS, Colours, check_look, complaints

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE = """
{% extends "base.html" %}
{% block title %}Sample{% endblock %}
{% block list_keys %}{% include "components/_list_keys.html" %}{% endblock %}
{% block content %}
{% page_header "Sample" reference="INC-7K3M-Q2XA" %}<a class="button" href="#x" data-hotkey="n">Add note <kbd>n</kbd></a>{% endpage_header %}
<nav class="tabs" aria-label="Incident"><ul>{% for tab in tabs %}<li><a href="#{{ tab }}"{% if forloop.last %} aria-current="page"{% endif %}>{{ tab }} of the incident</a></li>{% endfor %}</ul></nav>
<dl class="facts"><div class="wide"><dt>Next</dt><dd>{% clock due_at=due started_at=start zone="Europe/Dublin" label="Art. 33" %}</dd></div><div><dt>People</dt><dd>{% number 2000 %}</dd></div></dl>
<section class="card" aria-labelledby="c"><header class="card-head"><h2 id="c">Coverage</h2></header><div class="card-body">{% coverage notified=1412 unreachable=63 exempt=25 waiting=500 %}{% meter 412 2000 "Imported" %}</div></section>
<div class="card"><table class="table"><caption class="vh">Incidents</caption><thead><tr><th scope="col"><span class="vh">Choose</span></th><th scope="col">Incident</th><th scope="col">Severity</th><th scope="col">State</th><th scope="col" class="num">People</th><th scope="col">Deadline</th><th scope="col">Lead</th></tr></thead>
<tbody>{% for level in levels %}<tr data-row><td class="pick"><input type="checkbox" name="item" value="{{ forloop.counter }}" form="several" aria-label="Choose this"></td><td class="lead"><a href="#">Profile export endpoint left open</a><span class="sub">{% mono "INC-7K3M-Q2XA" %}</span></td><td class="tag" data-label="Severity">{% severity level %}</td><td class="tag" data-label="State">{% state "Open" tone="info" %}</td><td class="num" data-label="People">{% nothing %}</td><td data-label="Deadline">{% clock due_at=late started_at=start %}</td><td data-label="Lead">Ana Ruiz</td></tr>{% endfor %}</tbody></table><form class="bulk" id="several" action="/sent/"><button class="button small" name="act" value="take" data-hotkey="a" data-for-rows>Give to me <kbd>a</kbd></button></form></div>
<div class="note warn">{% icon "triangle-alert" %}<p>{% state "Late" tone="bad" %} {% state "Met" tone="ok" %} {% state "Waiting" tone="warn" %} {% state "Not started" %}</p></div>
<form id="go" action="/sent/" method="get" data-confirm="Send to 412 people?" data-confirm-button="Send to 412 people"><button class="button primary">Send</button></form>
{% empty "Nothing waits" "It comes from staff." %}
{% endblock %}
"""


@login_not_required
def sample(request):
    now = timezone.now()
    context = {
        "due": now + timedelta(hours=24, seconds=20),
        "start": now - timedelta(hours=48),
        "late": now - timedelta(hours=2),
        "levels": ["very_high", "high", "medium", "low", ""],
        "tabs": ["Overview", "Timeline", "Assessment", "Obligations", "People", "Record"],
        "nav": {
            "groups": [
                {
                    "label": "",
                    "items": [{"label": "Intake", "url": "/sent/", "icon": "inbox", "count": 7, "key": "i"}],
                }
            ],
            "search_url": "/sent/",
        },
    }
    html = engines["django"].from_string(PAGE).render(context, request)
    return HttpResponse(html)


@login_not_required
def sent(request):
    return render(request, "public_base.html", {"organisation": "Lantern"})


urlpatterns = [path("sample/", sample), path("sent/", sent), *ours]


@pytest.fixture
def page_at(page, live_server, settings, browser_problems):
    settings.ROOT_URLCONF = __name__
    page.set_default_timeout(20_000)

    def go(where="/sample/"):
        assert page.goto(live_server.url + where).status == 200
        assert page.url.endswith(where)
        return page

    return go


# The public frame and the sign-in: tests/test_pages_look.py.
def test_every_width_and_colour_is_accessible_and_fits(page_at):
    check_look(page_at())


def test_pale_text_is_found_wherever_its_colours_are_new(page):
    pale = "<p style='color:#bbb'>Pale.</p>"
    page.set_content(
        f"<html lang=en><title>A</title><main><p class=vh hidden>Dark.</p><p>Dark.</p>{pale}</main>"
    )
    colours = Colours()
    assert complaints(page, ALL_BUT_COLOURS) == []
    assert len(colours.complaints(page)) == 1
    assert colours.complaints(page) == [], "said once"
    page.set_content(f"<html lang=en><title>B</title><main style='background:#111'><p>Dark.</p>{pale}</main>")
    complaints(page, ALL_BUT_COLOURS)
    (found,) = colours.complaints(page)
    assert "Dark." in found, "the same letters on another ground"


def test_a_clock_counts_on_from_the_servers_time_and_tells_the_last_day(page_at):
    # The device's clock is five years wrong; only the server's counts.
    page_at("/sent/").clock.install(time=datetime(2021, 1, 1, tzinfo=UTC))
    page = page_at()
    words = page.locator(".facts [data-clock-left]")
    assert words.inner_text() == "24 h 00 min left"
    page.clock.run_for(60_000)
    assert words.inner_text() == "23 h 59 min left"
    assert "clock-soon" in page.locator(".facts .clock").get_attribute("class")
    assert page.locator("#announcer").inner_text().startswith("Art. 33: 23 h 59 min left")


def test_chosen_colours_last_to_the_next_page(page_at):
    page = page_at()
    page.evaluate("document.cookie = 'theme=dark; path=/'")
    page = page_at()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 22, 26)"


def test_a_form_that_asks_goes_only_when_confirmed(page_at):
    page = page_at()
    page.click("#go button")
    dialog = page.locator("dialog[open]")
    assert "Send to 412 people?" in dialog.inner_text()
    page.keyboard.press("Escape")
    assert page.url.endswith("/sample/")
    page.click("#go button")
    page.click("dialog[open] button[value=go]")
    page.wait_for_url("**/sent/*")


def test_keys_go_places_but_never_out_of_a_field_and_can_be_switched_off(page_at):
    page = page_at()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("gin")
    assert page.evaluate("document.activeElement.value") == "gin"
    page.keyboard.press("Tab")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.uncheck("[data-keys-switch]")
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("g")
    page.keyboard.press("i")
    assert page.url.endswith("/sample/")
    page.evaluate("localStorage.clear()")
    page = page_at()
    for _ in range(10):  # two keys that are far apart, as on a busy machine, are no pair
        page.keyboard.press("g")
        page.keyboard.press("i")
        with suppress(Late):
            page.wait_for_url("**/sent/", timeout=2_000)
            return
    pytest.fail("the keys lead nowhere")


def test_a_reference_is_copied_whole(page_at, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = page_at()
    page.click("[data-copy]")
    assert page.evaluate("navigator.clipboard.readText()") == "INC-7K3M-Q2XA"


def test_the_current_tab_is_in_sight_on_a_phone(page_at, page):
    page.set_viewport_size({"width": 390, "height": 844})
    page = page_at()
    box = page.locator(".tabs [aria-current]").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 391


def test_the_menu_opens_without_script(new_context, live_server, settings):
    settings.ROOT_URLCONF = __name__
    page = new_context(java_script_enabled=False).new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_server.url + "/sample/")
    link = page.get_by_role("navigation", name="Menu").get_by_role("link", name="Intake")
    assert not link.is_visible()
    page.locator(".menu > summary").click()
    assert link.is_visible()
    assert not page.locator("[data-copy]").first.is_visible()


def test_rows_are_walked_chosen_and_acted_on_by_keys(page_at):
    page = page_at()
    page.keyboard.press("a")  # on no row: told, and nothing goes
    assert "Go to a row" in page.locator("#announcer").inner_text()
    for key in ("j", "j", "x", "j", "x", "x"):
        page.keyboard.press(key)
    assert page.locator(".pick input:checked").count() == 1
    assert page.locator("#announcer").inner_text() == "No longer chosen. 1 chosen in all."
    page.keyboard.press("a")
    page.wait_for_url("**/sent/?item=2&act=take")
    page = page_at()
    page.keyboard.press("j")
    page.keyboard.press("a")  # nothing is chosen: the row one stands on
    page.wait_for_url("**/sent/?item=1&act=take")
