"""A lane: one journal, one connection at a time, window after window, until its time is over.

No final dot goes out before the answer to the mail before it is in the journal, so a lane that dies leaves
at most one mail per connection of which nobody knows.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

import structlog
from django.conf import settings
from django.db import connections, transaction

from accounts.keyring import CannotUnseal
from notifications import compile as text
from notifications import ledger, merge_fields, pace, tracing, transport
from notifications.journal import Journal
from notifications.ledger import Claim, Outcome
from notifications.lifecycle import Fate
from notifications.message import CannotBuild, Mail, Sheet
from notifications.models import DrillMail, Notice
from notifications.page_codes import Codes, page_url
from notifications.transport import Connection, NotHandedOver, NullConnection, RelayTrouble, ReplyLost
from stakeholders.sealing import RosterKeys

log = structlog.get_logger(__name__)
WINDOW: Final = 50  # claims the first time; from then on about a second's work
WINDOWS: Final = (10, 400)
SECONDS: Final = 45.0
ASK_EVERY: Final = 1.0  # seconds between two looks whether the notice was paused


FRUITLESS: Final = 2  # broken connections in a row without one answer: then the relay is in trouble


class Stopped(RelayTrouble):
    """Not the relay's fault: the notice was paused or our lease is about to end."""


@dataclass
class Report:
    """What a lane did; `more` when there was still something due."""

    fates: Counter[str] = field(default_factory=Counter)
    more: bool = False
    trouble: str = ""


@dataclass(frozen=True)
class Item:
    """One claim with its mail."""

    claim: Claim
    mail: Mail


@dataclass
class Desk:
    """What filling the mails of one notice needs; opened once a lane, for unwrapping keys costs."""

    notice: Notice
    compiled: text.Compiled
    keys: RosterKeys
    codes: Codes
    sheets: dict[tuple[tuple[str, ...], int, str], Sheet] = field(default_factory=dict)

    @classmethod
    def open(cls, notice: Notice) -> Desk:
        if notice.compiled is None or text.digest(notice.compiled) != notice.text_hash:
            raise CannotBuild("the text is not the one that was approved")
        roster = notice.incident.roster
        return cls(notice, text.Compiled.from_json(notice.compiled), RosterKeys.open(roster), Codes(notice))

    def write(self, claim: Claim, connection: Connection) -> Item:
        """The mail of one person, from the approved slots."""
        details = self.keys.open_sealed(claim.sealed, claim.party_id)
        if not details.email:
            raise CannotBuild("no e-mail address")
        sheet = self._sheet(claim)
        cleaned = merge_fields.values_of(details)
        values = {path: text.clean(cleaned[path]) for path in self.compiled.used}
        values[merge_fields.LINK.path] = page_url(claim.code)
        mail = sheet.mail(
            values,
            recipient=details.email,
            message_id=claim.message_id,
            date=claim.dated_at,
            eight_bit=connection.eight_bit,
        )
        if not connection.utf8 and not mail.recipient.isascii():
            raise CannotBuild("the relay does not take addresses with such letters")
        if settings.BOUNCE_ADDRESS:
            mail = replace(mail, sender=tracing.return_path(claim.message_id))
        return Item(claim, mail)

    def _sheet(self, claim: Claim) -> Sheet:
        kind = claim.elements, claim.present, claim.place
        if kind not in self.sheets:
            form = self.compiled.forms.get(self.compiled.variant(*kind))
            if form is None:
                raise CannotBuild("the approved text does not cover this person's data")
            self.sheets[kind] = Sheet.of(self.compiled, form)
        return self.sheets[kind]


