"""Erasing for good, keeping keys fresh, taking the list out, and writing to somebody in a person's place."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
import pyzipper
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from audit.models import AuditEvent
from incidents import commands as incidents
from stakeholders import commands, queries, tasks
from stakeholders.models import AffectedParty, Roster, RosterCount
from stakeholders.sealing import Contact, RosterErased, RosterKeys
from tests.stakeholders.conftest import PEOPLE

pytestmark = pytest.mark.django_db
SECRETS = ("ana.lopes", "Lopes", "Brandt", "35315550100", "Quay Street", "A-77-X")
FULL = (
    "email,name,phone,street,country,account_id,representative\n"
    "ana.lopes@mail.example,Ana Lopes,+353 1 555 0100,2 Quay Street,PT,A-77-X,Rui Lopes\n"
    "cleo@mail.example,Cleo Brandt,,,DE,,\nnobody,Ana Lopes,,,PT,,\n"
)


def url(incident, rest=""):
    return f"/incidents/{incident.reference}/people/{rest}"


def everything_stored() -> str:
    """Every row of every table as text; binary columns as the letters they would be in clear."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT schemaname, tablename FROM pg_tables WHERE schemaname = 'public'")
        names = [name for _, name in cursor.fetchall()]
        rows: list[str] = []
        for name in names:
            cursor.execute(f'SELECT row::text FROM "{name}" row')
            rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows)


def found_in(text: str) -> list[str]:
    shapes = {secret: (secret, secret.encode().hex()) for secret in SECRETS}
    return [secret for secret, forms in shapes.items() if any(form.lower() in text.lower() for form in forms)]


def erase(roster, one, other, **named):
    commands.propose_erasure(
        roster,
        reason="The time to keep them is over.",
        due_on=named.get("due_on"),
        by=one,
        now=timezone.now(),
    )
    return commands.sign_erasure(roster, by=other, now=named.get("now", timezone.now()))


def test_after_erasing_nothing_readable_is_left_anywhere(
    bring_in, client_of, support, lead, legal, incident, settings, caplog, django_capture_on_commit_callbacks
):
    job = bring_in(FULL)
    party = AffectedParty.objects.of(incident.roster).order_by("id").first()
    commands.reveal_party(party, reason="A caller asks.", by=lead, now=timezone.now())
    question = commands.log_inquiry(
        by=support, topic="my_data", channel="phone", words="I am Ana Lopes. Was I in it?",
        contact=Contact(email="ana.lopes@mail.example"), incident=incident, now=timezone.now(),
    ).inquiry  # fmt: skip
    blob = bytes(party.sealed)
    file = Path(settings.MEDIA_ROOT) / job.stored
    assert file.exists()
    with django_capture_on_commit_callbacks(execute=True):
        erase(incident.roster, lead, legal)
    roster = Roster.objects.get()
    assert (roster.people, roster.cleared_at is not None) == (2, True)  # the numbers stay
    assert found_in(everything_stored()) == []
    assert found_in(caplog.text) == []
    assert not file.exists()
    assert blob not in AffectedParty.objects.values_list("sealed", flat=True)
    with pytest.raises(RosterErased):
        RosterKeys.open(roster)
    client = client_of(lead)
    pages = [url(incident), url(incident, f"{party.id}/"), url(incident, f"imports/{job.pk}/")]
    for address in [*pages, f"/inquiries/{question.reference}/"]:
        page = client.get(address)
        assert page.status_code == 200, address
        assert found_in(page.text) == [], address
    echoed, nonsense = (client.get(f"/search/?q={word}").text.count(word) for word in ("Lopes", "Qwxzy"))
    assert echoed == nonsense  # the word asked for, and nothing found by it
    assert client.post(url(incident), {"find": "ana.lopes@mail.example"}).status_code == 200
    verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    assert {"erasure_proposed", "erasure_signed", "roster_erased", "import_done"} <= verbs


def test_two_people_erase_and_on_a_day_only_then(bring_in, client_of, lead, legal, incident):
    bring_in()
    lead_client, legal_client = client_of(lead), client_of(legal)
    tomorrow = (timezone.now() + timedelta(days=1)).date()
    said = lead_client.post(
        url(incident, "erase/"), {"due_on": tomorrow.isoformat(), "reason": "Kept long enough."}
    )
    assert said.status_code == 302
    assert "proposes to erase these people" in lead_client.get(url(incident)).text
    own = lead_client.post(url(incident, "erase/sign/"))
    assert own.status_code in (403, 409)
    assert legal_client.post(url(incident, "erase/sign/")).status_code == 302
    tasks.erase_due_rosters()
    assert Roster.objects.get().erased_at is None
    roster = Roster.objects.get()
    roster.erasures.update(due_on=timezone.now().date())
    tasks.erase_due_rosters()
    assert Roster.objects.get().erased_at is not None
    assert "erased" in lead_client.get(url(incident)).text


