"""One incident with everything on it, made by the product's own commands; what a URL may name is all real."""

from __future__ import annotations

import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone

from accounts import commands as accounts
from accounts.models import Organisation, Role, User
from audit.events import SYSTEM
from incidents import commands as cases
from incidents.commands import CountInput, FactInput
from incidents.models import Can, DelayRequest, Difference, Door, Incident, Obligation, Report
from insights import commands as preparing
from insights.models import SavedOutlook
from insights.queries.exposure import Given
from insights.scenarios import scenarios
from notifications import certificate_tasks, filing_tasks, lane, transport
from notifications import commands as notifying
from notifications.commands import certificates, letters, statements
from notifications.commands import filing as filings
from notifications.filings import receipts, rules
from notifications.models import Delivery, Filing, Notice, NoticeTemplate, TemplateVersion
from notifications.page_codes import Codes
from policies import commands as policies
from policies.models import ContractClause, PolicyVersion
from stakeholders import commands as people
from stakeholders import tasks as import_tasks
from stakeholders.models import AffectedParty, RosterImport, SavedMapping
from stakeholders.sealing import Contact
from tests import engines
from tests.incident_parts import hang_on
from tests.notifications import filing_people
from tests.people import PASSWORD
from tests.sink import Sink

ZONE = "Europe/Dublin"
HOUR = timedelta(hours=1)
# Words that stand nowhere else, so that a search of a page or a log finds them or nothing.
PRIVILEGED_WORDS = "Counsel advises on the analytics contract quokka."
ORDINARY_WORDS = "Press office knows."
FAMILY, EMAIL, PHONE = "Zyxquist", "wanda.zyxquist@mail.example", "+353 1 555 0177"
ASKER, ASKER_MAIL = "Yolanda Vexborough", "yolanda.vexborough@post.example"
QUESTION = "Is the birthday of my daughter Xanthippe among it?"
PEOPLE = f"""account_id,given_name,family_name,email,phone,country,state,language,exposed
A-1,Wanda,{FAMILY},{EMAIL},{PHONE},IE,,en,name;email
A-2,Ben,Ito,ben.ito@mail.example,,US,CA,en,name;email;phone
A-3,Cleo,Brandt,cleo.brandt@post.example,,DE,,de,name;email
A-4,Dev,Rao,,,IE,,en,name;email
A-5,Eva,Holm,eva.holm@post.example,,IE,,en,name;email
A-6,Nobody,Nowhere,nobody@mail.example,,Atlantis,,en,name;email
"""
STATEMENT = {
    "what_happened": "Our contact import showed parts of profiles that were set to private.",
    "consequences": "Somebody may write to you and pretend to be us.",
    "measures": "We switched the import off within three hours.",
    "advice": "- Be wary of messages that name your friends.\n- Look at who may find you in your settings.",
}


@dataclass
class Cast:
    """One person of each role."""

    responder: User
    lead: User
    legal: User
    support: User
    officer: User
    auditor: User
    employee: User
    stranger: User

    @property
    def by_role(self) -> dict[Role, User]:
        roles = (
            Role.RESPONDER,
            Role.LEAD,
            Role.LEGAL,
            Role.SUPPORT,
            Role.PRIVACY_OFFICER,
            Role.AUDITOR,
            Role.EMPLOYEE,
        )
        people = (
            self.responder,
            self.lead,
            self.legal,
            self.support,
            self.officer,
            self.auditor,
            self.employee,
        )
        return dict(zip(roles, people, strict=True))


@dataclass
class Case:
    """An incident and what hangs on it."""

    incident: Incident
    report: Report  # the one it was taken up from
    waiting: Report  # another, still in the inbox
    obligation: Obligation  # proposed as not required, waits for a signature
    clause: ContractClause
    outlook: SavedOutlook
    delay_request: DelayRequest  # open, and too narrow to stop a clock
    difference: Difference  # what a later text of a rule would change
    import_done: RosterImport
    import_uploaded: RosterImport
    saved_mapping: SavedMapping
    party: AffectedParty
    notices: dict[str, Notice]
    filings: dict[str, Filing]
    inquiry: Any
    inquiry_code: str
    notice_code: str
    delivery: Delivery
    supplier: cases.MadeLink  # an address of a supplier's own
    told: User  # has a grant of his own


