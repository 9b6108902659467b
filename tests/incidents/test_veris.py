from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from audit.models import AuditEvent
from incidents.lifecycle import Status
from incidents.models import Incident
from incidents.permissions import visible_to
from incidents.veris import mapping, reading

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples" / "veris.jsonl"
REAL = ROOT.parent / "shared" / "data" / "vcdb-sample.jsonl"
LATEST = datetime(2026, 11, 20, 12, tzinfo=UTC)
RECORDS = [json.loads(line) for line in SAMPLES.read_text().splitlines()]
PLAIN: dict[str, Any] = {
    "incident_id": "0A1B2C3D-0000-4000-8000-00000000000A",
    "schema_version": "1.3.2",
    "security_incident": "Confirmed",
    "summary": "Something got out.",
    "timeline": {"incident": {"year": 2015}},
}


def mapped(**changes: Any):
    return mapping.mapped({**copy.deepcopy(PLAIN), **changes}, latest=LATEST)


def occurred(**parts: Any):
    return mapped(timeline={"incident": parts}).times


def run(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[str, list[str], int]:
    """The last line, the other lines, the exit code."""
    code = 0
    try:
        call_command("import_veris", str(path))
    except SystemExit as stop:
        code = int(stop.code or 0)
    told = capsys.readouterr()
    lines = told.out.splitlines()
    return lines[-1] if lines else "", lines[:-1] + told.err.splitlines(), code


# --- the mapping, without a database


def test_a_year_alone_is_kept_as_a_year():
    (time_,) = occurred(year=2012)
    assert (time_.at.year, time_.precision) == (2012, "year")


def test_a_month_is_not_made_into_a_first_day():
    (time_,) = occurred(year=2012, month=4)
    assert time_.precision == "month"


def test_a_full_date_is_known_to_the_day_and_a_clock_time_without_zone_is_not_an_instant():
    (time_,) = occurred(year=2012, month=4, day=30, time="14:30")
    assert (time_.at.date().isoformat(), time_.precision) == ("2012-04-30", "day")


@pytest.mark.parametrize("day", [31, 0, -1, "x", None])
def test_a_day_that_cannot_be_leaves_the_month(day):
    (time_,) = occurred(year=2012, month=4, day=day)
    assert time_.precision == "month"


@pytest.mark.parametrize("year", [12, 99999, "soon", True, 2031])
def test_a_year_that_cannot_be_is_told_and_not_stored(year):
    historic = mapped(timeline={"incident": {"year": year}})
    assert not historic.times
    assert any("no date that can be" in remark for remark in historic.remarks)


def test_a_record_without_a_year_comes_in_without_a_time():
    historic = mapped(timeline={})
    assert not historic.times
    assert "timeline.incident.year is missing: no time of the breach" in historic.remarks


def test_the_day_people_were_told_is_a_time_of_its_own():
    historic = mapped(plus={"timeline": {"notification": {"year": 2015, "month": 3}}})
    assert [(one.kind, one.precision) for one in historic.times] == [
        ("occurred", "year"),
        ("notice_sent", "month"),
    ]


def test_a_field_no_schema_knows_is_kept_and_told():
    historic = mapped(victim={"victim_id": "Acme", "mood": "worried"})
    assert historic.facts["veris_extra"] == {"victim.mood": "worried"}
    assert "unknown field victim.mood" in historic.remarks


def test_the_databases_own_extras_are_kept_and_not_called_unknown():
    historic = mapped(plus={"analyst": "x", "anything": {"at": ["all"]}})
    assert historic.facts["veris_plus"] == {"analyst": "x", "anything": {"at": ["all"]}}
    assert not [remark for remark in historic.remarks if "plus" in remark]


def test_a_kind_of_data_no_schema_knows_is_told_and_not_turned_into_another():
    historic = mapped(
        attribute={"confidentiality": {"data": [{"variety": "Voice prints"}, {"variety": "Medical"}]}}
    )
    assert historic.facts["elements"] == ["medical"]
    assert "unknown value attribute.confidentiality.data.variety: Voice prints" in historic.remarks


@pytest.mark.parametrize(
    ("total", "records"),
    [
        (1630, 1630),
        (1630.0, 1630),
        ("1,630", 1630),
        ("1630", 1630),
        (0, None),
        (-5, None),
        (True, None),
        ("many", None),
    ],
)
def test_the_number_of_records_is_read_in_each_spelling(total, records):
    historic = mapped(attribute={"confidentiality": {"data_total": total}})
    assert historic.facts.get("records_affected") == records


@pytest.mark.parametrize(
    ("action", "violation"),
    [
        ({"malware": {"variety": ["Ransomware"]}, "hacking": {"variety": ["SQLi"]}}, "ransomware"),
        ({"hacking": {"variety": ["Use of stolen creds"]}}, "account_takeover"),
        ({"hacking": {"variety": "Unknown"}}, "leak"),
        ({"misuse": {"variety": ["Privilege abuse"]}}, "insider"),
        ({"error": {"variety": ["Misdelivery"]}}, "misdirected"),
        ({"physical": {"variety": ["Theft"]}}, "lost_device"),
        ({"error": {"variety": ["Malfunction"]}}, "other"),
        ({"unknown": {"notes": "?"}}, "unknown"),
        ({}, "unknown"),
        ("a text", "unknown"),
    ],
)
def test_the_way_it_happened_becomes_our_word(action, violation):
    assert mapped(action=action).violation == violation


@pytest.mark.parametrize(
    ("states", "encrypted"),
    [
        (["Stored encrypted"], True),
        (["Stored unencrypted"], False),
        (["Stored encrypted", "Transmitted unencrypted"], None),
        (["Stored"], None),
        (["Stored unencrypted", "Unknown"], None),
        ("Stored encrypted", True),
        (None, None),
    ],
)
def test_encryption_is_said_only_where_all_that_is_told_agrees(states, encrypted):
    assert mapped(attribute={"confidentiality": {"state": states}}).facts.get("encrypted") == encrypted


@pytest.mark.parametrize("finding", ["Near miss", "False positive"])
def test_what_the_source_calls_no_breach_is_none(finding):
    assert mapped(security_incident=finding).breach is False


@pytest.mark.parametrize("incident_id", [None, "", "   ", 7, "x" * 81])
def test_a_record_without_a_usable_id_is_refused(incident_id):
    with pytest.raises(mapping.RecordError):
        mapped(incident_id=incident_id)


@pytest.mark.parametrize(
    "shape", [[], "text", 7, None, [[]], {"confidentiality": []}, {"confidentiality": {"data": "x"}}]
)
def test_sections_of_another_shape_do_not_break_the_reading(shape):
    historic = mapped(attribute=shape, action=shape, asset=shape, victim=shape, actor=shape, plus=shape)
    assert historic.title


def test_a_long_summary_makes_a_title_that_fits():
    assert len(mapped(summary="word " * 500).title) <= 200


# --- the file


def write(tmp_path: Path, text: str | bytes, name: str = "in.json") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(PLAIN),
        json.dumps(PLAIN, indent=2),
        json.dumps([PLAIN]),
        json.dumps([PLAIN], indent=2),
        "\n\n" + json.dumps(PLAIN) + "\r\n\n",
        "\ufeff" + json.dumps(PLAIN),
        json.dumps({"file": "x.json", "source": "fork", "incident": PLAIN}),
    ],
)
def test_one_record_is_found_in_each_kind_of_file(tmp_path, text):
    (entry,) = reading.entries(write(tmp_path, text))
    assert entry.record is not None
    assert entry.record["incident_id"] == PLAIN["incident_id"]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b'{"incident_id": "a", ', "not JSON"),
        (b'{"incident_id": "a", "amount": NaN}', "NaN"),
        (b'{"incident_id": "a\\u0000b"}', "NUL"),
        (b'{"incident_id": "\\ud800"}', "surrogate"),
        (b'{"incident_id": "\xff"}', "not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b"7", "not a JSON object"),
        (b'{"incident_id": "' + b"a" * 4_000_001 + b'"}', "longer than 4 MB"),
    ],
)
def test_a_broken_line_is_named_and_the_next_is_read(tmp_path, line, problem):
    good = json.dumps(PLAIN).encode()
    found = list(reading.entries(write(tmp_path, good + b"\n" + line + b"\n" + good)))
    assert [entry.number for entry in found] == [1, 2, 3]
    assert problem in found[1].problem
    assert found[2].record


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_an_empty_file_is_said_to_be_empty(tmp_path, text):
    with pytest.raises(reading.FileError):
        list(reading.entries(write(tmp_path, text)))


