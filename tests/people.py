"""Who acts in the tests, and an incident to act on; made by the product's own commands."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.utils import timezone

from accounts import commands as accounts
from accounts.adapter import SecondStepAdapter
from accounts.models import Organisation, Role, User
from audit.events import SYSTEM
from incidents import commands
from incidents.models import Incident
from tests.standing import _django_db_marker, _standing, pytest_collection_modifyitems, standing  # noqa: F401

PASSWORD = "correct-horse-battery"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@standing
def organisation() -> Organisation:
    return accounts.set_up_organisation(
        by=SYSTEM,
        name="Lantern",
        zone="Europe/Dublin",
        establishments=["IE", "GB", "US-CA", "BR"],
        main="IE",
        sectors=[],
        contact_name="Aoife Byrne",
        contact_email="privacy@lantern.example",
        contact_phone="+353 1 555 0100",
        address="1 Harbour Row, Dublin, Ireland",
    )


def hire(email: str, *roles: Role, password: str = PASSWORD) -> User:
    name = email.partition("@")[0].replace(".", " ").title()
    return accounts.add_user(by=SYSTEM, email=email, name=name, roles=roles, password=password)


def set_up_second_step(user: User) -> None:
    """Give somebody an authenticator app."""
    TOTP.activate(user, generate_totp_secret())


def code_of(email: str) -> str:
    """What the app of this person shows now; it can be used once, for half a minute."""
    app = Authenticator.objects.get(user__email=email, type=Authenticator.Type.TOTP)
    secret = SecondStepAdapter().decrypt(app.data["secret"])
    if (left := 30 - time.time() % 30) < 2:  # else the next one would hold when it arrives
        time.sleep(left)
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    return hire


def _role(role: Role, name: str) -> Any:
    def build(organisation: Organisation) -> User:
        return hire(f"{name}@lantern.example", role)

    build.__name__ = name
    return standing(build)


responder = _role(Role.RESPONDER, "responder")
lead = _role(Role.LEAD, "lead")
legal = _role(Role.LEGAL, "legal")
support = _role(Role.SUPPORT, "support")
officer = _role(Role.PRIVACY_OFFICER, "officer")
auditor = _role(Role.AUDITOR, "auditor")
employee = _role(Role.EMPLOYEE, "employee")


@standing
def stranger(organisation: Organisation) -> User:
    """Signed in, without any role or grant."""
    return hire("stranger@lantern.example")


@standing
def incident(lead: User) -> Incident:
    """Open, nothing known yet; the role groups have their grants."""
    now = timezone.now()
    return commands.open_incident(
        by=lead, title="Contact import shared too much", now=now - timedelta(hours=2)
    )


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    def client(user: User) -> Client:
        browser = Client()
        browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return browser

    return client
