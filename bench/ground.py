"""Engines of their own with production durability, and settings that point to them."""

from __future__ import annotations

import base64
import json
import os
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from config.local import engines, processes, throw_away


class Ground:
    """Real PostgreSQL (durable) and Valkey for one run; all of it ends with the process."""

    def __init__(self) -> None:
        self.guard = processes.Guard()
        self.engines = throw_away.start(self.guard, durable=True)
        self.folder: Path = self.engines.folder
        for name in ("state", "files", "local"):
            (self.folder / name).mkdir(mode=0o700)
        os.environ |= self.environment()

    def environment(self) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "FORTHRIGHT_MODE": "test",
            "FORTHRIGHT_LOCAL_DIR": str(self.folder / "local"),
            "SECRET_KEY": "bench-only-" + "0" * 40,
            "SEALING_KEYS": "b1:" + base64.b64encode(bytes(range(32))).decode(),
            "DATABASE_URL": self.engines.database_url,
            "REDIS_URL": self.engines.redis_url,
            "PUBLIC_URL": "http://127.0.0.1",
            "SMTP_URL": "smtp://127.0.0.1:9",
            "MAIL_FROM": "Lantern Privacy <privacy@lantern.example>",
            "STATE_DIR": str(self.folder / "state"),
            "FILES_DIR": str(self.folder / "files"),
            "LOG_LEVEL": "ERROR",
        }

    def prepare(self) -> None:
        """Set Django up on a migrated database of its own."""
        engines.create_database(self.folder, "forthright", anew=True)
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)

    def end(self) -> None:
        children = [child for child in (self.engines.database, self.engines.broker) if child]
        processes.end_children(children, grace=5)
        self.guard.close()


def rounds(variants: Mapping[str, Callable[[], int]], *, number: int) -> dict[str, list[float]]:
    """Rates per second, taken in turn so that a busy machine is busy for all of them."""
    rates: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(number):
        for name, run in variants.items():
            started = time.perf_counter()
            done = run()
            rates[name].append(done / (time.perf_counter() - started))
    return rates


def tell(
    name: str, rates: list[float], unit: str, *, against: str = "", base: list[float] | None = None
) -> None:
    """One JSON object a line; the ratio is the median of the rounds' ratios."""
    ratios = [one / other for one, other in zip(rates, base, strict=True)] if base else []
    line: dict[str, Any] = {
        "name": name,
        "value": round(statistics.median(rates), 1),
        "unit": unit,
        "against": against,
        "ratio": round(statistics.median(ratios), 3) if ratios else None,
        "runs": len(rates),
        "spread": [round(min(rates), 1), round(max(rates), 1)],
    }
    print(json.dumps(line), flush=True)
