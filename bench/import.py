# ruff: noqa: N999 - the bench is asked for by the name of what it measures
"""The import of a roster, everything on, against COPY of the same people already clean and against COPY of the bare file."""

from __future__ import annotations

import csv
import os
import random
import resource
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bench.ground import Ground, tell

if TYPE_CHECKING:
    from accounts.models import User
    from stakeholders.models import Roster, RosterImport

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "100000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
BAD, AGAIN = 0.03, 0.05
HEADINGS: Final = ("email", "first_name", "last_name", "phone", "street", "zip", "city", "country", "state", "language",
                   "account_id", "data_exposed")  # fmt: skip
GIVEN: Final = (
    "Ana",
    "Ben",
    "Cleo",
    "Dev",
    "Eli",
    "Fay",
    "José",
    "Zoë",
    "Maria",
    "Jürgen",
    "Wei",
    "Anna-Lena",
)
FAMILY: Final = tuple(
    a + b
    for a in ("Nov", "Bran", "Rao", "Lop", "Müll", "Silv", "Kow", "Tan")
    for b in ("ak", "dt", "es", "er", "son")
)
DOMAINS: Final = ("mail.example", "post.example", "inbox.example", "firma.example", "correo.example")
# Country, state, language, and how a number is written there.
PLACES: Final = (
    ("United States", "California", "en-US", "(415) 555-{:04d}"), ("US", "NY", "en", "212-555-{:04d}"),
    ("US", "Texas", "es", "+1 512 555 {:04d}"), ("Deutschland", "", "de", "030 23125 {:04d}"),
    ("France", "", "fr", "+33 1 99 00 {:04d}"), ("Irland", "", "English", "+353 1 555 {:04d}"),
    ("Brasil", "", "pt-BR", "+55 11 5550 {:04d}"), ("JP", "", "ja", "+81 3 5550 {:04d}"),
)  # fmt: skip
DATA: Final = ("email;name", "email;name;phone", "email;name;ssn", "name;medical")
BARE: Final = f"CREATE UNLOGGED TABLE bare ({', '.join(f'{name} text' for name in HEADINGS)})"


def line(number: int) -> list[str]:
    """One person, the same for the same number; every thirty-third is wrong somewhere."""
    chance = random.Random(number)
    given, family = chance.choice(GIVEN), chance.choice(FAMILY)
    country, state, language, phone = chance.choice(PLACES)
    email = f"{given}.{family}{number}@{chance.choice(DOMAINS)}".lower().replace("é", "e").replace("ë", "e")
    email = email.replace("ü", "ue")
    cells = [
        email, given, family, phone.format(chance.randrange(10_000)), f"{number % 300} Quay Street", f"{number % 90_000:05d}",
        "Springfield", country, state, language, f"A-{number}", chance.choice(DATA),
    ]  # fmt: skip
    if chance.random() < BAD:
        place, wrong = chance.choice(((0, "no address"), (3, "call me"), (7, "Atlantis"), (11, "dreams")))
        cells[place] = wrong
    return cells


def lines(people: int) -> Iterator[list[str]]:
    for number in range(people):
        yield line(number if number % 20 or not number else number - 1)


