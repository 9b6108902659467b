"""Evidence from its first byte to its tombstone: nothing is lost, changed, shown or let out that should not be."""

from __future__ import annotations

import hashlib
import socketserver
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import sealed_files
from accounts.keyring import CannotUnseal
from audit.models import AuditEvent
from config.health import check_scanner
from incidents import commands, evidence_tasks, queries
from incidents.commands import files
from incidents.files import clamd, kinds
from incidents.models import Door, Evidence, ScanState, StoredFile, Upload

PNG = b"\x89PNG\r\n\x1a\n"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.fixture(autouse=True)
def _own_storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def add(incident, by, content=b"A log line.\n", name="app.log", **more) -> Evidence:
    return commands.add_evidence(
        incident, [content], name=name, size=len(content), by=by, now=timezone.now(), **more
    )


def stored(folder: Path) -> list[Path]:
    return [one for one in folder.rglob("*") if one.is_file()]


def refusal(act, *args, **kwargs) -> str:
    with pytest.raises(ValidationError) as refused:
        act(*args, **kwargs)
    return refused.value.error_list[0].code


def verbs(evidence: Evidence) -> list[str]:
    return [act.event.verb.removeprefix("evidence_") for act in queries.custody(evidence)]


def test_a_file_lies_sealed_and_comes_out_as_it_came(incident, lead, tmp_path):
    content = b"Anna Example, anna@mail.example\n" * 20_000
    evidence = add(incident, lead, content, "C:\\temp\\..\\liste\u202egnp.txt")
    assert evidence.file.sha256 == hashlib.sha256(content).hexdigest()
    assert (evidence.file.name, evidence.file.kind, evidence.file.size) == (
        "listegnp.txt",
        "text",
        len(content),
    )
    assert b"".join(files.contents(evidence.file)) == content
    lying = stored(tmp_path)
    assert lying
    assert not any(b"anna" in path.read_bytes().lower() or "liste" in str(path) for path in lying)
    told = AuditEvent.objects.filter(stream=incident.stream).latest("sequence")
    assert told.verb == "evidence_received"
    assert evidence.file.sha256 in told.details
    assert "liste" not in told.details


def test_a_part_that_was_altered_cut_or_swapped_is_found(incident, lead, tmp_path):
    one, two = add(incident, lead, b"a" * 600_000), add(incident, lead, b"b" * 600_000, "b.log")
    (first,), (second,) = (
        [tmp_path / part.place for part in evidence.file.parts.all()] for evidence in (one, two)
    )
    whole = first.read_bytes()
    frame = 4 + 12 + sealed_files.FRAME + 16
    for bad in (
        whole[:40] + bytes([whole[40] ^ 1]) + whole[41:],
        whole[:frame],
        whole[frame:],
        whole + whole[:frame],
        b"",
        second.read_bytes(),
    ):
        first.write_bytes(bad)
        with pytest.raises(CannotUnseal):
            b"".join(files.contents(one.file))
    assert commands.check_evidence(one, by=lead, now=timezone.now()) is False
    one.file.refresh_from_db()
    assert one.file.differs_since
    first.write_bytes(whole)
    assert commands.check_evidence(one, by=lead, now=timezone.now()) is True
    assert verbs(one) == ["received", "differs", "checked"]


def test_an_upload_goes_on_where_it_stands_and_counts_only_when_it_is_whole(
    incident, lead, tmp_path, settings
):
    now = timezone.now()
    content = bytes(range(256)) * 3000
    upload = commands.start_upload(incident, name="disk.img", size=len(content), by=lead, now=now)
    files.add_part(upload.file, [content[:300_000]], offset=0, now=now)
    # A worker that dies here leaves bytes that no row counts; whoever sends asks for the offset and goes on.
    upload.file.opened().save([b"lost"])
    again = queries.upload_for(_held(incident, lead), upload.reference)
    assert again.file.size == 300_000
    assert refusal(files.add_part, again.file, [b"x"], offset=0, now=now) == "wrong_offset"
    assert refusal(commands.finish_upload, again, by=lead, now=now) == "incomplete"
    assert refusal(files.add_part, again.file, [b"x" * len(content)], offset=300_000, now=now) == "too_large"
    assert Evidence.objects.count() == 0
    again.file.refresh_from_db()
    files.add_part(again.file, [content[300_000:]], offset=300_000, now=now)
    evidence = commands.finish_upload(again, by=lead, now=now)
    assert evidence.file.sha256 == hashlib.sha256(content).hexdigest()
    assert (evidence.file.kind, Upload.objects.count(), evidence.file.lapses_at) == ("", 0, None)
    assert len(stored(tmp_path)) == evidence.file.parts.count()
    assert refusal(commands.finish_upload, again, by=lead, now=now) == "stale"
    assert Evidence.objects.count() == 1


