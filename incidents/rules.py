"""What must be true before an act; the same words serve the greyed button and the refusal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

from django.core.exceptions import ValidationError

from accounts.models import User
from incidents.lifecycle import RUNNING, Status
from incidents.models import (
    ActionItem,
    Decision,
    Fact,
    Incident,
    Obligation,
    PostIncidentReview,
    RiskAssessment,
    RiskState,
)
from incidents.models.facts import FactState
from law.risk import Finding, Method

# Facts that hold in every incident until one of them says otherwise, in the order in which they are asked.
# Where we are established has its own rows; our role and the establishments concerned differ by incident.
STANDING_FACTS: Final = (
    "places_served",
    "sectors",
    "capacities",
    "public_task",
    "hipaa_role",
    "glba_institution",
    "dfs_covered_entity",
    "small_agent",
    "app_entity",
)
DESCRIBED: Final = ("title", "summary", "violation", "own_role", "priority", "lead")
REVIEWED: Final = ("cause_kind", "cause", "went_well", "went_badly", "improvements", "check_on")
MOST_ITEMS: Final = 10  # that are named one by one; the rest is a number
STANDING_KEYS: Final = frozenset(STANDING_FACTS)


def check_reason(reason: str) -> str:
    """Every decision has a reason; returns it without the spaces around."""
    if not reason.strip():
        raise ValidationError("Say why: a decision without a reason is not kept.", code="reason_missing")
    if "\x00" in reason:
        raise ValidationError("The reason holds a character that no text has.", code="null_characters")
    return reason.strip()


def refuse(blockers: list[str], *, code: str) -> NoReturn:
    """Refuse with all that stands in the way, each with the code."""
    raise ValidationError([ValidationError(blocker, code=code) for blocker in blockers])


def described(incident: Incident) -> dict[str, Any]:
    """What an incident is about, as people write it."""
    return {field: getattr(incident, field) for field in DESCRIBED}


def asked_for(item: ActionItem) -> dict[str, Any]:
    """What an action item asks for, as people write it: times to the minute, the checklist without its ticks."""
    return {
        "title": item.title,
        "what": item.what,
        "due_at": to_the_minute(item.due_at),
        "checklist": "\n".join(line["text"] for line in item.checklist),
        "blocked_by": list(item.blocked_by.all()),
    }


def to_the_minute(at: datetime | None) -> datetime | None:
    return at.astimezone(UTC).replace(second=0, microsecond=0) if at else None


def reviewed(incident: Incident) -> dict[str, Any]:
    """The review as it stands, empty before the first."""
    review = PostIncidentReview.objects.filter(incident=incident).first()
    return {field: getattr(review, field, None) for field in REVIEWED}


def stated(facts: Iterable[Fact], keys: Iterable[str] = ()) -> dict[str, Any]:
    """State and value of facts; those of `keys` that nobody stated are not known."""
    unknown = {"state": FactState.UNKNOWN.value, "value": None}
    return dict.fromkeys(keys, unknown) | {
        fact.key: {"state": fact.state, "value": fact.value} for fact in facts
    }


def check_not_settled(incident: Incident) -> None:
    """Facts of a closed or dismissed incident stay as they are until it is reopened."""
    if incident.is_settled:
        raise ValidationError("This incident is closed. Reopen it first.", code="wrong_status")


@dataclass(frozen=True)
class Blocker:
    """One thing that stands in the way: its words, and what it is, so that a page can lead there."""

    words: str
    kind: str
    key: str = ""


def blockers_of_closing(incident: Incident) -> list[Blocker]:
    """All that keeps an incident from being closed."""
    blockers = []
    if incident.status != Status.CONFIRMED:
        blockers.append(
            Blocker(
                "The breach is not confirmed; an incident that is no breach is dismissed instead.",
                "confirmed",
            )
        )
    for obligation in incident.obligations.filter(status__in=RUNNING):
        words = f"{obligation.title}: {obligation.get_status_display().lower()}."
        blockers.append(Blocker(words, "obligation", str(obligation.pk)))
    for obligation in incident.obligations.filter(late_by__isnull=False, late_reason=""):
        words = f"{obligation.title}: met late, and the reason for delay is missing."
        blockers.append(Blocker(words, "late", str(obligation.pk)))
    for matter in incident.matters.filter(settled_at=None):
        blockers.append(Blocker(f"{matter.label}.", matter.kind, matter.reference))
    blockers += _open_items(incident)
    if not hasattr(incident, "review"):
        blockers.append(Blocker("The review is not written.", "review"))
    return blockers


def close_blockers(incident: Incident) -> list[str]:
    """The same in words alone."""
    return [one.words for one in blockers_of_closing(incident)]


def merge_blockers(incident: Incident, into: Incident) -> list[str]:
    """All that keeps one incident from being merged into another, in words."""
    blockers = []
    if incident.pk == into.pk:
        blockers.append("An incident is not merged into itself.")
    if incident.merged_into_id or into.merged_into_id:
        blockers.append("One of the two is merged already. Take the incident that it was merged into.")
    if incident.merged.exists():
        blockers.append("Others are merged into this one. Merge the other way round, or undo those first.")
    if incident.is_settled or into.is_settled:
        blockers.append("One of the two is closed. Link them instead, or reopen it.")
    if incident.historic or into.historic or incident.drill != into.drill:
        blockers.append("Past incidents and drills are not merged with present ones.")
    if incident.restricted != into.restricted:
        blockers.append("One of the two is restricted: restrict the other as well, or lift it, so that the same people know.")  # fmt: skip
    blockers += [f"Still open here: {matter.label}." for matter in incident.matters.filter(settled_at=None)]
    blockers += [f"Still open here: {one.words}" for one in _open_items(incident)]
    return blockers


def _open_items(incident: Incident) -> list[Blocker]:
    items = list(incident.items.open().by_due().only("title", "status"))
    named = [
        Blocker(f"Action item “{item.title}”: {item.get_status_display().lower()}.", "item", str(item.pk))
        for item in items[:MOST_ITEMS]
    ]
    left = len(items) - len(named)
    return [*named, Blocker(f"And {left} more action item{'s' * (left > 1)}.", "work")] if left else named


def item_blockers(item: ActionItem) -> list[str]:
    """What an item comes after and is not settled yet."""
    first = item.blocked_by.open().only("title", "status")
    return [f"First comes “{one.title}”: it is {one.get_status_display().lower()}." for one in first]


def dismiss_blockers(incident: Incident) -> list[str]:
    """Dismissing needs every running duty decided: some rules ask even without a confirmed breach."""
    running = incident.obligations.filter(status__in=RUNNING).exclude(answer="undecided")
    blockers = [f"{one.title}: {one.get_status_display().lower()}." for one in running]
    return blockers + [f"{matter.label}." for matter in incident.matters.filter(settled_at=None)]


def signature_blockers(decision: Decision, user: User) -> list[str]:
    """Why this person cannot be the second signer."""
    blockers = []
    if decision.by_id == user.pk:
        blockers.append("You proposed this; a second person signs.")
    if decision.second_by_id is not None or decision.withdrawn_at is not None:
        blockers.append("This decision is not waiting for a signature.")
    return blockers


def risk_finding_blockers(
    incident: Incident, method: Method, finding: Finding, draft: RiskAssessment | None
) -> list[str]:
    """Why a finding cannot be signed yet; one by which all are told can be signed at once."""
    blockers = []
    answered = draft.answers if draft else {}
    left = [one for one in method.questions if one not in answered]
    if finding.spares and left:
        blockers.append(
            f"Answer the questions first: {len(left)} of {len(method.questions)} are open. By this finding somebody is not "
            "told, so it rests on all of them."
        )
    if incident.risk_assessments.filter(method=method.id, state=RiskState.WAITING).exists():
        blockers.append("A finding waits for its second signature. Have it signed or withdrawn first.")
    return blockers


def second_signer_blockers(waiting: RiskAssessment | None, user: User) -> list[str]:
    """Why this person cannot be the second to sign a finding of risk."""
    if waiting is None:
        return ["No finding waits for a second signature."]
    return ["You signed this finding; a second person signs."] if waiting.by_id == user.pk else []


def check_runs(obligation: Obligation) -> None:
    if not obligation.runs:
        raise ValidationError(
            "This obligation is already %(status)s.",
            code="already_decided",
            params={"status": obligation.get_status_display().lower()},
        )
