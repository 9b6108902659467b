"""Suppliers' own addresses, and files that come with reports by every door."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from audit.models import AuditEvent
from incidents import commands
from incidents.models import Door, Report, StoredFile, SupplierLink
from tests.incidents.test_pages_reports import SEEN, WHERE, state_of, step

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000" "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)  # fmt: skip
TOLD = {
    "title": "A technician opened a volume",
    "words": "On Thursday.",
    "link": "INC-77",
    "violation": "",
    "contact": "Kim, kim@beacon.example",
    "on": "",
    "time": "",
    "zone": "UTC",
}


@pytest.fixture(autouse=True)
def _fresh_cache(organisation, settings, tmp_path):
    cache.clear()


def code_on(answer) -> str:
    return re.search(r'id="code">([^<]+)<', answer.content.decode()).group(1)


def picture(name: str = "screen.png", content: bytes = PNG) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/png")


def test_a_supplier_reports_by_its_own_address_until_it_is_revoked(client, client_of, lead, responder):
    where = reverse("incidents:suppliers")
    assert client_of(responder).get(where).status_code == 403
    page = client_of(lead).post(where, {"supplier": " Beacon   Ltd "}).content.decode()
    address = re.search(r"/report/from/[\w-]{22}/", page).group(0)
    assert address not in client_of(lead).get(where).content.decode()
    code = address.split("/")[-2]
    link = SupplierLink.objects.get()
    assert code.encode() not in bytes(link.code_hash)
    page = client.get(address).content.decode()
    assert "This form is for <strong>Beacon Ltd</strong>" in page
    assert client.post(address, {**TOLD, "contact": ""}).status_code == 422
    done = client.post(address, {**TOLD, "attached": [picture()]}).content.decode()
    again = client.post(address, {**TOLD, "attached": [picture()]}).content.decode()
    report = Report.objects.get()
    assert report.reference in done
    assert "We had it already" in again
    assert (report.door, report.supplier) == (Door.SUPPLIER, link)
    assert b"kim@" not in bytes(report.sealed_contact)
    assert report.attachments.get().file.name == "screen.png"
    page = client_of(responder).get(reverse("incidents:intake")).content.decode()
    for words in ("Beacon Ltd", "screen.png"):
        assert words in page
    client_of(lead).post(reverse("incidents:revoke_supplier_link", args=[link.reference]))
    revoked, unknown = client.get(address), client.get(address.replace(code, "x" * 22))
    assert revoked.status_code == unknown.status_code == 404
    assert "Beacon" not in revoked.content.decode()
    assert client.post(address, TOLD).status_code == 404
    kept = " ".join(AuditEvent.objects.filter(stream="organisation").values_list("details", flat=True))
    assert code not in kept


def test_addresses_of_suppliers_are_made_and_ended_by_api(lead, responder):
    api, where = APIClient(), reverse("incidents:api_suppliers")
    api.force_login(responder, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert api.post(where, {"supplier": "x"}, format="json").status_code == 403
    api.force_login(lead, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert api.post(where, {"supplier": "  "}, format="json").status_code == 400
    made = api.post(where, {"supplier": "Beacon Ltd"}, format="json").json()
    assert "/report/from/" in made["address"]
    assert "address" not in api.get(where).json()[0]
    revoke = reverse("incidents:api_revoke_supplier_link", args=[made["reference"]])
    assert api.post(revoke).json()["revoked_at"]
    assert api.post(revoke).status_code == 409


def test_files_of_the_public_form_wait_for_the_report_and_go_with_it(client):
    page = step(client, client.get(reverse("incidents:report")), 0, **SEEN)
    page = step(client, page, 1, **WHERE, attached=[picture("a.png"), picture("b.png")])
    assert page.status_code == 200
    page = client.post(reverse("incidents:report"), {"state": state_of(page), "step": 2, "to": "1"})
    assert "Take out a.png" in page.content.decode()
    dropped = StoredFile.objects.order_by("pk").first()
    page = step(client, page, 1, **WHERE, drop=dropped.pk)
    page = step(client, page, 2, whose="many", violation="leak")
    page = step(client, page, 3, contact="")
    for words in ("b.png", "Many people&#x27;s", "A list or a database"):
        assert words in page.content.decode()
    assert step(client, page, 4).status_code == 200
    report = Report.objects.get()
    assert [one.file.name for one in report.attachments.all()] == ["b.png"]
    assert (report.violation, report.whose, report.guess) == ("leak", "many", 3)
    assert StoredFile.objects.get(pk=dropped.pk).lapses_at is not None


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ([picture("run.exe", b"MZ" + b"\x00" * 200)], "We take pictures"),
        ([picture("page.png", b"<html><script>x</script>")], "We take pictures"),
        ([picture("empty.png", b"")], "empty"),
        ([picture(f"{n}.png") for n in range(6)], "at most 5 files"),
    ],
    ids=["program", "page named picture", "empty", "six"],
)
def test_files_that_reports_do_not_take_are_refused_and_answers_stay(client, files, complaint):
    page = step(client, client.get(reverse("incidents:report")), 0, **SEEN)
    answer = step(client, page, 1, **WHERE, attached=files)
    assert answer.status_code == 422
    assert complaint in answer.content.decode()
    assert WHERE["link"] in answer.content.decode()


def test_a_file_given_away_is_not_given_twice(client):
    page = step(client, client.get(reverse("incidents:report")), 0, **SEEN)
    page = step(client, page, 1, **WHERE, attached=[picture()])
    page = step(client, page, 2, whose="own", violation="other")
    page = step(client, page, 3, contact="")
    first = step(client, page, 4)
    cache.clear()  # a second click is known by the page itself
    assert code_on(step(client, page, 4)) == code_on(first)
    assert Report.objects.get().attachments.count() == 1


def test_a_reporter_adds_a_file_by_code(client):
    told = commands.file_report(door=Door.PUBLIC, title="a", words="b", now=timezone.now())
    asked = {"reference": told.report.reference, "code": told.code, "text": "See this.", "write": "1"}
    page = client.post(
        reverse("incidents:report_status"), {**asked, "attached": [picture()]}
    ).content.decode()
    assert "screen.png" in page
    bad = client.post(
        reverse("incidents:report_status"), {**asked, "attached": [picture("x.exe", b"MZ\x00\x01" * 90)]}
    )
    assert bad.status_code == 422
    assert told.report.messages.count() == 1
