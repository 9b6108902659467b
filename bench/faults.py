"""What becomes of a mailing whose parts are killed: real processes, and the mail server's log as the oracle.

Each fault has a notice to everybody of its own. Nobody is lost who was neither told nor is shown as uncertain or refused;
twice over bound is whoever got a second mail that no lost answer explains, or one with another Message-ID.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from bench.ground import Ground, tell
from bench.mails import ROOT, House, use
from config.local import engines, processes
from tests.sink import Sink
from tests.worker import Worker

PEOPLE = int(os.environ.get("BENCH_FAULT_MAILS", "3000"))
KILLS = int(os.environ.get("BENCH_KILLS", "10"))
CONNECTIONS: Final = 2
PATIENCE: Final = 600.0  # seconds until every delivery of a notice must be settled
SLOWLY: Final = {"at": "data", "do": "delay", "seconds": 0.004}  # so that there is something to break


@dataclass
class Result:
    """What one fault did."""

    name: str
    lost: int
    twice_over: int
    twice: int
    recovery: float  # seconds from the last break to the next mail
    fates: Counter[str] = field(default_factory=Counter)


def run(ground: Ground) -> None:
    """Every fault in turn, on the same worker and beat."""
    house = House(PEOPLE)
    stage = Stage(ground, house)
    faults: dict[str, tuple[str, Callable[[Any], int]]] = {
        "F1 F2: worker and its children killed": ("park", stage.kill_workers),
        "F3: answers lost": ("resend", stage.lose_answers),
        "F4: connections reset in the dialogue": ("park", stage.reset),
        "F5 F6: put off, and refused": ("park", stage.refuse),
        "F8: broker killed and started empty": ("park", stage.kill_broker),
        "F10 F24: tasks delivered many times, two beats": ("park", stage.repeat),
        "F11: PostgreSQL crashes": ("park", stage.crash_database),
        "F2 F8: all of it killed at once": ("park", stage.kill_everything),
    }
    results = []
    try:
        for name, (policy, act) in faults.items():
            results.append(stage.experiment(name, policy, act))
            print(f"# {results[-1]}", file=sys.stderr, flush=True)
    finally:
        stage.end()
    names = f"{len(results)} faults, {PEOPLE * len(results):,} mails, {KILLS} kills"
    tell("faults_lost", [sum(one.lost for one in results)], "people", against=names)
    tell("faults_twice_over_bound", [sum(one.twice_over for one in results)], "mails", against=names)
    kept = f"the longest; workers that ended by themselves and were started again: {stage.restarts}"
    tell("faults_recovery_s", [max(one.recovery for one in results)], "s", against=kept)


class Stage:
    """Mail server, worker and beat as processes of their own, and how each is broken."""

    def __init__(self, ground: Ground, house: House) -> None:
        self.ground, self.house = ground, house
        self.sink = Sink(ground.folder / "fault-sink", ground.guard).start()
        use(self.sink.port)
        self.env = {"SMTP_URL": self.sink.url, "LOG_LEVEL": "INFO", "SMTP_CONNECTIONS": str(CONNECTIONS)}
        self.worker = Worker(ground.folder / "worker", ground.guard, self.env).start()
        self.beats = [self._beat()]
        self.random = random.Random(5)
        self.broken_at = 0.0
        self.restarts = 0

    def _beat(self) -> processes.Child:
        schedule = self.ground.folder / f"beat-{time.monotonic_ns()}"
        child = processes.start(
            "beat",
            [sys.executable, "-m", "celery", "-A", "config", "beat", "--pidfile=", "--schedule", schedule],
            env={**os.environ, **self.env},
            cwd=ROOT,
            log=self.ground.folder / "beat.log",
        )
        self.ground.guard.watch(child)
        return child

    def end(self) -> None:
        self.worker.kill()
        processes.end_children(self.beats, grace=2)
        self.sink.stop()

    # --- one experiment

    def experiment(self, name: str, policy: str, act: Callable[[Any], int]) -> Result:
        """Send to everybody while `act` breaks things; it returns how many second mails its faults explain."""
        from notifications.models import Delivery

        before = len(self.sink.accepted())
        self.sink.faults(SLOWLY)
        notice = self.house.sending(policy)
        self.broken_at = time.time()
        explained = act(notice)
        self.wait(lambda: not _pending(notice))
        accepted = self.sink.accepted()[before:]
        told = Counter(address for event in accepted for address in event["to"])
        rows = list(Delivery.objects.filter(notice=notice).values("state", "uncertain_at"))
        fates = Counter(row["state"] for row in rows)
        known = fates["uncertain"] + fates["bounced"] + fates["failed"]
        lost = max(0, PEOPLE - len(told) - known)
        twice = sum(told.values()) - len(told)
        over = max(0, twice - explained) + self._other_message_ids(accepted, told)
        over += max(0, fates["uncertain"] - explained)
        after = [event["at"] for event in accepted if event["at"] > self.broken_at]
        return Result(name, lost, over, twice, min(after) - self.broken_at if after else 0.0, fates)

    def _other_message_ids(self, accepted: list[dict[str, Any]], told: Counter[str]) -> int:
        """Second mails that are not the same mail again."""
        again = {address for address, number in told.items() if number > 1}
        bodies: dict[str, set[bytes]] = {}
        with (self.sink.folder / "mail").open("rb") as file:
            for event in accepted:
                if event["to"][0] in again:
                    file.seek(event["offset"])
                    bodies.setdefault(event["to"][0], set()).add(file.read(event["length"]))
        return sum(len(kinds) - 1 for kinds in bodies.values())

    def wait(self, condition: Callable[[], bool]) -> None:
        def kept() -> bool:
            """A worker that ended by itself is started again, as its container would be."""
            if self.worker.child is not None and self.worker.child.process.poll() is not None:
                self.restarts += 1
                self.worker.kill()
                self.worker.start()
            return condition()

        assert processes.wait_until(kept, seconds=PATIENCE, pause=0.3), self.worker.text()[-3000:]

    def arrived(self, share: float, since: int) -> None:
        """Wait until so much of this notice's mails is in."""
        self.wait(lambda: len(self.sink.accepted()) - since >= share * PEOPLE)

    def _broken(self) -> None:
        self.broken_at = time.time()

    # --- the faults

    def kill_workers(self, notice: Any) -> int:
        since = len(self.sink.accepted())
        for number in range(KILLS):
            self.arrived((number + 1) / (KILLS + 2), since)
            time.sleep(self.random.random() / 2)
            self.worker.kill()
            self.worker.start()
            self._broken()
        return KILLS * CONNECTIONS

    def lose_answers(self, notice: Any) -> int:
        self.sink.faults({"at": "data", "do": "drop", "to": "^person[0-9]*77@", "times": PEOPLE // 100})
        return PEOPLE // 100

    def reset(self, notice: Any) -> int:
        self.sink.faults(
            {"at": "connect", "do": "reset", "times": 2},
            {"at": "mail", "do": "reset", "after": PEOPLE // 5, "times": 2},
            {"at": "rcpt", "do": "reset", "after": PEOPLE // 3, "times": 2},
            {"at": "data", "do": "reset", "after": PEOPLE // 2, "times": 2},
        )
        return 2  # after the whole mail: nobody can know whether the server kept it

    def refuse(self, notice: Any) -> int:
        from notifications.models import Delivery

        self.sink.faults(
            {"at": "rcpt", "do": "refuse", "to": "^person[0-9]*3[369]@"},
            {"at": "rcpt", "do": "defer", "to": "^person[0-9]*[05]1@", "times": PEOPLE // 50},
        )
        late = Delivery.objects.filter(notice=notice, state="deferred", attempt__gt=0)
        self.wait(
            lambda: not Delivery.objects.filter(notice=notice, state__in=["queued", "in_flight"]).exists()
        )
        assert late.exists(), "nobody was put off"
        self.sink.faults({"at": "rcpt", "do": "refuse", "to": "^person[0-9]*3[369]@"})
        from notifications.models import MailDomain

        MailDomain.objects.all().delete()
        late.update(next_try_at=notice.started_at)  # instead of waiting for hours
        return 0

    def kill_broker(self, notice: Any) -> int:
        since = len(self.sink.accepted())
        for share in (0.2, 0.5):
            self.arrived(share, since)
            self._restart_broker()
            self._broken()
        return 0

    def _restart_broker(self) -> None:
        broker = self.ground.engines.broker
        assert broker is not None
        broker.process.kill()
        broker.process.wait()
        tools = engines.programs()
        again = processes.start(
            "broker",
            [tools.valkey, self.ground.folder / "valkey.conf"],
            env=engines.ENV,
            cwd=self.ground.folder,
            log=self.ground.folder / "valkey.log",
            as_user=tools.as_user,
            guard=self.ground.guard,
        )
        self.ground.engines.broker = again

    def repeat(self, notice: Any) -> int:
        from notifications import tasks

        self.beats.append(self._beat())
        for _ in range(40):
            tasks.send_due_deliveries.delay()
            time.sleep(0.05)
        return 0

    def crash_database(self, notice: Any) -> int:
        since = len(self.sink.accepted())
        for number in range(5):
            self.arrived((number + 1) / 8, since)
            self._crash()
            self._broken()
        return 5 * CONNECTIONS

    def _crash(self) -> None:
        from django.db import connections

        connections.close_all()
        database, folder = self.ground.engines.database, self.ground.folder
        assert database is not None
        database.process.send_signal(signal.SIGQUIT)
        database.process.wait()
        (folder / "data" / "postmaster.pid").unlink(missing_ok=True)
        self.ground.engines.database = engines.start_postgres(
            folder / "data",
            folder,
            engines.programs(),
            log=folder / "postgres.log",
            guard=self.ground.guard,
            settings={"max_connections": "120", "shared_buffers": "96MB"},
        )

    def kill_everything(self, notice: Any) -> int:
        since = len(self.sink.accepted())
        self.arrived(0.3, since)
        self.worker.kill()
        for beat in self.beats:
            beat.process.kill()
            beat.process.wait()
        self._restart_broker()
        self._crash()
        self.beats = [self._beat()]
        self.worker.start()
        self._broken()
        return CONNECTIONS


def _pending(notice: Any) -> bool:
    from django.db import DatabaseError, connections

    try:
        notice.refresh_from_db()
    except DatabaseError:
        connections.close_all()
        return True
    return bool(notice.pending or notice.queued_to is not None)
