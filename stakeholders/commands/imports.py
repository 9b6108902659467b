"""Acts on imports: upload, match columns, start, stop; claim, finish and fail for the worker."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from audit.commands import Acting, record
from audit.events import SYSTEM
from incidents.models import Incident
from incidents.rules import check_not_settled, refuse
from stakeholders import queries
from stakeholders.commands.counts import offer_counts
from stakeholders.commands.roster import open_roster
from stakeholders.events import RosterEvent
from stakeholders.importing import columns, sealedfile, sheets, sniff, values
from stakeholders.importing.run import CLAIM_LASTS
from stakeholders.lifecycle import IMPORT_MOVES, ImportState
from stakeholders.models import RosterImport, own_partition
from stakeholders.rules import check_not_erased, plan_blockers
from stakeholders.sealing import RosterKeys, seal_file_name

log = logging.getLogger(__name__)
OWN_PARTITION_BYTES = 8_000_000  # about 100,000 people


def _check_move(job: RosterImport, target: str) -> None:
    if target not in IMPORT_MOVES.get(job.state, frozenset()):
        raise ValidationError(
            "This import is %(state)s.",
            code="wrong_status",
            params={"state": job.get_state_display().lower()},
        )


@transaction.atomic
def upload_import(
    incident: Incident, *, name: str, chunks: Iterable[bytes], by: User, now: datetime
) -> RosterImport:
    """Keep a file, sealed with the roster's key, and guess how it is to be read. Nobody is imported yet."""
    check_not_settled(incident)
    roster = open_roster(incident, by=by, now=now)
    keys = RosterKeys.open(roster)
    upload = sheets.as_text(chunks)
    stored = sealedfile.store(upload.chunks, keys, limit=settings.UPLOAD_LIMIT_BYTES)
    try:
        dialect = sniff.sniff(stored.head)
        rows = sniff.preview(stored.head, dialect)
        saved = queries.mapping_for(rows[0]) if dialect.has_header else None
        job = RosterImport.objects.create(
            roster=roster, sealed_name=seal_file_name(name, stored.name, keys), stored=stored.name, size=stored.size,
            sha256=upload.sheet_sha256 or stored.sha256, dialect=dialect.as_dict(), saved_mapping=saved,
            mapping=columns.by_heading(rows[0], saved.targets) if saved else sniff.guess_columns(rows, dialect),
            defaults=saved.defaults if saved else {}, by=by, uploaded_at=now,
        )  # fmt: skip
    except BaseException:
        sealedfile.discard(stored.name)
        raise
    record(
        RosterEvent.IMPORT_UPLOADED, job, by=by, stream=incident.stream,
        details={"sha256": job.sha256, "bytes": stored.size},
    )  # fmt: skip
    return job


@transaction.atomic
def start_import(
    job: RosterImport,
    *,
    mapping: Mapping[str, str],
    defaults: Mapping[str, Any],
    by: Acting,
    now: datetime,
    dialect: Mapping[str, Any] | None = None,
) -> RosterImport:
    """Confirm how the file is read, and queue it."""
    job = RosterImport.objects.locked(job)
    _check_move(job, ImportState.QUEUED)
    check_not_erased(job.roster)
    check_not_settled(job.roster.incident)
    mapping = {str(int(column)): target for column, target in mapping.items() if target}
    if blockers := plan_blockers(mapping, defaults):
        refuse(blockers, code="bad_plan")
    if job.state == ImportState.CANCELLED and job.position:
        raise ValidationError("Part of this file is in already. Go on with it instead.", code="begun")
    job.mapping = mapping
    job.defaults = _clean_defaults(defaults)
    job.dialect = _clean_dialect({**job.dialect, **(dialect or {})})
    _queue(job, "mapping", "defaults", "dialect")
    record(
        RosterEvent.IMPORT_STARTED, job, by=by, stream=job.roster.incident.stream,
        details={"fields": sorted(mapping.values()), "defaults": job.defaults},
    )  # fmt: skip
    return job


def _queue(job: RosterImport, *changed: str) -> None:
    job.state, job.failure, job.started_at, job.finished_at = ImportState.QUEUED, "", None, None
    job.read_before, job.bytes_before = job.read, job.bytes_read
    job.save(
        update_fields=[
            *changed, "state", "failure", "started_at", "finished_at", "read_before", "bytes_before",
        ]
    )  # fmt: skip


@transaction.atomic
def resume_import(job: RosterImport, *, by: Acting, now: datetime) -> RosterImport:
    """Go on with a stopped import where it stands, its columns matched as before."""
    job = RosterImport.objects.locked(job)
    if job.state != ImportState.CANCELLED:
        raise ValidationError("Only an import that was stopped goes on.", code="wrong_status")
    check_not_erased(job.roster)
    check_not_settled(job.roster.incident)
    if blockers := plan_blockers(job.mapping, job.defaults):
        refuse(blockers, code="bad_plan")
    _queue(job)
    record(
        RosterEvent.IMPORT_RESUMED, job, by=by, stream=job.roster.incident.stream, details={"read": job.read}
    )
    return job


def _clean_defaults(defaults: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "elements": sorted(set(defaults.get("elements") or ())),
        "country": values.country(defaults["country"]) if defaults.get("country") else "",
        "language": values.language(defaults["language"]) if defaults.get("language") else "",
        "addressee": defaults.get("addressee") or "",
    }


