"""What one person was told: which words, when, by which way, what the other server said, and what proves it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch

from notifications.models import Bounce, Certificate, Delivery, Letter, LetterStatus
from notifications.page_codes import page_url
from notifications.proof import leaves, ledger
from notifications.proof.rebuild import Rebuilder
from stakeholders.models import AffectedParty
from stakeholders.sealing import Details, RosterKeys, mask

COVERED = "•" * 6


@dataclass(frozen=True)
class Proof:
    """One notice to one person."""

    delivery: Delivery
    words: (
        str  # masked unless the person was revealed; empty when nothing was sent, or the people were erased
    )
    words_mac: str
    letter: Letter | None
    certificate: Certificate | None  # the newest that covers it
    entry: dict[str, str] | None

    @property
    def moved_on(self) -> bool:
        """Whether something became of it after the certificate."""
        return self.entry is not None and self.entry["fate"] != self.delivery.state


def proofs_of(party: AffectedParty, details: Details | None = None) -> list[Proof]:
    """All notices to one person, newest first; masked without `details`."""
    came_back = Prefetch("bounces", queryset=Bounce.objects.order_by("pk"))
    rows = (
        Delivery.objects.filter(roster_id=party.roster_id, party_id=party.id)
        .select_related("notice__incident__roster")
        .prefetch_related(came_back)
        .order_by("-pk")
    )
    return [_proof(one, party, details) for one in rows]


def _proof(delivery: Delivery, party: AffectedParty, details: Details | None) -> Proof:
    letters = Letter.objects.filter(delivery=delivery).exclude(run__status=LetterStatus.CANCELLED)
    letter = letters.select_related("run").order_by("-pk").first()
    certificate = delivery.notice.certificates.exclude(root="").filter(covered_to__gte=delivery.pk).first()
    found = ledger.place_of(certificate, delivery) if certificate else None
    entry = dict(zip(leaves.FIELDS, found[0], strict=True)) if found else None
    return Proof(
        delivery,
        words_of(delivery, party, details),
        entry["words"] if entry else "",
        letter,
        certificate if found else None,
        entry,
    )


def words_of(delivery: Delivery, party: AffectedParty, details: Details | None = None) -> str:
    """The words that went out; without `details` masked, and without the code."""
    if party.roster.erased_at is not None or delivery.sent_at is None:
        return ""
    keys = RosterKeys.open(party.roster)
    rebuilder = Rebuilder(delivery.notice, keys)
    run = Letter.objects.filter(delivery=delivery, run__status=LetterStatus.POSTED).order_by("-pk").first()
    shown = details or mask(keys.details(party))
    url = "" if details else page_url(COVERED)
    return rebuilder.words(party, shown, run=run.run_id if run else None, url=url)