def organisation_of_tests() -> Organisation:
    return accounts.set_up_organisation(
        by=SYSTEM, name="Lantern", zone=ZONE, establishments=["IE", "GB", "US-CA", "BR"], main="IE", sectors=[],
        contact_name="Aoife Byrne", contact_email="privacy@lantern.example", contact_phone="+353 1 555 0100",
        address="1 Harbour Row, Dublin, Ireland",
    )  # fmt: skip


def hire() -> Cast:
    def one(name: str, *roles: Role) -> User:
        return accounts.add_user(
            by=SYSTEM, email=f"{name}@lantern.example", name=name.title(), roles=roles, password=PASSWORD
        )

    return Cast(
        responder=one("responder", Role.RESPONDER), lead=one("lead", Role.LEAD), legal=one("legal", Role.LEGAL),
        support=one("support", Role.SUPPORT), officer=one("officer", Role.PRIVACY_OFFICER),
        auditor=one("auditor", Role.AUDITOR), employee=one("employee", Role.EMPLOYEE), stranger=one("stranger"),
    )  # fmt: skip


def policy_in_force(cast: Cast, now: datetime) -> PolicyVersion:
    then = now - timedelta(days=30)
    policy = policies.create_policy(
        title="Privacy incidents", purpose="Who does what", by=cast.lead, now=then
    )
    text = "## Report at once\nWhoever sees it reports it."
    version = policies.write_version(policy, text=text, change="First", by=cast.lead, now=then)
    version = policies.submit_version(version, by=cast.lead, now=then + HOUR)
    version = policies.approve_version(version, by=cast.officer, now=then + 2 * HOUR)
    version = policies.put_in_force(version, by=cast.officer, now=then + 3 * HOUR)
    policies.write_version(policy, text=text + "\n\n## Learn\nEach ends with a review.", change="Review", by=cast.lead, now=then + 4 * HOUR)  # fmt: skip
    return version


def template_version(cast: Cast, now: datetime) -> TemplateVersion:
    """An approved text in English from our ready ones."""
    if not NoticeTemplate.objects.filter(versions__language="en").exists():
        notifying.add_ready_templates(by=cast.lead, now=now)
    version = TemplateVersion.objects.filter(
        template__name="High risk to people", language="en", channel="email"
    ).order_by("-number")[0]
    if version.approved_by_id is None:
        version = notifying.approve_template(version, by=cast.officer, now=now)
    return version