# --- into the database


def test_the_samples_come_in_as_closed_incidents_without_clocks(organisation, lead, capsys):
    last, told, code = run(SAMPLES, capsys)
    assert (last, code) == ("added 6, updated 0, unchanged 0, refused 0", 0)
    assert any("victim.mood" in line for line in told)
    incidents = Incident.objects.all()
    assert all(one.historic and one.is_settled and not one.obligations.exists() for one in incidents)
    assert set(incidents.filter(status=Status.DISMISSED).values_list("source_id", flat=True)) == {
        "e8b2a5f4-6c31-4f88-9d02-7b4e1c0d5a04"
    }
    assert visible_to(lead).count() == 6
    assert AuditEvent.objects.filter(verb="incident_imported").count() == 6


def test_a_second_run_changes_nothing(organisation, capsys):
    run(SAMPLES, capsys)
    before = AuditEvent.objects.count()
    last, _, code = run(SAMPLES, capsys)
    assert (last, code) == ("added 0, updated 0, unchanged 6, refused 0", 0)
    assert AuditEvent.objects.count() == before


def test_a_changed_record_updates_its_incident_and_keeps_history(organisation, tmp_path, capsys):
    run(write(tmp_path, json.dumps(PLAIN)), capsys)
    changed = {
        **PLAIN,
        "incident_id": PLAIN["incident_id"].lower(),
        "timeline": {"incident": {"year": 2015, "month": 2}},
    }
    last, _, _ = run(write(tmp_path, json.dumps(changed)), capsys)
    assert last == "added 0, updated 1, unchanged 0, refused 0"
    incident = Incident.objects.get()
    assert list(incident.event_times.filter(superseded_at=None).values_list("precision", flat=True)) == [
        "month"
    ]
    assert incident.event_times.count() == 2


