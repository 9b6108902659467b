"""`manage.py setup_code`: print the code that opens `/setup/`, as long as there is no account."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts import setup


class Command(BaseCommand):
    help = "Print the one-time set-up code and where to use it; says so when set-up is done."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not setup.is_open():
            self.stdout.write("Set-up is done: the first account exists.")
            return
        self.stdout.write(f"No account exists yet. Make the first one at {settings.PUBLIC_URL}/setup/")
        self.stdout.write(f"Set-up code: {setup.setup_code()}")
