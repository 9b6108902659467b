"""What must be true before an act on a filing; the same words serve the greyed button and the refusal."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.core.exceptions import ValidationError

from accounts.models import Organisation
from incidents.lifecycle import ObligationStatus
from incidents.models import Obligation
from notifications.filings import snapshot
from notifications.filings.lifecycle import FILING_MOVES, ON_ITS_WAY
from notifications.filings.questions import ANSWER_LIMIT, QUESTION
from notifications.filings.screening import suspects
from notifications.lifecycle import check_move
from notifications.models.filing import Filing

# Organisations that are told by a report; people affected are told by a notice.
REPORTED_TO: Final = ("authority", "police", "credit_agencies", "media", "controller")
NOT_ASKED: Final = (ObligationStatus.NOT_REQUIRED, ObligationStatus.GONE)


def check_filing_move(current: str, target: str) -> None:
    check_move(current, target, FILING_MOVES)


def start_blockers(obligation: Obligation) -> list[str]:
    """Why no filing can be started on this obligation."""
    blockers = []
    if obligation.recipient_kind not in REPORTED_TO:
        blockers.append("This duty is not met by a report to an organisation.")
    if obligation.status in NOT_ASKED:
        blockers.append("This duty asks nothing now.")
    if Filing.objects.filter(obligation=obligation, status__in=ON_ITS_WAY).exists():
        blockers.append("A filing on this duty is on its way already.")
    return blockers


def declare_blockers(filing: Filing) -> list[str]:
    """All that keeps a draft from being declared, in words."""
    blockers = []
    organisation = Organisation.current()
    if filing.authority_id.startswith("group:"):
        blockers.append(
            "Which authority is competent is not known yet; the facts that decide it are missing."
        )
    if not filing.answers.get("what_happened", "").strip():
        blockers.append("What happened: a report needs at least this answer.")
    if not organisation.contact_name and not organisation.contact_email:
        blockers.append("The organisation's data protection contact is missing.")
    allowed = frozenset(one for one in (organisation.contact_email, organisation.contact_phone) if one)
    return blockers + [str(one) for one in suspects(snapshot.free_texts(filing), allowed=allowed)]


def check_answers(answers: dict[str, str]) -> dict[str, str]:
    """Answers to known questions, storable and not too long."""
    checked = {}
    for key, words in answers.items():
        if key not in QUESTION:
            raise ValidationError(
                "There is no such question: %(key)s.", code="unknown_question", params={"key": key}
            )
        if "\x00" in words:
            raise ValidationError("The answer holds a character that cannot be stored.", code="unstorable")
        if len(words) > ANSWER_LIMIT:
            raise ValidationError(
                "%(label)s: at most %(limit)s characters.",
                code="too_long",
                params={"label": QUESTION[key].label, "limit": ANSWER_LIMIT},
            )
        checked[key] = words.strip()
    return checked


def check_submission(filing: Filing, *, at: datetime, now: datetime, late_reason: str) -> None:
    """The instant lies between declaring and now, and lateness has its reason."""
    declared = filing.declared_at
    if at > now:
        raise ValidationError("It cannot have been submitted in the future.", code="future_time")
    if declared is not None and at < declared.replace(second=0, microsecond=0):
        raise ValidationError(
            "It was submitted before it was declared: check the time.", code="before_declared"
        )
    obligation = filing.obligation
    late = obligation.runs and obligation.due_at is not None and at > obligation.due_at
    if late and not late_reason and not obligation.late_reason:
        raise ValidationError("This is after the due time: say why it is late.", code="late_reason_missing")


def check_none(blockers: list[str], code: str) -> None:
    if blockers:
        raise ValidationError([ValidationError(one, code=code) for one in blockers])
