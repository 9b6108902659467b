"""Letters to people whom no mail reaches: begun, drawn in batches, handed over, and what came back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import F, Q, Sum

from accounts.codes import digest
from accounts.models import Organisation, User
from audit.commands import record
from audit.events import SYSTEM
from incidents import commands as incidents
from incidents.rules import check_reason
from notifications import compile as text
from notifications import ledger, segments, words
from notifications.commands.sending import MATTER
from notifications.events import NoticeEvent
from notifications.letters.form import Frame
from notifications.lifecycle import Fate
from notifications.merge_fields import present_fields
from notifications.models import Delivery, Letter, LetterBatch, LetterRun, LetterStatus, Notice, Paper
from notifications.queries.letters import ADDRESS, EMAIL, letter_blockers
from notifications.rules import check_none
from notifications.sources import source_of
from stakeholders.commands.exports import check_password

BATCH: Final = 1_000  # letters in one file
MOST: Final = 300_000  # letters in one run
LEASE: Final = timedelta(minutes=10)
WAITS: Final = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
RETURNED_WHY: Final = ("Unknown at this address", "Moved away", "Not collected", "Refused", "Died", "Other")


@transaction.atomic
def begin_letters(notice: Notice, *, paper: str, duplex: bool, by: User, now: datetime) -> LetterRun:
    """One letter for everybody of the segment with a postal address and no working e-mail; drawn in the background."""
    notice = Notice.objects.locked(notice)
    check_none(letter_blockers(notice), code="not_ready")
    if paper not in Paper.values:
        raise ValidationError("Choose the paper.", code="bad_paper")
    roster = segments.roster_of(notice.incident)
    assert roster is not None
    compiled = _compiled(notice)
    kept = {"frame": asdict(_frame(notice, paper, now)), "text": compiled.as_json()}
    run = LetterRun.objects.create(
        notice=notice, paper=paper, duplex=duplex, dated_on=now.date(), made_at=now, made_by=by, compiled=kept,
        text_hash=text.digest(kept), letters=0,
    )  # fmt: skip
    new = _take_people(run, notice, roster.pk)
    run.letters = Letter.objects.filter(run=run).count()
    if not 0 < run.letters <= MOST:
        raise ValidationError("Somebody else began letters to these people.", code="not_ready")
    run.save(update_fields=["letters"])
    Notice.objects.filter(pk=notice.pk).update(total=F("total") + new, refused=F("refused") + new)
    LetterBatch.objects.bulk_create(
        LetterBatch(run=run, number=number, first=first, last=min(first + BATCH - 1, run.letters))
        for number, first in enumerate(range(1, run.letters + 1, BATCH), 1)
    )
    record(
        NoticeEvent.LETTERS_BEGUN, notice, by=by, stream=notice.stream,
        details={"run": run.reference, "letters": run.letters, "text_hash": run.text_hash},
    )  # fmt: skip
    label = f"Letters {run.reference} are not handed over yet"
    incidents.open_matter(notice.incident, kind=MATTER, reference=run.reference, label=label, by=by, now=now)
    return run


def _compiled(notice: Notice) -> text.Compiled:
    """The approved words for each kind of person who could get a letter."""
    assert notice.compiled is not None
    approved = text.Compiled.from_json(notice.compiled)
    groups = segments.profile(notice, approved.places).groups
    kinds = [
        text.Variant(one.elements, present_fields(one.present), one.place)
        for one in groups
        if one.present & ADDRESS
    ]
    source = source_of(notice)
    wanted = {approved.narrow(kind) for kind in kinds}
    forms = {one: approved.forms.get(one) or text.compile_form(source, one) for one in wanted}
    return replace(approved, forms=forms)


def _frame(notice: Notice, paper: str, now: datetime) -> Frame:
    organisation = Organisation.current()
    day = now.astimezone(ZoneInfo(organisation.zone)).date()
    spoken = notice.language.replace("-", "_")
    contact = (organisation.contact_name, organisation.contact_email, organisation.contact_phone)
    return Frame(
        language=notice.language,
        direction=words.direction(notice.language),
        paper=paper,
        title=notice.title,
        sender=", ".join(
            part for part in (organisation.name, organisation.address.replace("\n", ", ")) if part
        ),
        contact=tuple(one for one in contact if one),
        day=format_date(day, "d MMMM y" if spoken == "en" else "long", locale=spoken),
        home=next(iter(organisation.establishments.filter(main=True).values_list("place", flat=True)), "")[
            :2
        ],
        drill=notice.incident.drill,
    )


def _take_people(run: LetterRun, notice: Notice, roster_id: int) -> int:
    """A delivery and a letter for each person, in one statement each; returns how many had no delivery before."""
    chosen = (
        segments.parties(roster_id, notice.segment)
        .filter(exempt_at=None)
        .extra(where=["present & %s <> 0", "present & %s = 0"], params=[ADDRESS, EMAIL])
    )
    query, parameters = chosen.values("roster_id", "id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT_MAIL.format(query=query), [notice.pk, *parameters])
        new = cursor.rowcount
        cursor.execute(_BOUNCED, [notice.pk, ADDRESS])
        cursor.execute(_LETTERS, [run.pk, notice.pk])
    return int(new)


# Django's own SQL of the segment stands between; its values travel as parameters.
_WITHOUT_MAIL: Final = """INSERT INTO notifications_delivery
        (notice_id, roster_id, party_id, state, attempt, owner, message_id, reply_text)
    SELECT %s, c.roster_id, c.id, 'letter', 0, '', '', 'no e-mail address' FROM ({query}) c ORDER BY c.id
    ON CONFLICT (notice_id, roster_id, party_id) DO NOTHING"""
_BOUNCED: Final = """UPDATE notifications_delivery d SET state = 'letter', next_try_at = NULL
    FROM stakeholders_affectedparty p
    WHERE d.notice_id = %s AND d.state IN ('bounced', 'failed') AND p.roster_id = d.roster_id AND p.id = d.party_id
        AND p.exempt_at IS NULL AND p.present & %s <> 0"""
# Those of one country one after another, as the post wants them.
_LETTERS: Final = """INSERT INTO notifications_letter (run_id, number, delivery_id, first_page, pages, returned_why)
    SELECT %s, row_number() OVER (ORDER BY p.country, p.subdivision, d.id), d.id, 0, 0, ''
    FROM notifications_delivery d
        JOIN stakeholders_affectedparty p ON p.roster_id = d.roster_id AND p.id = d.party_id
    WHERE d.notice_id = %s AND d.state = 'letter'
        AND NOT EXISTS (SELECT 1 FROM notifications_letter l JOIN notifications_letterrun r ON r.id = l.run_id
            WHERE l.delivery_id = d.id AND r.status IN ('drawing', 'ready'))"""


# --- batches: the row is the queue


@transaction.atomic
def claim_batch(*, owner: str, now: datetime) -> LetterBatch | None:
    """Take the next file to be drawn; a claim that lapsed is taken again."""
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    due = Q(next_try_at=None) | Q(next_try_at__lte=now)
    waiting = LetterBatch.objects.filter(free & due, done_at=None, run__status=LetterStatus.DRAWING)
    batch = waiting.order_by("pk").select_for_update(of=("self",), skip_locked=True).first()
    if batch is None:
        return None
    batch.owner, batch.lease_until, batch.attempts = owner, now + LEASE, batch.attempts + 1
    batch.save(update_fields=["owner", "lease_until", "attempts"])
    return LetterBatch.objects.select_related("run__notice__incident").get(pk=batch.pk)


@dataclass(frozen=True)
class DrawnFile:
    """A finished file and where its letters stand in it."""

    stored: str
    sha256: str
    size: int
    pages: int
    places: Mapping[int, tuple[int, int]]  # letter's number: first page, pages
    codes: Mapping[int, str]  # delivery: page code
    exempt: Sequence[int]  # deliveries of people who became exempt since


@transaction.atomic
def record_drawn_file(batch: LetterBatch, *, drawn: DrawnFile, now: datetime) -> bool:
    """Keep a drawn file; False when another worker was quicker, or the run was cancelled."""
    run = LetterRun.objects.select_for_update(of=("self",)).get(pk=batch.run_id)
    locked = LetterBatch.objects.select_for_update().get(pk=batch.pk)
    ours = locked.owner == batch.owner and locked.attempts == batch.attempts and locked.done_at is None
    if not ours or run.status != LetterStatus.DRAWING:
        return False
    locked.done_at, locked.owner, locked.lease_until, locked.problem = now, "", None, ""
    locked.stored, locked.sha256, locked.size, locked.pages = (
        drawn.stored,
        drawn.sha256,
        drawn.size,
        drawn.pages,
    )
    locked.save()
    with connection.cursor() as cursor:
        numbers = list(drawn.places)
        cursor.execute(
            """UPDATE notifications_letter l SET first_page = v.first, pages = v.pages
            FROM unnest(%s::int[], %s::int[], %s::smallint[]) AS v (number, first, pages)
            WHERE l.run_id = %s AND l.number = v.number""",
            [numbers, [drawn.places[n][0] for n in numbers], [drawn.places[n][1] for n in numbers], run.pk],
        )
        cursor.execute(
            """UPDATE notifications_delivery d SET code_hash = v.hash, dated_at = coalesce(d.dated_at, %s)
            FROM unnest(%s::bigint[], %s::bytea[]) AS v (id, hash) WHERE d.id = v.id AND d.code_hash IS NULL""",
            [run.made_at, list(drawn.codes), [digest(code) for code in drawn.codes.values()]],
        )
    _withdraw(drawn.exempt, now=now)
    if not run.batches.filter(done_at=None).exists():
        run.status, run.ready_at = LetterStatus.READY, now
        record(
            NoticeEvent.LETTERS_READY, run.notice, by=SYSTEM, stream=run.notice.stream,
            details={"run": run.reference},
        )  # fmt: skip
    run.drawn += len(drawn.places)
    run.pages += drawn.pages
    run.save(update_fields=["status", "ready_at", "drawn", "pages"])
    return True


def _withdraw(deliveries: Sequence[int], *, now: datetime) -> None:
    moved = Delivery.objects.filter(pk__in=deliveries, state=Fate.LETTER)
    for one in moved.select_for_update():
        Delivery.objects.filter(pk=one.pk).update(state=Fate.WITHDRAWN, settled_at=now)
        ledger.count_fates(
            Counter({(one.notice_id, str(Fate.WITHDRAWN)): 1}),
            back=Counter({(one.notice_id, str(Fate.LETTER)): 1}),
        )


@transaction.atomic
def record_not_drawn(batch: LetterBatch, *, problem: str, now: datetime) -> None:
    """Say why a file could not be made; it is tried again by itself."""
    wait = WAITS[min(batch.attempts, len(WAITS)) - 1]
    LetterBatch.objects.filter(pk=batch.pk, owner=batch.owner, attempts=batch.attempts, done_at=None).update(
        owner="", lease_until=None, next_try_at=now + wait, problem=problem[:200]
    )


# --- a person's acts


@transaction.atomic
def take_letters(run: LetterRun, *, password: str, reason: str, by: User, now: datetime) -> LetterRun:
    """Record that somebody takes the letters out, in a file sealed with a password."""
    reason = check_reason(reason)
    run = LetterRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if run.status not in (LetterStatus.READY, LetterStatus.POSTED):
        raise ValidationError("The letters are not ready.", code="wrong_status")
    if run.batches.filter(stored="").exists():
        raise ValidationError("These letters were erased with their people.", code="erased")
    check_password(password)
    record(
        NoticeEvent.LETTERS_TAKEN, run.notice, by=by, stream=run.notice.stream, reason=reason,
        details={"run": run.reference, "letters": run.drawn},
    )  # fmt: skip
    return run


@transaction.atomic
def post_letters(run: LetterRun, *, on: date, receipt: str, by: User, now: datetime) -> LetterRun:
    """Confirm that the post has them: from that day these people count as notified."""
    notice = Notice.objects.locked(run.notice)
    run = _locked(run, LetterStatus.READY)
    at = _noon(on, now)
    if not run.made_at.date() - timedelta(days=1) <= on <= (now + timedelta(hours=14)).date():
        raise ValidationError(
            "They were handed over after they were made, and not in the future.", code="bad_day"
        )
    moved = Delivery.objects.filter(letters__run=run, state=Fate.LETTER).values("pk")
    number = Delivery.objects.filter(pk__in=moved).update(state=Fate.POSTED, sent_at=at, settled_at=now)
    ledger.count_fates(
        Counter({(notice.pk, str(Fate.POSTED)): number}),
        back=Counter({(notice.pk, str(Fate.LETTER)): number}),
    )
    if notice.first_sent_at is None:
        Notice.objects.filter(pk=notice.pk).update(first_sent_at=at, last_sent_at=at)
    run.status, run.posted_on, run.posted_at, run.posted_by = LetterStatus.POSTED, on, now, by
    run.receipt = receipt.strip()[:200]
    run.save(update_fields=["status", "posted_on", "posted_at", "posted_by", "receipt"])
    record(
        NoticeEvent.LETTERS_POSTED, notice, by=by, stream=notice.stream,
        details={"run": run.reference, "letters": number, "on": on.isoformat(), "receipt": run.receipt},
    )  # fmt: skip
    incidents.settle_matter(notice.incident, kind=MATTER, reference=run.reference, by=by, now=now)
    return run


def _noon(on: date, now: datetime) -> datetime:
    """An instant of that day; never later than now."""
    noon = datetime(on.year, on.month, on.day, 12, tzinfo=ZoneInfo(Organisation.current().zone))
    return min(noon, now)


@transaction.atomic
def cancel_letters(run: LetterRun, *, reason: str, by: User, now: datetime) -> LetterRun:
    """Give letters up that were not handed over; their people wait for another way again."""
    reason = check_reason(reason)
    notice = Notice.objects.locked(run.notice)
    run = LetterRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if run.status not in (LetterStatus.DRAWING, LetterStatus.READY):
        raise ValidationError("These letters were handed over already.", code="wrong_status")
    moved = Delivery.objects.filter(letters__run=run, state=Fate.LETTER).values("pk")
    number = Delivery.objects.filter(pk__in=moved).update(state=Fate.FAILED, settled_at=now)
    run.status = LetterStatus.CANCELLED
    run.save(update_fields=["status"])
    for batch in run.batches.exclude(stored=""):
        discard(batch)
    record(
        NoticeEvent.LETTERS_CANCELLED, notice, by=by, stream=notice.stream, reason=reason,
        details={"run": run.reference, "letters": number},
    )  # fmt: skip
    incidents.settle_matter(notice.incident, kind=MATTER, reference=run.reference, by=by, now=now)
    return run


@transaction.atomic
def return_letters(
    run: LetterRun, *, numbers: Sequence[int], why: str, on: date, by: User, now: datetime
) -> int:
    """Note letters that came back, by the numbers on them: their people count as unreachable."""
    notice = Notice.objects.locked(run.notice)
    run = _locked(run, LetterStatus.POSTED)
    if why not in RETURNED_WHY:
        raise ValidationError("Choose why they came back.", code="unknown_reason")
    rows = list(
        Letter.objects.filter(run=run, number__in=numbers, delivery__state=Fate.POSTED).select_for_update(
            of=("self",)
        )
    )
    missing = set(numbers) - {row.number for row in rows}
    if missing or not rows:
        shown = ", ".join(str(one) for one in sorted(missing)[:10])
        raise ValidationError(
            "No letter of this run that is out has the number %(numbers)s. Nothing was noted.",
            code="unknown_number", params={"numbers": shown or "given"},
        )  # fmt: skip
    Letter.objects.filter(pk__in=[row.pk for row in rows]).update(returned_on=on, returned_why=why)
    Delivery.objects.filter(pk__in=[row.delivery_id for row in rows]).update(
        state=Fate.RETURNED, settled_at=now
    )
    ledger.count_fates(
        Counter({(notice.pk, str(Fate.RETURNED)): len(rows)}),
        back=Counter({(notice.pk, str(Fate.POSTED)): len(rows)}),
    )
    LetterRun.objects.filter(pk=run.pk).update(returned=F("returned") + len(rows))
    record(
        NoticeEvent.LETTERS_RETURNED, notice, by=by, stream=notice.stream,
        details={"run": run.reference, "letters": len(rows), "why": why, "on": on.isoformat()},
    )  # fmt: skip
    return len(rows)


def _locked(run: LetterRun, status: LetterStatus) -> LetterRun:
    run = LetterRun.objects.select_for_update(of=("self",)).select_related("notice__incident").get(pk=run.pk)
    if run.status != status:
        raise ValidationError(
            "These letters are: %(status)s.",
            code="wrong_status",
            params={"status": run.get_status_display().lower()},
        )
    return run


def discard(batch: LetterBatch) -> None:
    """Throw a file away; the row stays."""
    name = batch.stored
    LetterBatch.objects.filter(pk=batch.pk).update(stored="")
    transaction.on_commit(lambda: default_storage.delete(name), robust=True)


def discard_erased(*, most: int = 100) -> int:
    """Throw away letters of rosters whose key is gone: nobody can read them."""
    gone = LetterBatch.objects.exclude(stored="").filter(
        run__notice__incident__roster__erased_at__isnull=False
    )
    for batch in (found := list(gone[:most])):
        discard(batch)
    return len(found)


def pages_of(run: LetterRun) -> int:
    return int(run.batches.aggregate(n=Sum("pages"))["n"] or 0)
