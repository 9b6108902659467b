"""A list of people is scanned for viruses before a line of it is read, where there is a scanner."""

from __future__ import annotations

from typing import Any

import pytest

from stakeholders import tasks
from stakeholders.importing.reasons import FILE_REASONS
from stakeholders.models import AffectedParty
from tests.incidents import test_evidence
from tests.stakeholders.conftest import PEOPLE

pytestmark = pytest.mark.django_db
scanner = test_evidence.scanner


def test_nobody_is_imported_from_a_file_in_which_the_scanner_finds_something(
    start: Any, incident: Any, scanner: Any
) -> None:
    job = start(PEOPLE + test_evidence.EICAR.decode() + "\n")
    tasks.run_due_imports()
    job.refresh_from_db()
    assert (job.state, job.failure) == ("failed", "infected")
    assert job.failure in FILE_REASONS
    assert not AffectedParty.objects.of(incident.roster).exists()
    clean = start(PEOPLE)
    tasks.run_due_imports()
    clean.refresh_from_db()
    assert clean.state == "done"


def test_a_list_waits_for_a_scanner_that_does_not_answer(start: Any, incident: Any, settings: Any) -> None:
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    job = start(PEOPLE)
    assert tasks.run_due_imports() == 0
    assert tasks.run_due_imports() == 0, "it is not asked again at once"
    job.refresh_from_db()
    assert (job.state, job.read) == ("running", 0)
    assert not AffectedParty.objects.of(incident.roster).exists()