def test_an_older_schema_does_not_undo_a_newer_one(organisation, tmp_path, capsys):
    old = {**PLAIN, "schema_version": "1.2.1", "summary": "Told long ago."}
    both = json.dumps(PLAIN) + "\n" + json.dumps(old)
    assert run(write(tmp_path, both), capsys)[0] == "added 1, updated 0, unchanged 1, refused 0"
    assert run(write(tmp_path, both), capsys)[0] == "added 0, updated 0, unchanged 2, refused 0"


def test_an_incident_that_was_reopened_here_is_left_alone(organisation, tmp_path, capsys):
    run(write(tmp_path, json.dumps(PLAIN)), capsys)
    Incident.objects.update(historic=False, status=Status.CONFIRMED)
    last, _, _ = run(write(tmp_path, json.dumps({**PLAIN, "summary": "Another."})), capsys)
    assert last == "added 0, updated 0, unchanged 1, refused 0"


def test_broken_lines_are_told_with_their_number_and_the_rest_goes_in(organisation, tmp_path, capsys):
    lines = [json.dumps(record) for record in RECORDS]
    lines[2] = lines[2][:50]
    lines.append(json.dumps({"summary": "no id"}))
    last, told, code = run(write(tmp_path, "\n".join(lines)), capsys)
    assert (last, code) == ("added 5, updated 0, unchanged 0, refused 2", 0)
    assert any(line.startswith("line 3: refused: not JSON") for line in told)
    assert "line 7: refused: incident_id is missing" in told


def test_a_file_of_which_nothing_can_be_read_fails(organisation, tmp_path, capsys):
    last, _, code = run(write(tmp_path, "this is no JSON\n"), capsys)
    assert (last, code) == ("added 0, updated 0, unchanged 0, refused 1", 1)


@pytest.mark.skipif(not REAL.exists(), reason="../shared/data/vcdb-sample.jsonl is not here")
@pytest.mark.slow
def test_all_300_real_records_come_in_once(organisation, capsys):
    last, told, code = run(REAL, capsys)
    assert (last, code) == ("added 300, updated 0, unchanged 0, refused 0", 0)
    assert not [line for line in told if "refused" in line]
    assert run(REAL, capsys)[0] == "added 0, updated 0, unchanged 300, refused 0"