def test_an_erasure_waits_for_holds_and_can_be_taken_back(bring_in, client_of, lead, legal, incident):
    bring_in()
    incidents.place_hold(
        incident, evidence=None, reason="A claim is before court.", until=None, by=legal, now=timezone.now()
    )
    with pytest.raises(ValidationError, match="legal hold"):
        erase(Roster.objects.get(), lead, legal)
    page = client_of(legal).get(url(incident, "erase/")).text
    assert "legal hold" in page
    client_of(lead).post(url(incident, "erase/withdraw/"), {"reason": "The court needs them."})
    assert not Roster.objects.get().erasures.open().exists()


def test_a_big_list_is_cleared_in_batches_after_its_key_is_gone(bring_in, lead, legal, incident, monkeypatch):
    bring_in()
    monkeypatch.setattr("stakeholders.commands.erasure.AT_ONCE", 2)
    erase(incident.roster, lead, legal)
    roster = Roster.objects.get()
    assert roster.cleared_at is None
    assert not commands.clear_erased(roster, now=timezone.now(), most=2)
    tasks.erase_due_rosters()
    assert Roster.objects.get().cleared_at is not None
    assert set(AffectedParty.objects.values_list("email_key", flat=True)) == {None}


def test_a_restored_backup_does_not_bring_erased_people_back(
    bring_in, lead, legal, incident, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.STATE_DIR = tmp_path
    bring_in()
    kept = Roster.objects.filter(incident=incident).values("wrapped_key", "wrapped_index_key").get()
    with django_capture_on_commit_callbacks(execute=True):
        erase(incident.roster, lead, legal)
    assert "Lopes" not in (tmp_path / "erasures.jsonl").read_text()
    Roster.objects.filter(incident=incident).update(erased_at=None, **kept)  # as the backup has it
    out = io.StringIO()
    call_command("repeat_erasures", stdout=out)
    assert f"{incident.reference}: erased again" in out.getvalue()
    assert Roster.objects.get().erased_at is not None


def test_keys_move_under_the_newest_and_the_old_one_can_go(bring_in, incident, settings):
    bring_in()
    newer = ("k2", bytes(range(32, 64)))
    settings.SEALING_KEYS = [newer, *settings.SEALING_KEYS]
    out = io.StringIO()
    call_command("rewrap_rosters", stdout=out)
    assert "1 rosters put under the key k2" in out.getvalue()
    settings.SEALING_KEYS = [newer]
    roster = Roster.objects.get()
    party = AffectedParty.objects.of(roster).order_by("id").first()
    assert RosterKeys.open(roster).details(party).given_name == "Ana"
    assert not commands.rewrap_roster(roster)


def test_the_list_leaves_only_under_a_password(bring_in, client_of, lead, incident):
    bring_in(PEOPLE)
    client = client_of(lead)
    given = {"password": "short", "again": "short", "reason": "Counsel needs it."}
    assert client.post(url(incident, "export/"), given).status_code == 422
    given |= {"password": "a long good password", "again": "another password"}
    assert "not the same" in client.post(url(incident, "export/"), given).text
    given["again"] = given["password"]
    answer = client.post(url(incident, "export/"), given)
    package = b"".join(answer.streaming_content)
    assert b"ana.lopes" not in package
    with pyzipper.AESZipFile(io.BytesIO(package)) as archive:
        with pytest.raises(RuntimeError):
            archive.read("people.csv", pwd=b"another password")
        text = archive.read("people.csv", pwd=given["password"].encode()).decode("utf-8-sig")
    assert text.count("\r\n") == 5
    assert "ana.lopes@mail.example" in text
    [event] = AuditEvent.objects.filter(verb="roster_exported")
    assert json.loads(event.details) == {"people": 4}
    assert given["password"] not in everything_stored()


def test_a_guardian_is_written_to_in_place_of_a_child(bring_in, client_of, lead, incident):
    bring_in("name,phone,country,language\nTom Novak,+353 1 555 0101,IE,en\nEve Ray,,IE,en\n")
    party = AffectedParty.objects.of(incident.roster).order_by("id").first()
    client = client_of(lead)
    given = {"addressee": "guardian", "email": "no address", "reason": "He is nine."}
    assert "Name the person" in client.post(url(incident, f"{party.id}/address/"), given).text
    given["name"] = "Ida Novak"
    assert "is not an e-mail address" in client.post(url(incident, f"{party.id}/address/"), given).text
    given["email"] = "ida@mail.example"
    assert client.post(url(incident, f"{party.id}/address/"), given).status_code == 302
    roster = Roster.objects.get()
    party = AffectedParty.objects.of(roster).order_by("id").first()
    details = RosterKeys.open(roster).details(party)
    assert (details.name, details.representative, details.email) == (
        "Tom Novak",
        "Ida Novak",
        "ida@mail.example",
    )
    assert (roster.people, roster.mailable) == (2, 1)
    assert queries.find_parties(roster, RosterKeys.open(roster), "ida@mail.example").get() == party
    groups = RosterCount.objects.filter(roster=roster, number__gt=0)
    assert {(row.minor, row.number, row.mailable) for row in groups} == {(True, 1, 1), (False, 1, 0)}
    commands.reveal_party(party, reason="A caller asks.", by=lead, now=timezone.now())
    assert "A caller asks." in client.get(url(incident, f"{party.id}/")).text
    assert "ida@" not in AuditEvent.objects.get(verb="party_addressed").details
