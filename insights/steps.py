"""What to do next on an incident: eight steps, their status read from what is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from incidents.lifecycle import RUNNING, ObligationStatus, Status
from incidents.models import Can, Decision, Incident, Obligation
from notifications.lifecycle import NoticeStatus
from notifications.models import Filing, Notice

PEOPLE: Final = "individuals"
OURSELVES: Final = "internal"  # an assessment or a log: nothing is filed
MET: Final = frozenset({ObligationStatus.MET, ObligationStatus.MET_LATE})
OPEN_QUESTIONS: Final = frozenset({ObligationStatus.TO_DECIDE, ObligationStatus.UNDECIDED})


class Progress(Enum):
    """Nobody looked, or looked and something is missing: a reader must be able to tell."""

    NOT_STARTED = ("Not started", "idle")
    IN_PROGRESS = ("In progress", "info")
    WAITING = ("Waiting", "warn")
    DONE = ("Done", "ok")
    NOT_NEEDED = ("Not needed", "idle")

    @property
    def words(self) -> str:
        return self.value[0]

    @property
    def tone(self) -> str:
        return self.value[1]


@dataclass(frozen=True)
class Step:
    """One step: what to do, where, who may, and how far it is."""

    title: str
    act: str  # behind "Continue: "
    url_name: str
    can: Can
    progress: Progress
    detail: str = ""

    @property
    def is_open(self) -> bool:
        return self.progress not in (Progress.DONE, Progress.NOT_NEEDED)

    @property
    def words(self) -> str:
        return self.progress.words


@dataclass(frozen=True)
class Standing:
    """The rows that steps are read from."""

    incident: Incident
    times: frozenset[str]
    facts: frozenset[str]  # keys of facts that are known
    elements: bool
    people: int
    confirmed: bool  # the number of people
    assessed: bool
    obligations: list[Obligation] = field(default_factory=list)
    proposals: list[Decision] = field(default_factory=list)  # wait for a second signature
    notices: list[Notice] = field(default_factory=list)
    filings: list[Filing] = field(default_factory=list)
    matters: int = 0
    reviewed: bool = False

    def asked(self, *, people: bool) -> list[Obligation]:
        """Obligations to tell the people affected, or to tell anybody else."""
        return [
            one
            for one in self.obligations
            if one.recipient_kind != OURSELVES
            and (one.recipient_kind == PEOPLE) is people
            and one.status != ObligationStatus.GONE
        ]


def steps(standing: Standing) -> list[Step]:
    """All steps in the order in which they are mostly taken; none of them locks another."""
    return [
        _describe(standing),
        _confirm(standing),
        _count(standing),
        _assess(standing),
        _decide(standing),
        _file(standing),
        _tell(standing),
        _close(standing),
    ]


def next_step(all_steps: Iterable[Step], held: frozenset[Can]) -> Step | None:
    """The first open step this person may take; one that waits for somebody else comes last."""
    mine = [step for step in all_steps if step.is_open and step.can in held]
    return min(mine, key=lambda step: step.progress is Progress.WAITING, default=None)


def _share(done: int, total: int) -> Progress:
    if done >= total:
        return Progress.DONE
    return Progress.IN_PROGRESS if done else Progress.NOT_STARTED


def _describe(now: Standing) -> Step:
    told = {
        "when it happened": bool(now.times & {"occurred", "detected", "discovered"}),
        "what kind it is": now.incident.violation != "unknown",
        "our role": now.incident.own_role != "unknown",
        "which data": now.elements,
    }
    missing = [words for words, known in told.items() if not known]
    detail = f"still to say: {', '.join(missing)}" if missing else ""
    progress = _share(len(told) - len(missing), len(told))
    return Step("Say what happened", "say what happened", "incidents:facts", Can.ASSESS, progress, detail)


def _confirm(now: Standing) -> Step:
    title, act, url = "Find whether it is a breach", "confirm the breach", "incidents:confirm_breach"
    status = now.incident.status
    if status == Status.DISMISSED:
        return Step(title, act, url, Can.ASSESS, Progress.DONE, "found to be no breach")
    if status in (Status.CONFIRMED, Status.CLOSED):
        return Step(title, act, url, Can.ASSESS, Progress.DONE, "confirmed")
    progress = Progress.IN_PROGRESS if status == Status.ASSESSING else Progress.NOT_STARTED
    return Step(title, act, url, Can.ASSESS, progress)


def _count(now: Standing) -> Step:
    progress, detail = Progress.NOT_STARTED, ""
    if now.people:
        progress = Progress.DONE if now.confirmed else Progress.IN_PROGRESS
        detail = f"{now.people:,} {'person' if now.people == 1 else 'people'}{'' if now.confirmed else ', partly an estimate'}"
    elif now.incident.status == Status.DISMISSED:
        progress = Progress.NOT_NEEDED
    return Step(
        "Count the people affected",
        "count the people affected",
        "stakeholders:people",
        Can.WRITE,
        progress,
        detail,
    )


def _assess(now: Standing) -> Step:
    signed = "risk_tier" in now.facts
    progress = _share(now.assessed + signed, 2)
    detail = "the finding of risk is not signed yet" if now.assessed and not signed else ""
    if now.incident.status == Status.DISMISSED and progress is not Progress.DONE:
        progress, detail = Progress.NOT_NEEDED, "no breach"
    return Step(
        "Assess the risk to people", "assess the risk", "incidents:assessment", Can.ASSESS, progress, detail
    )


def _decide(now: Standing) -> Step:
    title, act, url = "Decide what the law asks", "decide what the law asks", "incidents:obligations"
    proposed = {one.obligation_id for one in now.proposals}
    asked = [one for one in now.obligations if one.status != ObligationStatus.GONE]
    open_ones = [one for one in asked if one.status in OPEN_QUESTIONS]
    if not asked:
        return Step(title, act, url, Can.DECIDE, Progress.NOT_STARTED, "no duty is known on these facts")
    if not open_ones:
        return Step(title, act, url, Can.DECIDE, Progress.DONE, f"{len(asked)} decided")
    if all(one.pk in proposed for one in open_ones):
        return Step(title, act, url, Can.SIGN, Progress.WAITING, "for a second signature")
    progress = _share(len(asked) - len(open_ones), len(asked))
    return Step(title, act, url, Can.DECIDE, progress, f"{len(open_ones)} of {len(asked)} open")


def _told(asked: list[Obligation]) -> tuple[int, int]:
    """How many of those that apply are met, and how many apply."""
    apply = [one for one in asked if one.status in MET or one.status in RUNNING]
    return sum(one.status in MET for one in apply), len(apply)


def _file(now: Standing) -> Step:
    title, act, url = "File with the authorities", "file with the authorities", "notifications:filings"
    asked = now.asked(people=False)
    met, total = _told(asked)
    if asked and not total:
        return Step(title, act, url, Can.FILE, Progress.NOT_NEEDED, "decided")
    if not total:
        return Step(title, act, url, Can.FILE, Progress.NOT_STARTED)
    detail = f"{met} of {total} done"
    drafts = sum(one.submitted_at is None and one.status != "withdrawn" for one in now.filings)
    if met < total and drafts:
        return Step(title, act, url, Can.FILE, Progress.IN_PROGRESS, f"{detail}, {drafts} being written")
    return Step(title, act, url, Can.FILE, _share(met, total), detail)


def _tell(now: Standing) -> Step:
    title, act, url = "Tell the people affected", "tell the people affected", "notifications:notices"
    asked = now.asked(people=True)
    met, total = _told(asked)
    alive = [one for one in now.notices if one.status != NoticeStatus.WITHDRAWN]
    if asked and not total and not alive:
        return Step(title, act, url, Can.SEND, Progress.NOT_NEEDED, "decided")
    if alive and all(one.status == NoticeStatus.FINISHED for one in alive) and met >= total:
        return Step(title, act, url, Can.SEND, Progress.DONE)
    if any(one.status == NoticeStatus.SENDING for one in alive):
        return Step(title, act, url, Can.SEND, Progress.IN_PROGRESS, "being sent")
    if any(one.status == NoticeStatus.IN_REVIEW for one in alive):
        return Step(
            title, "approve the notice", url, Can.APPROVE, Progress.WAITING, "for approval by a second person"
        )
    if any(one.status == NoticeStatus.APPROVED for one in alive):
        return Step(title, "send the notice", url, Can.SEND, Progress.IN_PROGRESS, "approved, ready to send")
    if total and met == total:
        return Step(title, act, url, Can.SEND, Progress.DONE)
    return Step(title, act, url, Can.WRITE, Progress.IN_PROGRESS if alive else Progress.NOT_STARTED)


def _close(now: Standing) -> Step:
    title, act, url = "Learn and close", "close with a review", "incidents:closing"
    if now.incident.status == Status.CLOSED:
        return Step(title, act, url, Can.DECIDE, Progress.DONE)
    if now.incident.status == Status.DISMISSED:
        return Step(title, act, url, Can.DECIDE, Progress.NOT_NEEDED, "no breach")
    if now.reviewed:
        left = now.matters + sum(one.runs for one in now.obligations)
        return Step(
            title, act, url, Can.DECIDE, Progress.IN_PROGRESS, f"{left} still open" if left else "ready"
        )
    return Step(title, act, url, Can.DECIDE, Progress.NOT_STARTED)
