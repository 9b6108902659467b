"""Letters of an incident: who would get one, and how far they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.db.models import QuerySet

from incidents.models import Incident
from notifications import segments
from notifications.lifecycle import STARTED
from notifications.models import LetterBatch, LetterRun, Notice
from stakeholders.sealing import BIT

EMAIL: Final = BIT["email"]
ADDRESS: Final = BIT["address1"] | BIT["postcode"] | BIT["town"]


@dataclass(frozen=True)
class Waiting:
    """Who gets a letter of a notice if it is begun now."""

    bounced: int
    without_mail: int

    @property
    def letters(self) -> int:
        return self.bounced + self.without_mail


def waiting(notice: Notice) -> Waiting:
    """People of the segment with a postal address and no working e-mail."""
    roster = segments.roster_of(notice.incident)
    if roster is None:
        return Waiting(0, 0)
    people = segments.parties(roster.pk, notice.segment).filter(exempt_at=None)
    without = people.extra(where=["present & %s <> 0", "present & %s = 0"], params=[ADDRESS, EMAIL])
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FROM notifications_delivery d
                JOIN stakeholders_affectedparty p ON p.roster_id = d.roster_id AND p.id = d.party_id
            WHERE d.notice_id = %s AND d.state IN ('bounced', 'failed') AND p.exempt_at IS NULL AND p.present & %s <> 0""",
            [notice.pk, ADDRESS],
        )
        bounced = int(cursor.fetchone()[0])
    # Whoever has no e-mail has a delivery only since an earlier run.
    return Waiting(bounced, without.exclude(id__in=notice.deliveries.values("party_id")).count())


def letter_blockers(notice: Notice) -> list[str]:
    """Why no letters of this notice can be begun now."""
    blockers = []
    if notice.status not in STARTED:
        blockers.append("Letters follow the mail: send the notice first.")
    elif notice.queued_to is not None:
        blockers.append("The mails are still being queued. Try again in a minute.")
    if notice.incident.is_settled:
        blockers.append(f"{notice.incident.reference} is closed.")
    if segments.roster_of(notice.incident) is None:
        blockers.append("There is no list of people, or it was erased.")
    elif not blockers and not waiting(notice).letters:
        blockers.append(
            "Nobody needs a letter: whoever has a postal address was reached by mail, or has a letter already."
        )
    return blockers


def runs_of(incident: Incident) -> QuerySet[LetterRun]:
    return LetterRun.objects.filter(notice__incident=incident).select_related(
        "notice", "made_by", "posted_by"
    )


def problems(run: LetterRun) -> QuerySet[LetterBatch]:
    return run.batches.filter(done_at=None).exclude(problem="").order_by("number")
