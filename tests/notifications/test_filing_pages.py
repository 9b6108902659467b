"""Pages and API of filings: who may, what is shown, what is refused, what a worker draws."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Role
from incidents import commands as incidents
from incidents.models import Can
from notifications import filing_tasks
from notifications.commands import filing as commands
from notifications.filings import receipts
from notifications.models import Filing
from notifications.pdf import draw as drawing
from notifications.queries import filing as queries
from tests.notifications import filing_people as given
from tests.notifications.filing_fixtures import *  # noqa: F403

NOW = given.NOW


def url(name: str, filing: Filing, *more: object) -> str:
    return reverse(f"notifications:{name}", args=[filing.incident.reference, filing.reference, *more])


@pytest.fixture
def then():
    """The clock stands at the time of the breach."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def printed(ready, then) -> Filing:
    """Drawn by the real task."""
    assert filing_tasks.draw_due_filings() == 1
    ready.refresh_from_db()
    return ready


READ = ["filing", "filing_progress"]
WRITE = ["draw_filing_again", "submit_filing", "withdraw_filing", "declare_filing"]
TAKE_OUT = ["filing_pdf", "filing_snapshot"]


def test_who_sees_the_incident_sees_its_filings(client_of, auditor, drawn):
    client = client_of(auditor)
    assert [client.get(url(name, drawn)).status_code for name in READ] == [200] * len(READ)


def test_a_filing_does_not_exist_for_a_stranger(client_of, stranger, drawn):
    client = client_of(stranger)
    for name in (*READ, *WRITE, *TAKE_OUT):
        answers = {client.get(url(name, drawn)).status_code, client.post(url(name, drawn)).status_code}
        assert 404 in answers, name
        assert answers <= {404, 405}, name


def test_who_does_not_file_changes_no_filing(client_of, responder, drawn):
    client = client_of(responder)
    answers = {name: client.post(url(name, drawn), {"reason": "x"}).status_code for name in WRITE}
    assert answers == dict.fromkeys(WRITE, 403)


def test_files_are_taken_out_by_those_who_file_or_export_alone(client_of, auditor, support, drawn):
    answers = [
        client_of(user).get(url(name, drawn)).status_code for user in (auditor, support) for name in TAKE_OUT
    ]
    assert answers == [403] * 4


def test_declaring_needs_the_right_to_sign(client_of, make_user, breach, draft, lead):
    clerk = make_user("clerk@lantern.example")
    incidents.grant_access(breach, to=clerk, cans=[Can.VIEW, Can.FILE], by=lead, now=NOW)
    client = client_of(clerk)
    assert client.get(url("filing", draft)).status_code == 200
    assert client.post(url("declare_filing", draft)).status_code == 403
    assert client.post(url("api_declare_filing", draft)).status_code == 403


def test_the_filing_of_another_incident_is_not_found_here(client_of, legal, lead, drawn):
    other = incidents.open_incident(by=lead, title="Another", now=NOW)
    address = reverse("notifications:filing", args=[other.reference, drawn.reference])
    assert client_of(legal).get(address).status_code == 404


def test_the_tab_lists_each_duty_to_tell_an_organisation(client_of, legal, breach):
    page = client_of(legal).get(reverse("notifications:filings", args=[breach.reference])).content.decode()
    assert given.DPC in page
    assert "Start the filing" in page


def test_the_tab_offers_no_start_to_those_who_only_read(client_of, auditor, breach):
    page = client_of(auditor).get(reverse("notifications:filings", args=[breach.reference])).content.decode()
    assert given.DPC in page
    assert "Start the filing" not in page


def test_an_incident_without_duties_says_why(client_of, legal, incident):
    incident.obligations.update(status="gone")
    page = client_of(legal).get(reverse("notifications:filings", args=[incident.reference])).content.decode()
    assert "No authority must be told" in page


