"""Pages and API of people and inquiries: the same door, masked, within their number of queries."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from audit.models import AuditEvent
from incidents import commands as incidents
from stakeholders import commands
from stakeholders.models import AffectedParty, Inquiry, RosterImport
from stakeholders.sealing import Contact
from tests.stakeholders.conftest import PEOPLE, run_to_end

pytestmark = pytest.mark.django_db


def people_url(incident, rest=""):
    return f"/incidents/{incident.reference}/people/{rest}"


@pytest.fixture
def party(bring_in, incident):
    bring_in()
    return AffectedParty.objects.of(incident.roster).order_by("id").first()


@pytest.fixture
def asked(incident, support):
    return commands.log_inquiry(
        by=support, topic="my_data", channel="phone", words="Was my password in it?",
        contact=Contact(email="cleo@mail.example"), incident=incident, now=timezone.now(),
    )  # fmt: skip


def test_a_file_goes_from_upload_through_matching_to_people(client_of, responder, incident):
    client = client_of(responder)
    assert "Nobody is on the list yet" in client.get(people_url(incident)).text
    file = SimpleUploadedFile("people.csv", PEOPLE.encode())
    answer = client.post(people_url(incident, "import/"), {"file": file})
    job = RosterImport.objects.get()
    assert answer.url == people_url(incident, f"imports/{job.pk}/columns/")
    page = client.get(answer.url).text
    assert "a•••@mail.example" in page
    assert "ana.lopes" not in page
    columns = {f"column_{place}": target for place, target in job.mapping.items()}
    posted = {
        **columns,
        **job.dialect,
        "has_header": "on",
        "country": "",
        "language": "",
        "addressee": "self",
    }
    refused = client.post(answer.url, posted)
    assert refused.status_code == 422
    assert "Say which data were exposed" in refused.text
    started = client.post(answer.url, {**posted, "elements": ["email", "name"]})
    assert started.url == people_url(incident, f"imports/{job.pk}/")
    assert "hx-get" in client.get(started.url).text
    run_to_end()
    assert client.get(started.url + "progress/").headers["HX-Refresh"] == "true"
    page = client.get(people_url(incident)).text
    assert "California (US-CA)" in page
    assert "A. L•••" in page
    for secret in ("ana.lopes", "Lopes", "ben@"):
        assert secret not in page


@pytest.mark.parametrize("data", [b"", b"email,country\n", b"<html></html>", b"a\x00b\n1\n"])
def test_a_wrong_file_is_refused_in_words(client_of, responder, incident, data):
    answer = client_of(responder).post(
        people_url(incident, "import/"), {"file": SimpleUploadedFile("x.csv", data)}
    )
    assert answer.status_code == 422
    assert "There is a problem" in answer.text


def test_the_file_can_be_read_again_another_way_before_importing(client_of, responder, incident, upload):
    job = upload(PEOPLE)
    again = {"encoding": "utf-8", "delimiter": ",", "again": "1", "has_header": "on"}
    page = client_of(responder).post(people_url(incident, f"imports/{job.pk}/columns/"), again)
    assert page.status_code == 200
    assert "column_1" not in page.text
    job.refresh_from_db()
    assert job.state == "uploaded"


def test_refused_lines_are_told_and_can_be_taken_out(client_of, responder, incident, bring_in):
    job = bring_in("email,country,name\nnobody,IE,=1+1\nok@mail.example,IE,Ok\n")
    client = client_of(responder)
    page = client.get(people_url(incident, f"imports/{job.pk}/")).text
    assert "E-mail is not an e-mail address." in page
    answer = client.post(people_url(incident, f"imports/{job.pk}/refused.csv"))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "'=1+1" in text
    assert "attachment" in answer["Content-Disposition"]
    assert AuditEvent.objects.filter(verb="rejects_downloaded").exists()


@pytest.mark.parametrize("text", ["ben@mail.example", "BEN@mail.example", "ito", "A-2", " a-2 "])
def test_one_person_is_found_by_exact_address_name_or_reference(client_of, lead, incident, party, text):
    page = client_of(lead).post(people_url(incident), {"find": text}).text
    assert "B. I•••" in page
    assert "A. L•••" not in page


def test_part_of_an_address_finds_nobody(client_of, lead, incident, party):
    assert (
        "Nobody on this list has exactly that"
        in client_of(lead).post(people_url(incident), {"find": "ben@"}).text
    )


def test_the_list_narrows_by_place_and_language(client_of, lead, incident, party):
    client = client_of(lead)
    assert "B. I•••" in client.get(people_url(incident, "?place=US")).text
    page = client.get(people_url(incident, "?place=US-CA&language=en-US&channel=mail")).text
    assert "B. I•••" in page
    assert "C. B•••" not in page


def test_a_person_is_revealed_for_a_recorded_reason_and_no_other_way(
    client_of, support, auditor, incident, party
):
    url = people_url(incident, f"{party.id}/")
    client = client_of(support)
    assert "ana.lopes@" not in client.get(url).text
    assert client.post(url + "reveal/", {"reason": " "}).status_code == 422
    shown = client.post(url + "reveal/", {"reason": "She calls and asks what of hers was in it"})
    assert "ana.lopes@mail.example" in shown.text
    assert "no-store" in shown["Cache-Control"]
    event = AuditEvent.objects.get(verb="party_revealed")
    assert event.actor_label == str(support)
    assert "ana" not in event.details + event.subject_label + event.subject_id
    assert client_of(auditor).post(url + "reveal/", {"reason": "x"}).status_code == 403


def test_an_exempt_person_stays_counted_apart(client_of, lead, incident, party):
    url = people_url(incident, f"{party.id}/exempt/")
    assert client_of(lead).post(url, {"why": "deceased", "reason": "Told by the family"}).status_code == 302
    incident.roster.refresh_from_db()
    assert (incident.roster.people, incident.roster.exempt) == (4, 1)
    again = client_of(lead).post(url, {"why": "deceased", "reason": "again"})
    assert again.status_code == 422


PAGES = ["", "import/", "sample.csv", "{party}/", "{party}/reveal/", "{party}/exempt/", "imports/{job}/",
         "imports/{job}/columns/", "imports/{job}/progress/"]  # fmt: skip


@pytest.mark.parametrize("rest", [*PAGES, "../inquiries/", "../inquiries/new/"])
def test_strangers_find_no_page_of_an_incident(client_of, stranger, incident, party, rest):
    rest = rest.format(party=party.id, job=RosterImport.objects.get().pk)
    assert client_of(stranger).get(people_url(incident, rest).replace("people/../", "")).status_code == 404


def test_strangers_find_no_inquiry_and_no_desk(client_of, stranger, asked):
    client = client_of(stranger)
    for rest in ("", "contact/", "close/", "reopen/", "incident/"):
        assert client.get(f"/inquiries/{asked.inquiry.reference}/{rest}").status_code == 404
        assert client.get(f"/api/inquiries/{asked.inquiry.reference}/{rest}").status_code in (404, 405)
    assert client.get("/inquiries/").status_code == 403


def test_an_auditor_sees_that_people_ask_but_not_their_words(client_of, auditor, incident, asked):
    client = client_of(auditor)
    page = client.get(f"/incidents/{incident.reference}/inquiries/").text
    assert "Which of my data?" in page
    assert client.get(f"/inquiries/{asked.inquiry.reference}/").status_code == 403


def test_a_call_is_logged_in_three_fields_and_answered_by_mail(client_of, support, incident):
    client = client_of(support)
    url = f"/incidents/{incident.reference}/inquiries/new/"
    page = client.post(
        url, {"contact": "eve@mail.example", "topic": "my_data", "words": "Mine too?", "channel": "phone"}
    )
    code = re.search(r"/q/([\w-]{22})", page.text)[1]
    inquiry = Inquiry.objects.get()
    assert incident.matters.filter(kind="inquiry", settled_at=None).count() == 1
    assert inquiry.reference in client.get("/inquiries/").text
    thread = f"/inquiries/{inquiry.reference}/"
    page = client.get(thread).text
    assert "Mine too?" in page
    assert "e•••@mail.example" in page
    assert "eve@mail.example" not in page
    assert client.post(thread, {"text": ""}).status_code == 422
    assert client.post(thread, {"text": "Only your address.\nNothing else."}).status_code == 302
    assert inquiry.messages.get(direction="out").send_state == "queued"
    assert not incident.matters.filter(kind="inquiry", settled_at=None).exists()
    client.logout()
    public = client.get(f"/q/{code}")
    assert "Only your address." in public.text
    assert public["Referrer-Policy"] == "no-referrer"
    assert "no-store" in public["Cache-Control"]
    assert "sessionid" not in public.cookies


def test_every_code_that_opens_nothing_gets_one_page(client, organisation, asked):
    wrong = client.get("/q/AAAAAAAAAAAAAAAAAAAAAA")
    odd = client.get("/q/%00x" if False else "/q/short")
    assert wrong.status_code == odd.status_code == 404
    nonce = re.compile(r'nonce="[^"]*"')
    assert nonce.sub("", wrong.text) == nonce.sub("", odd.text)
    assert "What you can do" in wrong.text


def test_who_holds_the_code_may_ask_again(client, incident, asked, support):
    commands.answer_inquiry(asked.inquiry, text="No.", by=support, now=timezone.now())
    assert client.post(f"/q/{asked.code}", {"words": "And my address?"}).status_code == 302
    asked.inquiry.refresh_from_db()
    assert asked.inquiry.status == "open"
    assert incident.matters.filter(kind="inquiry", settled_at=None).exists()
    assert client.post(f"/q/{asked.code}", {"words": " "}).status_code == 422


def test_an_inquiry_without_an_incident_is_moved_to_one_by_the_desk(client_of, support, responder, incident):
    asked = commands.log_inquiry(
        by=support, topic="other", channel="mail", words="What is this?", now=timezone.now()
    )
    url = f"/inquiries/{asked.inquiry.reference}/"
    assert client_of(responder).get(url).status_code == 404
    client = client_of(support)
    assert client.post(url + "incident/", {"incident": "INC-0000-0000"}).status_code == 422
    assert client.post(url + "incident/", {"incident": incident.reference.lower()}).status_code == 302
    assert "What is this?" in client.get(url).text
    assert incident.matters.filter(reference=asked.inquiry.reference, settled_at=None).exists()


def test_closing_without_an_answer_asks_why(client_of, support, asked):
    client = client_of(support)
    url = f"/inquiries/{asked.inquiry.reference}/close/"
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Not about us"}).status_code == 302


def test_a_restricted_incident_hides_its_people_and_inquiries(
    client_of, lead, support, incident, party, asked
):
    incidents.restrict_incident(incident, by=lead, reason="Names a colleague", now=timezone.now())
    client = client_of(support)
    assert client.get(people_url(incident)).status_code == 404
    assert client.get(f"/inquiries/{asked.inquiry.reference}/").status_code == 404
    assert asked.inquiry.reference not in client.get("/inquiries/").text


def test_lists_ask_the_database_the_same_few_times_however_long_they_are(
    client_of, lead, incident, bring_in, support, django_assert_max_num_queries
):
    bring_in("email,name,country\n" + "".join(f"p{one}@mail.example,P{one} Q{one},IE\n" for one in range(60)))
    for _ in range(20):
        commands.log_inquiry(
            by=support, topic="other", channel="mail", words="?", incident=incident, now=timezone.now()
        )
    client = client_of(lead)
    for url, most in (
        (people_url(incident), 24),
        ("/inquiries/", 20),
        (f"/incidents/{incident.reference}/inquiries/", 20),
    ):
        with django_assert_max_num_queries(most):
            page = client.get(url)
        assert page.status_code == 200
    assert "after=" in client.get(people_url(incident)).text


def test_the_api_takes_a_file_to_people_and_back(client_of, lead, auditor, incident):
    client = client_of(lead)
    base = f"/api/incidents/{incident.reference}/people/"
    answer = client.post(base + "imports/", {"file": SimpleUploadedFile("p.csv", PEOPLE.encode())})
    assert answer.status_code == 201
    job = answer.json()
    start = f"{base}imports/{job['id']}/start/"
    body = {"mapping": job["mapping"], "elements": ["email"]}
    assert client.post(start, {**body, "elements": []}, "application/json").status_code == 400
    assert client.post(start, body, "application/json").json()["state"] == "queued"
    assert client.post(start, body, "application/json").status_code == 409
    run_to_end()
    assert client.get(f"{base}imports/{job['id']}/").json()["added"] == 4
    assert client.get(f"{base}imports/{job['id']}/refused/").json() == []
    people = client.get(base).json()
    assert people["people"] == 4
    assert "ana.lopes" not in str(people)
    one = people["parties"][0]["id"]
    assert (
        client.post(base + "find/", {"find": "ben@mail.example"}, "application/json").json()[0]["place"]
        == "US-CA"
    )
    details = client.post(f"{base}{one}/reveal/", {"reason": "asked"}, "application/json").json()
    assert details["email"] == "ana.lopes@mail.example"
    assert (
        client_of(auditor).post(f"{base}{one}/reveal/", {"reason": "x"}, "application/json").status_code
        == 403
    )
    exempted = client.post(f"{base}{one}/exempt/", {"why": "deceased", "reason": "told"}, "application/json")
    assert exempted.json()["exempt_at"]


def test_the_api_logs_answers_and_closes_an_inquiry(client_of, support, stranger, incident):
    client = client_of(support)
    body = {"topic": "other", "channel": "phone", "words": "Hello?", "name": "Eve"}
    made = client.post(f"/api/incidents/{incident.reference}/inquiries/", body, "application/json")
    assert made.status_code == 201
    reference = made.json()["inquiry"]["reference"]
    url = f"/api/inquiries/{reference}/"
    assert client.get("/api/inquiries/").json()[0]["reference"] == reference
    assert client.get(url).json()["messages"][0]["body"] == "Hello?"
    assert client.post(url + "answer/", {"text": "Hi."}, "application/json").json()["status"] == "answered"
    assert client.post(url + "contact/", {"reason": "call"}, "application/json").json()["name"] == "Eve"
    assert client.post(url + "close/", {}, "application/json").json()["status"] == "closed"
    assert client.post(url + "close/", {}, "application/json").status_code == 409
    assert client.post(url + "reopen/", {"reason": "more"}, "application/json").json()["status"] == "open"
    assert client_of(stranger).get(url).status_code == 404


def test_erasing_a_roster_leaves_counts_and_no_way_back(client_of, lead, incident, party, asked):
    from django.core.files.storage import default_storage

    stored = RosterImport.objects.get().stored
    commands.erase_roster(incident.roster, by=lead, reason="Retention ended", now=timezone.now())
    client = client_of(lead)
    page = client.get(people_url(incident)).text
    assert "These people were erased" in page
    assert "California" in page
    assert client.get(people_url(incident, f"{party.id}/")).status_code == 200
    assert client.post(people_url(incident, f"{party.id}/reveal/"), {"reason": "x"}).status_code == 422
    assert "were erased" in client.get(f"/inquiries/{asked.inquiry.reference}/").text
    assert client.get(f"/q/{asked.code}").status_code == 404
    assert not AffectedParty.objects.of(incident.roster).exclude(email_key=None).exists()
    assert default_storage.exists(stored)  # removed once the erasure is committed
