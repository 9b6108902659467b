"""A confirmed breach with everything a report tells; made by the product's own commands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from accounts.models import User
from incidents import commands as incidents
from incidents.commands.facts import CountInput, FactInput
from incidents.models import Incident, Obligation

DETECTED = datetime(2026, 11, 20, 20, 40, tzinfo=UTC)
AWARE = datetime(2026, 11, 20, 22, 10, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
DUE = AWARE + timedelta(hours=72)
ZONE = "Europe/Dublin"
DPC = "Data Protection Commission"

STORY = (
    "The contact import matched telephone numbers against profiles without a limit. Between 18 and 20 November an "
    "outside party used it to link numbers to names and e-mail addresses.\n\nThe import was switched off on the evening "
    "it was found."
)


def breach(lead: User, officer: User) -> Incident:
    """Confirmed, counted and scored; the Irish authority must be told by Mon 23 Nov 2026, 22:10 GMT."""
    now = AWARE + timedelta(hours=1)
    incident = incidents.open_incident(
        by=lead, title="Contact import shared too much", summary=STORY, opened_at=DETECTED, now=now
    )
    incident = incidents.describe_incident(
        incident, by=lead, now=now, violation="scraping", own_role="controller"
    )
    incidents.record_event_time(
        incident, kind="occurred", at=DETECTED - timedelta(days=2), zone=ZONE, precision="day", source="Server logs",
        by=lead, now=now,
    )  # fmt: skip
    incidents.record_event_time(
        incident,
        kind="detected",
        at=DETECTED,
        zone=ZONE,
        source="Alert on unusual look-ups",
        by=lead,
        now=now,
    )
    incidents.set_facts(
        incident,
        facts=[
            FactInput("breach_kinds", "known", ["confidentiality"], "Log review"),
            FactInput("elements", "known", ["name", "email", "phone", "location"], "Log review"),
            FactInput("encrypted", "known", False, "Data were served in clear"),
            FactInput("minors", "unknown"),
        ],
        by=lead,
        now=now,
    )
    incidents.record_counts(
        incident,
        counts=[
            CountInput("IE", ("email", "name", "phone"), 412),
            CountInput("DE", ("email", "name", "phone"), 1380),
            CountInput("DE", ("email", "location", "name", "phone"), 61),
            CountInput("US-CA", ("email", "name"), 208),
        ],
        basis="estimate",
        source="Log sample",
        by=lead,
        now=now,
    )
    incidents.confirm_breach(
        incident, by=lead, aware_at=AWARE, zone=ZONE,
        reasoning="The log review showed real look-ups of real people.", now=now,
    )  # fmt: skip
    risk = FactInput("risk_tier", "known", "risk", "Contact data can be misused for fraud.")
    incidents.set_facts(incident, facts=[risk], by=officer, now=now)
    incident.refresh_from_db()
    return incident


def duty_to_authority(incident: Incident) -> Obligation:
    """The duty to tell the lead authority; what follows from telling it comes later."""
    duties = incident.obligations.filter(recipient_kind="authority", rule_id="eu-gdpr-33")
    return duties.order_by("first_assessed_at", "pk")[0]


ANSWERS = {
    "what_happened": STORY,
    "discovery": "An alert on unusual numbers of look-ups, read by the team on duty.",
    "cause": "From outside and malicious; a missing limit made it possible.",
    "people_categories": "Users of the platform who had given a telephone number.",
    "measures_before": "Limits on other interfaces, monitoring of look-ups, yearly review.",
    "consequences": "Unwanted calls and messages; attempts at fraud that use name and number.",
    "measures_taken": "Import switched off; links of numbers to profiles removed; logs kept.",
    "measures_planned": "A limit on every look-up interface by 15 December; a test of it each quarter.",
    "people_told": "By e-mail from 24 November; the text tells what happened and what to do.",
}