def test_the_whole_way_by_pages(client_of, legal, breach, then, django_capture_on_commit_callbacks):
    client = client_of(legal)
    duty = given.duty_to_authority(breach)
    started = client.post(
        reverse("notifications:start_filing", args=[breach.reference, duty.pk]), {"stage": "initial"}
    )
    filing = Filing.objects.get()
    assert started.headers["Location"] == url("filing", filing)
    client.post(
        url("filing_section", filing, "event"),
        {"what_happened": "Look-ups without a limit.", "cause": "Outside."},
    )
    assert "Look-ups without a limit." in client.get(url("filing", filing)).content.decode()
    assert "Declare as" in client.get(url("declare_filing", filing)).content.decode()
    client.post(url("declare_filing", filing))
    assert filing_tasks.draw_due_filings() == 1
    assert "Download the PDF" in client.get(url("filing_progress", filing)).content.decode()
    pdf = client.get(url("filing_pdf", filing))
    filing.refresh_from_db()
    assert hashlib.sha256(pdf.content).hexdigest() == filing.pdf_sha256
    assert pdf.headers["Content-Disposition"] == f'attachment; filename="{filing.reference}.pdf"'
    receipt = SimpleUploadedFile("receipt.pdf", b"%PDF-1.7 receipt")
    answered = client.post(
        url("submit_filing", filing),
        {
            "on": "2026-11-22",
            "time": "09:30",
            "zone": "Europe/Dublin",
            "route": "portal",
            "receipt": "DPC-7",
            "receipt_file": receipt,
        },
    )
    assert answered.status_code == 302
    filing.refresh_from_db()
    assert (filing.status, filing.receipt, filing.submitted_at) == ("submitted", "DPC-7", NOW)
    assert client.get(url("filing_receipt", filing)).content == b"%PDF-1.7 receipt"
    assert given.duty_to_authority(breach).status == "met"


def test_the_answers_of_a_section_show_on_the_filing_with_their_change_link(client_of, legal, draft):
    page = client_of(legal).get(url("filing", draft)).content.decode()
    assert given.ANSWERS["measures_planned"] in page
    assert url("filing_section", draft, "after") in page


def test_an_unknown_section_is_not_found(client_of, legal, draft):
    client = client_of(legal)
    assert client.get(url("filing_section", draft, "nothing")).status_code == 404
    assert client.get(url("filing_section", draft, "constructor")).status_code == 404


def test_markup_in_an_answer_stays_text_on_the_page(client_of, legal, draft):
    commands.edit_answers(draft, answers={"cause": "<script>alert(1)</script>"}, by=legal, now=NOW)
    page = client_of(legal).get(url("filing", draft)).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_personal_data_keeps_the_declaration_back_and_says_where(client_of, legal, draft):
    commands.edit_answers(draft, answers={"cause": "Seen by jo@mail.example"}, by=legal, now=NOW)
    client = client_of(legal)
    assert "disabled" in client.get(url("declare_filing", draft)).content.decode()
    refused = client.post(url("declare_filing", draft))
    assert refused.status_code == 422
    assert "Cause: “j…@mail.example” looks like an e-mail address." in refused.content.decode()


def test_a_late_submission_asks_for_its_reason(client_of, legal, drawn):
    form = {"on": "2026-11-24", "time": "09:00", "zone": "Europe/Dublin", "route": "mail", "receipt": ""}
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        client = client_of(legal)
        refused = client.post(url("submit_filing", drawn), form)
        assert refused.status_code == 422
        assert "say why it is late" in refused.content.decode()
        assert (
            client.post(url("submit_filing", drawn), {**form, "late_reason": "Portal down"}).status_code
            == 302
        )
    drawn.obligation.refresh_from_db()
    assert (drawn.obligation.status, drawn.obligation.late_reason) == ("met_late", "Portal down")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("receipt.exe", b"MZ"),
        ("receipt.pdf", b"<html>"),
        ("receipt.svg", b"<svg/>"),
        ("receipt.txt", b"\xff\x00"),
    ],
)
def test_a_receipt_that_is_not_what_it_says_is_refused(name, content):
    with pytest.raises(ValidationError) as refused:
        receipts.checked(SimpleUploadedFile(name, content))
    assert refused.value.code == "file_kind"


def test_a_refused_submission_leaves_no_file_behind(client_of, legal, drawn, then, settings):
    form = {"on": "2026-11-21", "time": "09:30", "zone": "Europe/Dublin", "route": "mail"}
    folder = Path(settings.FILES_DIR) / "receipts"
    before = len(list(folder.glob("*"))) if folder.exists() else 0
    receipt = SimpleUploadedFile("receipt.pdf", b"%PDF-1.7")
    assert (
        client_of(legal).post(url("submit_filing", drawn), {**form, "receipt_file": receipt}).status_code
        == 422
    )
    assert len(list(folder.glob("*"))) == before


def test_the_task_draws_what_the_snapshot_says_and_its_file_is_checked_ever_after(printed, settings):
    assert printed.status == "drawn"
    assert printed.software["layout"] == drawing.software()["layout"]
    assert filing_tasks.draw_due_filings() == 0
    kept = queries.stored(printed.pdf_file, printed.pdf_sha256)
    assert drawing.draw(printed.declared) == kept
    (Path(settings.FILES_DIR) / printed.pdf_file).write_bytes(kept + b" ")
    with pytest.raises(queries.DamagedFile):
        queries.stored(printed.pdf_file, printed.pdf_sha256)


