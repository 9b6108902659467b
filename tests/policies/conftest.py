"""People who write, approve and read policies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from accounts import commands as accounts
from accounts.models import Role, User
from audit.events import SYSTEM
from policies import commands
from policies.models import Policy, PolicyVersion
from tests.standing import standing

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def person(name: str, *roles: Role) -> User:
    return accounts.add_user(by=SYSTEM, email=f"{name}@lantern.example", name=name.title(), roles=roles)


@standing
def writer() -> User:
    return person("wren", Role.LEAD)


@standing
def approver() -> User:
    return person("asa", Role.PRIVACY_OFFICER)


@standing
def second_approver() -> User:
    return person("lou", Role.LEGAL)


@standing
def reader() -> User:
    return person("emil", Role.EMPLOYEE)


@standing
def policy(writer: User) -> Policy:
    return commands.create_policy(
        title="Breach response", purpose="What we do after a breach", by=writer, now=NOW
    )


@pytest.fixture
def write(policy: Policy, writer: User, approver: User) -> Callable[..., PolicyVersion]:
    """Write a version and take it as far as asked."""

    def written(
        text: str = "# Rule\n\nTell the lead.", upto: str = "draft", change: str = "New rule"
    ) -> PolicyVersion:
        version = commands.write_version(policy, text=text, change=change, by=writer, now=NOW)
        if upto in ("in_review", "approved", "in_force"):
            version = commands.submit_version(version, by=writer, now=NOW)
        if upto in ("approved", "in_force"):
            version = commands.approve_version(version, by=approver, now=NOW)
        if upto == "in_force":
            version = commands.put_in_force(version, by=approver, now=NOW)
        return version

    return written
