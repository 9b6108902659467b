"""`manage.py repeat_erasures`: after a backup was restored, erase again whom it brought back."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from stakeholders import commands


class Command(BaseCommand):
    help = "After restoring a backup: erase again all people who were erased since it was made."

    def handle(self, *args: Any, **options: Any) -> None:
        again = commands.repeat_erasures(now=timezone.now())
        for incident in again:
            self.stdout.write(f"{incident}: erased again")
        self.stdout.write(f"{len(again)} lists of people erased again.")
