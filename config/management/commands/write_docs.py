"""Write the documents that follow from the code."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from config import documents


class Command(BaseCommand):
    help = "Write .env.example and the table of variables in the README from config/environment.py."

    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for path, text in documents.current().items():
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"wrote {path.name}")
