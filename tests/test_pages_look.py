"""Every page as a person meets it: two widths, two schemes, no complaint of the browser, nothing in axe's way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.test.signals import template_rendered
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page

from accounts.models import User
from tests import access_table as table
from tests import hostile
from tests.browser import ALL_BUT_COLOURS, NARROW, WIDE, Colours, complaints
from tests.full_incident import Case, build, client_for, hire, organisation_of_tests, policy_in_force
from tests.routes import Route, filled, kept
from tests.sink import Sink

pytestmark = [pytest.mark.browser, pytest.mark.lengthy(70), pytest.mark.django_db(transaction=True)]

# Files, fragments of a page, and what is not ours to draw.
NO_PAGES = frozenset(
    {
        "healthz", "readyz", "security-txt", "setup", "api-schema", "api-docs", "stakeholders:sample",
        "stakeholders:import_progress", "notifications:notice_progress", "notifications:filing_progress",
        "notifications:preview_mail", "notifications:filing_pdf", "notifications:filing_snapshot",
        "notifications:filing_receipt", "notifications:certificate_pdf",
        "notifications:letter_progress", "incidents:export_record", "incidents:evidence_manifest", "insights:feed", "insights:incident_changes", "insights:place_changes",
        "preparedness:scenario_csv", "preparedness:saved_csv", "insights:suggest",
        "incidents:settle_several",  # of reports that its address names
        "incidents:saved_view",  # of whom it belongs to alone
    }
)  # fmt: skip


def sign_in(context: BrowserContext, server: Any, user: User) -> None:
    """Give the browser a session of this person."""
    client = client_for(user)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": server.url}])


def pages() -> list[Route]:
    """All of them; but of the acts on an incident, which one template draws, those whose turn it is."""
    left_out = {table.LOCAL, table.FIRST}
    found = [
        route
        for route in kept()
        if "GET" in route.table
        and not route.is_api
        and route.name not in NO_PAGES
        and not left_out & set(route.table.values())
    ]
    acts = [route for route in found if route.is_act]
    skipped = {route for turn, route in enumerate(acts) if not hostile.whole(turn)}
    return [route for route in found if route not in skipped]


@contextmanager
def listened(page: Page) -> Iterator[list[str]]:
    """What the browser says while a page is open."""
    heard: list[str] = []

    def on_console(message: Any) -> None:
        if message.type in ("error", "warning"):
            heard.append(message.text[:200])

    def on_error(error: Any) -> None:
        heard.append(str(error)[:200])

    page.on("console", on_console)
    page.on("pageerror", on_error)
    yield heard
    page.remove_listener("console", on_console)
    page.remove_listener("pageerror", on_error)


SHAPE = """() => ({
  over: document.documentElement.scrollWidth - window.innerWidth,
  heads: document.querySelectorAll('h1').length,
  title: document.title.trim(),
  lang: document.documentElement.lang,
})"""


def shape(page: Page) -> list[str]:
    found = page.evaluate(SHAPE)
    problems = [f"{found['over']} px too wide"] if found["over"] > 0 else []
    problems += [f"{found['heads']} h1"] if found["heads"] != 1 else []
    problems += ["no title"] if not found["title"] else []
    return problems + (["no language"] if not found["lang"] else [])


class Drawn:
    """From which template each page was drawn, and how often that one was met before."""

    def __init__(self) -> None:
        self.met: Counter[str] = Counter()
        self._drawn: list[str] = []
        template_rendered.connect(self._note)

    def _note(self, template: Any, **_: Any) -> None:
        self._drawn.append(str(template.name))

    def newly(self) -> bool:
        """Whether axe is asked of the page just drawn: of a template's first page, and of every eighth."""
        page = next((name for name in self._drawn if not name.startswith("django/")), "")
        self._drawn.clear()
        self.met[page] += 1
        return hostile.whole(self.met[page] - 1)


def look(page: Page, url: str, colours: Colours, drawn: Drawn) -> list[str]:
    """One page at 1440 light and 390 dark; but for colours the second look is at its shape alone."""
    problems: list[str] = []
    asked = True
    with listened(page) as heard:
        for size, scheme in ((WIDE, "light"), (NARROW, "dark")):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            if size is WIDE:
                answer = page.goto(url, wait_until="load")
                if answer is None or answer.status != 200:
                    return [f"status {answer.status if answer else 'none'}"]
                asked = drawn.newly()
            found = shape(page)
            if asked:
                found += complaints(page, ALL_BUT_COLOURS) if size is WIDE else []
                found += colours.complaints(page)
            problems += [f"{size['width']} {scheme}: {one}" for one in found]
    return problems + [f"the browser: {one}" for one in heard]


@pytest.fixture
def case(smtp_sink: Sink, transactional_db: None) -> tuple[User, Case]:
    organisation_of_tests()
    cast = hire()
    return cast.officer, build(cast, policy_in_force(cast, timezone.now()))


@pytest.mark.parametrize("half", [0, 1])
def test_every_page_looks_right(case: tuple[User, Case], live_server: Any, browser: Any, half: int) -> None:
    officer, made = case
    context = browser.new_context(
        viewport=WIDE, locale="en-GB", timezone_id="Europe/Dublin", reduced_motion="reduce"
    )
    context.set_default_timeout(20_000)
    sign_in(context, live_server, officer)
    visitor = browser.new_context(viewport=WIDE, locale="en-GB", reduced_motion="reduce")
    ours, theirs = context.new_page(), visitor.new_page()
    wrong, colours, drawn = [], Colours(), Drawn()
    for route in pages()[half::2]:
        page = theirs if table.PUBLIC in route.table.values() else ours
        url = live_server.url + filled(route, made)
        wrong += [f"{route.name}: {problem}" for problem in look(page, url, colours, drawn)]
    sign_in_page = f"{live_server.url}/accounts/login/"
    wrong += [f"sign-in: {problem}" for problem in look(theirs, sign_in_page, colours, drawn)]
    context.close()
    visitor.close()
    assert not wrong, "\n".join(wrong)