class Lane:
    """Sends until nothing is due, its time is over, or the relay takes nothing."""

    def __init__(
        self, *, seconds: float = SECONDS, window: int = WINDOW, lease: timedelta = ledger.LEASE
    ) -> None:
        self.ends_at = time.monotonic() + seconds
        self.window = window
        self.lease = lease
        self.journal = Journal()
        self.report = Report()
        self._margin = min(float(settings.SMTP_REPLY_SECONDS) + 30, lease.total_seconds() * 0.75)
        self._lease_ends = 0.0
        self._asked_at = 0.0
        self._desks: dict[int, Desk] = {}

    def run(self) -> Report:
        """Work window after window; the journal is left for recovery when anything breaks."""
        try:
            barred: set[int] = set()
            while time.monotonic() < self.ends_at:
                notice_id = ledger.due_notice(except_for=barred)
                if notice_id is None:
                    break
                if pause := pace.relay_pause():
                    time.sleep(max(0.0, min(pause, 1.0, self.ends_at - time.monotonic())))
                    continue
                self._work(notice_id, barred)
            self.report.more = ledger.due_notice(except_for=barred) is not None
        except BaseException:
            self.journal.abandon()
            raise
        self.journal.end()
        return self.report

    def _work(self, notice_id: int, barred: set[int]) -> None:
        """One notice while it has something due; with a relay in trouble it waits for the next lane."""
        try:
            desk = self._desk(notice_id)
            connection = transport.borrow(desk.notice.incident)
        except (RelayTrouble, CannotBuild, CannotUnseal) as trouble:
            barred.add(notice_id)
            self._say_trouble(notice_id, trouble)
            return
        try:
            self._windows(desk, connection)
        except Stopped:
            return
        except RelayTrouble as trouble:
            barred.add(notice_id)
            self._say_trouble(notice_id, trouble)

    def _windows(self, desk: Desk, connection: Connection) -> None:
        """Window after window; a connection that breaks is replaced while the relay answers at all."""
        claims, outcomes = self._turn_over(desk, [])
        fruitless = 0
        try:
            while claims:
                started = time.monotonic()
                sent, broken = self._send(desk, connection, claims)
                self._adapt(time.monotonic() - started)
                outcomes += sent
                last = isinstance(broken, Stopped)
                if broken is not None:
                    connection.close()
                    fruitless = 0 if any(one.code for one in sent) else fruitless + 1
                    last = last or fruitless >= FRUITLESS
                claims, outcomes = self._turn_over(desk, outcomes, last=last)
                if broken is not None:
                    if last:
                        raise broken
                    connection = self._again(desk, claims)
            self._turn_over(desk, outcomes, last=True)
        except BaseException:
            connection.close()
            raise
        transport.give_back(connection)

    def _adapt(self, seconds: float) -> None:
        """Claim about a second's work: a quick relay costs few commits, a slow one is left little to hand back."""
        if seconds < 0.5:
            self.window = min(self.window * 2, WINDOWS[1])
        elif seconds > 2:
            self.window = max(self.window // 2, WINDOWS[0])

    def _again(self, desk: Desk, claims: list[Claim]) -> Connection:
        """A new connection; when there is none, what is claimed goes back."""
        try:
            return transport.connect(desk.notice.incident)
        except RelayTrouble:
            back = [Outcome(one.id, one.attempt, Fate.QUEUED) for one in claims]
            self._turn_over(desk, back, last=True)
            raise

    def _say_trouble(self, notice_id: int, trouble: Exception) -> None:
        self.report.trouble = str(trouble)
        ledger.report_trouble(notice_id, str(trouble))
        log.warning("relay_trouble", notice=notice_id, trouble=str(trouble))

    def _desk(self, notice_id: int) -> Desk:
        if notice_id not in self._desks:
            notice = Notice.objects.select_related("incident__roster").get(pk=notice_id)
            self._desks[notice_id] = Desk.open(notice)
        return self._desks[notice_id]

    def _turn_over(
        self, desk: Desk, outcomes: list[Outcome], *, last: bool = False
    ) -> tuple[list[Claim], list[Outcome]]:
        """Settle the last window and claim the next in one transaction."""
        if outcomes:
            self.journal.sync()
        claims: list[Claim] = []
        withdrawn: list[Outcome] = []
        started = time.monotonic()
        with transaction.atomic():
            self.report.fates += ledger.settle(outcomes, owner=self.journal.owner)
            if not last and started < self.ends_at:
                claims, withdrawn = ledger.claim(
                    desk.notice,
                    owner=self.journal.owner,
                    size=self.window,
                    codes=desk.codes,
                    lease=self.lease,
                )
        self.journal.forget()
        # Counted from before the claim: ours is never longer than the row's.
        self._lease_ends = started + self.lease.total_seconds()
        return claims, withdrawn

    # --- one window

    def _send(
        self, desk: Desk, connection: Connection, claims: list[Claim]
    ) -> tuple[list[Outcome], RelayTrouble | None]:
        """Send a window; what was claimed and not tried goes back to the queue."""
        outcomes: list[Outcome] = []
        items: list[Item] = []
        for claim in claims:
            try:
                items.append(desk.write(claim, connection))
            except (CannotBuild, CannotUnseal) as reason:
                outcomes.append(Outcome(claim.id, claim.attempt, Fate.PARKED, text=str(reason)))
        dialogue = _Dialogue(self, connection, desk.notice)
        broken: RelayTrouble | None = None
        try:
            dialogue.run(items)
        except RelayTrouble as trouble:
            broken = trouble
        outcomes += dialogue.outcomes
        known = {outcome.id for outcome in outcomes}
        outcomes += [Outcome(one.id, one.attempt, Fate.QUEUED) for one in claims if one.id not in known]
        if isinstance(connection, NullConnection):
            _keep_drill_mails(items, outcomes)
        return outcomes, broken

    def has_time(self) -> bool:
        return time.monotonic() < self.ends_at

    def may_go_on(self, notice: Notice) -> bool:
        """Before each final dot: our lease outlasts the wait for the answer, and nobody paused the notice."""
        now = time.monotonic()
        if now >= self._lease_ends - self._margin:
            return False
        if now - self._asked_at >= ASK_EVERY:
            self._asked_at = now
            return ledger.is_sending(notice.pk)
        return True


class _Dialogue:
    """One window over one connection: mail n's final dot, its answer, then mail n+1's."""

    def __init__(self, lane: Lane, connection: Connection, notice: Notice) -> None:
        self.lane = lane
        self.connection = connection
        self.notice = notice
        self.outcomes: list[Outcome] = []

    def run(self, items: list[Item]) -> None:
        waiting: Item | None = None  # its envelope was taken, its mail has not gone out
        for item in items:
            if not self.lane.has_time():
                break
            if waiting is None:
                self.connection.begin(item.mail)
            else:
                self._hand_over(waiting, then=item)
            waiting = item if self._opened(item) else None
        if waiting is not None:
            self._hand_over(waiting, then=None)

    def _opened(self, item: Item) -> bool:
        reply = self.connection.opened()
        if reply.code == transport.GO_ON:
            return True
        claim = item.claim
        self.outcomes.append(
            ledger.answered(claim.id, claim.attempt, reply.code, reply.text, at_recipient=True)
        )
        return False

    def _hand_over(self, item: Item, *, then: Item | None) -> None:
        """Send one mail and note the answer; `Stopped` when this lane must not."""
        claim, journal = item.claim, self.lane.journal
        if not self.lane.may_go_on(self.notice):
            # The relay waits for this mail: hanging up before the final dot is the one way to take it back.
            raise Stopped
        journal.tried(claim.key, claim.attempt)
        try:
            self.connection.hand_over(item.mail, then=then.mail if then else None)
            reply = self.connection.answer()
        except NotHandedOver as trouble:
            journal.withheld(claim.key, claim.attempt)
            raise RelayTrouble(str(trouble)) from trouble
        except ReplyLost as trouble:
            self.outcomes.append(
                ledger.lost(claim.id, claim.attempt, self.notice.uncertain_policy, text=str(trouble))
            )
            raise RelayTrouble(f"an answer was lost: {trouble}") from trouble
        journal.answered(claim.key, claim.attempt, reply.code, reply.text)
        self.outcomes.append(ledger.answered(claim.id, claim.attempt, reply.code, reply.text))


def _keep_drill_mails(items: list[Item], outcomes: list[Outcome]) -> None:
    """A drill's mail goes into a table that the drill's page shows."""
    sent = {outcome.id for outcome in outcomes if outcome.state == Fate.SENT}
    DrillMail.objects.bulk_create(
        DrillMail(
            delivery_id=one.claim.id, at=one.claim.dated_at, subject=one.mail.subject, size=len(one.mail.body)
        )
        for one in items
        if one.claim.id in sent
    )


def run(*, connections_wanted: int, seconds: float = SECONDS, window: int = WINDOW) -> Report:
    """Run one lane a connection beside each other; one alone runs in the caller's thread."""
    if connections_wanted <= 1:
        return Lane(seconds=seconds, window=window).run()
    reports: list[Report] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            reports.append(Lane(seconds=seconds, window=window).run())
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, name=f"lane-{number}") for number in range(connections_wanted)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    total = Report()
    for report in reports:
        total.fates += report.fates
        total.more = total.more or report.more
        total.trouble = total.trouble or report.trouble
    return total
