"""What pages and the API show of filings."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import Http404

from accounts.models import User
from incidents.lifecycle import ObligationStatus
from incidents.models import Incident, Obligation
from notifications.filings import rules, snapshot, state
from notifications.filings.blocks import Block, for_page
from notifications.filings.lifecycle import FROZEN, ON_ITS_WAY, FilingStatus
from notifications.filings.questions import SECTIONS, Section
from notifications.filings.sections import Told
from notifications.models import Filing

SHOWN_STATUSES = frozenset(ObligationStatus.values) - {ObligationStatus.GONE}


class DamagedFile(Exception):
    """A stored file is missing or is not what was stored. Trying again does not help."""


@dataclass
class Duty:
    """One obligation to an organisation with its filings, newest first."""

    obligation: Obligation
    filings: list[Filing] = field(default_factory=list)
    outdated: bool = False  # the newest declared filing no longer tells the present facts

    @property
    def on_its_way(self) -> Filing | None:
        return next((one for one in self.filings if one.status in ON_ITS_WAY), None)

    @property
    def submitted(self) -> Filing | None:
        return next((one for one in self.filings if one.status == FilingStatus.SUBMITTED), None)

    @property
    def can_start(self) -> bool:
        return self.on_its_way is None and self.obligation.status not in rules.NOT_ASKED


@dataclass(frozen=True)
class Part:
    """One section as the filing's page shows it."""

    section: Section
    blocks: list[Block]


def reporting_duties(incident: Incident) -> list[Duty]:
    """Every duty to tell an organisation, nearest clock first, with what was done about it."""
    obligations = (
        incident.obligations.filter(recipient_kind__in=rules.REPORTED_TO, status__in=SHOWN_STATUSES)
        .exclude(stage__in=["assessment", "log_only"])
        .defer("rule", "trace")
    )
    filings: dict[int, list[Filing]] = {}
    for filing in Filing.objects.filter(incident=incident).defer("snapshot").order_by("-started_at", "-pk"):
        filings.setdefault(filing.obligation_id, []).append(filing)
    duties = [Duty(one, filings.get(one.pk, [])) for one in obligations]
    present = state.facts_hash(incident) if filings else ""
    for duty in duties:
        newest = next((one for one in duty.filings if one.status in FROZEN), None)
        duty.outdated = newest is not None and newest.facts_hash != present
    return duties


def missing_facts(incident: Incident) -> list[str]:
    """Facts that would decide whether anybody must be told, most valuable first."""
    found: dict[str, None] = {}
    for keys in incident.obligations.filter(status=ObligationStatus.UNDECIDED).values_list(
        "undecided_by", flat=True
    ):
        found.update(dict.fromkeys(keys))
    return list(found)


def filings_of(incident: Incident) -> QuerySet[Filing]:
    return Filing.objects.filter(incident=incident).select_related("incident", "declared_by", "follows")


def filing_for(incident: Incident, reference: str) -> Filing:
    """One filing of an incident that has come through its door."""
    filing = (
        Filing.objects.select_related("obligation", "started_by", "declared_by", "submitted_by", "follows")
        .filter(incident=incident, reference=reference)
        .first()
    )
    if filing is None:
        raise Http404("No such filing.")
    filing.incident = incident
    filing.obligation.incident = incident
    return filing


def outdated(filing: Filing) -> bool:
    """Whether the incident's facts changed since this was declared."""
    return filing.status in FROZEN and filing.facts_hash != state.facts_hash(filing.incident)


def parts(filing: Filing, *, now: datetime) -> list[Part]:
    """The sections of a draft as they would be told now."""
    told = Told(filing, now)
    return [Part(section, for_page(snapshot.section_blocks(told, section.key))) for section in SECTIONS]


def document(filing: Filing) -> list[dict[str, Any]]:
    """The frozen sections of a declared filing: what the PDF says."""
    return _for_page(filing.declared.get("sections", []))


def preview(filing: Filing, *, by: User, now: datetime) -> list[dict[str, Any]]:
    """The sections as they would be frozen now, under this person's name."""
    return _for_page(snapshot.document(Told(filing, now), by))


def _for_page(sections: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**section, "blocks": for_page(section["blocks"])} for section in sections]


def stored(name: str, sha256: str) -> bytes:
    """A stored file, checked against its hash."""
    try:
        with default_storage.open(name) as file:
            content = bytes(file.read())
    except FileNotFoundError as error:
        raise DamagedFile("the stored file is missing") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise DamagedFile("the stored file does not match its hash")
    return content
