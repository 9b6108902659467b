"""First answers of a new filing, from what is already written on the incident."""

from __future__ import annotations

from incidents.models import Obligation
from notifications.filings.lifecycle import FilingStatus
from notifications.filings.questions import QUESTION
from notifications.models.filing import Filing


def earlier_filing(obligation: Obligation) -> Filing | None:
    """The last report that was submitted on this obligation."""
    submitted = Filing.objects.filter(obligation=obligation, status=FilingStatus.SUBMITTED)
    return submitted.order_by("-submitted_at").first()


def first_answers(obligation: Obligation) -> dict[str, str]:
    """Answers of the newest filing of the incident; else what the incident itself says."""
    newest = Filing.objects.filter(obligation=obligation).order_by("-edited_at").first() or (
        Filing.objects.filter(incident=obligation.incident).order_by("-edited_at").first()
    )
    answers = _kept(newest, obligation) if newest else _from_incident(obligation)
    if obligation.late_reason:
        answers["delay"] = obligation.late_reason
    earlier = earlier_filing(obligation)
    if earlier is not None and earlier.receipt:
        answers["recipient_reference"] = earlier.receipt
    return {key: words for key, words in answers.items() if words}


def _kept(newest: Filing, obligation: Obligation) -> dict[str, str]:
    """Another recipient's reference and reasons for delay are not taken along."""
    own = newest.obligation_id == obligation.pk
    left_out = set() if own else {"recipient_reference", "delay"}
    return {key: words for key, words in newest.answers.items() if key in QUESTION and key not in left_out}


def _from_incident(obligation: Obligation) -> dict[str, str]:
    incident = obligation.incident
    detected = incident.event_times.filter(kind="detected", superseded_at=None).first()
    return {"what_happened": incident.summary.strip(), "discovery": detected.source if detected else ""}