def find_out(
    cast: Cast, title: str, now: datetime, version: PolicyVersion
) -> tuple[Incident, Report, Report]:
    """From a report to a confirmed breach with a signed risk."""
    seen = now - 40 * HOUR
    report = cases.file_report(
        door=Door.PUBLIC,
        title=title,
        words="I see <b>private</b> fields.",
        contact="me@example.org",
        now=seen,
    ).report
    waiting = cases.file_report(
        door=Door.STAFF,
        title="Badge list on a printer",
        words="All names.",
        reporter=cast.officer,
        now=seen + HOUR,
    ).report
    incident = cases.promote_report(
        report, by=cast.responder, title=title, reason="It is true.", now=seen + HOUR
    )
    cases.describe_incident(
        incident, by=cast.responder, now=seen + HOUR, summary="The import showed too much.", violation="scraping",
        own_role="controller", lead=cast.lead,
    )  # fmt: skip
    cases.record_event_time(incident, kind="detected", at=seen, zone=ZONE, by=cast.responder, now=seen + HOUR)
    known = {"breach_kinds": ["confidentiality"], "elements": ["email", "name"], "encrypted": False}
    facts = [FactInput(key, "known", value, "Log") for key, value in known.items()]
    cases.set_facts(
        incident, facts=[*facts, FactInput("minors", "unknown")], by=cast.responder, now=seen + 2 * HOUR
    )
    cases.start_assessment(incident, by=cast.responder, now=seen + 2 * HOUR)
    cases.confirm_breach(
        incident,
        by=cast.lead,
        aware_at=seen + 2 * HOUR,
        zone=ZONE,
        reasoning="The log shows it.",
        now=seen + 3 * HOUR,
    )
    cases.record_counts(
        incident, counts=[CountInput("IE", ("email", "name"), 150), CountInput("US-CA", ("email", "name"), 900)],
        basis="estimate", source="Log", by=cast.responder, now=seen + 4 * HOUR,
    )  # fmt: skip
    cases.assess_severity(
        incident, by=cast.responder, now=seen + 5 * HOUR,
        factors={"categories": {"simple": 1}, "identifiers": {"email": "0.25"}, "people": 1050},
    )  # fmt: skip
    cases.sign_risk_finding(
        incident, method="gdpr", finding="high", reason="Fraud is likely.", by=cast.legal, now=seen + 6 * HOUR
    )
    cases.cite_policy(incident, version=version, by=cast.lead, now=seen + 6 * HOUR)
    cases.add_note(incident, text=ORDINARY_WORDS, privileged=False, by=cast.lead, now=seen + 7 * HOUR)
    cases.add_note(incident, text=PRIVILEGED_WORDS, privileged=True, by=cast.legal, now=seen + 7 * HOUR)
    hang_on(incident, cast, seen + 7 * HOUR, waiting=waiting)
    cases.save_view("incidents", query={"lead": "me"}, name="My own", shared=True, by=cast.lead, now=now)
    cases.write_review(
        incident, by=cast.lead, cause="A missing limit.", went_well="", went_badly="", improvements="A limit.",
        check_on=None, now=now - HOUR,
    )  # fmt: skip
    return Incident.objects.get(pk=incident.pk), report, waiting


def upload(incident: Incident, by: User, now: datetime, data: str = PEOPLE) -> RosterImport:
    return people.upload_import(incident, name="affected.csv", chunks=[data.encode()], by=by, now=now)


def bring_in(
    incident: Incident, by: User, now: datetime, data: str = PEOPLE, *, added: int | None = 5
) -> RosterImport:
    """The real import, run as a worker runs it."""
    job = upload(incident, by, now, data)
    job = people.start_import(job, mapping=job.mapping, defaults={}, by=by, now=now)
    owner = uuid.uuid4().hex
    claimed = people.claim_import(owner=owner, now=timezone.now())
    assert claimed is not None
    assert claimed.pk == job.pk
    done, _ = import_tasks.read_on(claimed, owner=owner, until=time.monotonic() + 30)
    assert (done.state, done.refused) == ("done", 1)
    assert added in (None, done.added)
    return done


def make_notices(incident: Incident, cast: Cast, now: datetime) -> dict[str, Notice]:
    """One notice at each stage; the one on its way is sent over SMTP."""
    version = template_version(cast, now)
    made: dict[str, Notice] = {}
    stages = ("draft", "in_review", "approved", "sending")
    serves = list(incident.obligations.filter(recipient_kind="individuals", status="required"))
    for place, stage in enumerate(stages):
        notice = notifying.create_notice(
            incident, by=cast.responder, now=now, title=f"Notice, {stage}", language="en", template=version,
            statement=STATEMENT, segment={"languages": ["en"]}, serves=serves if stage == "sending" else [],
        )  # fmt: skip
        if place >= 1:
            notice = notifying.submit_notice(notice, by=cast.responder, now=now)
        if place >= 2:
            notice = notifying.approve_notice(notice, by=cast.legal, now=now)
        if place >= 3:
            notice = notifying.start_sending(notice, by=cast.lead, now=now)
        made[stage] = notice
    return made


def send(notice: Notice) -> Delivery:
    """What the worker does, in this process; leaves the first delivery with its page code."""
    try:
        report = lane.run(connections_wanted=1)
    finally:
        transport.close_idle()
    notice.refresh_from_db()
    assert notice.sent, report
    return Delivery.objects.filter(notice=notice, state="sent").order_by("pk")[0]