def test_without_pango_the_filing_says_which_line_mends_it(ready, then, monkeypatch, client_of, legal):
    monkeypatch.setitem(__import__("sys").modules, "weasyprint", None)
    monkeypatch.setattr(drawing, "check_available", lacking_pango)
    filing_tasks.draw_due_filings()
    ready.refresh_from_db()
    assert (ready.status, ready.next_try_at) == ("ready", NOW + filing_tasks.WITHOUT_PANGO)
    assert "apt-get install -y libpango" in client_of(legal).get(url("filing", ready)).content.decode()


def lacking_pango() -> None:
    raise drawing.PdfUnavailable(f"PDFs need Pango, which this machine lacks. Run: {drawing.MENDING}")


def test_drawing_that_fails_is_tried_three_times_and_then_waits_for_a_person(
    ready, monkeypatch, client_of, legal
):
    broken = dict(ready.declared, sections=[{"number": 1, "title": "x", "blocks": None}], declared_at="never")
    monkeypatch.setattr(Filing, "declared", broken)
    for attempt in range(commands.TRIES):
        with time_machine.travel(NOW + attempt * timedelta(hours=1), tick=False):
            assert filing_tasks.draw_due_filings() == 1
    ready.refresh_from_db()
    assert (ready.status, ready.next_try_at, ready.error) == ("ready", None, "Drawing stopped: ValueError.")
    monkeypatch.undo()
    client_of(legal).post(url("draw_filing_again", ready))
    ready.refresh_from_db()
    assert (ready.attempt, ready.error, ready.next_try_at is not None) == (0, "", True)


def test_facts_that_change_show_on_list_and_filing(client_of, legal, lead, drawn, submit, breach):
    submit(drawn)
    incidents.describe_incident(breach, by=lead, now=NOW, violation="leak")
    client = client_of(legal)
    assert "Now out of date" in client.get(url("filing", drawn)).content.decode()
    assert (
        "Now out of date"
        in client.get(reverse("notifications:filings", args=[breach.reference])).content.decode()
    )


def test_the_list_keeps_its_number_of_queries(client_of, legal, breach, drawn, django_assert_max_num_queries):
    client = client_of(legal)
    with django_assert_max_num_queries(40):
        client.get(reverse("notifications:filings", args=[breach.reference]))


def test_the_whole_way_by_the_api(client_of, legal, breach, then):
    client = client_of(legal)
    listed = reverse("notifications:api_filings", args=[breach.reference])
    duty = given.duty_to_authority(breach)
    made = client.post(listed, {"obligation": duty.pk}, content_type="application/json").json()
    filing = Filing.objects.get(reference=made["reference"])
    answers = {"answers": {"what_happened": "Look-ups without a limit."}}
    patched = client.patch(url("api_filing", filing), answers, content_type="application/json")
    assert patched.json()["answers"]["what_happened"] == "Look-ups without a limit."
    assert client.post(url("api_declare_filing", filing)).json()["status"] == "ready"
    assert client.post(url("api_declare_filing", filing)).status_code == 409
    claimed_and_kept(filing)  # noqa: F405
    assert client.get(url("api_filing_pdf", filing)).content == SAMPLE_PDF  # noqa: F405
    given_in = {"at": NOW.isoformat(), "route": "portal", "receipt": "R-1"}
    done = client.post(url("api_submit_filing", filing), given_in, content_type="application/json").json()
    assert (done["status"], done["receipt"], done["outdated"]) == ("submitted", "R-1", False)
    assert [one["reference"] for one in client.get(listed).json()] == [filing.reference]


def test_the_api_refuses_what_a_page_refuses(client_of, legal, support, stranger, draft):
    unknown = client_of(legal).patch(
        url("api_filing", draft), {"answers": {"nonsense": "x"}}, content_type="application/json"
    )
    assert (unknown.status_code, "no such question" in json.dumps(unknown.json())) == (400, True)
    withdrawal = {"reason": "No"}
    for user, status in ((support, 403), (stranger, 404)):
        answered = client_of(user).post(
            url("api_withdraw_filing", draft), withdrawal, content_type="application/json"
        )
        assert answered.status_code == status


def test_a_role_group_without_filing_cannot_start_one(client_of, make_user, breach):
    helper = make_user("helper@lantern.example", Role.RESPONDER)
    duty = given.duty_to_authority(breach)
    address = reverse("notifications:start_filing", args=[breach.reference, duty.pk])
    assert client_of(helper).post(address).status_code == 403
