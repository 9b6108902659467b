"""A roster of made-up people and notices on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from incidents.models import Incident
from notifications import commands, transport
from notifications.models import Notice
from stakeholders.models import AffectedParty, Roster, new_party_ids
from stakeholders.sealing import Details, RosterKeys, new_wrapped_keys

STATEMENT = {
    "what_happened": "On 12 November a copy of our contact list was **left open** to everybody.",
    "consequences": "Somebody may write to you and pretend to be us.",
    "measures": "We closed the copy within two hours.",
    "advice": "- Change your password.\n- Be wary of mails that ask for money.",
}


@pytest.fixture(autouse=True)
def _no_idle_connections() -> Any:
    yield
    transport.close_idle()


@pytest.fixture
def own_state(settings: Any, tmp_path: Any) -> None:
    """A journal folder of this test's own."""
    settings.STATE_DIR = tmp_path / "state"


def people(number: int, **fixed: str) -> list[Details]:
    return [
        Details(
            name=f"Person {place}",
            given_name="Person",
            family_name=f"{place}",
            email=f"person{place}@mail{place % 7}.example",
            **fixed,
        )
        for place in range(number)
    ]


def add_people(
    incident: Incident,
    details: Sequence[Details],
    *,
    elements: Sequence[str] = ("email", "name"),
    country: str = "IE",
    language: str = "en",
) -> Roster:
    """Put people on the incident's roster, sealed as the import does it."""
    roster = Roster.objects.filter(incident=incident).first()
    if roster is None:
        key, index_key = new_wrapped_keys(incident.pk)
        roster = Roster.objects.create(incident=incident, wrapped_key=key, wrapped_index_key=index_key)
    keys = RosterKeys.open(roster)
    AffectedParty.objects.bulk_create(
        AffectedParty(
            roster=roster,
            id=identity,
            country=country,
            language=language,
            elements=sorted(elements),
            present=one.present,
            email_key=keys.email_key(one.email) if one.email else None,
            mail_domain_key=keys.mail_domain_key(one.email) if one.email else None,
            sealed=keys.seal(one, identity),
            imported_by=0,
        )
        for one, identity in zip(details, new_party_ids(len(details)), strict=True)
    )
    return roster


@pytest.fixture
def draft(incident: Incident, lead: User) -> Callable[..., Notice]:
    """Start a notice from a short text of ours."""

    def make(**fields: Any) -> Notice:
        given: dict[str, Any] = {
            "title": "First notice",
            "language": "en",
            "subject": "Your data at {{ organisation.name }}",
            "body": (
                'Dear {{ party.name | default: "reader" }},\n\n{{ statement.what_happened }}\n\n'
                "{% for element in party.elements %}- {{ element }}\n{% endfor %}\n"
                "[Your page]({{ notice.url }})\n\n{{ statement.advice }}\n"
            ),
            "statement": STATEMENT,
        }
        return commands.create_notice(
            fields.pop("incident", incident), by=lead, now=timezone.now(), **{**given, **fields}
        )

    return make


@pytest.fixture
def approved(draft: Callable[..., Notice], lead: User, officer: User) -> Callable[..., Notice]:
    """A notice that a second person approved."""

    def make(**fields: Any) -> Notice:
        notice = commands.submit_notice(draft(**fields), by=lead, now=timezone.now())
        return commands.approve_notice(notice, by=officer, now=timezone.now())

    return make


@pytest.fixture
def sending(approved: Callable[..., Notice], lead: User) -> Callable[..., Notice]:
    """A notice on its way."""

    def make(**fields: Any) -> Notice:
        # A little in the past, for the database's clock decides what is due.
        now = timezone.now() - timedelta(seconds=1)
        return commands.start_sending(approved(**fields), by=lead, now=now)

    return make
