"""What pages cost with 10,000 and with 100,000 incidents, over HTTP, from one worker, signed in; and what the door costs.

Two times of each answer: by the clock, and what the web's and the database's processors spent on it, which is what
counts where other work shares the machine.
"""

from __future__ import annotations

import http.client
import math
import os
import socket
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench import crowd, long
from bench.ground import Ground, tell
from config.local import processes

ROOT: Final = Path(__file__).resolve().parent.parent
FEW = int(os.environ.get("BENCH_FEW", "10000"))
MANY = int(os.environ.get("BENCH_MANY", "100000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "9"))
WARM: Final = 2
LIST: Final = "/incidents/?size=50"
PAGES: Final = {
    "worklist_ms": [
        LIST,
        f"{LIST}&view=all",
        f"{LIST}&view=all&order=newest",
        f"{LIST}&view=all&order=severity",
        f"{LIST}&view=all&order=priority",
        f"{LIST}&view=all&order=deadline",
        f"{LIST}&view=closed",
        f"{LIST}&view=all&order=severity&status=open",
        f"{LIST}&view=all&violation=lost_device&priority=urgent",
        f"{LIST}&view=all&severity=very_high&order=newest",
        f"{LIST}&view=all&place=US-CA&order=severity",
        f"{LIST}&view=all&place=IS",
        f"{LIST}&view=needs&due=overdue",
        f"{LIST}&view=needs&due=week&severity=high",
        f"{LIST}&view=all&lead=lead3@lantern.example",
        f"{LIST}&view=all&restricted=yes",
        f"{LIST}&view=all&drill=yes",
        f"{LIST}&view=all&words=contact+export",
        f"{LIST}&view=all&words=zebra",
        "deep",  # the fortieth page
    ],
    "search_ms": [
        "/search/?q=contact",
        "/search/?q=profile+export",
        "/search/?q=zebra",
        "/search/?q=nothinglikethis",
        "/search/?q=reference",
        "/search/suggest/?q=con",
        "/search/suggest/?q=zeb",
        "/search/suggest/?q=pro+exp",
    ],
    "incident_page_ms": ["/incidents/{big}/", "/incidents/{big}/timeline/"],
    "incident_parts_ms": [
        "/incidents/{big}/timeline/?order=newest&kind=facts",
        "/incidents/{big}/work/",
        "/incidents/{big}/work/board/",
        "/incidents/{big}/evidence/",
        "/incidents/{big}/obligations/",
        "/incidents/{big}/access/review/",
    ],
    "my_day_ms": ["/", "/deadlines/", "/deadlines/?sort=incident", "/deadlines/?sort=place"],
    "work_ms": ["/work/", "/work/?view=role"],
    "api_list_ms": ["/api/incidents/?size=100", "/api/incidents/?size=100&view=needs"],
}


def run(ground: Ground) -> None:
    """Fill, measure, fill up, measure again."""
    people = crowd.people()
    crowd.incidents(1, FEW)
    before = _measured(ground, people)
    crowd.incidents(FEW + 1, MANY)
    after = _measured(ground, people)
    for name, spans in after.items():
        tell(name, [span.wall for one in spans.values() for span in one], "ms")
        tell(f"{name}: processor", [span.spent for one in spans.values() for span in one], "ms")
        _slowest(name, spans)
    growth = {
        path: _median(spans[path]) / _median(before[name][path])
        for name, spans in after.items()
        for path in spans
    }
    tell(
        "growth_10k_100k",
        list(growth.values()),
        "times",
        against="processor time of the same page with a tenth of the incidents",
    )
    for path, times in sorted(growth.items(), key=lambda one: -one[1])[:8]:
        print(f"  grew {times:.2f}: {path}", file=sys.stderr)
    for name, user in (("visibility_dense", people["dense"]), ("visibility_sparse", people["sparse"])):
        free, seen = _door(user)
        tell(name, seen, "ms", against="the same query without the door", base=free)


@dataclass(frozen=True)
class Span:
    """Milliseconds of one answer: by the clock; of processors, in the web and in the database."""

    wall: float
    web: float
    database: float

    @property
    def spent(self) -> float:
        return self.web + self.database


def _measured(ground: Ground, people: dict[str, Any]) -> dict[str, dict[str, list[Span]]]:
    """Every page, each person in turn."""
    with _Server(ground) as ask:
        found: dict[str, dict[str, list[Span]]] = {name: {} for name in PAGES}
        for who, user in people.items():
            cookie = crowd.cookie(user)
            for name, paths in PAGES.items():
                for named in paths:
                    path = _address(named, ask, cookie)
                    if path and not ("/incidents/INC" in path and who != "lead"):
                        for _ in range(WARM):
                            ask(path, cookie)
                        found[name][f"{who} {named}"] = [ask(path, cookie)[0] for _ in range(ROUNDS)]
    return found


def _address(path: str, ask: Callable[..., Any], cookie: str) -> str:
    if path != "deep":
        return path.format(big=long.REFERENCE)
    path = f"{LIST}&view=all&order=newest"
    for _ in range(40):
        page = ask(path, cookie)[1].decode()
        _, found, _ = page.partition('rel="next"')
        link = page[: page.rfind('rel="next"')].rpartition('href="')[2].partition('"')[0] if found else ""
        if not link:
            return path
        path = link.replace("&amp;", "&")
    return path


def _slowest(name: str, spans: dict[str, list[Span]]) -> None:
    """The addresses that cost most at the median, and the worst 95th percentile of one: what the limits are about."""
    ordered = sorted(spans.items(), key=lambda one: -_median(one[1]))
    path, times = ordered[0]
    tell(f"{name}: slowest address, processor", [one.spent for one in times], "ms", against=path)
    tell(f"{name}: 95th percentile, processor", [max(_late(times) for times in spans.values())], "ms")
    for path, times in ordered[:6]:
        web, database = (
            statistics.median(getattr(one, part) for one in times) for part in ("web", "database")
        )
        wall = statistics.median(one.wall for one in times)
        print(f"  {web:6.1f} web {database:6.1f} database {wall:6.1f} clock: {path}", file=sys.stderr)


def _median(times: list[Span]) -> float:
    return statistics.median(one.spent for one in times)


def _late(times: list[Span]) -> float:
    """The 95th percentile."""
    return sorted(one.spent for one in times)[math.ceil(len(times) * 0.95) - 1]


def _door(user: Any) -> tuple[list[float], list[float]]:
    """The list's query for fifty rows without and with the filter of what a person may see, in turn."""
    from incidents.models import Incident
    from incidents.permissions import visible_to

    free, seen = [], []
    for _ in range(ROUNDS * 5):
        for base, times in ((Incident.objects.all(), free), (visible_to(user), seen)):
            started = time.perf_counter()
            rows = list(base.filter(historic=False, merged_into=None).order_by("-opened_at", "-pk")[:51])
            times.append((time.perf_counter() - started) * 1000)
            assert rows
    return free, seen


class _Server:
    """Gunicorn with one worker on a port of its own; called, it gives milliseconds and the body."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground

    def __enter__(self) -> Callable[[str, str], tuple[Span, bytes]]:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        words = f"-m gunicorn config.wsgi --bind 127.0.0.1:{self.port} --worker-class gthread --workers 1 --threads 4"
        # As in production: connections to the database stay open.
        self.child = processes.start(
            "web", [sys.executable, *words.split(), "--keep-alive", "60", "--log-level", "warning"],
            env={**os.environ, **self.ground.environment(), "FORTHRIGHT_MODE": "local", "MFA_REQUIRED": "1"}, cwd=ROOT,
            log=self.ground.folder / "web.log",
        )  # fmt: skip
        self.ground.guard.watch(self.child)
        for _ in range(200):
            try:
                self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
                self.line.request("GET", "/healthz")
                self.line.getresponse().read()
                break
            except OSError:
                time.sleep(0.1)
        worker = Path(f"/proc/{self.child.pid}/task/{self.child.pid}/children").read_text().split()
        self.web = [int(one) for one in worker]
        return self.ask

    def __exit__(self, *_: object) -> None:
        self.line.close()
        processes.end_children([self.child], grace=5)

    def ask(self, path: str, cookie: str) -> tuple[Span, bytes]:
        accept = "application/json" if path.startswith("/api") else "text/html"
        started, web, database = time.perf_counter(), _spent(self.web), _spent(_backends())
        self.line.request("GET", path, headers={"Cookie": cookie, "Accept": accept})
        answer = self.line.getresponse()
        body = answer.read()
        wall = (time.perf_counter() - started) * 1000
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} for {path}: {body[:300]!r}")
        return Span(wall, _since(web, _spent(self.web)), _since(database, _spent(_backends()))), body


def _spent(processes: Iterable[int]) -> dict[str, int]:
    """Nanoseconds that each thread of these has run so far."""
    threads = (
        thread for process in processes for thread in Path(f"/proc/{process}/task").glob("*/schedstat")
    )
    return {str(thread): int(thread.read_text().split()[0]) for thread in threads}


def _since(before: dict[str, int], after: dict[str, int]) -> float:
    """Milliseconds run since; what ended meanwhile took its time along, and was at rest."""
    return sum(spent - before.get(thread, 0) for thread, spent in after.items()) / 1e6


def _backends() -> list[int]:
    """The database's processes that answer queries of the web."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return [pid for (pid,) in cursor.fetchall()]
