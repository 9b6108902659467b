"""The record cannot be bent unnoticed."""

import pytest
from django.db import InternalError, connection, transaction

from accounts.models import User
from audit import chain, queries
from audit.commands import canonical, record
from audit.events import SYSTEM
from audit.models import AuditEvent, Reason, StreamHead

STREAM = "test"


@pytest.fixture
def three_events(employee: User) -> None:
    with transaction.atomic():
        for number in (1, 2, 3):
            record(
                "tried",
                employee,
                by=employee,
                stream=STREAM,
                details={"number": number, "words": "größer 漢"},
                reason=f"reason {number}",
            )


def unprotected(sql: str) -> None:
    """Do what the owner of the database could do."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET session_replication_role = DEFAULT")


def test_the_database_hashes_as_bare_python_does(three_events: None) -> None:
    verdict = queries.verify(STREAM)
    assert (verdict.events, verdict.broken) == (3, None)
    assert verdict.head == bytes(StreamHead.objects.get(stream=STREAM).hash).hex()


@pytest.mark.parametrize(
    ("tampering", "sequence"),
    [
        ("UPDATE audit_auditevent SET details = '{}' WHERE stream = 'test' AND sequence = 2", 2),
        (
            "UPDATE audit_auditevent SET at = at + interval '1 second' WHERE stream = 'test' AND sequence = 1",
            1,
        ),
        ("UPDATE audit_auditevent SET actor_label = 'Nobody' WHERE stream = 'test' AND sequence = 3", 3),
        ("DELETE FROM audit_auditevent WHERE stream = 'test' AND sequence = 2", 2),
        ("DELETE FROM audit_auditevent WHERE stream = 'test' AND sequence = 3", 3),
        (
            "UPDATE audit_auditevent SET sequence = -sequence WHERE stream = 'test' AND sequence > 1;"
            "UPDATE audit_auditevent SET sequence = 5 + sequence WHERE stream = 'test' AND sequence < 0",
            2,
        ),
        (
            "INSERT INTO audit_auditevent (stream, sequence, at, verb, actor_label, subject_type, subject_id, "
            "subject_label, details, reason_hash, previous_hash, hash) SELECT stream, 4, at, verb, actor_label, "
            "subject_type, subject_id, subject_label, details, reason_hash, previous_hash, hash "
            "FROM audit_auditevent WHERE stream = 'test' AND sequence = 3",
            4,
        ),
        ("UPDATE audit_reason SET text = 'another' WHERE text = 'reason 2'", 2),
        ("DELETE FROM audit_reason WHERE text = 'reason 3'", 3),
        ("UPDATE audit_auditevent SET reason_id = NULL WHERE stream = 'test' AND sequence = 2", 2),
        ("UPDATE audit_streamhead SET hash = sha256('x') WHERE stream = 'test'", 3),
    ],
)
def test_the_first_broken_link_is_named(three_events: None, tampering: str, sequence: int) -> None:
    unprotected(tampering)
    broken = queries.verify(STREAM).broken
    assert broken is not None
    assert broken.sequence == sequence
    assert [one.broken for one in queries.verify_all().broken if one.stream == STREAM] == [broken]


def test_whoever_takes_a_guard_away_is_noticed(three_events: None) -> None:
    assert queries.missing_guards() == []
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER USER")
    survey = queries.verify_all()
    assert not survey.holds
    assert [guard.rpartition(" ")[2] for guard in survey.guards] == ["forge", "append_only", "kept_whole"]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_auditevent SET verb = 'x' WHERE stream = 'test'",
        "DELETE FROM audit_auditevent WHERE stream = 'test'",
        "UPDATE audit_reason SET text = 'nicer words'",
        "DELETE FROM audit_reason",
        "UPDATE audit_streamhead SET sequence = 1 WHERE stream = 'test'",
        "DELETE FROM audit_streamhead",
        "TRUNCATE audit_auditevent",
        "TRUNCATE audit_streamhead",
        "TRUNCATE audit_reason CASCADE",
    ],
)
def test_triggers_refuse_to_alter_the_record(three_events: None, sql: str) -> None:
    with pytest.raises(InternalError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_no_setting_of_a_session_switches_the_guards_off(three_events: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(tgname)::text FROM pg_trigger WHERE tgname LIKE 'pgtrigger%'")
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", cursor.fetchone())
    with pytest.raises(InternalError), transaction.atomic():
        AuditEvent.objects.filter(stream=STREAM).update(verb="x")


def test_an_erased_reason_leaves_the_chain_whole(three_events: None) -> None:
    event = AuditEvent.objects.get(stream=STREAM, sequence=2)
    Reason.objects.filter(pk=event.reason_id).update(text="", erased_at=event.at)
    assert queries.verify(STREAM).holds


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_is_a_bug() -> None:
    with pytest.raises(RuntimeError):
        record("tried", User(pk=1, name="A"), by=SYSTEM, stream=STREAM)


def test_lengths_keep_fields_apart() -> None:
    one = dict.fromkeys(chain.FIELDS, "") | {"verb": "ab", "actor_id": "c"}
    other = dict.fromkeys(chain.FIELDS, "") | {"verb": "a", "actor_id": "bc"}
    assert chain.digest(b"", one) != chain.digest(b"", other)


def test_details_have_one_form() -> None:
    assert canonical({"b": 1, "a": "ü"}) == '{"a":"ü","b":1}'


def test_what_has_no_place_in_the_record_is_refused() -> None:
    with pytest.raises(TypeError):
        canonical({"party": object()})