def begin_letters(notice: Notice, cast: Cast, now: datetime) -> None:
    """Who has no e-mail address is written to on paper."""
    party = AffectedParty.objects.of(notice.incident.roster).filter(email_key=None).first()
    assert party is not None
    changed = {"address1": "1 Quay", "town": "Cork"}
    people.correct_contact(party, changed=changed, reason="By phone.", by=cast.lead, now=now)
    letters.begin_letters(notice, paper="din", duplex=False, by=cast.lead, now=now)


def make_filings(incident: Incident, cast: Cast, now: datetime, *, whole: bool) -> dict[str, Filing]:
    """A draft, and one that was declared and, if the case is to be whole, drawn and submitted with a receipt."""
    asked = list(
        incident.obligations.exclude(recipient_kind__in=["individuals", "internal"])
        .filter(status__in=["to_decide", "required", "undecided"])
        .order_by("pk")
    )
    first = next(one for one in asked if one.rule_id == "eu-gdpr-33")
    cases.decide_required(first, by=cast.legal, reason="The risk is high.", now=now)
    sent = filings.start_filing(first, by=cast.legal, now=now)
    sent = filings.edit_answers(sent, answers=filing_people.ANSWERS, by=cast.legal, now=now)
    sent = filings.freeze_filing(sent, by=cast.legal, now=now)
    if whole:
        sent = submit(sent, cast, now)
    other = next(one for one in asked if one.pk != first.pk and not rules.start_blockers(one))
    draft = filings.start_filing(other, by=cast.legal, now=now)
    return {"submitted": sent, "draft": draft}


def submit(filing: Filing, cast: Cast, now: datetime) -> Filing:
    assert filing_tasks.draw_due_filings() == 1
    filing.refresh_from_db()
    content = b"Received with thanks.\n"
    place, sha256 = receipts.stored(
        receipts.checked(SimpleUploadedFile("receipt.txt", content)), "receipt.txt"
    )
    receipt = filings.Receipt("DPC-1", place, "receipt.txt", sha256)
    return filings.mark_submitted(filing, at=now, route="portal", receipt=receipt, by=cast.legal, now=now)


def law_that_moved_on(obligation: Obligation, now: datetime) -> Difference:
    """As if the obligation had been written under an earlier text of its rule."""
    duty_id = obligation.key.partition("/")[2].partition("@")[0].partition("#")[0]
    rule = obligation.rule
    for duty in rule["duties"]:
        if duty["id"] == duty_id:
            duty["title"] = f"{duty['title']}, as the law said before"
    Obligation.objects.filter(pk=obligation.pk).update(rule=rule, rule_version="start/earlier-text")
    Incident.objects.filter(pk=obligation.incident_id).update(assessed_hash="")
    incident = Incident.objects.get(pk=obligation.incident_id)
    cases.assess_obligations(incident, by=SYSTEM, now=now)
    return incident.differences.get(obligation=obligation)


def keep_outlook(cast: Cast, now: datetime) -> SavedOutlook:
    """What a leaked list would ask, kept; beside all incidents."""
    preparing.set_exposure(people={"IE": 500, "US-CA": 700}, elements=["email"], by=cast.lead, now=now)
    return preparing.save_outlook(Given(scenarios()["leaked-list"], now), by=cast.lead, now=now)