def _held(incident, user):
    from incidents.permissions import incident_for

    return incident_for(user, incident.reference)


def test_half_an_upload_is_cleared_a_day_after_its_last_part(incident, lead, tmp_path):
    now = timezone.now()
    upload = commands.start_upload(incident, name="a.bin", size=100, by=lead, now=now - timedelta(hours=30))
    files.add_part(upload.file, [b"half"], offset=0, now=now - timedelta(hours=2))
    kept = add(incident, lead)
    assert files.clear_lapsed(now=now) == 0
    assert files.clear_lapsed(now=now + timedelta(hours=23)) == 1
    assert list(Upload.objects.all()) == []
    assert list(StoredFile.objects.all()) == [kept.file]
    assert len(stored(tmp_path)) == 1


def test_sizes_and_room_have_limits_and_leave_nothing(incident, lead, tmp_path, settings):
    settings.EVIDENCE_FILE_BYTES, settings.EVIDENCE_INCIDENT_BYTES = 1000, 1500
    now = timezone.now()
    begin = lambda size: commands.start_upload(incident, name="a", size=size, by=lead, now=now)  # noqa: E731
    assert refusal(begin, 0) == "empty"
    assert refusal(begin, 1001) == "too_large"
    begin(900)
    assert refusal(begin, 900) == "no_room"
    too_long = {"name": "a", "size": 10, "by": lead, "now": now}
    assert refusal(commands.add_evidence, incident, [b"x" * 20], **too_long) == "too_large"
    limits = {"root": "attachments", "name": "a", "limit": 10, "now": now}
    assert refusal(commands.keep_file, [b"x" * 20], **limits) == "too_large"
    assert refusal(commands.keep_file, [], **limits) == "empty"
    assert stored(tmp_path) == []


def test_the_same_file_is_taken_once_unless_the_first_is_hidden(incident, lead, legal, tmp_path):
    add(incident, lead, b"same")
    lies = len(stored(tmp_path))
    assert refusal(add, incident, lead, b"same") == "already_here"
    assert (Upload.objects.count(), len(stored(tmp_path))) == (0, lies)
    add(incident, legal, b"secret", privileged=True)
    assert refusal(add, incident, legal, b"secret") == "already_here"
    assert add(incident, lead, b"secret"), "to say so would tell of a privileged file"


def test_a_disk_that_takes_nothing_is_told_in_words_and_the_upload_goes_on_later(
    incident, lead, tmp_path, settings
):
    now = timezone.now()
    upload = commands.start_upload(incident, name="a.bin", size=3, by=lead, now=now)
    (tmp_path / "full").write_bytes(b"")
    settings.MEDIA_ROOT = tmp_path / "full"  # a file where a folder should be: nothing can be written below
    assert refusal(files.add_part, upload.file, [b"abc"], offset=0, now=now) == "not_stored"
    settings.MEDIA_ROOT = tmp_path
    assert files.add_part(upload.file, [b"abc"], offset=0, now=now).size == 3


KINDS = (
    ("png", PNG + b"IHDR" * 20),
    ("jpeg", b"\xff\xd8\xff\xe0rest"),
    ("webp", b"RIFF1234WEBPVP8 "),
    ("pdf", b"%PDF-1.7\n1 0 obj"),
    ("docx", b"PK\x03\x04....word/document.xml" + b"PK\x05\x06"),
    ("zip", b"PK\x03\x04....notes.txt" + b"PK\x05\x06"),
    ("text", "Zwölf Zeilen\n".encode()),
    ("json", b' {"a": [1, 2]}'),
    ("text", b"{not json"),
    ("html", b"\n<!DOCTYPE html><p>x"),
    ("html", b"<svg onload=alert(1)>"),
    ("mail", b"From: a@b.example\r\nSubject: x\r\n\r\nHello"),
    ("", b"MZ\x90\x00\x03"),
    ("", b"text with \x00 in it"),
    ("", b"\xff\xfe\x00\x01"),
    ("", PNG + b"<script>alert(1)</script>"),
    ("", PNG + b"x" * 300_000 + b"PK\x05\x06" + b"\0" * 18),
    ("", b"GIF89a %PDF-1.4"),
    ("", b"hello %PDF-1.4"),
)


def test_kinds_are_told_from_content_and_what_is_two_at_once_is_neither():
    found = [
        kinds.sniff(content[: kinds.HEAD_BYTES], content[-kinds.TAIL_BYTES :], len(content))
        for _, content in KINDS
    ]
    assert found == [kind for kind, _ in KINDS]


# --- the scanner


