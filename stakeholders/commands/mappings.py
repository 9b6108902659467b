"""Acts on kept matchings of columns."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from audit.commands import record
from audit.events import ORGANISATION
from stakeholders.events import RosterEvent
from stakeholders.importing import columns, sniff
from stakeholders.models import RosterImport, SavedMapping
from stakeholders.sealing import RosterKeys

MOST = 200


@transaction.atomic
def keep_mapping(job: RosterImport, *, name: str, by: User, now: datetime) -> SavedMapping:
    """Keep how the columns of this import are matched, by their headings; the same name is written over."""
    name = " ".join(name.split())[:80]
    if not name:
        raise ValidationError("Name the kind of file these columns are from.", code="name_missing")
    headings = sniff.headings(job, RosterKeys.open(job.roster))
    targets = {
        columns.slug(headings[int(column)]): target
        for column, target in job.mapping.items()
        if int(column) < len(headings) and columns.slug(headings[int(column)])
    }
    if not targets:
        raise ValidationError(
            "Columns without headings cannot be known again: this file has none.", code="no_headings"
        )
    if SavedMapping.objects.exclude(name=name).count() >= MOST:
        raise ValidationError(f"{MOST} matchings are kept already. Forget one first.", code="too_many")
    saved, _ = SavedMapping.objects.update_or_create(
        name=name, defaults={"targets": targets, "defaults": job.defaults, "by": by, "saved_at": now}
    )
    record(
        RosterEvent.MAPPING_KEPT,
        saved,
        by=by,
        stream=ORGANISATION,
        details={"fields": sorted(targets.values())},
    )
    return saved


@transaction.atomic
def forget_mapping(saved: SavedMapping, *, by: User, now: datetime) -> None:
    """Forget a kept matching; imports that used it stay as they are."""
    record(RosterEvent.MAPPING_FORGOTTEN, saved, by=by, stream=ORGANISATION)
    saved.delete()
