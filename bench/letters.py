"""Letters by the minute, on every core: addressed, numbered, with each person's own code, sealed and written."""

from __future__ import annotations

import multiprocessing
import os
import resource
import time
from typing import TYPE_CHECKING, Final

from bench.ground import Ground, tell

if TYPE_CHECKING:
    from bench.mails import House
    from notifications.models import LetterRun

LETTERS: Final = int(os.environ.get("BENCH_LETTERS", "10000"))
GOAL: Final = 100_000 / 15
WORKERS: Final = os.cpu_count() or 1


def run(ground: Ground) -> None:
    """Draw letters in processes as workers do, and look at the time, the memory and the files."""
    from django.db import connections

    from notifications.models import LetterBatch, LetterRun

    house = _house()
    begun = time.perf_counter()
    letters = _begun(house)
    began = time.perf_counter() - begun
    connections.close_all()
    started = time.perf_counter()
    context = multiprocessing.get_context("spawn")
    with context.Pool(WORKERS) as pool:
        told = pool.map(_work, range(WORKERS))
    seconds = time.perf_counter() - started
    letters = LetterRun.objects.get(pk=letters.pk)
    assert letters.status == "ready", list(LetterBatch.objects.values_list("problem", flat=True))
    assert letters.drawn == LETTERS
    against = f"goal {GOAL:,.0f}; {WORKERS} workers, {LETTERS:,} letters"
    tell("letters_per_minute", [LETTERS / seconds * 60], "letters a minute", against=against)
    tell("letters_peak_mb", [max(peak for peak, _ in told)], "MB", against="one worker, libraries and all")
    tell(
        "letters_cpu_ms",
        [sum(cpu for _, cpu in told) / LETTERS * 1000],
        "ms",
        against="of processor a letter",
    )
    tell("letters_begin_s", [began], "s", against=f"{LETTERS:,} letters")


def _work(_: int) -> tuple[float, float]:
    """A worker's process: until nothing is left to draw."""
    import django

    django.setup()
    from notifications import letter_tasks

    letter_tasks.LONGEST_SECONDS = 3_600.0  # type: ignore[misc]
    before = time.process_time()
    letter_tasks.draw_due_letters.run()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return peak, time.process_time() - before


def _begun(house: House) -> LetterRun:
    from django.utils import timezone

    from notifications.commands import letters
    from notifications.models import Delivery, Notice

    notice = house.sending()
    Delivery.objects.filter(notice=notice).update(state="sent", attempt=1)
    notice = Notice.objects.get(pk=notice.pk)
    return letters.begin_letters(notice, paper="din", duplex=True, by=house.lead, now=timezone.now())


def _house() -> House:
    """One person who gets mail, all others by post; every hundredth has a long name, every thousandth one in kanji."""
    from bench.mails import House
    from stakeholders.sealing import Details
    from tests.notifications.conftest import add_people

    house = House(1)
    for start in range(0, LETTERS, 20_000):
        numbers = range(start, min(start + 20_000, LETTERS))
        add_people(house.incident, [Details(**_written_to(number)) for number in numbers], country="DE")
    return house


def _written_to(number: int) -> dict[str, str]:
    name = f"Jürgen Großmann-{number}"
    if number % 100 == 99:
        name += " von und zu Hohenzollern-Sigmaringen, geborene Freifrau von Müller-Lüdenscheidt zu Wald"
    if number % 1000 == 999:
        name = "田中 太郎"
    town = {"address1": f"Hauptstraße {number}", "postcode": f"{number % 90_000 + 10_000}", "town": "Berlin"}
    return {"name": name, "reference": f"L-{number}", **town}
