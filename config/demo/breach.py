"""One breach of a social platform, half-way: detected forty hours ago, people being told now."""

from __future__ import annotations

import time
import uuid
from datetime import datetime, timedelta
from typing import Final

from config.demo import risk
from config.demo.cast import ZONE, Cast
from config.demo.people import people_csv
from config.demo.statements import dated, statement
from incidents import commands as cases
from incidents.commands import CountInput, FactInput
from incidents.models import Door, Incident, Obligation
from notifications import commands as notifying
from notifications.commands import filing as filings
from notifications.models import NoticeTemplate
from policies.models import PolicyVersion
from stakeholders import commands as people
from stakeholders import tasks
from stakeholders.models import Inquiry
from stakeholders.sealing import Contact

PROFILE: Final = ("birth_date", "contacts", "email", "name", "phone")
SUMMARY: Final = (
    "The contact-import tool matched address books with profiles without asking whether a profile may be found. "
    "Whoever uploaded a list of numbers got back names, e-mail addresses, dates of birth and contacts that their "
    "owners had set to private. Between {since} and {until}, 41 accounts used it far beyond what a person could."
)
READ_BY: Final = {"en": "English", "de": "German", "fr": "French", "es": "Spanish"}
ANSWERS: Final = {
    "discovery": "An employee tried the tool with made-up numbers after a question of a partner.",
    "what_happened": SUMMARY,
    "cause": "A change of {since} matched contacts before it asked for the setting “may be found”. Misused from outside "
    "for gain.",
    "systems": "Contact import 4.2, in the regions Dublin and Frankfurt.",
    "records": "About 2,000 profiles",
    "people_categories": "Users of the platform. Whether children are among them is being looked into.",
    "measures_before": "Rate limit for each account, review of changes, logging of look-ups.",
    "consequences": "Unwanted contact, impersonation towards friends and family, fraud that uses the date of birth.",
    "measures_taken": "Tool switched off, 41 accounts closed, tokens withdrawn, the list taken down by the board.",
    "measures_planned": "The tool asks each profile first; limits for each network; a test that tries private profiles.",
    "people_told": "By e-mail in the language of each person, from today on; letters to those without an address.",
}


def open_case(cast: Cast, now: datetime) -> Incident:
    """Somebody notices, reports it, and it is taken up within the hour."""
    seen = now - timedelta(hours=40)
    told = seen + timedelta(minutes=25)
    report = cases.file_report(
        door=Door.STAFF,
        title="Contact import returns private fields",
        words="A partner asked why our contact import shows him dates of birth of people he has never met. I tried it "
        "with a list of numbers I made up: I get names, e-mail and birth dates of profiles that are set to private.",
        noticed_at=seen,
        reporter=cast.employee,
        now=told,
    ).report
    again = cases.file_report(
        door=Door.PUBLIC,
        title="Somebody sells a list with my private number",
        words="On a message board someone offers a list with names and numbers from Lantern. Mine is set to private.",
        link="https://board.example/t/48213",
        now=told + timedelta(minutes=10),
    ).report
    incident = cases.promote_report(
        report,
        by=cast.responder,
        title="Contact-import tool exposed private profile fields",
        reason="Tried and confirmed: private fields of strangers come back.",
        now=told + timedelta(minutes=25),
    )
    cases.mark_duplicate(
        again,
        of=report,
        by=cast.responder,
        reason="The list holds exactly these fields.",
        now=told + timedelta(hours=1),
    )
    return incident


