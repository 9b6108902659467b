"""Letters: drawn for real, one person a page set, taken out, handed over, returned; and whatever stops them."""

from __future__ import annotations

import csv
import io
import re
import resource
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import pyzipper
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from accounts.models import Organisation, User
from audit.models import AuditEvent
from incidents.models import Incident
from notifications import letter_tasks, queries
from notifications.commands import letters as commands
from notifications.models import Delivery, Letter, LetterBatch, LetterRun, Notice
from notifications.page_codes import Codes
from notifications.queries.letters import waiting
from stakeholders.commands import erase_roster
from stakeholders.models import AffectedParty, Roster
from stakeholders.sealing import Details, RosterKeys
from tests.notifications.conftest import add_people, people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_state")]
PASSWORD = "quite-a-long-password"
LONG = "Alexandra-Konstantina von und zu Hohenzollern-Sigmaringen und Müller-Lüdenscheidt, geborene Ångström"


def posted_to(name: str, **more: str) -> Details:
    return Details(name=name, address1="1 Quay", town="Cork", postcode="T12 ABC1", **more)


@pytest.fixture
def notice(settings: Any, tmp_path: Any, incident: Incident, sending: Callable[..., Notice]) -> Notice:
    """A notice on its way; of nine people three get mail, four need a letter, one cannot be reached, one is exempt."""
    settings.MEDIA_ROOT = str(tmp_path / "files")
    Organisation.objects.update_or_create(
        pk=1, defaults={"name": "Lantern", "address": "1 Harbour Row, Dublin"}
    )
    add_people(incident, people(3, address1="2 Quay", town="Cork"))
    needing = [posted_to("Ana Novák"), posted_to(LONG), posted_to("田中 太郎"), posted_to("Zoë & <b>Søn</b>")]
    add_people(incident, [*needing, Details(name="Nobody"), posted_to("Not To Tell")], country="DE")
    notice = sending()
    exempt = AffectedParty.objects.filter(roster=incident.roster).latest("id")
    AffectedParty.objects.filter(roster=incident.roster, id=exempt.id).update(exempt_at=timezone.now())
    Delivery.objects.filter(notice=notice).update(state="sent", attempt=1)
    Notice.objects.filter(pk=notice.pk).update(sent=3)
    return Notice.objects.get(pk=notice.pk)


def begun(notice: Notice, lead: User, **more: Any) -> LetterRun:
    given = {"paper": "din", "duplex": False, **more}
    return commands.begin_letters(notice, by=lead, now=timezone.now(), **given)


def adds_up(incident: Incident) -> tuple[int, int, int, int]:
    found = queries.coverage(incident)
    assert found.affected == 9
    notice = Notice.objects.get(incident=incident)
    assert notice.total == notice.sent + notice.refused + notice.held + notice.dropped + notice.pending
    return found.notified, found.unreachable, found.exempt, found.waiting


def words_of(pdf: bytes) -> list[str]:
    """Each page's text, read back with the fonts' own maps."""
    import pikepdf

    shown = []
    with pikepdf.open(io.BytesIO(pdf)) as file:
        for page in file.pages:
            maps = {}
            for name, font in page.Resources.get("/Font", {}).items():
                table = bytes(font.ToUnicode.read_bytes()).decode()
                maps[name] = dict(re.findall(r"<([0-9a-f]{4})> <([0-9a-f]+)>", table))
            text, now = "", {}
            content = page.Contents.read_bytes().decode("latin-1") if "/Contents" in page else ""
            for font, glyphs in re.findall(r"(/L\d) [\d.]+ Tf [^<]*<([0-9a-f]+)>", content):
                now = maps[font]
                codes = [now[glyphs[at : at + 4]] for at in range(0, len(glyphs), 4)]
                text += "".join(bytes.fromhex(one).decode("utf-16-be") for one in codes) + "|"
            shown.append(text)
    return shown


