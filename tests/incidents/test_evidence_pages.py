"""Evidence on pages and by API: parts that resume, downloads that never run, privileged files that nobody else can tell of."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.request import Request

from accounts.keyring import CannotUnseal
from incidents import commands, queries
from incidents.api import uploads
from incidents.models import Evidence, ScanState, StoredFile, Upload
from notifications import evidence_mail

SCRIPT = b"<!DOCTYPE html><script>alert('wombat')</script>"


@pytest.fixture(autouse=True)
def _own_storage(settings, tmp_path):
    settings.MEDIA_ROOT, settings.MFA_REQUIRED = tmp_path, False


def add(incident, by, content=SCRIPT, name="page.html", **more) -> Evidence:
    return commands.add_evidence(
        incident, [content], name=name, size=len(content), by=by, now=timezone.now(), **more
    )


def url(name: str, incident, *rest: str) -> str:
    return reverse(f"incidents:{name}", args=[incident.reference, *rest])


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


def put(client: Client, where: str, content: bytes, offset: object):
    return client.put(
        where, content, content_type="application/octet-stream", headers={"Upload-Offset": str(offset)}
    )


def test_a_file_comes_in_parts_and_goes_on_where_it_stands(incident, lead, auditor, client_of):
    client, content = client_of(lead), b"0123456789" * 50
    start = {"name": "disk.img", "size": len(content), "title": "Image of the disk"}
    begun = client.post(url("api_uploads", incident), json.dumps(start), content_type="application/json")
    assert (begun.status_code, begun.json()["offset"]) == (201, 0)
    where = url("api_upload", incident, begun.json()["reference"])
    assert put(client, where, content[:200], 0).json()["offset"] == 200
    for bad, offset, status, code in (
        (content[:200], 0, 409, "wrong_offset"),
        (content[200:], "many", 400, "bad_offset"),
        (content, 200, 400, "too_large"),
    ):
        answer = put(client, where, bad, offset)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code)
    assert client.put(where, "{}", content_type="application/json").status_code == 415
    assert client.get(where).json()["offset"] == 200
    assert "Not here to the end" in client.get(url("evidence", incident)).content.decode()
    assert client_of(auditor).get(where).status_code == 403
    assert put(client, where, content[200:], 200).json()["offset"] == len(content)
    finished = client.post(url("api_finish_upload", incident, begun.json()["reference"]))
    assert finished.json()["title"] == "Image of the disk"
    assert [act["verb"] for act in finished.json()["custody"]] == ["evidence_received"]
    assert client.get(where).status_code == 404
    again = {**start, "name": "copy.img"}
    second = client.post(
        url("api_uploads", incident), json.dumps(again), content_type="application/json"
    ).json()
    put(client, url("api_upload", incident, second["reference"]), content, 0)
    twin = client.post(url("api_finish_upload", incident, second["reference"]))
    assert twin.json()["errors"][0]["code"] == "already_here"
    assert finished.json()["reference"] in twin.json()["errors"][0]["detail"]


@pytest.mark.parametrize(("announced", "came"), [(300, b"ten bytes."), (5, b""), (0, b"unannounced")])
def test_a_part_that_broke_off_is_not_kept(announced, came):
    environ = {"REQUEST_METHOD": "PUT", "CONTENT_LENGTH": str(announced), "wsgi.input": io.BytesIO(came)}
    with pytest.raises(ValidationError) as refused:
        list(uploads._body(Request(WSGIRequest(environ))))
    assert refused.value.code == "broken_off"


def test_a_download_is_always_saved_and_what_is_shown_is_words(incident, lead, client_of):
    evidence, client = add(incident, lead, name='na"me\r\n<b>.html'), client_of(lead)
    asks = client.post(url("evidence_file", incident, evidence.reference))
    assert (asks.status_code, "no scanner is configured" in asks.content.decode()) == (422, True)
    answer = client.post(url("evidence_file", incident, evidence.reference), {"confirmed": "on"})
    assert body(answer) == SCRIPT
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "\n" not in answer["Content-Disposition"]
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "no-store")
    assert answer["Content-Type"] == "application/octet-stream"
    shown = client.post(url("open_evidence", incident, evidence.reference)).content.decode()
    assert "&lt;script&gt;alert(&#x27;wombat&#x27;)" in shown
    assert SCRIPT.decode() not in shown
    verbs = [act["words"] for act in client.get(url("api_evidence_item", incident, evidence.reference)).json()["custody"]]  # fmt: skip
    assert verbs == ["received a file", "downloaded a file", "looked into a file"]
    StoredFile.objects.filter(pk=evidence.file_id).update(scan_state=ScanState.INFECTED, scan_finding="Eicar")
    barred = client.post(
        url("evidence_file", incident, evidence.reference), {"confirmed": "on", "reason": "r"}
    )
    assert barred.status_code == 422


def test_of_a_privileged_file_others_can_tell_nothing(incident, lead, legal, client_of):
    add(incident, lead, b"A log.", "app.log")
    hidden = add(incident, legal, b"Quokka advice.", "quokka.txt", privileged=True, title="Quokka advice")
    theirs, ours = client_of(lead), client_of(legal)
    item = ("evidence_item", "api_evidence_item", "download_evidence", "delete_evidence", "hold_evidence")
    assert [theirs.get(url(name, incident, hidden.reference)).status_code for name in (*item[:3], *item[3:])] == [404] * 5  # fmt: skip
    assert (
        theirs.post(url("evidence_file", incident, hidden.reference), {"confirmed": "on"}).status_code == 404
    )
    assert ours.get(url("evidence_item", incident, hidden.reference)).status_code == 200
    marks = (b"uokka", hidden.reference.encode(), hidden.file.sha256[:12].encode())
    pages = [
        *(url(name, incident) for name in ("evidence", "record", "api_evidence", "api_record", "evidence_manifest")),
        *(url(name, incident) for name in ("api_evidence_manifest", "export_evidence", "api_hold_all_evidence")),
        reverse("insights:timeline", args=[incident.reference]),
        reverse("insights:overview", args=[incident.reference]),
        f"{reverse('insights:search')}?q=quokka+advice",
    ]  # fmt: skip
    for page in pages:
        answer = theirs.get(page)
        content = body(answer) if answer.streaming else answer.content
        content = content.replace(b"quokka advice", b"").replace(b"quokka+advice", b"")
        assert not [mark for mark in marks if mark in content], page
    package = zipfile.ZipFile(io.BytesIO(body(theirs.get(url("export_record", incident)))))
    assert not [name for name in package.namelist() for mark in marks if mark in package.read(name)]
    assert b"uokka" in ours.get(url("evidence", incident)).content
    body_of = {"file": SimpleUploadedFile("x.txt", b"x"), "privileged": "true"}
    assert theirs.post(url("api_evidence", incident), body_of).status_code == 403


def test_an_export_holds_every_file_with_its_hash_and_is_in_their_custody(incident, lead, client_of):
    one = add(incident, lead, b"=cmd|' /C calc'!A0", "=evil.txt", title="=1+1")
    add(incident, lead, b"two", "b.log")
    answer = client_of(lead).post(url("evidence_zip", incident))
    package = zipfile.ZipFile(io.BytesIO(body(answer)))
    assert package.testzip() is None
    names = package.namelist()
    assert f"{one.reference} =evil.txt" in names
    lines = package.read("manifest.csv").decode("utf-8-sig").splitlines()
    assert len(lines) == len(names) == 3
    assert one.file.sha256 in "".join(lines)
    assert ",'=1+1," in "".join(lines)
    assert [act.event.verb for act in queries.custody(one)][-1] == "evidence_exported"  # fmt: skip


def test_a_page_is_kept_with_its_address_and_nothing_is_fetched(incident, lead, client_of):
    client = client_of(lead)
    form = client.get(url("capture_page", incident)).context["form"]
    said = {
        "page_url": "https://board.example/t/1", "page_account": "@seller", "title": "Offer", "words": "Selling\r\nlist",
        "on": "2026-11-20", "time": "12:00", "zone": form.fields["zone"].initial,
    }  # fmt: skip
    for wrong in (
        {"page_url": "javascript:alert(1)"},
        {"words": ""},
        {"on": "2099-01-01"},
        {"words": "a\x00b"},
    ):
        assert client.post(url("capture_page", incident), {**said, **wrong}).status_code == 422, wrong
    assert client.post(url("capture_page", incident), said).status_code == 302
    kept = Evidence.objects.get()
    assert (kept.origin, kept.page_url, kept.page_account, kept.file.size) == (
        "capture", "https://board.example/t/1", "@seller", 12,
    )  # fmt: skip
    page = client.get(url("evidence_item", incident, kept.reference)).content.decode()
    assert "https://board.example/t/1" in page
    assert 'href="https://board.example' not in page


def test_a_file_that_changed_is_told_by_mail_once(incident, lead, officer, smtp_sink, tmp_path, client_of):
    evidence = add(incident, lead)
    (tmp_path / evidence.file.parts.get().place).write_bytes(b"bent")
    client = client_of(lead)
    client.post(url("check_evidence", incident, evidence.reference))
    assert "Changed or damaged" in client.get(url("evidence", incident)).content.decode()
    assert evidence_mail.send_due() == 1
    assert evidence_mail.send_due() == 0
    cut = client.post(url("evidence_file", incident, evidence.reference), {"confirmed": "on"})
    with pytest.raises(CannotUnseal):
        body(cut)


def test_two_who_finish_at_once_leave_one_file(incident, lead, client_of):
    now = timezone.now()
    upload = commands.start_upload(incident, name="a", size=3, by=lead, now=now)
    client = client_of(lead)
    put(client, url("api_upload", incident, upload.reference), b"abc", 0)
    first, second = Upload.objects.get(), Upload.objects.select_related("file").get()
    commands.finish_upload(first, by=lead, now=now)
    late = client.post(url("api_finish_upload", incident, second.reference))
    assert late.status_code == 404
    assert Evidence.objects.count() == 1
