"""`manage.py rewrap_rosters`: put the rosters' keys under the newest of SEALING_KEYS, before an old one is taken out."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from accounts import keyring
from stakeholders import commands
from stakeholders.models import Roster


class Command(BaseCommand):
    help = (
        "Wrap the keys of all rosters with the newest of SEALING_KEYS. The people themselves are not touched."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        done = sum(commands.rewrap_roster(roster) for roster in Roster.objects.filter(erased_at=None))
        self.stdout.write(f"{done} rosters put under the key {keyring.newest_key_id()}.")