def test_letters_from_the_first_to_the_post_and_back(
    notice: Notice, incident: Incident, lead: User, client: Client
) -> None:
    assert adds_up(incident) == (3, 1, 1, 4)
    assert (waiting(notice).bounced, waiting(notice).without_mail) == (0, 4)
    run = begun(notice, lead, duplex=True)
    with pytest.raises(ValidationError):
        begun(notice, lead)  # a second click
    assert adds_up(incident) == (3, 1, 1, 4)
    assert letter_tasks.draw_due_letters() == 4
    run.refresh_from_db()
    assert (run.status, run.letters, run.drawn, run.pages) == ("ready", 4, 4, 7)

    page = f"/incidents/{incident.reference}/letters/{run.reference}/"
    client.force_login(lead)
    assert b"Ready to print" in client.get(page).content
    taken = client.post(
        f"{page}take/", {"password": PASSWORD, "again": PASSWORD, "reason": "For the print shop."}
    )
    archive = pyzipper.AESZipFile(io.BytesIO(b"".join(taken.streaming_content)))
    archive.setpassword(PASSWORD.encode())
    rows = list(csv.DictReader(io.StringIO(archive.read("letters.csv").decode("utf-8-sig"))))
    assert [row["first_page"] for row in rows] == ["1", "3", "5", "7"]  # each begins on a sheet of its own
    assert rows[0]["line1"] == "Ana Novák"
    assert rows[0]["country"] == "DE"
    shown = words_of(archive.read("letters-0001.pdf"))
    assert len(shown) == 8
    letters = {row.number: row for row in Letter.objects.filter(run=run).select_related("delivery")}
    codes = Codes(notice)
    for place, name in ((1, "Ana Novák"), (4, "Zoë & <b>Søn</b>")):
        first = shown[int(rows[place - 1]["first_page"]) - 1]
        assert "Dear |" in first or "Dear" in first
        assert all(word in first for word in name.split())
        assert codes.code(letters[place].delivery.party_id) in first
        assert f"{run.reference} · {place:06} · 1/1" in first
        assert codes.code(letters[5 - place].delivery.party_id) not in first
    assert client.get(f"/n/{codes.code(letters[1].delivery.party_id)}").status_code == 200

    commands.post_letters(run, on=timezone.now().date(), receipt="P-1", by=lead, now=timezone.now())
    assert adds_up(incident) == (7, 1, 1, 0)
    with pytest.raises(ValidationError):
        commands.post_letters(run, on=timezone.now().date(), receipt="", by=lead, now=timezone.now())
    wrong = client.post(f"{page}return/", {"numbers": "000002 77", "why": "Moved away", "on": "2026-01-01"})
    assert wrong.status_code == 422
    assert adds_up(incident) == (7, 1, 1, 0)
    back = {"numbers": [2], "why": "Moved away", "on": timezone.now().date().isoformat()}
    answer = client.post(f"/api{page}return/", back, content_type="application/json")
    assert answer.json() == {"returned": 1}
    assert adds_up(incident) == (6, 2, 1, 0)
    told = " ".join(AuditEvent.objects.values_list("details", flat=True))
    assert "Ana" not in told
    assert "letters_posted" in set(AuditEvent.objects.values_list("verb", flat=True))


def test_letters_that_were_cancelled_can_be_made_again(
    notice: Notice, incident: Incident, lead: User
) -> None:
    Delivery.objects.filter(notice=notice, pk=notice.deliveries.first().pk).update(state="bounced")
    Notice.objects.filter(pk=notice.pk).update(sent=2, refused=1)
    run = begun(notice, lead)
    assert run.letters == 5
    batch = commands.claim_batch(owner="dead", now=timezone.now() - timedelta(minutes=11))
    assert batch is not None
    again = commands.claim_batch(owner="alive", now=timezone.now())  # the claim of a dead worker lapsed
    assert again is not None
    assert letter_tasks.draw_batch(again) == 5
    assert letter_tasks.draw_batch(batch) == 0  # it came back to life too late
    commands.cancel_letters(LetterRun.objects.get(), reason="A wrong date.", by=lead, now=timezone.now())
    assert adds_up(incident) == (2, 1, 1, 5)
    assert begun(Notice.objects.get(), lead, paper="us").letters == 5


@pytest.fixture
def full_disk() -> Iterator[Callable[[], None]]:
    """No file of this process may grow any more."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_said_and_nothing_is_lost(
    notice: Notice, lead: User, full_disk: Callable[[], None], settings: Any
) -> None:
    run = begun(notice, lead)
    full_disk()
    assert letter_tasks.draw_due_letters() == 0
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    batch = LetterBatch.objects.get()
    assert "disk is full" in batch.problem
    assert letter_tasks.draw_due_letters() == 0  # not at once again
    LetterBatch.objects.update(next_try_at=None)
    assert letter_tasks.draw_due_letters() == 4
    batch.refresh_from_db()
    assert (batch.problem, LetterRun.objects.get(pk=run.pk).status) == ("", "ready")


def test_erased_people_are_in_no_file(notice: Notice, incident: Incident, lead: User, settings: Any) -> None:
    run = begun(notice, lead)
    assert letter_tasks.draw_due_letters() == 4
    with pytest.raises(ValidationError):  # letters are not handed over yet
        erase_roster(Roster.objects.get(), by=lead, reason="Old.", now=timezone.now())
    commands.post_letters(
        LetterRun.objects.get(), on=timezone.now().date(), receipt="", by=lead, now=timezone.now()
    )
    incident.matters.update(settled_at=timezone.now())
    batch = LetterBatch.objects.get()
    keys = RosterKeys.open(Roster.objects.get())
    with letter_tasks.default_storage.open(batch.stored) as stored:
        sealed = stored.read()
    assert keys.open_bytes(sealed, context=letter_tasks.context_of(batch)).startswith(b"%PDF")
    erase_roster(Roster.objects.get(), by=lead, reason="Old.", now=timezone.now())
    assert commands.discard_erased() == 1
    with pytest.raises(ValidationError):
        commands.take_letters(run, password=PASSWORD, reason="Late.", by=lead, now=timezone.now())
