"""Notices in a real browser: readable, accessible, and the public page without any script."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from incidents.models import Incident
from notifications import commands, page_codes
from notifications.models import Delivery, Notice
from tests import browser as browsing
from tests.notifications.conftest import STATEMENT, add_people, people

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("own_state"),
]


@pytest.fixture
def as_lead(new_context: Any, live_server: Any, lead: User, client_of: Callable[[User], Client]) -> Any:
    """A page of a browser that the lead is signed in with."""
    from django.conf import settings

    cookie = client_of(lead).cookies[settings.SESSION_COOKIE_NAME]
    context = new_context(base_url=live_server.url)
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    return context.new_page()


def look(page: Any, name: str) -> None:
    """It fits at both widths; axe reads it once wide and light, once narrow and dark. PICTURES=1 keeps pictures."""
    for view in browsing.views(page):
        browsing.check_fits(page)
        if os.environ.get("PICTURES"):
            browsing.picture(page, f"notices-{name}-{view}")
        if view in ("1440-light", "390-dark"):
            browsing.check_accessible(page)


def test_the_pages_of_a_notice_read_well_at_every_width(
    as_lead: Any, incident: Incident, lead: User, officer: User, sending: Callable[..., Notice]
) -> None:
    add_people(incident, people(40), country="IE", elements=["email", "online_credentials"])
    add_people(incident, people(25), country="DE", language="de")
    commands.add_ready_templates(by=lead, now=timezone.now())
    under_way = sending(title="First wave, English", segment={"languages": ["en"]})
    for number, delivery in enumerate(Delivery.objects.filter(notice=under_way).order_by("pk")):
        state = ("sent", "sent", "sent", "queued", "bounced", "uncertain")[number % 6]
        Delivery.objects.filter(pk=delivery.pk).update(state=state)
    Notice.objects.filter(pk=under_way.pk).update(sent=21, refused=7, held=6)
    draft = commands.create_notice(
        incident,
        by=lead,
        now=timezone.now(),
        title="First wave, German",
        template=None,
        language="de",
        subject="Ihre Daten",
        body="Guten Tag\n\n{{ statement.what_happened }}\n\n[Seite]({{ notice.url }})",
        statement=STATEMENT,
        segment={"languages": ["de"]},
    )
    base = f"/incidents/{incident.reference}/notices/"
    pages = {
        "list": base,
        "new": f"{base}new/",
        "draft": f"{base}{draft.reference}/",
        "edit": f"{base}{draft.reference}/edit/",
        "preview": f"{base}{draft.reference}/preview/",
        "sending": f"{base}{under_way.reference}/",
        "people": f"{base}{under_way.reference}/people/",
        "templates": "/notice-templates/",
    }
    for name, path in pages.items():
        as_lead.goto(path)
        look(as_lead, name)


def test_the_public_page_works_without_script_and_takes_a_question(
    new_context: Any, live_server: Any, incident: Incident, sending: Callable[..., Notice]
) -> None:
    add_people(incident, people(1), elements=["email", "online_credentials", "phone"])
    notice = sending()
    delivery = Delivery.objects.get(notice=notice)
    codes = page_codes.Codes(notice)
    delivery.code_hash = codes.code_hash(delivery.party_id)
    delivery.sent_at = timezone.now()
    delivery.save()
    context = new_context(base_url=live_server.url, java_script_enabled=False)
    plain = context.new_page()
    plain.goto(f"/n/{codes.code(delivery.party_id)}")
    assert "genuine" in plain.inner_text("h1")
    plain.click("text=Deutsch")
    assert "echt" in plain.inner_text("h1")
    plain.fill("textarea", "Wer hat das gesehen?")
    plain.click("button.primary")
    assert plain.inner_text("#code")
    assert context.cookies() == []
    seen = new_context(base_url=live_server.url).new_page()
    seen.goto(f"/n/{codes.code(delivery.party_id)}")
    look(seen, "public")
    seen.context.close()
