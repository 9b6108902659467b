"""Mails a second of the lane, with its whole ledger, against bare smtplib on one connection to the same sink."""

from __future__ import annotations

import itertools
import os
import smtplib
import sys
from pathlib import Path

from bench.ground import Ground, rounds, tell
from config.local import processes

ROOT = Path(__file__).resolve().parent.parent

NUMBER = int(os.environ.get("BENCH_MAILS", "2000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "4"))


def run(ground: Ground) -> None:
    """Measure sending."""
    from django.conf import settings

    sink, port = _start_sink(ground)
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    body, make = _ground()

    def bare() -> int:
        with smtplib.SMTP("127.0.0.1", port) as relay:
            for number in range(NUMBER):
                relay.sendmail("privacy@lantern.example", [f"person{number}@mail.example"], body)
        return NUMBER

    notices = itertools.count()
    rates: dict[str, list[float]] = {"bare": [], "one": [], "two": []}
    for _ in range(ROUNDS):
        rates["bare"] += rounds({"bare": bare}, number=1)["bare"]
        for name, connections in (("one", 1), ("two", 2)):
            make(next(notices))
            rates[name] += rounds({name: lambda: _lanes(connections)}, number=1)[name]  # noqa: B023
    processes.end_children([sink], grace=2)
    tell("send: bare smtplib, one connection, pre-rendered", rates["bare"], "mails/s")
    for name, words in (("one", "one connection"), ("two", "two connections")):
        tell(
            f"send: lane with ledger and journal, {words}",
            rates[name], "mails/s", against="bare smtplib", base=rates["bare"],
        )  # fmt: skip


def _lanes(connections: int) -> int:
    from notifications import lane

    report = lane.run(connections_wanted=connections)
    assert report.fates["sent"] == NUMBER, report
    return NUMBER


def _start_sink(ground: Ground) -> tuple[processes.Child, int]:
    port_file = ground.folder / "sink-port"
    sink = processes.start(
        "sink",
        [sys.executable, "-m", "bench.sink", port_file],
        env=os.environ,
        cwd=ROOT,
        log=ground.folder / "sink.log",
    )
    ground.guard.watch(sink)
    assert processes.wait_until(lambda: port_file.is_file() and bool(port_file.read_text()), seconds=15), (
        sink.tail()
    )
    return sink, int(port_file.read_text())


def _ground():  # type: ignore[no-untyped-def]
    """An incident with people, and how to make another approved notice that is on its way."""
    from datetime import timedelta

    from django.utils import timezone

    from accounts import commands as accounts
    from accounts.models import Role
    from audit.events import SYSTEM
    from incidents import commands as incidents
    from notifications import commands, lane
    from notifications.models import Notice
    from tests.notifications.conftest import STATEMENT, add_people, people

    accounts.set_up_organisation(
        by=SYSTEM, name="Lantern", zone="Europe/Dublin", establishments=["IE"], main="IE",
        contact_name="Aoife Byrne", contact_email="privacy@lantern.example",
    )  # fmt: skip
    lead = accounts.add_user(by=SYSTEM, email="lead@lantern.example", name="Lead", roles=[Role.LEAD])
    officer = accounts.add_user(
        by=SYSTEM, email="officer@lantern.example", name="Officer", roles=[Role.PRIVACY_OFFICER]
    )
    incident = incidents.open_incident(by=lead, title="Bench", now=timezone.now())
    add_people(incident, people(NUMBER))
    commands.add_ready_templates(by=lead, now=timezone.now())
    from notifications.models import TemplateVersion

    version = TemplateVersion.objects.get(template__purpose="high_risk", language="en")

    def make(number: int) -> Notice:
        now = timezone.now() - timedelta(seconds=1)
        notice = commands.create_notice(
            incident, by=lead, now=now, title=f"Bench {number}", template=version, statement=STATEMENT
        )
        commands.submit_notice(notice, by=lead, now=now)
        commands.approve_notice(notice, by=officer, now=now)
        return commands.start_sending(notice, by=lead, now=now)

    notice = make(-1)
    sender = lane.Lane()
    desk = sender._desk(notice.pk)
    claims, _ = sender._turn_over(desk, [])
    from notifications.transport import NullConnection

    body = desk.write(claims[0], NullConnection()).mail.body
    sender.journal.end()
    commands.withdraw_notice(notice, by=lead, reason="bench", now=timezone.now())
    return body, make
