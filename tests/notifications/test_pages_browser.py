"""The public page of a notice in a real browser, without any script; how it looks: tests/test_pages_look.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from incidents.models import Incident
from notifications import page_codes
from notifications.models import Delivery, Notice
from tests.notifications.conftest import add_people, people

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("own_state"),
]


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