def build(
    cast: Cast, version: PolicyVersion, title: str = "Contact import shared too much", *, whole: bool = True
) -> Case:
    """The whole way, up to the last inquiry; else without a drawn filing, which takes longest.

    Wants an SMTP server at `settings.SMTP_URL`.
    """
    now = timezone.now() - timedelta(seconds=5)
    incident, report, waiting = find_out(cast, title, now, version)
    done = bring_in(incident, cast.responder, now)
    uploaded = upload(
        incident, cast.responder, now, PEOPLE + "A-7,New,Person,new@mail.example,,IE,,en,name\n"
    )
    incident = Incident.objects.get(pk=incident.pk)
    for one in incident.obligations.filter(recipient_kind="individuals", status="to_decide"):
        cases.decide_required(one, by=cast.legal, reason="The risk is high.", now=now)
    made_filings = make_filings(incident, cast, now, whole=whole)
    taken = [filing.obligation_id for filing in made_filings.values()]
    asked = incident.obligations.running().filter(status__in=["to_decide", "undecided"])
    proposed = asked.exclude(pk__in=taken).order_by("status", "pk")[0]
    cases.propose_not_required(proposed, by=cast.legal, reason="A risk is unlikely here.", now=now)
    delay_request = cases.record_delay_request(
        incident, agency="Garda National Cyber Crime Bureau", form="oral", scope=["media"],
        requested_at=now - HOUR, reason="By telephone.", by=cast.legal, now=now,
    )  # fmt: skip
    clause = policies.add_clause(
        partner="Beacon Ltd", document="Master agreement § 14.2", scope="affected", number=24, unit="hours",
        event="aware", to_send="A mail to their security desk.", in_force_from=now.date(), by=cast.legal, now=now,
    )  # fmt: skip
    difference = law_that_moved_on(proposed, now)
    notices = make_notices(incident, cast, now)
    delivery = send(notices["sending"])
    begin_letters(notices["sending"], cast, now)
    written = {"title": "To whom we cannot write", "text": STATEMENT["what_happened"], "language": "en"}
    draft = statements.write_statement(incident, obligation=None, by=cast.legal, now=now, **written)
    statements.publish_statement(draft, by=cast.lead, now=now)
    certificates.ask_certificate(notices["sending"], by=cast.lead, now=now)
    assert not whole or certificate_tasks.make_due_certificates() == 1
    code = Codes(notices["sending"]).code(delivery.party_id)
    question = people.log_inquiry(
        by=cast.support, incident=incident, topic="my_data", channel="mail", now=now, words=QUESTION,
        contact=Contact(name=ASKER, email=ASKER_MAIL),
    )  # fmt: skip
    told = accounts.add_user(
        by=SYSTEM,
        email=f"told{incident.pk}@lantern.example",
        name="Expert Outside",
        roles=[],
        password=PASSWORD,
    )
    cases.grant_access(incident, to=told, cans=[Can.VIEW], by=cast.lead, now=now)
    party = AffectedParty.objects.of(incident.roster).get(id=delivery.party_id)
    saved = people.keep_mapping(done, name=f"Customers {incident.pk}", by=cast.responder, now=now)
    return Case(
        incident=Incident.objects.get(pk=incident.pk), report=report, waiting=waiting, obligation=proposed,
        difference=difference, delay_request=delay_request, clause=clause, outlook=keep_outlook(cast, now),
        import_done=done, import_uploaded=uploaded, saved_mapping=saved, party=party, notices=notices, filings=made_filings,
        inquiry=question.inquiry, inquiry_code=question.code, notice_code=code, delivery=delivery, told=told,
        supplier=cases.make_supplier_link(supplier="Beacon Ltd", by=cast.lead, now=now),
    )  # fmt: skip


@dataclass
class World:
    """Two incidents of the same kind, and the people around them."""

    cast: Cast
    case: Case
    other: Case
    policy: PolicyVersion


def relay_at(sink: Sink) -> override_settings:
    """The product's settings point to this SMTP server."""
    backend = "django.core.mail.backends.smtp.EmailBackend"
    return override_settings(
        SMTP_URL=sink.url, EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=sink.port
    )


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once a module, in a transaction that is never committed."""
    folder = Path(tempfile.mkdtemp(prefix="t-", dir=engines.folder_of_run()))
    sink = Sink(folder / "sink", engines.guard()).start()
    with django_db_blocker.unblock(), relay_at(sink), transaction.atomic():
        organisation_of_tests()
        cast = hire()
        version = policy_in_force(cast, timezone.now())
        try:
            case = build(cast, version)
            other = build(cast, version, "Mailing list sent in clear", whole=False)
            yield World(cast, case, other, version)
        finally:
            transaction.set_rollback(True)
            sink.stop()
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def world(standing: World, db: None) -> World:
    """The standing world; what a test changes is undone after it."""
    return standing


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def client_for(user: User | None) -> Client:
    """A browser in which this person is signed in; errors of the product come as 500."""
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
