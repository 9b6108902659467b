"""`manage.py import_parties INCIDENT FILE`: the import of the page, from the command line."""

from __future__ import annotations

import time
import uuid
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from incidents.models import Incident
from stakeholders import commands, tasks
from stakeholders.importing import columns, reasons, sealedfile, sniff
from stakeholders.models import RosterImport
from stakeholders.sealing import RosterKeys

PIECE = 1 << 18
SHOWN = 20


class Command(BaseCommand):
    help = "Import the affected people of an incident from a CSV file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("incident", help="reference of the incident, such as INC-7K3M-Q2XA")
        parser.add_argument("file", type=Path, help="a CSV file")
        parser.add_argument(
            "--by", required=True, metavar="EMAIL", help="who imports; written into the record"
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="COLUMN=FIELD",
            help="heading or number of a column, and what it holds",
        )
        parser.add_argument(
            "--elements", default="", metavar="A,B", help="data exposed for everybody in the file"
        )
        parser.add_argument("--country", default="", help="country of everybody without one")
        parser.add_argument("--language", default="", help="language of everybody without one")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            job = self._import(options)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        for row in job.rejects.all()[:SHOWN]:
            self.stderr.write(f"line {row.line}: {reasons.words(row.field, row.code)}")
        if job.failure:
            raise CommandError(reasons.FILE_REASONS.get(job.failure, reasons.FILE_REASONS["unreadable"]))
        self.stdout.write(
            f"{job.read} lines: {job.added} added, {job.merged} updated, {job.unchanged} unchanged, {job.refused} refused."
        )

    def _import(self, options: dict[str, Any]) -> RosterImport:
        incident = Incident.objects.filter(reference=options["incident"]).first()
        if incident is None:
            raise CommandError(f"There is no incident {options['incident']}.")
        by = User.objects.filter(email=options["by"].lower(), is_active=True).first()
        if by is None:
            raise CommandError(f"Nobody here has the address {options['by']}.")
        job = commands.upload_import(
            incident, name=options["file"].name, chunks=_pieces(options["file"]), by=by, now=timezone.now()
        )
        mapping = {**job.mapping, **_said(job, options["map"])}
        defaults = {
            "elements": [word.strip() for word in options["elements"].split(",") if word.strip()],
            "country": options["country"],
            "language": options["language"],
        }
        job = commands.start_import(job, mapping=mapping, defaults=defaults, by=by, now=timezone.now())
        return _run(job)


def _pieces(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error


def _said(job: RosterImport, pairs: list[str]) -> dict[str, str]:
    """COLUMN=FIELD, the column by heading or by number from 1; an empty field leaves it out."""
    dialect = sniff.Dialect(**job.dialect)
    head = sealedfile.read_head(job.stored, RosterKeys.open(job.roster), sniff.HEAD_BYTES)
    headings = (
        [columns.slug(cell) for cell in sniff.preview(head, dialect, 1)[0]] if dialect.has_header else []
    )
    mapping = {}
    for pair in pairs:
        name, sign, target = pair.partition("=")
        if not sign:
            raise CommandError(f"--map wants COLUMN=FIELD, not {pair}.")
        if columns.slug(name) in headings:
            mapping[str(headings.index(columns.slug(name)))] = target.strip()
        elif name.strip().isdigit() and int(name) > 0:
            mapping[str(int(name) - 1)] = target.strip()
        else:
            raise CommandError(f"The file has no column “{name}”.")
    return mapping


def _run(job: RosterImport) -> RosterImport:
    """Work imports off, in turn with any worker, until this one is over."""
    owner = uuid.uuid4().hex
    while job.is_waiting:
        claimed = commands.claim_import(owner=owner, now=timezone.now())
        if claimed is None:
            time.sleep(1)  # a worker has it
        else:
            tasks.read_on(claimed, owner=owner, until=time.monotonic() + tasks.LONGEST_SECONDS)
        job.refresh_from_db()
    return job
