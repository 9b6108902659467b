"""What stands beside the breach: policies, a closed incident, a new one, fresh reports, past incidents."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from config.demo import risk
from config.demo.cast import ZONE, Cast
from config.environment import ROOT
from incidents import commands as cases
from incidents.commands import CountInput, FactInput, history
from incidents.models import Door, Incident
from incidents.veris import mapping, reading
from insights import commands as preparing
from insights.queries.exposure import Given
from insights.scenarios import scenarios
from policies import commands as policies
from policies.models import PolicyVersion

POLICIES: Final = (
    (
        "Handling of privacy incidents",
        "Who does what, from the first report to the review.",
        "## Report at once\nWhoever sees personal data where they should not be reports it the same hour. Nobody is blamed "
        "for a report.\n\n## Take it up within an hour\nThe responder on duty decides whether it becomes an incident, and "
        "writes down when it was detected and by whom.\n\n## Decide with reasons\nLegal decides what is notified. That "
        "something is *not* notified is signed by two people.\n\n## Tell people plainly\nWhat happened, what it means for "
        "them, what to do first. No “may have been”, no “out of an abundance of caution”.\n\n## Learn\nEvery incident "
        "ends with a review and a date to look again.",
    ),
    (
        "Personal data in community features",
        "What features that connect people may show, and to whom.",
        "## Off until asked\nA feature that finds people finds only those who said that they may be found.\n\n## Least "
        "fields\nAn answer holds the fields that its page shows, and no more.\n\n## Limits\nLook-ups are limited to what "
        "a person could do by hand. Passing the limit raises an alarm.",
    ),
)  # fmt: skip


def put_policies_in_force(cast: Cast, now: datetime) -> PolicyVersion:
    """Two policies in force and a proposal; returns the version that incidents cite."""
    versions = []
    for number, (title, purpose, text) in enumerate(POLICIES):
        then = now - timedelta(days=200 - 40 * number)
        policy = policies.create_policy(title=title, purpose=purpose, by=cast.lead, now=then)
        version = policies.write_version(policy, text=text, change="First version", by=cast.lead, now=then)
        version = policies.submit_version(version, by=cast.lead, now=then + timedelta(days=1))
        version = policies.approve_version(version, by=cast.privacy, now=then + timedelta(days=3))
        versions.append(policies.put_in_force(version, by=cast.privacy, now=then + timedelta(days=4)))
    changed = POLICIES[1][2] + "\n\n## Imports of contacts\nAn import asks each profile first."
    proposal = policies.write_version(
        versions[1].policy,
        text=changed,
        change="After the contact import",
        by=cast.legal,
        now=now - timedelta(hours=6),
    )
    policies.submit_version(proposal, by=cast.legal, now=now - timedelta(hours=5))
    return versions[0]


# Rough numbers of Lantern's members; the breach touches a few of them.
MEMBERS: Final = {
    "DE": 310_000, "GB": 240_000, "FR": 220_000, "ES": 180_000, "IT": 160_000, "PL": 140_000, "IE": 130_000,
    "US-CA": 120_000, "NL": 110_000, "BR": 110_000, "PT": 80_000, "US-NY": 60_000,
}  # fmt: skip
HELD: Final = ("name", "email", "phone", "online_credentials", "location", "birth_date")


def be_prepared(cast: Cast, now: datetime) -> None:
    """Whom a breach could reach, and what one scenario would have asked of Lantern a month ago."""
    then = now - timedelta(days=30)
    preparing.set_exposure(people=MEMBERS, elements=HELD, by=cast.privacy, now=then)
    given = Given(next(iter(scenarios().values())), then)
    preparing.save_outlook(given, note="For the yearly review", by=cast.privacy, now=then)


def closed_case(cast: Cast, version: PolicyVersion, now: datetime) -> Incident:
    """A small one of last month: decided by two, reviewed, closed."""
    day = now - timedelta(days=34)
    report = cases.file_report(
        door=Door.STAFF,
        title="Ticket export mailed to one wrong address",
        words="I sent the export of 14 support tickets to the wrong agency. They rang and say they deleted it.",
        reporter=cast.support,
        now=day,
    ).report
    incident = cases.promote_report(
        report, by=cast.responder, title="Ticket export mailed to the wrong agency",
        reason="Personal data left the house.", now=day + timedelta(minutes=30),
    )  # fmt: skip
    cases.describe_incident(
        incident, by=cast.responder, now=day + timedelta(hours=1), violation="misdirected", own_role="controller",
        lead=cast.lead,
        summary="Fourteen support tickets with names and e-mail addresses went to an agency that had no part in them. "
        "It confirmed in writing, within two hours, that the file was deleted and not opened.",
    )  # fmt: skip
    cases.record_event_time(
        incident, kind="detected", at=day, zone=ZONE, by=cast.responder, now=day + timedelta(hours=1),
        source="The sender noticed",
    )  # fmt: skip
    facts = {"breach_kinds": ["confidentiality"], "access": False, "acquisition": False, "recovered_deleted": True,
             "encrypted": False, "elements": ["name", "email"]}  # fmt: skip
    cases.set_facts(
        incident, by=cast.responder, now=day + timedelta(hours=2),
        facts=[FactInput(key, "known", value, "Letter of the agency") for key, value in facts.items()],
    )  # fmt: skip
    cases.record_counts(
        incident, counts=[CountInput("IE", ("email", "name"), 14)], basis="confirmed", source="The file itself",
        by=cast.responder, now=day + timedelta(hours=2),
    )  # fmt: skip
    cases.confirm_breach(
        incident, by=cast.lead, aware_at=day, zone=ZONE, now=day + timedelta(hours=3),
        reasoning="The file was with somebody who had no right to it.",
    )  # fmt: skip
    cases.cite_policy(incident, version=version, by=cast.lead, now=day + timedelta(hours=4))
    _settle(incident, cast, day + timedelta(hours=5))
    cases.write_review(
        incident, by=cast.lead, now=now - timedelta(days=21), check_on=(now + timedelta(days=40)).date(),
        cause_kind="design",
        cause="The address field completes names across teams; two agencies start with the same letters.",
        went_well="It was reported within minutes. The agency answered the same day.",
        went_badly="Exports could still be mailed at all.",
        improvements="Exports are shared by link inside the house only. Completion is limited to one's own team.",
    )  # fmt: skip
    return cases.close_incident(incident, by=cast.lead, now=now - timedelta(days=20))


def _settle(incident: Incident, cast: Cast, now: datetime) -> None:
    """Low severity, no risk: what the law still seems to ask is decided by two, logs are kept."""
    cases.assess_severity(
        incident, by=cast.responder, now=now,
        factors={"categories": {"simple": 1}, "identifiers": {"full_name": "0.25", "email": "0.25"}, "people": 14},
    )  # fmt: skip
    risk.answer(incident, cast, now, risk.DELETED_UNREAD)
    cases.sign_risk_finding(
        incident, method="gdpr", finding="unlikely", by=cast.legal, now=now,
        reason="One known recipient, bound by contract, deleted it unread.",
    )  # fmt: skip
    cases.countersign_risk_finding(incident, method="gdpr", by=cast.privacy, now=now)
    for obligation in incident.obligations.running():
        if obligation.recipient_kind == "internal":
            cases.meet_obligation(
                obligation, at=now, proof="This incident and its record", by=cast.legal, now=now
            )
            continue
        decision = cases.propose_not_required(
            obligation,
            by=cast.legal,
            now=now,
            reason="A risk to people is unlikely: deleted unread within two hours.",
        )
        cases.sign_not_required(decision, by=cast.privacy, now=now + timedelta(hours=1))


def new_case(cast: Cast, now: datetime) -> Incident:
    """Opened this morning; hardly anything is known."""
    incident = cases.open_incident(
        by=cast.responder, title="Laptop of the moderation team left on a train", now=now - timedelta(hours=3),
        summary="Disk encryption was on. Whether the moderation queue was cached on it is being checked.",
    )  # fmt: skip
    cases.describe_incident(
        incident,
        by=cast.responder,
        now=now - timedelta(hours=3),
        violation="lost_device",
        own_role="controller",
    )
    cases.record_event_time(
        incident, kind="detected", at=now - timedelta(hours=4), zone=ZONE, by=cast.responder,
        now=now - timedelta(hours=3), source="Call of the moderator",
    )  # fmt: skip
    facts = [
        FactInput("encrypted", "known", True, "Device management"),
        FactInput("key_safe", "known", True, "The recovery key never left device management"),
        FactInput("breach_kinds", "known", ["confidentiality"], "A device out of our hands"),
        FactInput("risk_tier", "unknown"),
    ]
    cases.set_facts(incident, by=cast.responder, now=now - timedelta(hours=2), facts=facts)
    authority = incident.obligations.running().filter(authority_id="ie-dpc").first()
    if authority is not None:
        cases.propose_not_required(
            authority, by=cast.legal, now=now - timedelta(hours=1),
            reason="The disk is encrypted and the key is safe: a risk to people is unlikely (GDPR Art. 33(1)).",
        )  # fmt: skip
    return incident


def past_incidents(cast: Cast, now: datetime) -> int:
    """Incidents of others to compare with, as an importer brings them in."""
    records = [entry.record for entry in reading.entries(ROOT / "samples" / "veris.jsonl") if entry.record]
    for record in records:
        history.import_historic_incident(mapping.mapped(record, latest=now), by=cast.privacy, now=now)
    return len(records)