def _clean_dialect(dialect: Mapping[str, Any]) -> dict[str, Any]:
    try:
        "".encode(str(dialect["encoding"]))
    except LookupError as error:
        raise ValidationError("No such encoding.", code="unknown_encoding") from error
    if dialect["delimiter"] not in sniff.DELIMITERS:
        raise ValidationError("Columns are parted by comma, semicolon, tab or bar.", code="unknown_delimiter")
    return {
        "encoding": str(dialect["encoding"]), "delimiter": str(dialect["delimiter"]),
        "has_header": bool(dialect["has_header"]),
    }  # fmt: skip


@transaction.atomic
def cancel_import(job: RosterImport, *, by: User, now: datetime) -> RosterImport:
    """Stop an import. People whom it already brought in stay; the worker notices before its next chunk."""
    job = RosterImport.objects.locked(job)
    _check_move(job, ImportState.CANCELLED)
    job.state, job.claimed_by, job.lapses_at, job.finished_at = ImportState.CANCELLED, "", None, now
    job.save(update_fields=["state", "claimed_by", "lapses_at", "finished_at"])
    record(
        RosterEvent.IMPORT_CANCELLED,
        job,
        by=by,
        stream=job.roster.incident.stream,
        details={"added": job.added},
    )
    return job


# --- the worker's side


@transaction.atomic
def claim_import(*, owner: str, now: datetime) -> RosterImport | None:
    """Take the oldest import that nobody works on; a claim that lapsed is taken again."""
    free = Q(state=ImportState.QUEUED) | Q(state=ImportState.RUNNING, lapses_at__lt=now)
    job = (
        RosterImport.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("roster__incident")
        .filter(free)
        .order_by("uploaded_at", "pk")
        .first()
    )
    if job is None:
        return None
    if job.state == ImportState.QUEUED and not job.position and job.size >= OWN_PARTITION_BYTES:
        own_partition(job.roster)
    job.state, job.claimed_by, job.lapses_at = ImportState.RUNNING, owner, now + CLAIM_LASTS
    job.started_at = job.started_at or now
    job.save(update_fields=["state", "claimed_by", "lapses_at", "started_at"])
    return job


@transaction.atomic
def release_import(job: RosterImport, *, owner: str, now: datetime) -> None:
    """Let go of an import that is not finished, so that the next look takes it at once."""
    RosterImport.objects.filter(pk=job.pk, claimed_by=owner, state=ImportState.RUNNING).update(lapses_at=now)


@transaction.atomic
def hold_import(job: RosterImport, *, owner: str, until: datetime) -> None:
    """Keep a claim longer, while something else than reading goes on or is waited for."""
    RosterImport.objects.filter(pk=job.pk, claimed_by=owner, state=ImportState.RUNNING).update(
        lapses_at=until
    )


@transaction.atomic
def finish_import(job: RosterImport, *, owner: str, now: datetime) -> RosterImport:
    """The file is read to its end: hand the confirmed numbers down, and ask the law again."""
    # The incident first, as all commands lock it: two imports that end together hand down one after the other.
    incident = Incident.objects.locked(job.roster.incident)
    job = RosterImport.objects.locked(job)
    if job.state != ImportState.RUNNING or job.claimed_by != owner:
        raise ValidationError("Another worker took this import over.", code="stale")
    job.state, job.claimed_by, job.lapses_at, job.finished_at = ImportState.DONE, "", None, now
    job.bytes_read = job.size
    job.save(update_fields=["state", "claimed_by", "lapses_at", "finished_at", "bytes_read"])
    record(
        RosterEvent.IMPORT_DONE, job, by=job.by or SYSTEM, stream=incident.stream,
        details={
            "sha256": job.sha256, "read": job.read, "added": job.added, "merged": job.merged,
            "unchanged": job.unchanged, "refused": job.refused,
        },
    )  # fmt: skip
    if not incident.is_settled:
        offer_counts(job.roster, incident, by=job.by or SYSTEM, source=job.reference, now=now)
    return job


@transaction.atomic
def fail_import(job: RosterImport, *, owner: str, code: str, now: datetime) -> RosterImport:
    """The file cannot be read on; the reason is a code, never a line of it."""
    job = RosterImport.objects.locked(job)
    if job.state != ImportState.RUNNING or job.claimed_by != owner:
        raise ValidationError("Another worker took this import over.", code="stale")
    job.state, job.failure, job.claimed_by, job.lapses_at, job.finished_at = (
        ImportState.FAILED,
        code,
        "",
        None,
        now,
    )
    job.save(update_fields=["state", "failure", "claimed_by", "lapses_at", "finished_at"])
    record(
        RosterEvent.IMPORT_FAILED, job, by=SYSTEM, stream=job.roster.incident.stream,
        details={"why": code, "line": job.position},
    )  # fmt: skip
    return job


@transaction.atomic
def download_rejects(job: RosterImport, *, by: User, now: datetime) -> RosterImport:
    """Record that somebody took the refused lines out, in clear."""
    record(
        RosterEvent.REJECTS_DOWNLOADED,
        job,
        by=by,
        stream=job.roster.incident.stream,
        details={"lines": job.refused},
    )
    return job
