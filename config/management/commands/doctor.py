"""`manage.py doctor`: what is not ready, in words, with the line that mends it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import health


class Command(BaseCommand):
    help = "Say what is not ready and how to mend it; exit code 1 when something essential is missing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        names = [check.__name__.removeprefix("check_") for check in health.EVERYTHING]
        parser.add_argument(
            "--only", choices=names, action="append", help="Look at this alone; may be repeated."
        )
        parser.add_argument("--json", action="store_true", help="One JSON object for machines.")

    def handle(self, *args: Any, **options: Any) -> None:
        only = options["only"]
        found = health.look(
            check for check in health.EVERYTHING if not only or check.__name__.removeprefix("check_") in only
        )
        if options["json"]:
            self.stdout.write(json.dumps([asdict(check) for check in found]))
        else:
            self.tell(found)
        # Asked about one thing, its absence is a failure whatever it is.
        if any(not check.ok and (check.essential or only) for check in found):
            raise CommandError("Not ready.", returncode=1)

    def tell(self, found: list[health.Check]) -> None:
        for check in found:
            if check.ok:
                self.stdout.write(f"  ok       {check.name}")
                continue
            word = "MISSING" if check.essential else "missing"
            self.stdout.write(f"  {word}  {check.name}: {check.problem}")
            if check.mend:
                self.stdout.write(f"           {check.mend}")
        if all(check.ok for check in found):
            self.stdout.write("Everything is ready.")
