"""The substitute notice: written, published by a second person, read by anybody, and a duty met by it."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from accounts.models import User
from incidents.models import Incident
from notifications.commands import statements as commands
from stakeholders.sealing import Details
from tests.notifications.conftest import add_people

pytestmark = pytest.mark.django_db


def test_a_statement_is_public_from_its_publication_to_its_withdrawal(
    incident: Incident, lead: User, officer: User, client: Client
) -> None:
    add_people(incident, [Details(name="Nobody"), Details(name="Nowhere")])
    client.force_login(officer)
    words = {
        "title": "To whom we cannot write",
        "text": "A **copy** was open. <script>x</script>",
        "language": "en",
    }
    base = f"/api/incidents/{incident.reference}/statements/"
    made = client.post(base, words, content_type="application/json").json()
    path = made["url"].partition("://")[2].partition("/")[2]
    anybody = Client()
    unknown = anybody.get("/status/abcdefghjk")
    draft = anybody.get(f"/{path}")
    assert (draft.status_code, unknown.status_code) == (404, 404)
    assert draft.content == unknown.content
    own = client.post(f"{base}{made['reference']}/publish/")
    assert own.status_code in (400, 409)  # the writer
    client.force_login(lead)
    shown = client.get(f"/incidents/{incident.reference}/statements/").content.decode()
    assert "affected people</strong> cannot be reached" in shown
    assert client.post(f"{base}{made['reference']}/publish/").json()["unreachable"] == 2
    public = anybody.get(f"/{path}")
    assert public.status_code == 200
    assert "<strong>copy</strong>" in public.content.decode()
    assert "<script>x" not in public.content.decode()
    assert not public.cookies
    with pytest.raises(ValidationError):
        commands.write_statement(
            incident, statement=incident.statements.get(), title="x", text="y", language="en", obligation=None, by=lead,
            now=timezone.now(),
        )  # fmt: skip
    client.post(
        f"{base}{made['reference']}/withdraw/", {"reason": "All were told."}, content_type="application/json"
    )
    assert anybody.get(f"/{path}").content == unknown.content
