from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from incidents import commands
from incidents.commands import CountInput, FactInput
from incidents.models import Incident
from incidents.permissions import incident_for
from tests.standing import standing


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@standing
def breach(incident: Incident, lead: User) -> Incident:
    """Confirmed, with people in two places and a running clock under the GDPR."""
    now = timezone.now()
    seen = now - timedelta(hours=20)
    commands.describe_incident(
        incident, by=lead, now=now, violation="scraping", own_role="controller", lead=lead
    )
    commands.record_event_time(incident, kind="detected", at=seen, zone="Europe/Dublin", by=lead, now=now)
    facts = {"breach_kinds": ["confidentiality"], "acquisition": True, "encrypted": False}
    commands.set_facts(
        incident, facts=[FactInput(key, "known", value) for key, value in facts.items()], by=lead, now=now
    )
    counts = [CountInput("IE", ("email", "name"), 300), CountInput("DE", ("email", "name"), 200)]
    commands.record_counts(incident, counts=counts, basis="estimate", source="Log", by=lead, now=now)
    commands.confirm_breach(
        incident,
        by=lead,
        aware_at=seen + timedelta(hours=1),
        zone="Europe/Dublin",
        reasoning="Log read",
        now=now,
    )
    return incident_for(lead, incident.reference)
