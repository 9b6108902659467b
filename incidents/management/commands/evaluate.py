"""What the law asks on given facts."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NoReturn

from django.core.management.base import BaseCommand
from django.utils import timezone

from law import evaluate
from law.duties import duties_for
from law.facts import BreachFacts, FactError, FactsError
from law.pack import load_pack

WRONG_FACTS: Final = 2
SIZE_LIMIT: Final = 10_000_000  # bytes


def instant(text: str) -> datetime:
    """An instant with its zone, as --as-of takes it."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no instant; it looks like 2026-11-20T12:00Z") from error
    if at.tzinfo is None:
        raise ArgumentTypeError(f"{text!r} has no zone; write 2026-11-20T12:00Z or 2026-11-20T12:00+01:00")
    return at


class Command(BaseCommand):
    help = (
        "Tell the duties that given facts make, each with its due time, its citation and why. "
        "FACTS.json is described by docs/facts.schema.json; `-` reads it from standard input. No database is used."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("facts", metavar="FACTS.json")
        parser.add_argument("--as-of", type=instant, metavar="T", help="the instant that counts as now")
        parser.add_argument("--json", action="store_true", dest="as_json", help="answer in JSON")

    def handle(self, *args: Any, facts: str, as_of: datetime | None, as_json: bool, **options: Any) -> None:
        try:
            read = BreachFacts.from_dict(self._content(facts))
        except FactsError as error:
            self._refuse(error.errors, as_json=as_json)
        pack, now = load_pack(), as_of or timezone.now()
        duties = duties_for(read, pack)
        if as_json:
            told = evaluate.as_json(read, duties, pack, now)
            self.stdout.write(json.dumps(told, indent=2, ensure_ascii=False, sort_keys=True))
        else:
            self.stdout.write(evaluate.report(read, duties, pack, now))

    def _content(self, name: str) -> object:
        try:
            if name == "-":
                raw = sys.stdin.buffer.read(SIZE_LIMIT + 1)
            else:
                with Path(name).open("rb") as file:
                    raw = file.read(SIZE_LIMIT + 1)
        except OSError as error:
            raise FactsError([FactError(name, f"cannot be read ({error.strerror or error})")]) from error
        if len(raw) > SIZE_LIMIT:
            raise FactsError([FactError(name, f"is larger than {SIZE_LIMIT // 1_000_000} MB")])
        try:
            return json.loads(raw.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise FactsError([FactError(name, f"is not JSON ({error})")]) from error

    def _refuse(self, errors: list[FactError], *, as_json: bool) -> NoReturn:
        """Say of every wrong field why, and what it may be."""
        if as_json:
            told = [
                {"field": one.field, "reason": one.reason, "allowed": list(one.allowed)} for one in errors
            ]
            self.stdout.write(json.dumps({"errors": told}, indent=2, ensure_ascii=False))
        else:
            for error in errors:
                self.stderr.write(str(error))
        raise SystemExit(WRONG_FACTS)