def find_out(incident: Incident, cast: Cast, seen: datetime) -> None:
    """What is known after the first hours, and what is not."""

    def after(hours: float) -> datetime:
        return seen + timedelta(hours=hours)

    cases.describe_incident(
        incident, by=cast.responder, now=after(1), summary=dated(SUMMARY, seen), violation="scraping", own_role="controller",
        priority="urgent", lead=cast.lead,
    )  # fmt: skip
    cases.record_event_time(
        incident, kind="detected", at=seen, zone=ZONE, by=cast.responder, now=after(1),
        source="Report of an employee, tried again by the responder",
    )  # fmt: skip
    cases.record_event_time(
        incident, kind="occurred", at=seen - timedelta(days=17), zone=ZONE, by=cast.responder, now=after(1.1),
        precision="day", source="Release log: contact import 4.2 went live",
    )  # fmt: skip
    cases.start_assessment(incident, by=cast.responder, now=after(1.2))
    known = {
        "breach_kinds": (["confidentiality"], "Release log"),
        "access": (True, "Server log"),
        "acquisition": (True, "Server log: 41 accounts downloaded results"),
        "encrypted": (False, "Profiles are shown in clear"),
        "medium": ("electronic", ""),
        "elements": (list(PROFILE), "Fields of the answer of the tool"),
    }
    facts = [FactInput(key, "known", value, source) for key, (value, source) in known.items()]
    facts += [FactInput("minors", "unknown"), FactInput("harm_likely", "unknown")]
    cases.set_facts(incident, facts=facts, by=cast.responder, now=after(1.5))
    cases.confirm_breach(
        incident, by=cast.lead, aware_at=after(2.5), zone=ZONE, now=after(2.6),
        reasoning="The log shows that 41 accounts downloaded private fields: reasonably certain from here on.",
    )  # fmt: skip
    cases.record_event_time(
        incident, kind="contained", at=after(3), zone=ZONE, by=cast.responder, now=after(3.2),
        source="The tool was switched off in all regions",
    )  # fmt: skip
    estimate = [
        CountInput(place, PROFILE, number) for place, number in (("IE", 150), ("DE", 350), ("GB", 300))
    ]
    cases.record_counts(
        incident,
        counts=estimate,
        basis="estimate",
        source="First count from the log",
        by=cast.responder,
        now=after(4),
    )
    called = cases.add_note(
        incident, text="Talked with the platform team: 800 profiles were opened from outside.", privileged=False,
        by=cast.responder, happened_at=after(3.5), now=after(4.5),
    )  # fmt: skip
    cases.add_note(
        incident, text="2,000 profiles, not 800: the first figure left out the mobile app.", privileged=False,
        by=cast.lead, corrects=f"note-{called.pk}", now=after(5),
    )  # fmt: skip
    cases.add_note(
        incident, text="Press office knows. No statement before people are told.", privileged=False, by=cast.lead,
        now=after(5),
    )  # fmt: skip
    cases.add_note(
        incident, text="Advice on the contract with the analytics partner is with outside counsel.", privileged=True,
        by=cast.legal, now=after(6),
    )  # fmt: skip


def assess(incident: Incident, cast: Cast, version: PolicyVersion, seen: datetime) -> None:
    """Score the severity, sign the finding of risk, cite the policy."""
    now = seen + timedelta(hours=7)
    cases.cite_policy(incident, version=version, by=cast.lead, now=now)
    cases.assess_severity(
        incident,
        factors={
            "categories": {"simple": 2},
            "context_reason": "Contacts and dates of birth together let one profile people.",
            "identifiers": {"full_name": "1", "email": "1"},
            "circumstances": {"confidentiality": "0.5", "malice": "0.5"},
            "people": 2000,
        },
        by=cast.responder,
        now=now,
    )
    risk.answer(incident, cast, now, risk.TAKEN)
    cases.sign_risk_finding(
        incident,
        method="gdpr",
        finding="high",
        reason="Private data of many, taken on purpose, offered for sale: impersonation and fraud are to be expected.",
        by=cast.legal,
        now=now + timedelta(hours=1),
    )


def import_people(incident: Incident, cast: Cast, now: datetime) -> None:
    """The list from the log, through the same import as any."""
    job = people.upload_import(
        incident, name="contact-import-affected.csv", chunks=[people_csv()], by=cast.responder, now=now
    )
    people.start_import(job, mapping=job.mapping, defaults={}, by=cast.responder, now=now)
    owner = uuid.uuid4().hex
    claimed = people.claim_import(owner=owner, now=now)
    if claimed is None or claimed.pk != job.pk:
        raise RuntimeError("another import came first; the demonstration wants an empty database")
    done, _ = tasks.read_on(claimed, owner=owner, until=time.monotonic() + 60)
    if done.state != "done":
        raise RuntimeError(f"the import of the demonstration ended as {done.state} {done.failure}")
    cases.drop_estimates(
        incident, by=cast.responder, reason="The list is complete: all 41 accounts are in it.", now=now
    )


