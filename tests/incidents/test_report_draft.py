"""A report begun at the public form waits a day for the browser that began it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from incidents import commands
from incidents.evidence_tasks import clear_files
from incidents.models import Report, ReportDraft, StoredFile

SEEN = {"title": "I see phone numbers", "words": "Of strangers, in the contact import."}
COOKIE = "report-draft"


@pytest.fixture(autouse=True)
def _fresh_cache(organisation: Any) -> None:
    cache.clear()


def step(client: Client, page: Any, number: int, **answers: Any) -> Any:
    state = re.search(r'name="state" value="([^"]*)"', page.content.decode())
    assert state is not None
    return client.post("/report/", {"state": state.group(1), "step": number, **answers})


def test_a_closed_browser_goes_on_where_it_stopped_and_nothing_is_left_once_it_is_sent() -> None:
    client = Client()
    page = client.get("/report/")
    assert COOKIE not in client.cookies, "who only looks gets no cookie and leaves no row"
    page = step(client, page, 0, **SEEN)
    file = SimpleUploadedFile("seen.txt", b"Number 4711")
    page = step(client, page, 1, link="https://lantern.example/import", zone="UTC", attached=file)
    assert "Question 3" in page.content.decode()
    held = client.cookies[COOKIE]
    assert (held["httponly"], held["samesite"], held["path"]) == (True, "Lax", "/report/")

    later = Client()
    later.cookies[COOKIE] = held.value
    asked = later.get("/report/").content.decode()
    assert "began a report" in asked
    assert SEEN["title"] not in asked, "nothing is shown before somebody says that it was them"
    page = later.get("/report/?go-on=")
    assert "Question 3" in page.content.decode()
    page = step(later, page, 2, whose="many", violation="leak")
    page = step(later, page, 3, contact="ana@example.org", back="1")
    page = step(later, page, 2, to="3")
    assert "ana@example.org" in page.content.decode(), "what stood on a page is kept on the way back"
    page = step(later, page, 3, contact="ana@example.org")
    assert "seen.txt" in page.content.decode()
    step(later, page, 4)
    assert Report.objects.get().attachments.count() == 1
    assert not ReportDraft.objects.exists()
    assert later.cookies[COOKIE].value == ""
    assert "began a report" not in Client().get("/report/").content.decode()


def test_no_row_can_be_read_without_the_code_that_the_browser_holds() -> None:
    client = Client()
    page = step(client, client.get("/report/"), 0, **SEEN)
    code = client.cookies[COOKIE].value
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT encode(code_hash, 'escape'), encode(sealed, 'escape') FROM incidents_reportdraft"
        )
        row = " ".join(cursor.fetchone())
    assert "strangers" not in row
    assert code not in row
    stranger = Client()
    for guess in ("x" * 22, "", "ä", "x" * 500):
        stranger.cookies[COOKIE] = guess
        assert "What did you see?" in stranger.get("/report/?go-on=").content.decode()
    assert step(client, page, 1, keep="1", link="half an addr").status_code == 204
    assert "half an addr" in client.get("/report/?go-on=").content.decode(), (
        "what was typed and not yet sent on"
    )


def test_a_draft_lapses_after_a_day_and_is_erased_on_a_shared_computer_with_its_files() -> None:
    client, now = Client(), timezone.now()
    page = step(client, client.get("/report/"), 0, **SEEN)
    page = step(client, page, 1, zone="UTC", attached=SimpleUploadedFile("seen.txt", b"Number 4711"))
    code, kept = client.cookies[COOKIE].value, ReportDraft.objects.get()
    assert abs(kept.lapses_at - now - timedelta(hours=24)) < timedelta(minutes=1)
    page = step(client, page, 2, whose="many", violation="leak")
    kept.refresh_from_db()
    assert abs(kept.lapses_at - now - timedelta(hours=24)) < timedelta(minutes=1), "counted from its begin"
    assert commands.report_draft(code, now=now + timedelta(hours=25)) is None
    assert client.post("/report/", {"afresh": "1"}).url == "/report/"
    assert not ReportDraft.objects.exists()
    clear_files()
    assert not StoredFile.objects.filter(erased_at=None).exists()
    assert step(client, page, 3, contact="").status_code == 200, "a page that was still open goes on"
    ReportDraft.objects.update(lapses_at=now)
    clear_files()
    assert not ReportDraft.objects.exists()


def test_where_there_is_no_room_the_page_itself_carries_the_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incidents.commands.report_drafts.MOST_DRAFTS", 0)
    client = Client()
    page = step(client, client.get("/report/"), 0, **SEEN)
    assert "Question 2" in page.content.decode()
    assert COOKIE not in client.cookies
