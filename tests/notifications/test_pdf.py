"""The PDF of a filing: facts on it, accessible, the same bytes again, deaf to hostile text."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from notifications.filings.state import canonical
from notifications.pdf import assets
from notifications.pdf.draw import draw, software

SAMPLE = Path(__file__).with_name("filing_snapshot.json")
ROOT = Path(__file__).resolve().parents[2]
HOSTILE = """<img src="http://127.0.0.1:9/leak.png"> <a rel="attachment" href="file:///etc/hostname">x</a>
<link rel="attachment" href="file:///etc/hostname"> <style>@import url(http://127.0.0.1:9/x.css)</style>
<object data="file:///etc/passwd"></object> <script>alert(1)</script> </p></div></section> {{ doc }} {% include "x" %}
<base href="http://127.0.0.1:9/"> url(file:///etc/passwd)"""


@pytest.fixture(scope="module")
def snapshot() -> dict[str, Any]:
    return dict(json.loads(SAMPLE.read_text()))


@pytest.fixture(scope="module")
def drawn(snapshot) -> bytes:
    return draw(snapshot)


@pytest.fixture(scope="module")
def renamed(snapshot) -> bytes:
    """The same with a longer title, in scripts that our font lacks."""
    more = " Ειδοποίηση, уведомление, 通知, إشعار, \u0000\u200f end"
    return draw({**snapshot, "title": snapshot["title"] + more})


@pytest.fixture
def pdf(drawn) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(BytesIO(drawn)) as opened:
        yield opened


def elements(pdf: pikepdf.Pdf) -> Iterator[Any]:
    waiting = [pdf.Root.StructTreeRoot]
    while waiting:
        node = waiting.pop()
        if isinstance(node, pikepdf.Array):
            waiting += list(node)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                yield node
            if "/K" in node:
                waiting.append(node.K)


def words_of(content: bytes, tmp_path: Path) -> str:
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("pdftotext (poppler-utils) reads the words of a PDF; it is not installed here")
    file = tmp_path / "filing.pdf"
    file.write_bytes(content)
    return subprocess.run([tool, "-layout", file, "-"], capture_output=True, check=True, text=True).stdout


def test_another_drawing_in_another_process_gives_the_same_bytes(drawn):
    script = (
        "import django, json, sys, hashlib; django.setup();"
        "from notifications.pdf.draw import draw;"
        f"print(hashlib.sha256(draw(json.load(open({str(SAMPLE)!r})))).hexdigest())"
    )
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "TZ": "Asia/Tokyo",
        "PYTHONHASHSEED": "7",
    }
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], cwd=ROOT, env=env, capture_output=True, text=True
    )
    assert told.stdout.strip() == hashlib.sha256(drawn).hexdigest(), told.stderr[-2000:]


def test_another_word_gives_other_bytes(drawn, renamed):
    assert renamed != drawn


def test_the_pdf_names_law_facts_numbers_and_who_declared(drawn, tmp_path):
    words = " ".join(words_of(drawn, tmp_path).split())
    for told in (
        "Notification of a personal data breach to Data Protection Commission",
        "GDPR Art. 33(1)",
        "Mon 23 Nov 2026, 22:10 GMT",
        "+ 72 hours",
        "Fri 20 Nov 2026, 22:10 GMT",
        "Germany 1\u202f380".replace("\u202f", " "),
        "Not known yet",
        "Legal (legal)",
        "Confidential",
        "Page 1 of",
    ):
        assert told in words.replace("\u202f", " "), told


def test_the_snapshot_is_attached_as_it_was_frozen(pdf, snapshot):
    attached = pdf.attachments[f"{snapshot['reference']}.json"]
    assert attached.get_file().read_bytes().decode() == canonical(snapshot)
    assert pdf.Root.AF[0].AFRelationship == "/Source"


def test_the_pdf_says_that_it_is_archival_and_accessible(pdf, snapshot):
    with pdf.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
        assert snapshot["reference"] in metadata["dc:title"]
    assert str(pdf.Root.Lang) == "en"
    assert bool(pdf.Root.MarkInfo.Marked)
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    assert all(page.Tabs == "/S" for page in pdf.pages)


def test_headings_tables_and_links_are_tagged(pdf):
    tags = [str(one.S) for one in elements(pdf)]
    assert tags.count("/H1") == 1
    assert {"/H2", "/H3", "/Table", "/TR", "/TH", "/TD", "/P"} <= set(tags)
    for header in (one for one in elements(pdf) if one.S == "/TH"):
        attributes = header.A if isinstance(header.A, pikepdf.Array) else [header.A]
        assert any(one.get("/Scope") in ("/Row", "/Column") for one in attributes)
    for page in pdf.pages:
        assert all(int(one.F) & 4 for one in page.get("/Annots", []))


def test_every_font_is_ours_and_embedded(pdf):
    found = [
        one
        for one in pdf.objects
        if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/FontDescriptor"
    ]
    assert {str(one.FontName).partition("+")[2].split("-")[0] for one in found} == {"Report"}
    assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(one.keys()) for one in found)


def test_pdfua_finds_nothing(drawn, tmp_path):
    file = tmp_path / "filing.pdf"
    file.write_bytes(drawn)
    checked = subprocess.run(
        [sys.executable, "-m", "pdfua", "check", str(file)], capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout


def test_hostile_text_is_shown_as_words_and_fetches_nothing(snapshot, tmp_path):
    hostile = json.loads(canonical(snapshot).replace("Users of the platform", json.dumps(HOSTILE)[1:-1]))
    hostile["title"] += HOSTILE
    content = draw(hostile)
    with pikepdf.open(BytesIO(content)) as pdf:
        assert list(pdf.attachments) == [f"{snapshot['reference']}.json"]
    words = " ".join(words_of(content, tmp_path).split())
    assert '<img src="http://127.0.0.1:9/leak.png">' in words
    assert "{{ doc }}" in words


def test_a_file_that_is_not_ours_stops_the_drawing():
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    for address in ("file:///etc/hostname", "http://127.0.0.1:9/x", "asset:../secret", "data:text/plain,x"):
        with pytest.raises(FatalURLFetchingError):
            HTML(string=f'<img src="{address}">', url_fetcher=assets.closed_fetcher()).write_pdf()


def test_scripts_that_our_font_lacks_are_drawn_too(renamed):
    assert renamed.startswith(b"%PDF-1.7")


def test_the_versions_that_the_bytes_depend_on_are_told():
    told = software()
    assert set(told) == {"weasyprint", "pydyf", "pikepdf", "qpdf", "pango", "layout"}
    assert told["pango"].startswith("1.")
