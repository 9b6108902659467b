"""What pages cost with 10,000 and with 100,000 incidents, over HTTP, from one worker, signed in; and what the door costs."""

from __future__ import annotations

import http.client
import os
import socket
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from bench import crowd
from bench.ground import Ground, tell
from config.local import processes

ROOT: Final = Path(__file__).resolve().parent.parent
FEW = int(os.environ.get("BENCH_FEW", "10000"))
MANY = int(os.environ.get("BENCH_MANY", "100000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "9"))
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
    "my_day_ms": ["/", "/deadlines/"],
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
        tell(name, [span for one in spans.values() for span in one], "ms")
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
        against="the same page with a tenth of the incidents",
    )
    for path, times in sorted(growth.items(), key=lambda one: -one[1])[:5]:
        print(f"  grew {times:.2f}: {path}", file=sys.stderr)
    for name, user in (("visibility_dense", people["dense"]), ("visibility_sparse", people["sparse"])):
        free, seen = _door(user)
        tell(name, seen, "ms", against="the same query without the door", base=free)


def _measured(ground: Ground, people: dict[str, Any]) -> dict[str, dict[str, list[float]]]:
    """Milliseconds of every page, each person in turn; the whole is gone through again and again."""
    with _Server(ground) as ask:
        found: dict[str, dict[str, list[float]]] = {name: {} for name in PAGES}
        for who, user in people.items():
            cookie = crowd.cookie(user)
            for name, paths in PAGES.items():
                for path in paths:
                    path = _address(path, ask, cookie)
                    if path and not ("/incidents/INC" in path and who != "lead"):
                        ask(path, cookie)  # warms caches
                        found[name][f"{who} {path[:100]}"] = [ask(path, cookie)[0] for _ in range(ROUNDS)]
    return found


def _address(path: str, ask: Callable[..., Any], cookie: str) -> str:
    if path != "deep":
        return path.format(big=crowd.BIG)
    path = f"{LIST}&view=all&order=newest"
    for _ in range(40):
        page = ask(path, cookie)[1].decode()
        _, found, _ = page.partition('rel="next"')
        link = page[: page.rfind('rel="next"')].rpartition('href="')[2].partition('"')[0] if found else ""
        if not link:
            return path
        path = link.replace("&amp;", "&")
    return path


def _slowest(name: str, spans: dict[str, list[float]]) -> None:
    """The address that is slowest at the median, and the worst 95th percentile: what the limits are about."""
    path, times = max(spans.items(), key=lambda one: _median(one[1]))
    tell(f"{name}: slowest address", times, "ms", against=path)
    tell(
        f"{name}: 95th percentile of all",
        [sorted(t for one in spans.values() for t in one)[-1 - sum(map(len, spans.values())) // 20]],
        "ms",
    )


def _median(times: list[float]) -> float:
    return statistics.median(times)


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

    def __enter__(self) -> Callable[[str, str], tuple[float, bytes]]:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        words = f"-m gunicorn config.wsgi --bind 127.0.0.1:{self.port} --worker-class gthread --workers 1 --threads 4"
        self.child = processes.start(
            "web", [sys.executable, *words.split(), "--keep-alive", "60", "--log-level", "warning"],
            env={**os.environ, **self.ground.environment()}, cwd=ROOT,
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
        return self.ask

    def __exit__(self, *_: object) -> None:
        self.line.close()
        processes.end_children([self.child], grace=5)

    def ask(self, path: str, cookie: str) -> tuple[float, bytes]:
        started = time.perf_counter()
        self.line.request(
            "GET",
            path,
            headers={
                "Cookie": cookie,
                "Accept": "application/json" if path.startswith("/api") else "text/html",
            },
        )
        answer = self.line.getresponse()
        body = answer.read()
        spent = (time.perf_counter() - started) * 1000
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} for {path}: {body[:300]!r}")
        return spent, body
