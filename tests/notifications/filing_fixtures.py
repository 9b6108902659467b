"""Filings at each stage of their life; import the fixtures where they are used."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.models import User
from incidents.models import Incident
from notifications.commands import filing as commands
from notifications.models import Filing
from tests.notifications import filing_people as given
from tests.standing import standing

SAMPLE_PDF = b"%PDF-1.7 stands in where nobody reads it"


@standing
def breach(lead: User, officer: User) -> Incident:
    return given.breach(lead, officer)


@standing
def draft(breach: Incident, legal: User) -> Filing:
    """Started and answered."""
    filing = commands.start_filing(given.duty_to_authority(breach), by=legal, now=given.NOW)
    return commands.edit_answers(filing, answers=given.ANSWERS, by=legal, now=given.NOW)


@standing
def ready(draft: Filing, legal: User) -> Filing:
    """Declared; no PDF yet."""
    return commands.freeze_filing(draft, by=legal, now=given.NOW)


@standing
def drawn(ready: Filing) -> Filing:
    """As if a worker had drawn it; for what does not look into the PDF."""
    return claimed_and_kept(ready)


def claimed_and_kept(ready: Filing) -> Filing:
    claimed = commands.claim_filings(owner="test", size=1, now=given.NOW)[0]
    place = default_storage.save("filings/sample.pdf", ContentFile(SAMPLE_PDF))
    kept = commands.Drawn(
        place, hashlib.sha256(SAMPLE_PDF).hexdigest(), len(SAMPLE_PDF), {"weasyprint": "70.0"}
    )
    assert commands.record_drawn(claimed, drawn=kept, now=given.NOW)
    ready.refresh_from_db()
    return ready


@pytest.fixture
def submit(legal: User) -> Callable[..., Filing]:
    def submitted(filing: Filing, **more: object) -> Filing:
        fields = {
            "at": given.NOW,
            "now": given.NOW,
            "route": "portal",
            "receipt": commands.Receipt("DPC-1"),
            **more,
        }
        return commands.mark_submitted(filing, by=legal, **fields)

    return submitted
