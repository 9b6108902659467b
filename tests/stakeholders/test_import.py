"""A file becomes a roster: once, whole, sealed; and the numbers go down to the incident."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import connection, connections
from django.utils import timezone

from stakeholders import commands, queries, tasks
from stakeholders.importing import load, rejects, run
from stakeholders.importing.seen import Seen
from stakeholders.models import AffectedParty, Roster, RosterCount, RosterReject
from stakeholders.sealing import RosterKeys
from tests.stakeholders.conftest import PEOPLE, run_to_end

pytestmark = pytest.mark.django_db


def everybody(roster):
    """All that counts of a roster, in clear and comparable."""
    keys = RosterKeys.open(roster)
    return sorted(
        (*keys.details(party).as_tuple(), party.place, party.language, tuple(party.elements), party.addressee)
        for party in AffectedParty.objects.of(roster)
    )


def counted(roster):
    return {
        (row.place, row.language, tuple(row.elements), row.minor): (row.number, row.mailable, row.exempt)
        for row in RosterCount.objects.filter(roster=roster, number__gt=0)
    }


def recounted(roster):
    found: dict = {}
    for party in AffectedParty.objects.of(roster):
        key = (party.place, party.language, tuple(party.elements), party.is_minor)
        number, mail, exempt = found.get(key, (0, 0, 0))
        found[key] = (
            number + 1,
            mail + (party.email_key is not None),
            exempt + (party.exempt_at is not None),
        )
    return found


def test_a_file_becomes_people_with_place_language_and_data(bring_in, incident):
    job = bring_in()
    assert (job.state, job.read, job.added, job.refused) == ("done", 4, 4, 0)
    people = everybody(incident.roster)
    assert [row[-4] for row in people] == ["PT", "US-CA", "DE", "IE"]
    assert people[1][1:4] == ("Ben", "Ito", "ben@mail.example")
    assert counted(incident.roster) == recounted(incident.roster)


def test_the_same_file_twice_adds_nobody(bring_in, incident):
    bring_in()
    before = everybody(incident.roster)
    again = bring_in()
    assert (again.added, again.merged, again.unchanged) == (0, 0, 4)
    assert everybody(incident.roster) == before


def test_people_without_address_or_reference_come_in_once_too(bring_in, incident):
    text = "name,phone,country,street\nEli Moss,+353 1 555 0101,IE,\nFay Moss,,IE,2 Quay St\n"
    assert bring_in(text).added == 2
    assert bring_in(text).unchanged == 2


def test_what_a_second_file_tells_anew_is_united_with_what_is_known(bring_in, incident):
    bring_in("email,country\nana@mail.example,PT\n", elements=["email"])
    job = bring_in("email,name,country,language\nANA@mail.example,Ana Lopes,PT,pt\n", elements=["ssn"])
    assert (job.added, job.merged) == (0, 1)
    [person] = everybody(incident.roster)
    assert person[0] == "Ana Lopes"
    assert person[-2] == ("email", "ssn")
    assert counted(incident.roster) == recounted(incident.roster)
    keys = RosterKeys.open(incident.roster)
    assert queries.find_parties(incident.roster, keys, "Lopes").count() == 1


@pytest.mark.parametrize(
    ("second", "people"),
    [
        ("house@mail.example,Jane Doe,", 2),
        ("house@mail.example,J. Doe,", 1),
        ("house@mail.example,,", 1),
        ("HOUSE@mail.example,john  DOE,", 1),
        ("house@mail.example,John Doe,K-2", 2),
        ("other@mail.example,Jane Other,K-1", 1),
    ],
)
def test_a_household_that_shares_a_mailbox_is_kept_apart(bring_in, incident, second, people):
    bring_in("email,name,reference,country\nhouse@mail.example,John Doe,K-1,IE\n")
    bring_in(f"email,name,reference,country\n{second},IE\n")
    assert AffectedParty.objects.of(incident.roster).count() == people
    assert counted(incident.roster) == recounted(incident.roster)


def test_a_person_twice_in_one_file_is_one_person(bring_in, incident):
    job = bring_in(
        "email,name,country\na@mail.example,Al Ba,IE\na@mail.example,Al Ba,IE\na@mail.example,Bo Ba,IE\n"
    )
    assert (job.added, job.unchanged) == (2, 1)


def test_thousands_behind_one_mailbox_are_told_apart_in_time(bring_in, incident):
    lines = "".join(f"office@mail.example,Person {number}x Name{number}y,IE\n" for number in range(3000))
    assert bring_in("email,name,country\n" + lines).added == 3000
    assert bring_in("email,name,country\n" + lines).unchanged == 3000


def test_each_refused_line_says_its_number_field_and_reason(bring_in, incident):
    job = bring_in(
        "email,country,phone,birth_date\n"
        "good@mail.example,IE,,\n"
        "no-address,IE,,\n"
        "b@mail.example,Atlantis,,\n"
        "c@mail.example,IE,12,\n"
        f'd@mail.example,IE,,"{"x" * 10_000}"\n'
        "e@mail.example,IE,,31.02.2001\n"
        '"f@mail\x01.example",IE,,\n'
        ",IE,,\n"
    )
    found = [(row.line, row.field, row.code) for row in RosterReject.objects.filter(source=job)]
    assert found == [
        (3, "email", "bad_email"),
        (4, "country", "unknown_country"),
        (5, "phone", "bad_phone"),
        (6, "", "too_long"),
        (7, "birth_date", "bad_date"),
        (8, "", "control_character"),
        (9, "", "nobody"),
    ]
    assert (job.added, job.refused) == (1, 7)


def test_refused_lines_come_back_as_a_csv_that_runs_no_formula(bring_in, incident):
    job = bring_in('email,name,country\n"=cmd|x",+Ann,Atlantis\n@sum,"-1\nline",IE\nok@mail.example,Ok,IE\n')
    text = "".join(rejects.lines(job, RosterKeys.open(job.roster)))
    rows = text.splitlines()
    assert rows[0] == '"line","refused because","email","name","country"'
    assert "'=cmd|x" in rows[1]
    assert '"\'+Ann"' in rows[1]
    assert rows[1].startswith('"2",')
    assert '"\'@sum","\'-1' in text
    assert "ok@mail.example" not in text


def test_nothing_of_a_person_can_be_read_in_the_tables_or_the_stored_file(bring_in, incident):
    job = bring_in()
    with connection.cursor() as cursor:
        dumped = ""
        for table in (
            "affectedparty",
            "affectedparty_default",
            "rosterimport",
            "rosterreject",
            "rostercount",
        ):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM stakeholders_{table} t")
            dumped += str(cursor.fetchone()[0])
        cursor.execute("SELECT sealed FROM stakeholders_affectedparty")
        stored = b"".join(bytes(row[0]) for row in cursor.fetchall())
    with default_storage.open(job.stored) as file:
        stored += file.read()
    for secret in ("ana.lopes", "mail.example", "Lopes", "A-1", "ben@"):
        assert secret not in dumped
        assert secret.encode() not in stored
        assert secret.encode().hex() not in dumped


def test_a_finished_import_hands_the_numbers_down_and_asks_the_law_again(bring_in, incident):
    before = incident.assessed_hash
    bring_in(elements=["email", "name", "ssn"])
    counts = {
        (row.place, tuple(row.elements)): (row.number, row.basis)
        for row in incident.counts.filter(superseded_at=None)
    }
    assert counts[("US-CA", ("email", "name", "ssn"))] == (1, "confirmed")
    assert len(counts) == 4
    assert incident.facts.get(key="contact_insufficient", superseded_at=None).value is False
    incident.refresh_from_db()
    assert incident.assessed_hash != before


def test_people_nobody_can_reach_are_handed_down(bring_in, incident):
    bring_in("reference,country\nK-9,IE\n")
    assert incident.facts.get(key="contact_insufficient", superseded_at=None).value is True


def many(number, start=0):
    return "email,name,country\n" + "".join(
        f"p{one}@mail.example,Given{one} Family{one},{'IE' if one % 3 else 'DE'}\n"
        for one in range(start, start + number)
    )


class Killed(BaseException):
    pass


@pytest.mark.parametrize("at", ["before_copy", "after_copy", "after_counts"])
def test_an_import_killed_at_any_point_ends_as_a_clean_one(start, incident, monkeypatch, at):
    monkeypatch.setattr(run, "CHUNK_LINES", 40)
    monkeypatch.setattr(run.chunks, "__kwdefaults__", {"size": 40})
    job = start(many(100).replace("p50@mail.example", "p50-mail.example"))
    with monkeypatch.context() as broken:
        calls = {"left": 2}
        name = {"before_copy": "_insert", "after_copy": "_update", "after_counts": None}[at]
        target, method = (load, name) if name else (load.GroupTally, "write")
        real = getattr(target, method)

        def dies(*arguments, **named):
            calls["left"] -= 1
            if at == "after_counts":
                real(*arguments, **named)
            if not calls["left"]:
                raise Killed
            return None if at == "after_counts" else real(*arguments, **named)

        broken.setattr(target, method, dies)
        with pytest.raises(Killed):
            run_to_end()
    job.refresh_from_db()
    assert (job.position, job.added, job.state) == (41, 40, "running")
    assert run_to_end() is None  # the dead worker's claim has not lapsed
    type(job).objects.filter(pk=job.pk).update(lapses_at=timezone.now() - timedelta(seconds=1))
    run_to_end()
    job.refresh_from_db()
    assert (job.state, job.read, job.added, job.refused) == ("done", 100, 99, 1)
    assert [row.line for row in job.rejects.all()] == [52]
    assert len(everybody(incident.roster)) == 99
    assert counted(incident.roster) == recounted(incident.roster)


def test_a_worker_whose_claim_was_taken_writes_nothing_more(start, incident, lead):
    job = start(many(10))
    owner = uuid.uuid4().hex
    job = commands.claim_import(owner=owner, now=timezone.now())
    keys = RosterKeys.open(job.roster)
    [chunk] = run.chunks(job, keys)
    commands.cancel_import(job, by=lead, now=timezone.now())
    with pytest.raises(run.ClaimLost):
        run.settle(job, chunk, keys, owner=owner, now=timezone.now())
    assert not AffectedParty.objects.of(incident.roster).exists()


def test_whoever_came_since_the_filter_was_made_is_met(start, incident):
    job = start(many(10))
    owner = uuid.uuid4().hex
    job = commands.claim_import(owner=owner, now=timezone.now())
    keys, seen = RosterKeys.open(job.roster), Seen.of(job.roster, bytes_to_read=job.size)
    [chunk] = run.chunks(job, keys)
    assert seen is not None
    assert not any(seen.met(person.email_key) for person in chunk.people)
    start(many(10))
    run_to_end()  # the second list, while the first is claimed
    job = run.settle(job, chunk, keys, owner=owner, now=timezone.now(), seen=seen)
    assert (job.added, job.unchanged, len(everybody(incident.roster))) == (0, 10, 10)
    again = Seen.of(Roster.objects.get(pk=job.roster_id), bytes_to_read=job.size)
    assert again is not None
    assert all(again.met(person.email_key) for person in chunk.people)


def test_time_running_out_lets_the_next_look_go_on(start, incident, monkeypatch):
    monkeypatch.setattr(run.chunks, "__kwdefaults__", {"size": 30})
    job = start(many(70))
    run_to_end(seconds=0)
    job.refresh_from_db()
    assert (job.read, job.state) == (30, "running")
    while run_to_end(seconds=0):
        pass
    job.refresh_from_db()
    assert (job.read, job.added, job.state) == (70, 70, "done")


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_bring_in_the_union_and_nobody_twice(start, incident, monkeypatch):
    monkeypatch.setattr(run.chunks, "__kwdefaults__", {"size": 50})
    start(many(300))
    start(many(300, start=150))
    failed = []

    def work():
        try:
            run_to_end()
        except BaseException as problem:
            failed.append(problem)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not failed
    roster = Roster.objects.get(incident=incident)
    assert len({row[3] for row in everybody(roster)}) == len(everybody(roster)) == 450 == roster.people
    assert counted(roster) == recounted(roster)
    assert sum(incident.counts.filter(superseded_at=None).values_list("number", flat=True)) == 450


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"  \n\n", "empty_file"),
        (b"email,country\n", "only_header"),
        (b"PK\x03\x04rest", "bad_sheet"),
        (b"%PDF-1.7", "pdf"),
        (b"\n<!DOCTYPE html><p>Sign in</p>", "html"),
        (b"email\na@b.example\x00,\n", "nul_bytes"),
    ],
)
def test_what_is_no_list_of_people_is_refused_and_not_kept(upload, data, code, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path  # alone there: another worker's uploads come and go
    upload(PEOPLE)
    before = set(default_storage.listdir("rosters")[1])
    with pytest.raises(ValidationError) as refusal:
        upload(data)
    assert refusal.value.code == code
    assert set(default_storage.listdir("rosters")[1]) == before


def test_a_file_over_the_limit_is_refused(upload, settings):
    settings.UPLOAD_LIMIT_BYTES = 1000
    with pytest.raises(ValidationError) as refusal:
        upload(many(100))
    assert refusal.value.code == "too_large"


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("cp1252", ";"), ("cp1251", "|")],
)
def test_encodings_and_delimiters_are_found(bring_in, incident, encoding, delimiter):
    names = (
        ["Иванов", "Петров", "Сидорова"]
        if encoding == "cp1251"
        else ["Müller", "Gärtner", "Größe", "Jürgens"]
    )
    lines = [delimiter.join(["name", "email", "country"])]
    lines += [
        delimiter.join([f"{name} {name}", f"n{place}@mail.example", "DE"])
        for place, name in enumerate(names * 20)
    ]
    job = bring_in("\r\n".join(lines).encode(encoding))
    assert (job.state, job.refused) == ("done", 0)
    assert names[0] in everybody(incident.roster)[0][0] or any(
        names[0] in row[0] for row in everybody(incident.roster)
    )


@pytest.mark.parametrize(
    ("mapping", "defaults"),
    [
        ({"0": "email"}, {"elements": ["email"]}),
        ({"0": "email"}, {"elements": [], "country": "IE"}),
        ({"0": "country"}, {"elements": ["email"]}),
        ({"0": "email", "1": "email"}, {"elements": ["email"], "country": "IE"}),
        ({"0": "shoe_size"}, {"elements": ["email"], "country": "IE"}),
        ({"0": "email"}, {"elements": ["mood"], "country": "IE"}),
        ({"0": "email"}, {"elements": ["email"], "country": "Atlantis"}),
    ],
)
def test_an_import_starts_only_when_it_can_tell_who_where_and_what(upload, lead, mapping, defaults):
    job = upload("email,x\na@mail.example,1\n")
    with pytest.raises(ValidationError) as refusal:
        commands.start_import(job, mapping=mapping, defaults=defaults, by=lead, now=timezone.now())
    assert refusal.value.error_list[0].code == "bad_plan"


def test_one_upload_starts_once(start, lead):
    job = start(PEOPLE)
    with pytest.raises(ValidationError) as refusal:
        commands.start_import(job, mapping=job.mapping, defaults=job.defaults, by=lead, now=timezone.now())
    assert refusal.value.code == "wrong_status"


def test_columns_may_say_which_data_were_exposed(bring_in, incident):
    bring_in(
        "email,country,element_ssn,data\na@mail.example,US,yes,\nb@mail.example,US,no,passport; Date of birth\n",
        elements=["email"],
    )
    assert [row[-2] for row in everybody(incident.roster)] == [
        ("email", "ssn"),
        ("birth_date", "email", "passport"),
    ]


def test_minors_are_told_by_date_of_birth_and_the_date_is_not_kept(bring_in, incident):
    bring_in("email,country,dob\na@mail.example,IE,2015-06-01\nb@mail.example,IE,01/06/1980\n")
    people = everybody(incident.roster)
    assert [row[-1] for row in people] == ["minor", "self"]
    assert not any("2015" in value for value in people[0][:-4])


def test_a_stored_file_cut_short_or_altered_fails_the_import_without_a_trace_of_it(start, incident):
    job = start(PEOPLE)
    with default_storage.open(job.stored) as file:
        data = bytearray(file.read())
    data[100] ^= 1
    default_storage.delete(job.stored)
    from django.core.files.base import ContentFile

    default_storage.save(job.stored, ContentFile(bytes(data)))
    run_to_end()
    job.refresh_from_db()
    assert (job.state, job.failure) == ("failed", "damaged")
    assert not AffectedParty.objects.of(incident.roster).exists()


def test_the_task_says_how_many_lines_it_settled(start, incident):
    start(PEOPLE)
    assert tasks.run_due_imports() == 4
    assert tasks.run_due_imports() == 0
