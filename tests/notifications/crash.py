"""One step of the database-crash test, in a process and on a database of its own: `prepare N` or `send`."""

from __future__ import annotations

import sys
from datetime import timedelta


def prepare(number: int) -> None:
    """One notice on its way to so many people."""
    from django.utils import timezone

    from accounts import commands as accounts
    from accounts.models import Role
    from audit.events import SYSTEM
    from incidents import commands as incidents
    from notifications import commands
    from tests.notifications.conftest import STATEMENT, add_people, people

    lead = accounts.add_user(by=SYSTEM, email="lead@lantern.example", name="Lead", roles=[Role.LEAD])
    officer = accounts.add_user(
        by=SYSTEM, email="officer@lantern.example", name="Officer", roles=[Role.PRIVACY_OFFICER]
    )
    incident = incidents.open_incident(by=lead, title="Crash", now=timezone.now())
    add_people(incident, people(number))
    now = timezone.now() - timedelta(seconds=1)
    notice = commands.create_notice(
        incident, by=lead, now=now, title="N", subject="S", body="{{ notice.url }}",
        statement=STATEMENT, uncertain_policy="park",
    )  # fmt: skip
    commands.submit_notice(notice, by=lead, now=now)
    commands.approve_notice(notice, by=officer, now=now)
    commands.start_sending(notice, by=lead, now=now)


def send() -> None:
    """Settle what was left behind and go on; prints the fates when nothing is due any more."""
    from collections import Counter

    from notifications import lane, recovery
    from notifications.models import Delivery

    recovery.recover()
    lane.run(connections_wanted=1)
    print(dict(Counter(Delivery.objects.values_list("state", flat=True))))


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1] == "prepare":
        prepare(int(sys.argv[2]))
    else:
        send()
