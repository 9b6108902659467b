"""A notice through a real Postfix: unknown users, full mailboxes, greylisting, and its own bounces read back.

What lies in the mailboxes is the oracle: each person's fate in the ledger must be what they say.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from datetime import timedelta
from typing import Any, Final

from bench.ground import Ground, tell
from bench.mails import House, use
from bench.post_server import GREY_SECONDS, OWN, PostServer, missing

ROUNDS: Final = 12  # of sending and reading back, with the waits between them left out
# How many of each kind, in their order; the unknown stand together, so that Postfix hangs up on whoever is refused so often.
KINDS: Final = {
    "taken": 108, "unknown": 26, "refused": 4, "room": 4, "later": 18, "full": 5, "emptied": 5, "away": 4, "grey": 26,
}  # fmt: skip
HOME: Final = {
    "unknown": "taken",
    "emptied": "full",
    "room": "refused",
}  # else: a domain named after the kind
ARRIVES: Final = frozenset({"taken", "emptied", "room", "grey"})


def run(ground: Ground) -> None:
    if why := missing():
        print(json.dumps({"name": "postfix_delivered", "value": None, "why": why}), flush=True)
        return
    people = {
        f"{kind}{number}@{HOME.get(kind, kind)}.example": kind
        for kind, of in KINDS.items()
        for number in range(of)
    }
    server = PostServer(
        ground, [one for one, kind in people.items() if kind not in ("unknown", "later", "away")]
    )
    try:
        _experiment(server, people)
    finally:
        server.end()


def _experiment(server: PostServer, people: dict[str, str]) -> None:
    from django.conf import settings

    use(server.port)
    settings.BOUNCE_ADDRESS, settings.BOUNCE_MAILDIR = f"bounces@{OWN}", str(server.bounces)
    for address, kind in people.items():
        if HOME.get(kind, kind) == "full":
            server.fill(address)
    house = House(0)
    _add(house, list(people))
    notice = house.sending()
    started = time.perf_counter()
    rounds = _settle(server, notice, people)
    _judge(server, notice, people, rounds, time.perf_counter() - started)


def _add(house: House, addresses: list[str]) -> None:
    from stakeholders.sealing import Details
    from tests.notifications.conftest import add_people

    details = [
        Details(name=f"Person {number}", given_name="Person", family_name=str(number), email=address)
        for number, address in enumerate(addresses)
    ]
    house.roster = add_people(house.incident, details)


def _settle(server: PostServer, notice: Any, people: dict[str, str]) -> int:
    """Send, let Postfix deliver and bounce, read back; again with the waits moved, until the notice is finished."""
    from notifications import tasks
    from notifications.models import Delivery, MailDomain

    for number in range(1, ROUNDS + 1):
        tasks.send_due_deliveries()
        server.settle()
        while tasks.read_bounces():
            pass
        tasks.send_due_deliveries()  # follows up on what the bounces settled
        notice.refresh_from_db()
        fates = Counter(Delivery.objects.filter(notice=notice).values_list("state", flat=True))
        print(f"# round {number}: {dict(fates)} {notice.trouble}", file=sys.stderr, flush=True)
        if notice.status == "finished" and not server.waiting():
            return number
        if number == 2:
            for address, kind in people.items():
                if kind == "emptied":
                    server.empty(address)
            server.gate.has_room = {one for one, kind in people.items() if kind == "room"}
        time.sleep(GREY_SECONDS)
        MailDomain.objects.all().delete()
        Delivery.objects.filter(notice=notice, state="deferred").update(
            next_try_at=notice.started_at - timedelta(1)
        )
    fates = Counter(Delivery.objects.filter(notice=notice).values_list("state", flat=True))
    raise AssertionError(f"not finished after {ROUNDS} rounds: {notice.status}, {fates}, {server.words()}")


def _judge(server: PostServer, notice: Any, people: dict[str, str], rounds: int, seconds: float) -> None:
    from notifications.models import Bounce, Delivery

    mails = {address: server.delivered(address) for address in people}
    fates = _fates(notice)
    wrong = [
        (address, kind, fates.get(address), len(mails[address]))
        for address, kind in people.items()
        if fates.get(address) != ("sent" if mails[address] else "bounced")
        or bool(mails[address]) != (kind in ARRIVES)
    ]
    assert not wrong, (wrong[:20], server.words())
    ids = dict(Delivery.objects.filter(notice=notice).values_list("message_id", "state"))
    assert all(
        one.strip("<>") in {known.strip("<>") for known in ids} for found in mails.values() for one in found
    )
    expected = sum(number for kind, number in KINDS.items() if kind not in ARRIVES)
    kinds = Counter(Bounce.objects.filter(delivery__notice=notice).values_list("kind", "status_code"))
    print(
        f"# came back: {dict(kinds)}; refused at the gate: {dict(server.gate.said)}",
        file=sys.stderr,
        flush=True,
    )
    # Each once: a bounce read twice, or one that found nobody, would show.
    told = kinds["hard", "5.1.1"], kinds["soft", "4.4.1"]
    assert told == (KINDS["later"], 3 * KINDS["away"]), kinds
    # The emptied ones may come back once or twice before there is room.
    over = kinds["soft", "5.2.2"] - 3 * KINDS["full"]
    assert KINDS["emptied"] <= over <= 2 * KINDS["emptied"], kinds
    unread = Bounce.objects.filter(delivery=None).count() + len(list((server.bounces / "new").iterdir()))
    assert not unread, f"{unread} bounces found nobody"
    against = f"{len(people)} people, Postfix, {rounds} rounds, {seconds:.0f} s"
    tell(
        "postfix_delivered",
        [sum(map(bool, mails.values()))],
        "people",
        against=f"{against}; counted in mailboxes",
    )
    lost = sum(not mails[one] and fates.get(one) == "sent" for one in people)
    tell("postfix_lost", [lost], "people", against="believed told and nothing in the mailbox")
    tell("postfix_twice", [sum(max(0, len(found) - 1) for found in mails.values())], "mails", against=against)
    settled = sum(fate == "bounced" for fate in fates.values())
    tell("postfix_bounced_settled", [settled], "people", against=f"{expected} expected", base=[expected])
    grey = sum(bool(mails[one]) for one, kind in people.items() if kind == "grey")
    tell(
        "postfix_greylisted_delivered", [grey], "people", against="of those greylisted", base=[KINDS["grey"]]
    )


def _fates(notice: Any) -> dict[str, str]:
    """Each address and what the ledger says of it."""
    from notifications.models import Delivery
    from stakeholders.models import AffectedParty
    from stakeholders.sealing import RosterKeys

    keys = RosterKeys.open(notice.incident.roster)
    parties = AffectedParty.objects.filter(roster=notice.incident.roster).values_list("id", "sealed")
    addresses = {identity: keys.open_sealed(bytes(sealed), identity).email for identity, sealed in parties}
    deliveries = Delivery.objects.filter(notice=notice).values_list("party_id", "state")
    return {addresses[party]: str(state) for party, state in deliveries}
