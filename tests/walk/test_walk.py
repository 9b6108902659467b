"""The whole way of one breach: four people, one affected person, a real worker, real mail, a real browser."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from audit.events import SYSTEM
from incidents import commands as cases
from incidents.lifecycle import Status
from incidents.models import Incident, Obligation
from notifications import commands as notifying
from notifications.models import Delivery
from stakeholders.models import AffectedParty
from tests.people import set_up_second_step
from tests.walk.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.lengthy(140), pytest.mark.django_db(transaction=True)]

PEOPLE = [
    (f"LN-{number}", name, f"{name.split()[0].lower()}{number}@mail.example", country, "en", "name;email;birth_date")
    for number, (name, country) in enumerate(
        [("Orla Quinn", "IE"), ("Sean Daly", "IE"), ("Ida Falk", "DE"), ("Lena Roth", "DE"), ("Marc Petit", "FR"),
         ("Zoe Blanc", "FR"), ("Noor Visser", "NL"), ("Ugo Riva", "IT")], start=1
    )
]  # fmt: skip


def people_csv() -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["account_id", "name", "email", "country", "language", "exposed"])
    writer.writerows(PEOPLE)
    writer.writerow(["LN-9", "Broken Line", "not an address", "IE", "en", "name;email"])
    return out.getvalue().encode()


@pytest.fixture
def house(live_server, settings, request, tmp_path, new_context, responder, lead, legal, support):
    """The product with a worker and a mail server, and four people signed in."""
    settings.PUBLIC_URL = live_server.url
    settings.MEDIA_ROOT = settings.FILES_DIR = tmp_path / "files"
    settings.STATE_DIR = tmp_path / "state"
    sink = request.getfixturevalue("smtp_sink")
    request.getfixturevalue("running_worker")
    notifying.add_ready_templates(by=SYSTEM, now=timezone.now() - timedelta(days=30))

    def person(email: str = "") -> Person:
        at = Person(new_context().new_page(), live_server.url)
        return at.sign_in(email) if email else at

    for user in (responder, lead, legal, support):
        set_up_second_step(user)
    people = {user.email.partition("@")[0]: person(user.email) for user in (responder, lead, legal, support)}
    return person, people, sink


def test_one_breach_from_the_first_report_to_the_close(house, tmp_path):
    person, people, sink = house
    responder, lead, legal, support = (people[name] for name in ("responder", "lead", "legal", "support"))
    affected = person()

    put_a_policy_in_force(lead, legal)
    report_as_the_public(affected)
    take_up(responder)
    incident = Incident.objects.get()
    at = f"/incidents/{incident.reference}/"
    say_what_happened(responder, at)
    confirm(lead, at)
    assess(responder, legal, at)
    import_people(responder, at, tmp_path)
    decide(legal, lead, at, incident)
    write_notice(responder, at, incident)
    approve_and_send(legal, lead, at)
    everybody_has_one_mail(sink)
    code = ask_from_the_mail(affected, sink)
    answer(support, affected, code)
    file(legal, at, tmp_path)
    cite_and_close(lead, legal, at, incident)
    incident.refresh_from_db()
    assert incident.status == Status.CLOSED
    the_record_holds(lead, at, incident)
    from_a_report_to_a_running_playbook(lead)


def put_a_policy_in_force(lead: Person, legal: Person) -> None:
    lead.go("/policies/new/").fill(title="Handling of privacy incidents").press("Go on to the text")
    lead.fill(text="## Report at once\nWhoever sees it reports it.").press("Save the draft")
    lead.press("Ask for approval").looks("01-policy")
    legal.go(lead.page.url).press("Approve version 1")
    legal.press("Put in force").sees("In force")


def report_as_the_public(affected: Person) -> None:
    affected.go("/report/")
    affected.fill(
        title="I can see strangers' dates of birth", words="The contact import shows me private fields."
    )
    affected.looks("02-report").press("Continue")
    affected.fill(link="https://lantern.example/import").press("Continue")
    affected.fill(whose="many", violation="scraping").press("Continue")
    affected.fill(contact="orla1@mail.example").press("Continue")
    affected.sees("strangers' dates of birth").press("Send this report")
    affected.sees("Thank you", "REP-").looks("03-report-sent")


def take_up(responder: Person) -> None:
    responder.go("/intake/").sees("strangers' dates of birth").looks("04-intake")
    responder.press("Take up as an incident")
    responder.fill(title="Contact import shows private fields", reason="Tried and confirmed.").press(
        "Take up|Promote|Open"
    )
    responder.sees("Contact import shows private fields")


def say_what_happened(responder: Person, at: str) -> None:
    seen = timezone.now() - timedelta(hours=3)
    responder.go(at).looks("05-overview-empty")
    responder.go(f"{at}describe/")
    responder.fill(
        summary="The import matched private profiles.", violation="scraping", own_role="controller"
    )
    responder.press("Save")
    responder.go(f"{at}facts/time/").fill(
        kind="detected", on=f"{seen:%Y-%m-%d}", time=f"{seen:%H:%M}", zone="UTC"
    )
    responder.fill(source="A report of the public").press("Sign this time")
    responder.go(f"{at}facts/organisation/").fill(
        places_served__state="known", places_served="IE, DE, FR, NL, IT, GB"
    )
    responder.press("Save these facts")
    responder.go(f"{at}facts/breach/").fill(
        breach_kinds__state="known",
        breach_kinds=["confidentiality"],
        access="yes",
        acquisition="yes",
        source="Log",
    ).press("Save these facts")
    responder.go(f"{at}facts/data/").fill(
        elements__state="known", elements=["name", "email", "birth_date"], encrypted="no", source="Log"
    ).press("Save these facts")
    responder.go(f"{at}facts/").looks("06-facts")


def confirm(lead: Person, at: str) -> None:
    aware = timezone.now() - timedelta(hours=2)
    lead.go(f"{at}confirm/").fill(
        on=f"{aware:%Y-%m-%d}", time=f"{aware:%H:%M}", zone="UTC", reasoning="The log shows it beyond doubt."
    )
    lead.looks("07-confirm").press("Confirm the breach")
    lead.sees("Confirmed breach", "Irish Data Protection Commission")


def assess(responder: Person, legal: Person, at: str) -> None:
    responder.go(f"{at}assessment/severity/").fill(
        categories__simple="2", context_reason="With the date of birth people can be profiled.",
        identifiers__full_name="1", circumstances__confidentiality="0.5",
    ).press("Keep as a new version")  # fmt: skip
    responder.go(f"{at}assessment/").sees("Medium|High|Low").looks("08-assessment")
    legal.go(f"{at}risk/gdpr/sign/").fill(finding="high", reason="Fraud with dates of birth is likely.")
    legal.press("Sign this finding")


def import_people(responder: Person, at: str, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(people_csv())
    responder.go(f"{at}people/import/")
    responder.page.set_input_files('input[name="file"]', path)
    responder.press("Upload").looks("09-columns").press("^Import$")
    responder.waits_for("Done|Finished").looks("10-imported")
    assert AffectedParty.objects.count() == len(PEOPLE)
    responder.go(f"{at}people/").sees("Germany", "2").looks("11-people")
    assert "orla1@mail.example" not in responder.page.content()


def decide(legal: Person, lead: Person, at: str, incident: Incident) -> None:
    legal.go(f"{at}obligations/").looks("12-obligations")
    for obligation in Obligation.objects.running().filter(incident=incident):
        legal.go(f"{at}obligations/{obligation.pk}/")
        if obligation.regime == "EU GDPR":
            legal.press("^It applies").fill(reason="The facts fulfil the rule.").press("It applies")
            continue
        does_not_apply(legal, lead, f"{at}obligations/{obligation.pk}/", "Nobody of this place is affected.")
    legal.go(f"{at}obligations/{Obligation.objects.get(key='eu-gdpr-33/authority@ie-dpc').pk}/").looks(
        "13-obligation"
    )


def does_not_apply(legal: Person, lead: Person, page: str, reason: str) -> None:
    """One proposes, another signs."""
    legal.go(page).press("Propose").fill(reason=reason).press("Propose")
    lead.go(page).press("^Sign").press("Sign")
    lead.sees("[Nn]ot required")


def write_notice(responder: Person, at: str, incident: Incident) -> None:
    responder.go(f"{at}notices/new/")
    options = responder.page.locator("main select[name=template] option")
    english = next(
        one for one in options.all() if "High risk" in one.inner_text() and "English" in one.inner_text()
    )
    responder.fill(template=english.get_attribute("value"), title="People affected").press("Write the text")
    serves = Obligation.objects.get(incident=incident, recipient_kind="individuals", regime="EU GDPR")
    responder.fill(
        what_happened="Our contact import showed private parts of your profile to strangers.",
        consequences="Somebody may write to you in a friend's name.",
        measures="We switched the import off.",
        advice="Be wary of messages that name your friends.",
        serves=[str(serves.pk)],
    )
    responder.looks("14-notice-edit").press("^Save")
    responder.press("^Preview").looks("15-preview").press("Back to the notice")
    responder.press("Ask for approval").sees("[Ii]n review")


def approve_and_send(legal: Person, lead: Person, at: str) -> None:
    legal.go(f"{at}notices/").press("People affected").press("Read and approve").looks("16-approve")
    legal.press("Approve for").sees("Approved")
    lead.go(f"{at}notices/").press("People affected").press("Send to").fill(delay="0").looks("17-send")
    lead.press("Send to")
    lead.waits_for("Finished").looks("18-sent")
    lead.go(at).sees("Who has been told").looks("19-overview")


def everybody_has_one_mail(sink) -> None:
    expected = sorted(row[2] for row in PEOPLE)
    assert sorted(sink.recipients()) == expected
    assert Delivery.objects.filter(state="sent").count() == len(PEOPLE)


def ask_from_the_mail(affected: Person, sink) -> str:
    """Open the link of the mail that really came, and ask."""
    (mail,) = sink.messages(to=PEOPLE[0][2])
    text = mail.get_body(("plain",)).get_content()
    link = re.search(r"http://[^\s]+/n/[\w-]+", text).group(0)
    assert "Orla Quinn" in text
    affected.go(link).sees("Lantern", "[Dd]ate of birth").looks("20-notice-page")
    affected.fill(question="Which of my friends did they see?").press("Send")
    affected.looks("21-asked")
    return re.search(r"/q/[\w-]+", affected.page.content()).group(0)


def answer(support: Person, affected: Person, code: str) -> None:
    support.go("/inquiries/").looks("22-desk")
    support.page.locator("main table a, main ol a, main .tasks a").first.click()
    support.sees("Which of my friends").fill(text="Nobody saw your friends' profiles.").looks("23-inquiry")
    support.press("Send the answer|Keep the answer")
    affected.go(code).sees("Nobody saw your friends").looks("24-answer")


def file(legal: Person, at: str, tmp_path: Path) -> None:
    legal.go(f"{at}filings/").looks("25-filings").press("Start the filing")
    legal.go(f"{legal.page.url}sections/event/").fill(
        what_happened="The contact import showed private fields to strangers.",
        cause="A change without a check.",
    ).press("Save these answers")
    legal.press("Check and declare").looks("26-declare").press("Declare as")
    legal.waits_for("Download the PDF")
    with legal.page.expect_download() as download:
        legal.page.get_by_role("link", name="Download the PDF").first.click()
    pdf = tmp_path / "filing.pdf"
    download.value.save_as(pdf)
    assert pdf.read_bytes().startswith(b"%PDF-")
    now = timezone.now()
    legal.press("Record the submission").fill(
        on=f"{now:%Y-%m-%d}", time=f"{now:%H:%M}", zone="UTC", route="portal", receipt="DPC-2026-1"
    ).press("Record as submitted")  # fmt: skip
    legal.sees("DPC-2026-1").looks("27-filed")


def cite_and_close(lead: Person, legal: Person, at: str, incident: Incident) -> None:
    lead.go(f"{at}policy/").choose("version", "Handling of privacy incidents, version 1").press(
        "Cite this version"
    )
    lead.go(f"{at}close/").sees("remaining facts").looks("28-close-refused")
    assert lead.page.get_by_role("button", name="Close the incident").is_disabled()
    for obligation in Obligation.objects.running().filter(incident=incident):
        does_not_apply(legal, lead, f"{at}obligations/{obligation.pk}/", "The first report was complete.")
    lead.go(f"{at}close/review/").fill(
        cause_kind="procedure", cause="No check", improvements="A test that tries private profiles."
    )
    lead.press("Keep the review")
    lead.go(f"{at}close/").looks("29-close").press("Close the incident").press("Close")


def the_record_holds(lead: Person, at: str, incident: Incident) -> None:
    lead.go(f"{at}record/").press("Verify now").looks("30-record")
    lead.go(f"{at}timeline/").looks("31-timeline")
    lead.go("/").looks("32-my-day")
    call_command("verify_record", "--incident", incident.reference)


def from_a_report_to_a_running_playbook(lead: Person) -> None:
    """Somebody sees something, takes it up and confirms it: fewer than twelve things to press or type into."""
    cases.add_ready_playbooks(by=SYSTEM, now=timezone.now())
    lead.go("/")
    lead.interactions = 0
    lead.opens("Report something").fill(
        title="Pictures of private accounts", words="They show in the search."
    )
    lead.press("^Send").press("Look at it in the inbox").press("Take up")
    lead.fill(reason="Tried it: true.").press("Take up").press("Confirm the breach")
    lead.fill(reasoning="We saw the pictures ourselves.").press("Confirm the breach")
    lead.sees("Playbook: Any other incident").looks("33-playbook")
    assert lead.interactions < 12