def decide(incident: Incident, cast: Cast, now: datetime) -> None:
    """Europe is decided; Brazil, whose finding legal signed just now, waits for a decision."""
    asked = list(incident.obligations.filter(status="to_decide"))
    required = [one for one in asked if one.regime in ("EU GDPR", "UK GDPR")]
    for obligation in required:
        cases.decide_required(
            obligation,
            by=cast.legal,
            reason="The facts of the case fulfil the rule; the risk is high.",
            now=now,
        )
    findings = [
        FactInput(
            "interests_significantly_affected", "known", True, "Signed finding: identity fraud is likely"
        ),
        FactInput("large_scale", "known", True, "2,000 people in twelve places"),
    ]
    cases.set_facts(incident, facts=findings, by=cast.legal, now=now + timedelta(hours=14))


def tell(incident: Incident, cast: Cast, seen: datetime, now: datetime) -> None:
    """English is on its way, German is approved, French waits for approval, Spanish is a draft."""
    template = NoticeTemplate.objects.get(name="High risk to people")
    serves: list[Obligation] = list(
        incident.obligations.filter(recipient_kind="individuals", status="required")
    )
    for language, steps in (("en", 3), ("de", 2), ("fr", 1), ("es", 0)):
        notice = notifying.create_notice(
            incident, by=cast.responder, now=now, title=f"To people who read {READ_BY[language]}", language=language,
            template=template.versions.filter(language=language, channel="email").order_by("-number").first(),
            statement=statement(language, seen), segment={"languages": [language]}, serves=serves,
        )  # fmt: skip
        if steps > 0:
            notice = notifying.submit_notice(notice, by=cast.responder, now=now + timedelta(minutes=10))
        if steps > 1:
            notice = notifying.approve_notice(notice, by=cast.legal, now=now + timedelta(minutes=40))
        if steps > 2:
            notifying.start_sending(notice, by=cast.lead, now=now + timedelta(minutes=45))
    try_wording(incident, cast, seen, serves, now)


def try_wording(
    incident: Incident, cast: Cast, seen: datetime, serves: list[Obligation], now: datetime
) -> None:
    """A first try at a short text, with what the check finds in it."""
    notifying.create_notice(
        incident, by=cast.responder, now=now, title="Short version, first try", language="en",
        subject="Urgent: act on your account NOW",
        body=(
            "Dear {{ party.name }},\n\n{{ statement.what_happened }} We have no evidence that your data may have been "
            "misused.\n\nHelp: https://lantern-help.example/start\n\n{{ block.what_to_do }}"
        ),
        statement=statement("en", seen), segment={"languages": ["en"]}, serves=serves,
    )  # fmt: skip


def ask(incident: Incident, cast: Cast, now: datetime) -> list[Inquiry]:
    """People who ask; one has her answer."""
    asked = [
        people.log_inquiry(
            by=cast.support, incident=incident, topic="is_it_real", channel="phone", now=now - timedelta(hours=5),
            words="Caller got a mail about private data and wants to know whether it is really from us.",
        ),
        people.log_inquiry(
            by=cast.support, incident=incident, topic="my_data", channel="mail", now=now - timedelta(hours=3),
            words="Which of my data did they get? Is my location among it?",
            contact=Contact(name="Inge Sommer", email="inge.sommer@mail.example"),
        ),
        people.ask_question(
            incident, topic="what_to_do", now=now - timedelta(hours=2),
            words="Somebody called me and knew the name of my sister. What should I do now?",
        ),
        people.log_inquiry(
            by=cast.support, incident=incident, topic="rights", channel="social", now=now - timedelta(minutes=50),
            words="Wants her account and everything in it erased today.",
        ),
    ]  # fmt: skip
    people.answer_inquiry(
        asked[0].inquiry,
        text="Yes, the notice is ours. Each notice has a page of its own at our address that confirms it.",
        by=cast.support,
        now=now - timedelta(hours=4),
    )
    return [one.inquiry for one in asked]


def start_filing(incident: Incident, cast: Cast, seen: datetime, now: datetime) -> None:
    """The report to the Irish authority: written, declared, waiting to be drawn."""
    obligation = incident.obligations.filter(
        authority_id="ie-dpc", recipient_kind="authority", status="required"
    ).first()
    if obligation is None:
        return
    answers = {key: dated(words, seen) for key, words in ANSWERS.items()}
    filing = filings.start_filing(obligation, by=cast.legal, now=now)
    filing = filings.edit_answers(filing, answers=answers, by=cast.legal, now=now + timedelta(minutes=20))
    filings.freeze_filing(filing, by=cast.legal, now=now + timedelta(minutes=40))
