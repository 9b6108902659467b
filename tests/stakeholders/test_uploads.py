"""Spreadsheets, kept columns, stopping and going on, and numbers that somebody typed."""

from __future__ import annotations

import io
import os
import signal
import time
import uuid
from datetime import date, timedelta

import pytest
import xlsxwriter
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from audit.models import AuditEvent
from incidents import commands as incidents
from incidents.commands import CountInput
from stakeholders import commands, queries, tasks
from stakeholders.importing import run, sheet
from stakeholders.importing.ahead import ReaderDied
from stakeholders.models import AffectedParty, Roster, RosterImport, SavedMapping
from stakeholders.sealing import RosterKeys
from tests.stakeholders.conftest import ELEMENTS, PEOPLE, run_to_end

pytestmark = pytest.mark.django_db


def url(incident, rest=""):
    return f"/incidents/{incident.reference}/people/{rest}"


def workbook(rows):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd"}) as book:
        book.add_worksheet("Empty")
        page = book.add_worksheet("People")
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return out.getvalue()


SHEET = [
    ["", "", "", "", ""],
    ["E-mail", "Name", "Phone", "Country", "Date of birth"],
    ["ana@mail.example", "Ana Lopes", 35315550100, "Portugal", date(2015, 3, 1)],
    ["not an address", "Two\nlines", "", "DE", ""],
]


def test_a_spreadsheet_is_read_as_its_text_with_the_rows_of_the_sheet(client_of, responder, incident):
    client = client_of(responder)
    file = SimpleUploadedFile("people.xlsx", workbook(SHEET))
    answer = client.post(url(incident, "import/"), {"file": file})
    job = RosterImport.objects.get()
    assert answer.url == url(incident, f"imports/{job.pk}/columns/")
    assert "people.xlsx" in client.get(answer.url).text
    job = commands.start_import(
        job, mapping=job.mapping, defaults={"elements": ELEMENTS}, by=responder, now=timezone.now()
    )
    run_to_end()
    job.refresh_from_db()
    assert (job.state, job.added, job.refused) == ("done", 1, 1)
    [party] = AffectedParty.objects.all()
    details = RosterKeys.open(job.roster).details(party)
    assert (details.email, details.phone, party.addressee) == ("ana@mail.example", "+35315550100", "minor")
    assert [(row.line, row.field) for row in job.rejects.all()] == [(4, "email")]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04 and nothing that a spreadsheet has", "no spreadsheet we can read"),
        (b"\xd0\xcf\x11\xe0 old or with a password", "without a password"),
        (workbook([[]]), "The file is empty"),
        (workbook([["a"] * (sheet.MOST_COLUMNS + 1)]), "200,000 rows and 200 columns"),
    ],
)
def test_a_spreadsheet_that_cannot_be_read_is_refused_in_words(client_of, responder, incident, data, words):
    answer = client_of(responder).post(
        url(incident, "import/"), {"file": SimpleUploadedFile("people.xlsx", data)}
    )
    assert answer.status_code == 422
    assert words in answer.text
    assert not RosterImport.objects.exists()


def test_a_kept_matching_is_used_by_itself_for_the_next_file_and_can_be_forgotten(
    client_of, responder, incident, upload
):
    client = client_of(responder)
    job = upload("Anschrift X,Was,Wo\nana@mail.example,Ana,PT\n")
    assert job.mapping == {"0": "email"}  # by the cells alone
    posted = {
        **job.dialect, "has_header": "on", "column_0": "email", "column_1": "name", "column_2": "country",
        "elements": ["email"], "keep_as": "Shop",
    }  # fmt: skip
    assert client.post(url(incident, f"imports/{job.pk}/columns/"), posted).status_code == 302
    run_to_end()
    other = upload("Wo,Neu,Was,Anschrift X\nDE,1,Ben,ben@mail.example\n")
    assert other.mapping == {"0": "country", "2": "name", "3": "email"}
    assert other.defaults["elements"] == ["email"]
    columns = url(incident, f"imports/{other.pk}/columns/")
    assert "Matched as kept under “Shop”" in client.get(columns).text
    saved = SavedMapping.objects.get()
    used = client.post(columns, {**job.dialect, "has_header": "on", "use": "1", "kept": saved.pk})
    assert "Matched as kept under “Shop”" in used.text
    client.post(url(incident, f"imports/{other.pk}/forget/"), {"kept": saved.pk})
    assert not SavedMapping.objects.exists()
    assert {"columns_kept", "columns_forgotten"} <= set(AuditEvent.objects.values_list("verb", flat=True))


