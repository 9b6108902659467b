"""Real processes, really killed. The oracle is the mail server's log, never our own counters."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone
from kombu import pools

from config.local import engines, throw_away
from incidents.models import Incident
from notifications import journal, lane, ledger, recovery, tasks
from notifications.models import Delivery, Notice
from tests import engines as test_engines
from tests.notifications.conftest import add_people, people
from tests.sink import Sink
from tests.worker import Worker

pytestmark = [
    pytest.mark.faults,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("own_state"),
]
CONNECTIONS = 2
PEOPLE = 800


def fates(notice: Notice) -> Counter[str]:
    return Counter(Delivery.objects.filter(notice=notice).values_list("state", flat=True))


def told(sink: Sink) -> Counter[str]:
    return Counter(sink.recipients())


@pytest.fixture
def worker_state(own_state: None, settings: Any) -> None:
    """Set before the worker takes its environment from the settings."""


def test_a_killed_worker_and_tasks_delivered_again_forget_nobody_and_tell_nobody_twice(
    smtp_sink: Sink,
    worker_state: None,
    running_worker: Worker,
    incident: Incident,
    sending: Callable[..., Notice],
) -> None:
    add_people(incident, people(PEOPLE))
    smtp_sink.faults({"at": "data", "do": "delay", "seconds": 0.002})
    notice = sending(uncertain_policy="park")
    kills = 0
    for mark in (100, 400):
        for _ in range(5):
            tasks.send_due_deliveries.delay()
        smtp_sink.wait_for(mark, seconds=60)
        running_worker.kill()
        kills += 1
        running_worker.start()
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        tasks.send_due_deliveries.delay()
        time.sleep(0.3)
        notice.refresh_from_db()
        if notice.total == PEOPLE and notice.pending == 0:
            break
    everybody = {one.email for one in people(PEOPLE)}
    counted, shown = told(smtp_sink), fates(notice)
    uncertain = shown["uncertain"]
    assert shown["sent"] + uncertain == PEOPLE, shown
    assert max(counted.values()) == 1, "somebody was told twice"
    assert uncertain <= kills * CONNECTIONS
    assert len(everybody - counted.keys()) <= uncertain, (
        "somebody who is not shown as uncertain was forgotten"
    )
    assert notice.sent == shown["sent"]
    assert notice.held == uncertain


def test_a_crashed_database_forgets_nobody_and_tells_nobody_twice(
    smtp_sink: Sink, scratch: Path, settings: Any
) -> None:
    """PostgreSQL with production durability, stopped at once (as a crash does) while mails go out, twice."""
    tools = engines.programs()
    cluster = test_engines._migrated_cluster()
    own = throw_away.start(test_engines.guard(), want_broker=False, durable=True, cluster=cluster)
    smtp_sink.faults({"at": "data", "do": "delay", "seconds": 0.004})
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": engines.database_url(own.folder, throw_away.PREPARED),
        "SMTP_URL": smtp_sink.url,
        "STATE_DIR": str(settings.STATE_DIR),
    }

    def step(*words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.notifications.crash", *words]
        return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    made = step("prepare", "400")
    _, problem = made.communicate(timeout=120)
    assert made.returncode == 0, problem
    database = own.database
    assert database is not None
    for mark in (70, 190):
        sender = step("send")
        smtp_sink.wait_for(mark, seconds=60)
        database.process.send_signal(signal.SIGQUIT)
        database.process.wait()
        sender.communicate(timeout=60)
        assert sender.returncode != 0, "the crash went unnoticed"
        (own.folder / "data" / "postmaster.pid").unlink(missing_ok=True)
        database = engines.start_postgres(
            own.folder / "data",
            own.folder,
            tools,
            log=own.folder / "postgres.log",
            guard=test_engines.guard(),
        )
    last = step("send")
    shown, problem = last.communicate(timeout=120)
    database.process.send_signal(signal.SIGQUIT)
    database.process.wait()
    assert shown.strip().splitlines()[-1] == "{'sent': 400}", (shown, problem)
    assert told(smtp_sink) == Counter(one.email for one in people(400))


def test_a_lane_cut_off_from_the_database_forgets_nobody_and_tells_nobody_twice(
    smtp_sink: Sink, incident: Incident, sending: Callable[..., Notice]
) -> None:
    """Every connection of the lane is cut by the server in the midst of its work."""
    add_people(incident, people(400))
    smtp_sink.faults({"at": "data", "do": "delay", "seconds": 0.003})
    notice = sending(uncertain_policy="park")
    errors: list[BaseException] = []

    def send() -> None:
        try:
            lane.run(connections_wanted=1)
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    for mark in (60, 160, 260):
        worker = threading.Thread(target=send)
        worker.start()
        smtp_sink.wait_for(mark)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        worker.join(timeout=60)
    assert errors, "the lane was never hit"
    recovery.recover()
    lane.run(connections_wanted=1)
    assert fates(notice) == {"sent": 400}
    assert told(smtp_sink) == Counter(one.email for one in people(400))


def test_a_sender_stopped_past_its_lease_changes_nothing_when_it_wakes(
    smtp_sink: Sink, incident: Incident, sending: Callable[..., Notice], monkeypatch: pytest.MonkeyPatch
) -> None:
    add_people(incident, people(30))
    notice = sending(uncertain_policy="park")
    stopped = lane.Lane(lease=timedelta(seconds=2))
    desk = stopped._desk(notice.pk)
    claims, _ = stopped._turn_over(desk, [])
    assert len(claims) == 30
    time.sleep(2.2)
    recovery.recover()
    assert fates(notice) == {"queued": 30}
    assert not stopped.may_go_on(notice), "it must not send with a lease that is over"
    awake = lane.run(connections_wanted=1)
    assert awake.fates["sent"] == 30
    late = [ledger.answered(one.id, one.attempt, 550, "late words") for one in claims]
    assert ledger.settle(late, owner=stopped.journal.owner) == Counter()
    assert fates(notice) == {"sent": 30}
    assert told(smtp_sink) == Counter(one.email for one in people(30))
    stopped.journal.end()


def test_a_lost_journal_makes_its_window_uncertain(
    smtp_sink: Sink, incident: Incident, sending: Callable[..., Notice]
) -> None:
    add_people(incident, people(10))
    notice = sending(uncertain_policy="park")
    dead = lane.Lane(lease=timedelta(milliseconds=1))
    dead._turn_over(dead._desk(notice.pk), [])
    dead.journal.end()
    time.sleep(0.05)
    recovery.recover()
    assert fates(notice) == {"uncertain": 10}
    notice.refresh_from_db()
    assert notice.held == 10


def test_after_a_restart_of_the_machine_a_window_without_a_word_is_uncertain(
    smtp_sink: Sink, incident: Incident, sending: Callable[..., Notice], monkeypatch: pytest.MonkeyPatch
) -> None:
    add_people(incident, people(10))
    notice = sending(uncertain_policy="park")
    dead = lane.Lane()
    dead._turn_over(dead._desk(notice.pk), [])
    dead.journal.abandon()
    monkeypatch.setattr(journal, "boot", lambda: "another")
    recovery.recover()
    assert fates(notice) == {"uncertain": 10}


def test_a_broker_that_is_gone_loses_nothing(
    smtp_sink: Sink,
    incident: Incident,
    approved: Callable[..., Notice],
    lead: Any,
    settings: Any,
    client_of: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    from config.celery import app

    add_people(incident, people(5))
    notice = approved()
    monkeypatch.setattr(app.conf, "broker_url", "redis://127.0.0.1:1/0")
    _forget_connections(app)
    try:
        answer = client_of(lead).post(
            f"/incidents/{incident.reference}/notices/{notice.reference}/send/", {"delay": "0"}
        )
    finally:
        monkeypatch.undo()
        _forget_connections(app)
    assert answer.status_code == 302
    assert "Error calling" in caplog.text, "the broker was there after all"
    notice.refresh_from_db()
    assert notice.status == "sending"
    Notice.objects.filter(pk=notice.pk).update(scheduled_at=timezone.now() - timedelta(seconds=1))
    tasks.send_due_deliveries()
    assert fates(notice) == {"sent": 5}


def _forget_connections(app: Any) -> None:
    """The app's connections to the broker are made anew, so that its address of now is used."""
    pools.reset()  # kombu keeps closed pools by address: whoever asks for that address later would get one
    app._pool = None
    app.amqp._producer_pool = None


def test_a_lane_ended_by_the_system_leaves_its_journal_to_the_next(
    smtp_sink: Sink, incident: Incident, sending: Callable[..., Notice]
) -> None:
    """SIGKILL in a child process in the midst of a window; the parent recovers at once, lease or no lease."""
    add_people(incident, people(200))
    smtp_sink.faults({"at": "data", "do": "delay", "seconds": 0.005})
    notice = sending(uncertain_policy="park")
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            lane.run(connections_wanted=1)
        finally:
            os._exit(0)
    smtp_sink.wait_for(30)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    time.sleep(0.1)
    recovery.recover()
    lane.run(connections_wanted=1)
    shown, counted = fates(notice), told(smtp_sink)
    assert shown["sent"] + shown["uncertain"] == 200
    assert shown["uncertain"] <= 1
    assert max(counted.values()) == 1
    assert 200 - len(counted) <= shown["uncertain"]
