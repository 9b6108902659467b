"""Take in past incidents from a VERIS file."""

from __future__ import annotations

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DataError
from django.utils import timezone

from audit.events import SYSTEM
from incidents.commands import history
from incidents.veris import mapping, reading


class Command(BaseCommand):
    help = (
        "Take in past incidents from VERIS JSON (schema 1.2.1 to 1.4.1): one object, a list, or one object a line. "
        "They are closed and have no clocks. Repeating it adds nothing twice."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        outcomes: Counter[str] = Counter(added=0, updated=0, unchanged=0, refused=0)
        remarks: Counter[str] = Counter()
        try:
            for entry in reading.entries(file):
                problem = entry.problem or self._take_in(entry, outcomes, remarks)
                if problem:
                    outcomes["refused"] += 1
                    self.stderr.write(f"{entry.place} {entry.number}: refused: {problem}")
        except reading.FileError as error:
            raise CommandError(str(error)) from error
        for remark, times in sorted(remarks.items()):
            self.stdout.write(f"kept, but not understood: {remark} ({times})")
        self.stdout.write(", ".join(f"{name} {number}" for name, number in outcomes.items()))
        if outcomes.total() == outcomes["refused"]:
            raise SystemExit(1)

    def _take_in(self, entry: reading.Entry, outcomes: Counter[str], remarks: Counter[str]) -> str:
        """Import one record; returns why not, if not."""
        now = timezone.now()
        try:
            historic = mapping.mapped(entry.record or {}, latest=now)
            outcome = history.import_historic_incident(historic, by=SYSTEM, now=now)
        except mapping.RecordError as refusal:
            return str(refusal)
        except DataError as error:
            return f"the database cannot hold it ({str(error).splitlines()[0]})"
        outcomes[outcome] += 1
        remarks.update(historic.remarks)
        return ""
