"""Proof of one person's notice: rebuilt, checked offline by bare Python, still checkable by the letter's holder after erasure."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Organisation, User
from audit.models import AuditEvent
from incidents.models import Incident
from notifications import certificate_tasks, commands, lane, letter_tasks, tasks
from notifications.commands import certificates, letters
from notifications.models import Certificate, Delivery, Notice
from notifications.page_codes import Codes
from notifications.proof import ledger
from stakeholders.commands import erase_roster
from stakeholders.models import Roster
from stakeholders.sealing import Details
from tests.notifications.conftest import add_people, people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_state")]
OFFLINE = {"PATH": "", "PYTHONNOUSERSITE": "1"}


def unpacked(package: bytes, folder: Path) -> Path:
    zipfile.ZipFile(io.BytesIO(package)).extractall(folder)
    return folder


def checked(folder: Path, *more: str) -> tuple[int, str]:
    """What the checker says, in a Python of its own without any package."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "check_notice.py"), *more],
        env=OFFLINE, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def finished(
    settings: Any, tmp_path: Path, incident: Incident, sending: Callable[..., Notice], smtp_sink: Any, lead: User,
    monkeypatch: pytest.MonkeyPatch,
) -> Notice:  # fmt: skip
    """Five told by mail, one by letter, certified in chunks of four."""
    settings.MEDIA_ROOT = str(tmp_path / "files")
    monkeypatch.setattr(ledger, "CHUNK", 4)
    Organisation.objects.update_or_create(pk=1, defaults={"name": "Lantern"})
    add_people(incident, people(5))
    add_people(incident, [Details(name="Pia Brief", address1="1 Quay", town="Cork")])
    notice = sending()
    lane.run(connections_wanted=1)
    notice.refresh_from_db()
    run = letters.begin_letters(notice, paper="din", duplex=False, by=lead, now=timezone.now())
    letter_tasks.draw_due_letters()
    letters.post_letters(run, on=timezone.now().date(), receipt="", by=lead, now=timezone.now())
    tasks.follow_up()  # finishes it, and asks for a certificate
    assert certificate_tasks.make_due_certificates() == 1
    assert certificate_tasks.make_due_certificates() == 0
    return Notice.objects.get(pk=notice.pk)


def test_one_persons_proof_is_checked_without_us(
    finished: Notice, incident: Incident, lead: User, client: Client, smtp_sink: Any, tmp_path: Path
) -> None:
    certificate = Certificate.objects.get()
    assert certificate.counts == {"sent": 5, "posted": 1}
    told = json.loads(AuditEvent.objects.get(verb="notice_certified").details)
    assert (told["root"], told["people"]) == (certificate.root, 6)
    client.force_login(lead)
    row = finished.deliveries.order_by("pk")[4]  # alone in the second chunk but for the letter
    page = f"/incidents/{incident.reference}/people/{row.party_id}/proof/"
    masked = client.get(page).content.decode()
    code = Codes(finished).code(row.party_id)
    assert "Person 4" not in masked
    assert code not in masked
    shown = client.post(f"{page}reveal/", {"reason": "The authority asks."}).content.decode()
    assert "Dear Person 4," in shown
    assert AuditEvent.objects.filter(verb="party_revealed").exists()

    taken = client.post(f"{page}{row.pk}/", {"reason": "The authority asks."})
    folder = unpacked(taken.content, tmp_path / "proof")
    mail = smtp_sink.messages("person4@mail4.example")[0]
    text = mail.get_body(("plain",)).get_content()
    words = (folder / "words.txt").read_text()
    assert "".join(words.split()) == "".join((mail["Subject"] + text).split())  # rebuilt exactly
    status, said = checked(folder)
    assert (status, "The words are those that went out" in said, certificate.root in said) == (0, True, True)
    others = (folder / "proof.json").read_text()
    assert "mail" not in others.replace('"mail"', "")  # nothing of anybody's address
    for wrong in ('"posted"', '"returned"'):
        (folder / "proof.json").write_text(others.replace('"sent"', wrong))
        assert checked(folder)[0] == 1
    (folder / "proof.json").write_text(others)
    (folder / "words.txt").write_text(words.replace("left open", "closed"))
    assert checked(folder)[0] == 1
    (folder / "proof.json").write_text("{}")
    assert checked(folder)[0] == 1

    pdf = client.get(
        f"/incidents/{incident.reference}/notices/{finished.reference}/certificates/{certificate.reference}/pdf/"
    )
    assert pdf.content.startswith(b"%PDF")
    assert "Person 4" not in json.dumps(certificate.snapshot)


def test_after_erasure_the_letters_holder_can_still_check_it(
    finished: Notice, incident: Incident, lead: User, tmp_path: Path, client: Client
) -> None:
    row = Delivery.objects.get(notice=finished, state="posted")
    client.force_login(lead)
    page = f"/incidents/{incident.reference}/people/{row.party_id}/proof/"
    before = unpacked(client.post(f"{page}{row.pk}/", {"reason": "Kept."}).content, tmp_path / "before")
    letter, code = tmp_path / "letter.txt", Codes(finished).code(row.party_id)
    letter.write_text((before / "words.txt").read_text().replace("\n", " \n"))
    assert "Pia Brief" in letter.read_text()
    assert f"/n/{code}" in letter.read_text()

    erase_roster(Roster.objects.get(), by=lead, reason="Old.", now=timezone.now())
    certificates.ask_certificate(finished, by=lead, now=timezone.now())
    certificate_tasks.make_due_certificates()
    assert Certificate.objects.count() == 2
    after = unpacked(client.post(f"{page}{row.pk}/", {"reason": "She asks."}).content, tmp_path / "after")
    assert not (after / "words.txt").exists()
    assert checked(after)[0] == 0
    assert "The words were not checked" in checked(after)[1]
    status, said = checked(after, f"--code={code}", "--words", str(letter))
    assert (status, "The words are those that went out" in said) == (0, True)
    assert checked(after, f"--code={'A' * 22}", "--words", str(letter))[0] == 1
    assert "Erased" in client.get(page).content.decode()


def test_what_comes_back_later_is_in_the_next_certificate(
    finished: Notice, incident: Incident, lead: User, client: Client
) -> None:
    row = finished.deliveries.filter(state="sent").order_by("pk")[0]
    commands.note_bounce(
        commands.bounces.Told("hard", (row.message_id[:32],), "5.1.1"),
        source="mailbox",
        key=b"1" * 32,
        now=timezone.now(),
    )
    client.force_login(lead)
    page = f"/incidents/{incident.reference}/people/{row.party_id}/proof/"
    assert "something became of it since" in client.get(page).content.decode()
    asked = client.post(f"/api/incidents/{incident.reference}/notices/{finished.reference}/certificates/")
    assert asked.status_code == 201
    certificate_tasks.make_due_certificates()
    newest, first = Certificate.objects.all()
    assert (newest.counts, first.counts) == ({"bounced": 1, "sent": 4, "posted": 1}, {"sent": 5, "posted": 1})
    assert newest.root != first.root
    assert client.get(f"/api{page}").json()[0]["certificate"] == newest.reference
