"""`manage.py recount_people [INCIDENT ...]`: are the kept counts those of the people? Exit code 1 when they are not."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from audit.events import SYSTEM
from stakeholders import commands
from stakeholders.models import Roster
from stakeholders.recounting import Recount


class Command(BaseCommand):
    help = "Count the people of incidents anew and compare with the kept counts; --correct sets those right."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("incidents", nargs="*", metavar="INCIDENT", help="references; all by default")
        parser.add_argument("--correct", action="store_true", help="put the counts of the people in place")
        parser.add_argument("--by", metavar="EMAIL", help="who sets them right; written into the record")
        parser.add_argument("--reason", default="", help="why; written into the record")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["correct"] and not (options["by"] and options["reason"]):
            raise CommandError("--correct needs --by and --reason: the record says who and why.")
        rosters = Roster.objects.filter(erased_at=None).select_related("incident").order_by("pk")
        if options["incidents"]:
            rosters = rosters.filter(incident__reference__in=options["incidents"])
        wrong = 0
        for roster in rosters:
            found = commands.recount_roster(roster, by=SYSTEM, now=timezone.now())
            self.stdout.write(f"{roster.incident.reference}: {words(found)}")
            if found.off and options["correct"]:
                self.correct(roster, options)
            elif found.off:
                wrong += 1
        if wrong:
            raise CommandError(f"Counts of {wrong} incidents are not those of the people.", returncode=1)

    def correct(self, roster: Roster, options: dict[str, Any]) -> None:
        by = User.objects.filter(email__iexact=options["by"], is_active=True).first()
        if by is None:
            raise CommandError(f"Nobody signs in as {options['by']}.")
        try:
            commands.correct_counts(roster, by=by, reason=options["reason"], now=timezone.now())
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        self.stdout.write(f"{roster.incident.reference}: set right")


def words(found: Recount) -> str:
    people, kept = found.counted[0], found.kept[0]
    if not found.off:
        return f"{people:,} people, as kept"
    return f"{people:,} people, {kept:,} kept; {found.groups_off} groups differ"
