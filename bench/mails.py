"""The ground of the sending benches: a mail server in a process of its own, and notices on their way."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.ground import Ground
from config.local import processes

ROOT = Path(__file__).resolve().parent.parent


def start_sink(ground: Ground, *options: str) -> tuple[processes.Child, int]:
    """A server that takes all it is offered; its options are those of `bench.sink`."""
    port_file = ground.folder / f"sink-port{''.join(options).replace('/', '')[-60:]}"
    port_file.unlink(missing_ok=True)
    sink = processes.start(
        "sink",
        [sys.executable, "-m", "bench.sink", port_file, *options],
        env=os.environ,
        cwd=ROOT,
        log=ground.folder / "sink.log",
    )
    ground.guard.watch(sink)
    assert processes.wait_until(lambda: port_file.is_file() and bool(port_file.read_text()), seconds=30), (
        sink.tail()
    )
    return sink, int(port_file.read_text())


def use(port: int, **more: Any) -> None:
    """Point the product to a server."""
    from django.conf import settings

    from notifications import transport

    transport.close_idle()
    settings.EMAIL_HOST, settings.EMAIL_PORT = more.get("host", "127.0.0.1"), port
    settings.EMAIL_USE_SSL = more.get("tls", False)


class House:
    """An incident with people, and notices that a second person approved."""

    def __init__(self, people: int) -> None:
        from django.utils import timezone

        from accounts import commands as accounts
        from accounts.models import Role
        from audit.events import SYSTEM
        from incidents import commands as incidents
        from notifications import commands
        from notifications.models import TemplateVersion
        from tests.notifications.conftest import add_people
        from tests.notifications.conftest import people as made_up

        accounts.set_up_organisation(
            by=SYSTEM, name="Lantern", zone="Europe/Dublin", establishments=["IE"], main="IE",
            contact_name="Aoife Byrne", contact_email="privacy@lantern.example",
        )  # fmt: skip
        self.lead = accounts.add_user(by=SYSTEM, email="lead@lantern.example", name="Lead", roles=[Role.LEAD])
        self.officer = accounts.add_user(
            by=SYSTEM, email="officer@lantern.example", name="Officer", roles=[Role.PRIVACY_OFFICER]
        )
        self.incident = incidents.open_incident(by=self.lead, title="Bench", now=timezone.now())
        for start in range(0, people, 20_000):
            self.roster = add_people(self.incident, made_up(people)[start : start + 20_000])
        commands.add_ready_templates(by=self.lead, now=timezone.now())
        self.template = TemplateVersion.objects.get(
            template__name="High risk to people", language="en", channel="email"
        )
        self.made = 0

    def approved(self, policy: str = "park") -> Any:
        from django.utils import timezone

        from notifications import commands
        from tests.notifications.conftest import STATEMENT

        self.made += 1
        now = timezone.now() - timedelta(seconds=1)
        notice = commands.create_notice(
            self.incident, by=self.lead, now=now, title=f"Bench {self.made}", template=self.template,
            statement=STATEMENT, uncertain_policy=policy,
        )  # fmt: skip
        commands.submit_notice(notice, by=self.lead, now=now)
        return commands.approve_notice(notice, by=self.officer, now=now)

    def sending(self, policy: str = "park") -> Any:
        """Another notice to everybody, on its way; all of its deliveries are queued."""
        from django.db import connection
        from django.utils import timezone

        from notifications import commands, queueing

        now = timezone.now() - timedelta(seconds=1)
        notice = commands.start_sending(self.approved(policy), by=self.lead, now=now)
        while queueing.queue_due(seconds=600):
            pass
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE notifications_delivery")
        return notice


def desk_of(notice: Any) -> Any:
    from notifications.lane import Desk
    from notifications.models import Notice

    return Desk.open(Notice.objects.select_related("incident__roster").get(pk=notice.pk))


def claims_of(notice: Any, desk: Any) -> list[Any]:
    """What a claim of the whole notice would hold, read by one query and written nowhere."""
    from django.utils import timezone

    from notifications.ledger import Claim
    from notifications.segments import mailable

    now = timezone.now().replace(microsecond=0)
    people = mailable(desk.notice.incident.roster.pk, notice.segment).order_by("id")
    return [
        Claim(
            identity, roster_id, identity, 1, now, desk.codes.message_id(identity), bytes(sealed), tuple(elements),
            present, desk.codes.code(identity),
        )
        for roster_id, identity, sealed, elements, present in people.values_list(
            "roster_id", "id", "sealed", "elements", "present"
        )
    ]  # fmt: skip


class NoLedger:
    """Stands in for a lane that writes nothing down."""

    class journal:  # noqa: N801
        @staticmethod
        def tried(*words: object) -> None: ...

        @staticmethod
        def answered(*words: object) -> None: ...

    def has_time(self) -> bool:
        return True

    def may_go_on(self, notice: object) -> bool:
        return True


def without_ledger(notice: Any) -> Callable[[], int]:
    """The same sender, the same mails, the same dialogue; no claims, no journal, nothing settled."""

    def run() -> int:
        from notifications import lane, transport

        desk = desk_of(notice)
        line = transport.SmtpConnection(transport.Relay())
        claims = claims_of(notice, desk)
        for start in range(0, len(claims), lane.WINDOWS[1]):
            items = [desk.write(claim, line) for claim in claims[start : start + lane.WINDOWS[1]]]
            lane._Dialogue(NoLedger(), line, desk.notice).run(items)  # type: ignore[arg-type]
        line.close()
        return len(claims)

    return run
