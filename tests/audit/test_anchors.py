"""Anchors show what a chain alone cannot: that the whole of it was not written anew."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import InternalError, transaction

from accounts.models import Role, User
from audit import chain, commands, export, queries, tasks
from audit.events import SYSTEM
from audit.models import Anchor, AnchoredHead, RecordCheck
from notifications import record_mail
from tests.audit.test_chain import unprotected
from tests.sink import Sink

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
STREAMS = ("anchors-a", "anchors-b", "anchors-ä", "anchors-d", "anchors-e")


def act(employee: User, *streams: str) -> None:
    with transaction.atomic():
        for stream in streams:
            commands.record("tried", employee, by=employee, stream=stream, reason="Because of größer 漢")


@pytest.fixture
def anchored(employee: User) -> User:
    """Two anchors: all five streams, then two of them that moved on."""
    act(employee, *STREAMS)
    commands.anchor_heads(now=NOON)
    act(employee, STREAMS[0], STREAMS[2])
    commands.anchor_heads(now=NOON + timedelta(hours=1))
    return employee


def test_an_anchor_holds_the_heads_that_moved_and_stands_on_the_one_before(anchored: User) -> None:
    first, second = Anchor.objects.all()
    assert set(STREAMS) <= set(first.leaves.values_list("stream", flat=True))
    assert set(second.leaves.values_list("stream", "sequence")) == {(STREAMS[0], 2), (STREAMS[2], 2)}
    assert bytes(second.previous_root) == bytes(first.root)
    assert commands.anchor_heads(now=NOON + timedelta(hours=2)) is None, "nothing moved"
    assert queries.false_anchors() == []


def rewritten(stream: str) -> str:
    """What the owner of a database can do: every event of a stream forged anew, with hashes that fit."""
    return f"""
        CREATE TEMP TABLE kept ON COMMIT DROP AS SELECT * FROM audit_auditevent WHERE stream = '{stream}';
        DELETE FROM audit_auditevent WHERE stream = '{stream}';
        DELETE FROM audit_streamhead WHERE stream = '{stream}';
        SET session_replication_role = DEFAULT;
        INSERT INTO audit_auditevent SELECT id, stream, sequence, at, 'nothing_happened', actor_id, actor_label,
            subject_type, subject_id, subject_label, details, reason_hash, previous_hash, hash, reason_id
        FROM kept ORDER BY sequence
    """


def test_a_stream_that_was_written_anew_holds_by_itself_and_not_against_its_anchor(anchored: User) -> None:
    unprotected(rewritten(STREAMS[0]))
    assert queries.verify(STREAMS[0]).holds, "that is why anchors are needed"
    told = queries.false_anchors()
    assert f"{STREAMS[0]}: event 1 is another than it was when anchor 1 was taken" in told
    assert not commands.check_record(by=SYSTEM, copy=None, now=NOON).holds


@pytest.mark.parametrize(
    ("tampering", "told"),
    [
        ("UPDATE audit_anchor SET root = sha256('x') WHERE number = 1", "anchor 1 was altered"),
        ("UPDATE audit_anchor SET at = at + interval '1 hour' WHERE number = 2", "anchor 2 was altered"),
        ("DELETE FROM audit_anchoredhead WHERE anchor_id = 1 AND stream = 'anchors-d'", "anchor 1 was altered"),
        ("DELETE FROM audit_anchoredhead WHERE anchor_id = 1; DELETE FROM audit_anchor WHERE number = 1", "anchor 1 is missing"),
        ("DELETE FROM audit_auditevent WHERE stream = 'anchors-e'", "anchors-e: event 1 is gone"),
    ],
)  # fmt: skip
def test_a_bent_anchor_is_named(anchored: User, tampering: str, told: str) -> None:
    unprotected(tampering)
    assert any(one.startswith(told) for one in queries.false_anchors())


def test_an_anchor_is_marked_and_never_changed(anchored: User) -> None:
    Anchor.objects.update(mailed_at=NOON)
    for change in ({"root": b"x"}, {"heads": 7}, {"at": NOON}):
        with pytest.raises(InternalError), transaction.atomic():
            Anchor.objects.filter(number=2).update(**change)
    with pytest.raises(InternalError), transaction.atomic():
        AnchoredHead.objects.all().delete()


def test_roots_leave_for_a_file_once_and_show_what_was_done_to_the_database(
    anchored: User, tmp_path: Path
) -> None:
    copy = tmp_path / "kept" / "anchors.jsonl"
    assert (commands.file_anchors(copy, now=NOON), commands.file_anchors(copy, now=NOON)) == (2, 0)
    assert [json.loads(line)["number"] for line in copy.read_text().splitlines()] == [1, 2]
    assert queries.compare_with_file(copy) == []
    # Record and anchors written anew together, so that each fits the other.
    unprotected("DELETE FROM audit_anchoredhead; DELETE FROM audit_anchor")
    commands.anchor_heads(now=NOON + timedelta(days=1))
    assert queries.false_anchors() == []
    found = commands.check_record(by=SYSTEM, copy=copy, now=NOON)
    assert found.problems[0] == "anchor 1 is not the one that left us (anchors.jsonl, line 1)"


def test_the_hourly_and_the_nightly_task_do_it_by_themselves(
    employee: User, settings: Any, tmp_path: Path
) -> None:
    settings.ANCHOR_FILE = tmp_path / "anchors.jsonl"
    act(employee, *STREAMS)
    assert tasks.anchor_record() == 1
    assert tasks.check_record() is True
    unprotected("UPDATE audit_auditevent SET verb = 'x' WHERE stream = 'anchors-a'")
    assert tasks.check_record() is False
    assert RecordCheck.objects.first().problems == ["anchors-a: event 1: was altered after it was written"]


def test_a_leaf_is_proven_without_its_neighbours_at_every_size() -> None:
    for size in range(1, 18):
        leaves = [chain.leaf(f"s{place}", place, b"h") for place in range(size)]
        root = chain.tree_root(leaves)
        for place, leaf in enumerate(leaves):
            steps = chain.path(leaves, place)
            assert chain.climb(leaf, steps) == root
            assert chain.climb(chain.leaf("another", place, b"h"), steps) != root


# --- the export, as a third party has it


def exported(stream: str, folder: Path) -> None:
    with export.write(stream, "INC-TEST") as file, zipfile.ZipFile(file) as package:
        package.extractall(folder)


def checked(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the checker as somebody would who has nothing but the export: isolated, no site packages."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "check_record.py")],
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_export_is_checked_by_bare_python_alone(anchored: User, tmp_path: Path) -> None:
    exported(STREAMS[2], tmp_path)
    done = checked(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The record holds: 2 events" in done.stdout
    assert "Anchor 1 of 2026-11-22T12:00:00.000000Z covers events 1 to 1." in done.stdout
    assert "Anchor 2" in done.stdout
    others = (tmp_path / "anchors.json").read_text() + (tmp_path / "record.jsonl").read_text()
    assert not [name for name in STREAMS if name != STREAMS[2] and name in others], "no other stream is shown"


def spoil_event(events: list[dict[str, Any]], anchors: list[dict[str, Any]]) -> None:
    events[0]["actor_label"] = "Somebody else"


def spoil_reason(events: list[dict[str, Any]], anchors: list[dict[str, Any]]) -> None:
    events[1]["reason"] = "Because I said so"


def spoil_order(events: list[dict[str, Any]], anchors: list[dict[str, Any]]) -> None:
    events.reverse()


def spoil_end(events: list[dict[str, Any]], anchors: list[dict[str, Any]]) -> None:
    events.pop()


def spoil_anchor(events: list[dict[str, Any]], anchors: list[dict[str, Any]]) -> None:
    anchors[0]["at"] = "2026-11-21T12:00:00.000000Z"


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (spoil_event, "BROKEN at event 1: was altered"),
        (spoil_reason, "BROKEN: The reason of event 2 was altered"),
        (spoil_order, "BROKEN at event 1: event 1 is missing"),
        (spoil_end, "BROKEN: Anchor 2 was taken at event 2, which is not here"),
        (spoil_anchor, "BROKEN: Anchor 1 does not follow"),
    ],
)
def test_the_checker_names_what_was_done_to_an_export(
    anchored: User, tmp_path: Path, spoil: Any, told: str
) -> None:
    exported(STREAMS[2], tmp_path)
    record, kept = tmp_path / "record.jsonl", tmp_path / "anchors.json"
    events, anchors = (
        [json.loads(line) for line in record.read_text().splitlines()],
        json.loads(kept.read_text()),
    )
    spoil(events, anchors)
    record.write_text("".join(json.dumps(event) + "\n" for event in events))
    kept.write_text(json.dumps(anchors))
    done = checked(tmp_path)
    assert done.returncode == 1
    assert told in done.stdout


def test_a_file_that_is_no_export_is_told_in_words(anchored: User, tmp_path: Path) -> None:
    exported(STREAMS[2], tmp_path)
    (tmp_path / "record.jsonl").write_text("no json")
    done = checked(tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert "no export of a record that can be read" in done.stdout


# --- mail


def test_roots_and_the_alarm_go_by_mail_once(
    anchored: User, smtp_sink: Sink, settings: Any, organisation: Any, make_user: Any
) -> None:
    settings.ANCHOR_MAIL_TO = ["keeper@counsel.example"]
    officer = make_user("officer@lantern.example", Role.PRIVACY_OFFICER)
    assert record_mail.send_due() == 1
    unprotected("UPDATE audit_auditevent SET verb = 'x' WHERE stream = 'anchors-a' AND sequence = 1")
    commands.check_record(by=SYSTEM, copy=None, now=NOON)
    assert record_mail.send_due() == 1
    assert record_mail.send_due() == 0
    (roots,), (alarm,) = smtp_sink.messages("keeper@counsel.example"), smtp_sink.messages(officer.email)
    assert bytes(Anchor.objects.get(number=2).root).hex() in roots.get_content()
    assert "anchors-a: event 1: was altered after it was written" in alarm.get_content()
