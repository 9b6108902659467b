"""The page of a notice under a surge of readers: gunicorn as in production, asked by wrk, half of it with wrong codes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bench.ground import Ground, tell
from bench.mails import House
from config.local import processes

if TYPE_CHECKING:
    from notifications.models import Notice

ROOT: Final = Path(__file__).resolve().parent.parent
PEOPLE: Final = int(os.environ.get("BENCH_PEOPLE", "5000"))
SECONDS: Final = int(os.environ.get("BENCH_SECONDS", "15"))
ROUNDS: Final = int(os.environ.get("BENCH_ROUNDS", "3"))
# Every second request is a guess that opens nothing; nobody reads twice before all have.
ASK: Final = """
local codes = {}
for line in io.lines("%s") do codes[#codes + 1] = line end
local asked = 0
request = function()
  asked = asked + 1
  if asked %% 2 == 0 then return wrk.format("GET", "/n/" .. codes[(asked / 2) %% #codes + 1]) end
  return wrk.format("GET", string.format("/n/%%022d", math.random(1, 2147483647)))
end
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format("\\nTOLD %%f %%f %%f %%d %%d %%d\\n", summary.requests * 1e6 / summary.duration,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, summary.requests, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
"""


def run(ground: Ground) -> None:
    """Requests a second and milliseconds; wants Debian's wrk."""
    wrk = shutil.which("wrk")
    if wrk is None:
        sys.exit("The surge is made by wrk: apt-get install wrk")
    codes = ground.folder / "codes"
    codes.write_text("\n".join(_went_out(House(PEOPLE).sending())) + "\n")
    script = ground.folder / "ask.lua"
    script.write_text(ASK % codes)
    rates, middle, slow = list[float](), list[float](), list[float]()
    with _Web(ground) as address:
        for turn in range(ROUNDS + 1):
            words = [
                wrk,
                "-t",
                "1",
                "-c",
                "16",
                "-d",
                f"{SECONDS if turn else 5}s",
                "-s",
                str(script),
                address,
            ]
            done = subprocess.run(words, check=True, capture_output=True, text=True)
            told = next(line for line in done.stdout.splitlines() if line.startswith("TOLD")).split()[1:]
            rate, half, late, asked, refused, broken = map(float, told)
            assert abs(refused / asked - 0.5) < 0.01, f"wrong codes alone are refused: {refused} of {asked}"
            if (
                turn
            ):  # the first round loads the program, draws the pages, and notes who reads for the first time
                assert broken == 0, done.stdout
                rates.append(rate)
                middle.append(half)
                slow.append(late)
    tell("public_page_per_second", rates, "requests/s")
    tell("public_page_ms: median", middle, "ms")
    tell("public_page_ms: 95th percentile", slow, "ms")


def _went_out(notice: Notice) -> list[str]:
    """As if all mails had been taken; the codes of the people."""
    from django.db import connection
    from psycopg2.extras import execute_values

    from notifications.models import Delivery
    from notifications.page_codes import Codes

    codes = Codes(notice)
    people = Delivery.objects.filter(notice=notice).values_list("pk", "party_id")
    found = [(pk, codes.code_hash(party), codes.code(party)) for pk, party in people]
    with connection.cursor() as cursor:
        execute_values(
            cursor.cursor,
            "UPDATE notifications_delivery SET code_hash = new.hash, state = 'sent', sent_at = now()"
            " FROM (VALUES %s) AS new (id, hash) WHERE notifications_delivery.id = new.id",
            [(pk, hashed) for pk, hashed, _ in found],
        )
        cursor.execute("VACUUM ANALYZE notifications_delivery")
    return [code for _, _, code in found]


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


class _Web:
    """Gunicorn with two workers, as `config.entry` starts it."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def __enter__(self) -> str:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        words = (
            f"-m gunicorn config.wsgi --bind 127.0.0.1:{port} --worker-class gthread --workers 2 --threads 4"
        )
        self._child = processes.start(
            "web", [sys.executable, *words.split(), "--log-level", "warning"],
            env={**os.environ, **self._ground.environment(), "FORTHRIGHT_MODE": "local"}, cwd=ROOT,
            log=self._ground.folder / "web.log",
        )  # fmt: skip
        self._ground.guard.watch(self._child)
        address = f"http://127.0.0.1:{port}"
        processes.wait_until(lambda: _answers(f"{address}/healthz"), seconds=60)
        return address

    def __exit__(self, *_: object) -> None:
        processes.end_children([self._child], grace=5)