class Scanner(socketserver.BaseRequestHandler):
    """Speaks INSTREAM as clamd does."""

    def handle(self) -> None:
        asked = self.rfile(6)
        if asked == b"zPING\0":
            self.request.sendall(b"PONG\0")
            return
        assert asked + self.rfile(4) == b"zINSTREAM\0"
        content = b""
        while length := int.from_bytes(self.rfile(4), "big"):
            content += self.rfile(length)
            if len(content) > 1_000_000:
                self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        found = b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"
        self.request.sendall(found)

    def rfile(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            if not (piece := self.request.recv(size - len(data))):
                break
            data += piece
        return data


@pytest.fixture
def scanner(settings):
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Scanner)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    settings.CLAMD_ADDRESS = f"127.0.0.1:{server.server_address[1]}"
    yield server
    server.shutdown()
    server.server_close()


def out(evidence, by, **more) -> str:
    """The code of the refusal, or nothing."""
    try:
        commands.download_evidence(evidence, by=by, now=timezone.now(), **more)
    except ValidationError as refused:
        return str(refused.error_list[0].code)
    return ""


def test_the_scanner_has_its_say_before_a_file_leaves(incident, lead, officer, auditor, scanner):
    assert check_scanner().ok
    good, bad = add(incident, lead), add(incident, lead, b"  " + EICAR, "invoice.txt")
    large = add(incident, lead, b"\0" * 3_000_000, "disk.img")
    assert out(good, lead, confirmed=True) == "quarantined"
    assert evidence_tasks.scan_due_files() == 3
    for one in (good, bad, large):
        one.refresh_from_db()
    states = [one.file.scan_state for one in (good, bad, large)]
    assert states == [ScanState.CLEAN, ScanState.INFECTED, ScanState.TOO_LARGE]
    assert bad.file.scan_finding == "Eicar-Test-Signature"
    assert (out(good, auditor), out(good, lead)) == ("", "")
    assert out(bad, lead, reason="r", confirmed=True) == "quarantined"
    assert refusal(commands.open_evidence, bad, by=officer, now=timezone.now()) == "infected"
    assert (out(bad, officer), out(bad, officer, reason="For the police.")) == ("reason_missing", "")
    assert (out(large, lead), out(large, lead, confirmed=True)) == ("not_confirmed", "")
    assert out(large, auditor, confirmed=True) == "quarantined"
    assert [one.reference for one in commands.export_evidence(incident, by=lead, now=timezone.now())] == [
        large.reference,
        good.reference,
    ]
    assert verbs(bad) == ["received", "scanned", "downloaded"]


def test_a_scanner_that_does_not_answer_keeps_a_file_waiting_not_for_ever(incident, lead, settings):
    settings.CLAMD_ADDRESS = "127.0.0.1:9"
    assert not check_scanner().ok
    evidence, now = add(incident, lead), timezone.now()
    for _ in range(3):
        assert out(evidence, lead, confirmed=True) == "quarantined"
        assert evidence_tasks.scan_due_files(now=now) == 0
        now += timedelta(minutes=11)
        evidence.refresh_from_db()
    assert evidence.file.scan_state == ScanState.WAITING
    assert (out(evidence, lead), out(evidence, lead, confirmed=True)) == ("not_confirmed", "")


def test_without_a_scanner_a_download_needs_who_may_write_and_says_so(incident, lead, auditor):
    evidence = add(incident, lead)
    assert evidence_tasks.scan_due_files() == 0
    assert queries.scan_words(evidence.file) == "Not scanned: no scanner is configured"
    assert (out(evidence, lead), out(evidence, lead, confirmed=True)) == ("not_confirmed", "")
    assert out(evidence, auditor, confirmed=True) == "quarantined"


def test_answers_that_say_nothing_are_no_verdict():
    assert clamd._verdict("stream: OK") == (False, "")
    for answer in ("", "stream: X ERROR", "OKAY", "UNKNOWN COMMAND"):
        with pytest.raises(clamd.ScannerUnavailable):
            clamd._verdict(answer)


# --- pictures


def test_a_picture_is_drawn_anew_within_limits(incident, lead):
    import io

    from PIL import Image, PngImagePlugin

    hidden = PngImagePlugin.PngInfo()
    hidden.add_text("Comment", "home address quokka")
    real, broken, vast = io.BytesIO(), PNG + b"nonsense" * 10, io.BytesIO()
    Image.new("RGBA", (1600, 100), (200, 30, 30, 255)).save(real, "PNG", pnginfo=hidden)
    Image.new("1", (6_000, 6_000)).save(vast, "PNG")
    good, bad, bomb = (
        add(incident, lead, content, "a.png") for content in (real.getvalue(), broken, vast.getvalue())
    )
    assert evidence_tasks.draw_due_pictures() == 3
    for one in (good, bad, bomb):
        one.refresh_from_db()
    assert [one.file.preview_state for one in (good, bad, bomb)] == ["ready", "failed", "failed"]
    picture = b"".join(good.file.opened().read(good.file.preview_place))
    assert b"quokka" not in picture
    with Image.open(io.BytesIO(picture)) as drawn:
        assert (drawn.format, drawn.size) == ("JPEG", (1200, 75))


