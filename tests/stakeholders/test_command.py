"""`import_parties`: the same import from the command line."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from stakeholders.models import AffectedParty

pytestmark = pytest.mark.django_db
SAMPLES = Path(settings.BASE_DIR) / "samples"


def run(incident, lead, file, *options):
    out, errors = StringIO(), StringIO()
    call_command(
        "import_parties",
        incident.reference,
        str(file),
        "--by",
        lead.email,
        *options,
        stdout=out,
        stderr=errors,
    )
    return out.getvalue(), errors.getvalue()


def test_the_sample_comes_in_whole_and_once(incident, lead):
    assert run(incident, lead, SAMPLES / "parties-sample.csv")[0].startswith("12 lines: 12 added")
    assert "0 added, 0 updated, 12 unchanged" in run(incident, lead, SAMPLES / "parties-sample.csv")[0]
    minors = AffectedParty.objects.of(incident.roster).filter(addressee="minor")
    assert [party.country for party in minors] == ["HU"]


def test_mistakes_are_told_by_line_and_the_rest_comes_in(incident, lead):
    out, errors = run(incident, lead, SAMPLES / "parties-with-mistakes.csv", "--elements", "email,name")
    assert out.startswith("5 lines: 3 added, 0 updated, 0 unchanged, 2 refused")
    assert errors.splitlines() == [
        "line 3: E-mail is not an e-mail address.",
        "line 4: Country is not a country we know; use the two-letter code.",
    ]


def test_columns_can_be_told_by_heading_or_number(incident, lead, tmp_path):
    file = tmp_path / "odd.csv"
    file.write_text("wohin,wo\na@mail.example,IE\n")
    out, _ = run(incident, lead, file, "--map", "wohin=email", "--map", "2=country", "--elements", "email")
    assert out.startswith("1 lines: 1 added")


@pytest.mark.parametrize("options", [["--map", "nix=email"], ["--map", "email"], []])
def test_what_cannot_be_told_ends_with_words(incident, lead, tmp_path, options):
    file = tmp_path / "odd.csv"
    file.write_text("a,b\nx,y\n")
    with pytest.raises(CommandError):
        run(incident, lead, file, *options)


def test_a_file_that_is_not_there_ends_with_words(incident, lead, tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        run(incident, lead, tmp_path / "none.csv")
