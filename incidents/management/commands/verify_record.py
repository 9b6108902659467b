"""Check that the record holds, link by link."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit import queries
from incidents.models import Incident


class Command(BaseCommand):
    help = "Check every link of the record, of one incident or of all streams. Names the first broken link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--incident", metavar="REFERENCE", default="", help="check this incident alone")

    def handle(self, *args: Any, incident: str, **options: Any) -> None:
        broken = events = 0
        streams = self._streams(incident)
        for stream in streams:
            verdict = queries.verify(stream)
            events += verdict.events
            if verdict.broken is None:
                continue
            broken += 1
            problem = f"{stream}: broken at event {verdict.broken.sequence}: {verdict.broken.problem}"
            self.stderr.write(self.style.ERROR(problem))
        if broken:
            raise SystemExit(1)
        self.stdout.write(
            f"The record holds: {events} events in {len(streams)} stream{'' if len(streams) == 1 else 's'}."
        )

    def _streams(self, reference: str) -> list[str]:
        if not reference:
            return queries.streams()
        try:
            return [Incident.objects.only("pk").get(reference=reference.strip().upper()).stream]
        except Incident.DoesNotExist as error:
            raise CommandError(f"There is no incident {reference}.") from error
