"""Rosters and imports on the tests' incident, made by the product's own commands."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from incidents.models import Incident
from stakeholders import commands, tasks
from stakeholders.models import Roster, RosterImport
from stakeholders.sealing import RosterKeys
from tests.standing import standing

ELEMENTS = ["email", "name"]
PEOPLE = """email;first_name;last_name;country;state;language;account_id
ana.lopes@mail.example;Ana;Lopes;Portugal;;pt;A-1
ben@mail.example;Ben;Ito;US;California;en-US;A-2
cleo@mail.example;Cleo;Brandt;DE;;de;A-3
dev@mail.example;Dev;Rao;Irland;;en;A-4
"""


@standing
def roster(incident: Incident, lead: User) -> Roster:
    return commands.open_roster(incident, by=lead, now=timezone.now())


@pytest.fixture
def keys(roster: Roster) -> RosterKeys:
    return RosterKeys.open(roster)


@pytest.fixture
def upload(incident: Incident, lead: User) -> Callable[..., RosterImport]:
    def up(text: str | bytes, name: str = "people.csv", into: Incident = incident) -> RosterImport:
        data = text.encode() if isinstance(text, str) else text
        return commands.upload_import(into, name=name, chunks=[data], by=lead, now=timezone.now())

    return up


@pytest.fixture
def start(upload: Callable[..., RosterImport], lead: User) -> Callable[..., RosterImport]:
    def go(text: str | bytes, **defaults: Any) -> RosterImport:
        into = {"into": defaults.pop("into")} if "into" in defaults else {}
        job = upload(text, **into)
        mapping = defaults.pop("mapping", job.mapping)
        defaults = {"elements": ELEMENTS, **defaults}
        return commands.start_import(job, mapping=mapping, defaults=defaults, by=lead, now=timezone.now())

    return go


def run_to_end(seconds: float = 30) -> RosterImport | None:
    """What a worker does, without the worker."""
    import time

    owner = uuid.uuid4().hex
    job = commands.claim_import(owner=owner, now=timezone.now())
    return tasks.read_on(job, owner=owner, until=time.monotonic() + seconds)[0] if job else None


@pytest.fixture
def bring_in(start: Callable[..., RosterImport]) -> Callable[..., RosterImport]:
    def bring(text: str | bytes = PEOPLE, **defaults: Any) -> RosterImport:
        job = start(text, **defaults)
        run_to_end()
        job.refresh_from_db()
        return job

    return bring