def run(ground: Ground) -> None:
    """Measure imports of a tenth and of all the people, in turn with the two bases."""
    from accounts import commands as accounts
    from accounts.models import Role
    from audit.events import SYSTEM

    lead = accounts.add_user(by=SYSTEM, email="import@lantern.example", name="Lead", roles=[Role.LEAD])
    told: dict[str, list[float]] = {"import": [], "tenth": [], "clean": [], "bare": []}
    whole, tenth = ground.folder / "people.csv", ground.folder / "tenth.csv"
    _write(whole, PEOPLE)
    _write(tenth, PEOPLE // 10)
    for _ in range(ROUNDS):
        _import(tenth, lead, told["tenth"])
        _import(whole, lead, told["import"])
        roster = _last_roster()
        clean = _dump(roster, ground.folder / "clean.copy")
        _timed(told["clean"], lambda clean=clean, roster=roster: _copy_clean(clean, roster))
        _timed(told["bare"], lambda: _copy_bare(whole))
    _tell(told)


def _tell(told: dict[str, list[float]]) -> None:
    rows = f"of {PEOPLE:,} lines"
    tell(f"import: {rows}, everything on", [PEOPLE / one for one in told["import"]], "lines/s")
    tell(
        "import_vs_clean_copy",
        told["import"],
        "s",
        against="COPY of the clean people, same indexes",
        base=told["clean"],
    )
    tell(
        "import_vs_bare_copy", told["import"], "s", against="COPY of the file, bare table", base=told["bare"]
    )
    tell("import_tenth", told["tenth"], "s", against="the whole file", base=told["import"])
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    tell("import_peak_mb: importer", [own], "MB")
    tell("import_peak_mb: largest child", [child], "MB")


def _write(path: Path, people: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows(lines(people))


def _timed(told: list[float], act: Callable[[], object]) -> None:
    started = time.perf_counter()
    act()
    told.append(time.perf_counter() - started)


def _job(path: Path, lead: User) -> RosterImport:
    from django.utils import timezone

    from incidents import commands as incidents
    from stakeholders import commands

    incident = incidents.open_incident(by=lead, title="Bench of imports", now=timezone.now())
    with path.open("rb") as file:
        pieces = iter(lambda: file.read(1 << 18), b"")
        job = commands.upload_import(incident, name=path.name, chunks=pieces, by=lead, now=timezone.now())
    assert set(job.mapping.values()) >= {"email", "phone", "reference", "country", "elements"}, job.mapping
    return commands.start_import(job, mapping=job.mapping, defaults={}, by=lead, now=timezone.now())


def _import(path: Path, lead: User, told: list[float]) -> None:
    from django.utils import timezone

    from stakeholders import commands, tasks

    job = _job(path, lead)
    owner = uuid.uuid4().hex
    started, used = time.perf_counter(), os.times()
    claimed = commands.claim_import(owner=owner, now=timezone.now())
    assert claimed is not None
    assert claimed.pk == job.pk
    job, ended = tasks.read_on(claimed, owner=owner, until=time.monotonic() + 3600)
    told.append(time.perf_counter() - started)
    now = os.times()
    spent = [round(after - before, 2) for after, before in zip(now[:4], used[:4], strict=True)]
    assert ended
    assert job.state == "done", job.failure
    assert job.refused > 0.02 * job.read
    assert job.unchanged > 0.03 * job.read
    print(
        f"# {job.read:,} lines, {job.added:,} added; processor s: own {spent[:2]}, children {spent[2:]}",
        flush=True,
    )


def _last_roster() -> Roster:
    from stakeholders.models import Roster

    return Roster.objects.latest("pk")


def _cursor() -> Any:
    from django.db import connection

    return connection.cursor()


def _dump(roster: Roster, path: Path) -> Path:
    with _cursor() as cursor, path.open("w", encoding="utf-8") as file:
        cursor.copy_expert(
            f"COPY (SELECT * FROM stakeholders_affectedparty WHERE roster_id = {roster.pk} ORDER BY id) TO STDOUT",
            file,
        )
    return path


def _copy_clean(path: Path, roster: Roster) -> None:
    with _cursor() as cursor, path.open(encoding="utf-8") as file:
        cursor.execute("DROP TABLE IF EXISTS clean")
        cursor.execute("CREATE TABLE clean (LIKE stakeholders_affectedparty INCLUDING ALL)")
        cursor.copy_expert("COPY clean FROM STDIN", file)


def _copy_bare(path: Path) -> None:
    with _cursor() as cursor, path.open(encoding="utf-8") as file:
        cursor.execute("DROP TABLE IF EXISTS bare")
        cursor.execute(BARE.replace("UNLOGGED ", ""))
        cursor.copy_expert("COPY bare FROM STDIN WITH (FORMAT csv, HEADER)", file)
