from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "samples" / "facts.json"
EXAMPLES = ROOT / "docs" / "examples"


def run(*args: str) -> tuple[int, str, str]:
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("evaluate", *args, stdout=out, stderr=err)
    except SystemExit as stop:
        code = int(stop.code or 0)
    return code, out.getvalue(), err.getvalue()


def written(tmp_path: Path, content: object) -> str:
    path = tmp_path / "facts.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return str(path)


def test_the_sample_names_the_authority_its_citation_and_the_due_instant():
    code, out, _ = run(str(SAMPLE), "--as-of", "2026-11-22T12:00Z")
    assert code == 0
    assert "Notify the Irish Data Protection Commission" in out
    assert "GDPR Art. 33(1)" in out
    assert "= Mon 23 Nov 2026 22:10 GMT" in out


def test_as_of_decides_whether_a_duty_is_overdue():
    early = json.loads(run(str(SAMPLE), "--json", "--as-of", "2026-11-23T22:09Z")[1])
    late = json.loads(run(str(SAMPLE), "--json", "--as-of", "2026-11-23T22:11Z")[1])
    key = "eu-gdpr-33/authority@ie-dpc"
    assert [duty["overdue"] for duty in early["duties"] if duty["key"] == key] == [False]
    assert [duty["overdue"] for duty in late["duties"] if duty["key"] == key] == [True]


def test_the_same_facts_give_the_same_answer():
    assert run(str(SAMPLE), "--json", "--as-of", "2026-11-22T12:00Z") == run(
        str(SAMPLE), "--json", "--as-of", "2026-11-22T12:00Z"
    )


def test_wrong_facts_name_every_field_its_reason_and_what_is_allowed(tmp_path):
    path = written(tmp_path, {"facts": {"role": "boss"}, "counts": [{"place": "Atlantis", "number": -1}]})
    code, out, err = run(path)
    assert (code, out) == (2, "")
    assert "facts.role: is not one of the words allowed" in err
    assert "controller" in err
    assert "counts[0].place" in err
    assert "counts[0].number" in err


def test_wrong_facts_are_told_in_json_too(tmp_path):
    code, out, _ = run(written(tmp_path, {"facts": {"role": "boss"}}), "--json")
    (error,) = json.loads(out)["errors"]
    assert code == 2
    assert error["field"] == "facts.role"
    assert "processor" in error["allowed"]


@pytest.mark.parametrize("content", ["", "not json", "[" * 100_000, "[]", "7", "null"])
def test_what_is_no_facts_object_is_refused_without_a_stack_trace(tmp_path, content):
    code, _, err = run(written(tmp_path, content))
    assert code == 2
    assert err.strip()


def test_a_file_that_is_not_there_is_refused():
    assert run("/nowhere/facts.json")[0] == 2


@pytest.mark.parametrize("as_of", ["yesterday", "2026-11-22"])
def test_an_instant_without_zone_is_refused(as_of):
    with pytest.raises(CommandError, match="as-of"):
        run(str(SAMPLE), "--as-of", as_of)


def test_the_worked_examples_come_out_as_they_are_told():
    expected = json.loads((EXAMPLES / "expected.json").read_text())
    files = {path.stem for path in EXAMPLES.glob("*.json")} - {"expected"}
    assert files == set(expected)
    assert len(files) == 10
    wrong = []
    for name, told in expected.items():
        code, out, _ = run(str(EXAMPLES / f"{name}.json"), "--json", "--as-of", told["as_of"])
        here = {duty["key"]: duty for duty in json.loads(out)["duties"] if duty["reach"] == "here"}
        wrong += [(name, key) for key in here.keys() ^ told["duties"].keys()]
        for key, values in told["duties"].items():
            wrong += [
                (name, key, word) for word, value in values.items() if here.get(key, {}).get(word) != value
            ]
        assert code == 0
    assert wrong == []
    assert all(f"({name}.json)" in (EXAMPLES / "README.md").read_text() for name in files)