# --- privilege, holds, deletion


def test_a_privileged_file_leaves_no_trace_where_others_look(incident, lead, legal):
    before, _ = queries.record_page(_held(incident, lead))
    hidden = add(incident, legal, b"Advice.", privileged=True)
    commands.place_hold(incident, evidence=hidden, reason="Privilege log.", by=legal, now=timezone.now())
    now = timezone.now()
    theirs, ours = _held(incident, lead), _held(incident, legal)
    assert list(queries.evidence_of(theirs, now=now)) == []
    assert [one.reference for one in queries.evidence_of(ours, now=now)] == [hidden.reference]
    assert (queries.holds_of(theirs), len(queries.holds_of(ours))) == ([], 1)
    assert list(queries.manifest(theirs, now=now)) == []
    assert commands.export_evidence(theirs, by=lead, now=now) == []
    after, _ = queries.record_page(_held(incident, lead))
    assert len(after) == len(before)
    assert _held(incident, lead).version == incident.version
    assert verbs(hidden) == ["received", "held"]


def test_nothing_under_a_hold_is_deleted_and_what_is_leaves_a_tombstone(
    incident, lead, tmp_path, django_capture_on_commit_callbacks
):
    now = timezone.now()
    evidence = add(incident, lead)
    own = commands.place_hold(incident, evidence=evidence, reason="Litigation.", by=lead, now=now)
    whole = commands.place_hold(
        incident, reason="Regulator asked.", until=now + timedelta(days=1), by=lead, now=now
    )
    delete = lambda at, reason="Sent by mistake.": commands.delete_evidence(  # noqa: E731
        evidence, reason=reason, by=lead, now=at
    )
    assert refusal(delete, now) == "held"
    commands.release_hold(own, reason="Settled.", by=lead, now=now)
    assert refusal(commands.release_hold, own, reason="Again.", by=lead, now=now) == "already_settled"
    assert refusal(delete, now) == "held"
    later = whole.until + timedelta(seconds=1)
    assert refusal(delete, later, " ") == "reason_missing"
    with django_capture_on_commit_callbacks(execute=True):
        gone = delete(later)
    assert stored(tmp_path) == []
    gone.refresh_from_db()
    assert bytes(gone.file.wrapped_key) == b""
    assert (gone.deleted_by, gone.deleted_reason, gone.file.sha256 != "") == (lead, "Sent by mistake.", True)
    assert refusal(delete, later) == "wrong_status"
    assert out(gone, lead, confirmed=True) == "wrong_status"
    assert verbs(gone) == ["received", "held", "released", "deleted"]


def test_nightly_all_files_are_checked_and_one_that_differs_is_told_once(incident, lead, tmp_path):
    good, bad = add(incident, lead), add(incident, lead, b"other", "b.txt")
    later = timezone.now() + timedelta(days=1)
    part = tmp_path / bad.file.parts.get().place
    part.unlink()
    assert evidence_tasks.check_stored_files(now=later) == 2
    assert evidence_tasks.check_stored_files(now=later) == 0
    assert evidence_tasks.check_stored_files(now=later + timedelta(days=1)) == 2
    assert (verbs(good), verbs(bad)) == (["received"], ["received", "differs"])


# --- with a report


def test_what_comes_with_a_report_becomes_evidence_when_it_is_taken_up(lead, responder):
    now = timezone.now()
    keep = lambda content, name="shot.txt": commands.keep_file(  # noqa: E731
        [content], root="attachments", name=name, limit=1000, now=now
    )
    report, other = (
        commands.file_report(door=Door.PUBLIC, title=one, words="w", now=now).report for one in "ab"
    )
    attachment = commands.attach_file(report, keep(b"What I saw."), by=None, now=now)
    assert refusal(commands.attach_file, report, attachment.file, by=None, now=now) == "stale"
    assert refusal(commands.attach_file, report, keep(b"MZ\x90\x00"), by=None, now=now) == "file_kind"
    for number in range(4):
        commands.attach_file(report, keep(b"%d" % number), by=None, now=now)
    assert refusal(commands.attach_file, report, keep(b"x"), by=None, now=now) == "too_many"
    incident = commands.promote_report(report, by=responder, title="t", reason="r", now=now)
    first = incident.evidence.get(file=attachment.file)
    assert (incident.evidence.count(), first.report, first.by) == (5, report, None)
    assert verbs(first) == ["received", "moved", "moved"]
    commands.attach_file(other, keep(b"later"), by=None, now=now)
    report.refresh_from_db()
    commands.mark_duplicate(other, of=report, by=responder, reason="r", now=now)
    assert incident.evidence.count() == 6
    assert commands.carry_over(report, incident, by=responder, now=now) == []