def test_a_stopped_import_goes_on_where_it_stood(start, client_of, lead, incident, monkeypatch):
    monkeypatch.setattr(run, "CHUNK_LINES", 2)
    monkeypatch.setattr(run.chunks, "__kwdefaults__", {"size": 2})
    job = start(PEOPLE)
    owner = uuid.uuid4().hex
    claimed = commands.claim_import(owner=owner, now=timezone.now() - timedelta(seconds=2))
    tasks.read_on(claimed, owner=owner, until=time.monotonic())  # one chunk, then its time is over
    client = client_of(lead)
    page = client.get(url(incident, f"imports/{job.pk}/")).text
    assert "lines a second" in page
    client.post(url(incident, f"imports/{job.pk}/stop/"))
    assert "Go on with the import" in client.get(url(incident, f"imports/{job.pk}/")).text
    job.refresh_from_db()
    assert (job.state, job.read) == ("cancelled", 2)
    with pytest.raises(ValidationError, match="Go on with it"):
        commands.start_import(job, mapping=job.mapping, defaults=job.defaults, by=lead, now=timezone.now())
    client.post(url(incident, f"imports/{job.pk}/resume/"))
    run_to_end()
    job.refresh_from_db()
    assert (job.state, job.read, job.added) == ("done", 4, 4)
    again = client.post(url(incident, f"imports/{job.pk}/resume/"))
    assert again.status_code == 409
    assert "Only an import that was stopped goes on" in again.text


def test_the_name_of_a_file_lies_sealed(upload):
    job = upload(PEOPLE, name="Ana Lopes and others.csv")
    with connection.cursor() as cursor:
        cursor.execute("SELECT job::text FROM stakeholders_rosterimport job")
        [(row,)] = cursor.fetchall()
    assert "Lopes" not in row
    assert b"Lopes".hex() not in row
    assert queries.imports_of(job.roster)[0].file_name == "Ana Lopes and others.csv"


def test_numbers_that_somebody_typed_are_not_written_over_unasked(bring_in, client_of, lead, incident):
    def confirmed():
        rows = incident.counts.filter(superseded_at=None, basis="confirmed")
        return {row.place: row.number for row in rows}

    incidents.record_counts(
        incident, counts=[CountInput("DE", ("email",), 900)], basis="confirmed", source="Log", by=lead,
        now=timezone.now(),
    )  # fmt: skip
    bring_in()
    assert confirmed() == {"DE": 900}
    client = client_of(lead)
    assert "have different numbers" in client.get(url(incident)).text
    refused = client.post(url(incident, "counts/"), {"take": "list"})
    assert refused.status_code == 422
    client.post(url(incident, "counts/"), {"take": "list", "reason": "The log counted accounts twice."})
    assert sum(confirmed().values()) == 4
    assert "have different numbers" not in client.get(url(incident)).text
    bring_in("email,country\nnew@mail.example,FR\n")  # these stem from the list: no question
    assert Roster.objects.get().counts_differ_since is None
    assert confirmed()["FR"] == 1
    [taken] = AuditEvent.objects.filter(verb="roster_counts_taken")
    assert '"typed":900' in taken.details


def test_a_file_read_ahead_in_a_second_process_comes_in_like_a_short_one(bring_in, start, lead, monkeypatch):
    monkeypatch.setattr(run, "ALONE_BYTES", -1)
    monkeypatch.setattr(run.chunks, "__kwdefaults__", {"size": 2})
    job = bring_in(PEOPLE + "nobody;X;Y;IE;;;\n")
    assert (job.state, job.read, job.added) == ("done", 5, 4)
    assert [(row.line, row.code) for row in job.rejects.all()] == [(6, "bad_email")]


def test_an_import_whose_reading_process_dies_is_not_taken_for_done(start, monkeypatch):
    monkeypatch.setattr(run, "ALONE_BYTES", -1)
    monkeypatch.setattr(run, "_batches", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    job = start(PEOPLE)
    with pytest.raises(ReaderDied):
        run_to_end()
    job.refresh_from_db()
    assert (job.state, job.read) == ("running", 0)  # its claim lapses, and the next worker reads on
