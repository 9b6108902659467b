"""Where an incident stands: everything the overview shows, read once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from django.db.models import Count, Min, Q

from accounts.models import User
from incidents import queries as cases
from incidents.lifecycle import ObligationStatus
from incidents.models import Assessment, Can, Decision, EventTime, Incident, Note, Obligation, Sighting
from incidents.models.obligation import Outcome
from incidents.queries.joining import Related, related, taken_in
from incidents.queries.sightings import sightings
from insights.queries.hands import Hand, hands
from insights.steps import OURSELVES, Standing, Step, next_step, steps
from law.vocabulary import FACT_KEYS
from notifications.lifecycle import STARTED
from notifications.models import Filing, Notice
from notifications.queries.coverage import Coverage, coverage
from stakeholders.models import Inquiry

MOST_QUESTIONS: Final = 6
MOST_NOTES: Final = 5
MOST_EVENTS: Final = 8


@dataclass(frozen=True)
class Question:
    """A fact nobody knows yet, and how many duties hang on it."""

    key: str
    label: str
    question: str
    group: str
    duties: int


@dataclass
class Overview:
    """All of the page."""

    incident: Incident
    standing: Standing
    assessment: Assessment | None
    times: list[EventTime]
    places: int
    elements: list[str]
    records: int | None  # of a past incident that tells no people
    inquiries: dict[str, Any]
    notes: list[Note]
    coverage: Coverage | None
    hands: list[Hand] = field(default_factory=list)
    unowned: int = 0  # running duties of nobody, while there is no lead
    sightings: list[Sighting] = field(default_factory=list)
    related: list[Related] = field(default_factory=list)
    taken_in: list[Incident] = field(default_factory=list)
    obligations: list[Obligation] = field(default_factory=list)

    @cached_property
    def steps(self) -> list[Step]:
        return [] if self.incident.historic else steps(self.standing)

    @property
    def still_up(self) -> list[Sighting]:
        return [one for one in self.sightings if one.still_up]

    @property
    def done(self) -> int:
        return sum(not step.is_open for step in self.steps)

    def next(self, held: frozenset[Can]) -> Step | None:
        return next_step(self.steps, held)

    @cached_property
    def clocks(self) -> list[Obligation]:
        """Running clocks, the nearest first."""
        running = [one for one in self.obligations if one.runs and one.clock_at]
        return sorted(running, key=lambda one: one.clock_at or datetime.max)

    @property
    def told(self) -> list[Obligation]:
        """Who must be told: what the law asks of us, but for logs of our own."""
        return [one for one in self._asked if one.status != ObligationStatus.UNDECIDED]

    @property
    def maybe_told(self) -> list[Obligation]:
        """Who may have to be told, depending on facts that nobody knows yet."""
        return [one for one in self._asked if one.status == ObligationStatus.UNDECIDED]

    @cached_property
    def _asked(self) -> list[Obligation]:
        return [
            one
            for one in self.obligations
            if one.status != ObligationStatus.GONE and one.recipient_kind != OURSELVES
        ]

    @cached_property
    def questions(self) -> list[Question]:
        """Unknown facts that would decide duties, the most valuable first."""
        counted = Counter(
            key
            for one in self.obligations
            if one.runs
            for key in dict.fromkeys(one.undecided_by)
            if key in FACT_KEYS
        )
        return [
            Question(key, FACT_KEYS[key].label, FACT_KEYS[key].question, FACT_KEYS[key].group, number)
            for key, number in counted.most_common(MOST_QUESTIONS)
        ]


def overview(incident: Incident, user: User, *, held: frozenset[Can]) -> Overview:
    """Read the incident and what hangs on it; privileged notes only for whoever holds that."""
    facts = cases.current_facts(incident)
    counts = cases.current_counts(incident)
    times = cases.current_times(incident)
    people, confirmed = cases.total_affected(counts)
    known = {key: fact.value for key, fact in facts.items() if fact.state == "known"}
    elements = sorted(
        {element for count in counts for element in count.elements} | set(known.get("elements") or [])
    )
    obligations = list(incident.obligations.defer("rule", "trace"))
    notices = list(Notice.objects.filter(incident=incident).defer("compiled", "body", "statement"))
    assessment = incident.assessments.select_related("by").first()
    standing = Standing(
        incident=incident,
        times=frozenset(time.kind for time in times),
        facts=frozenset(known),
        elements=bool(elements),
        people=people,
        confirmed=confirmed,
        assessed=assessment is not None,
        obligations=obligations,
        proposals=list(
            Decision.objects.filter(
                obligation__incident=incident, outcome=Outcome.NOT_REQUIRED, second_by=None, withdrawn_at=None
            )
        ),
        notices=notices,
        filings=list(Filing.objects.filter(incident=incident).defer("snapshot", "answers")),
        matters=incident.matters.filter(settled_at=None).count(),
        reviewed=hasattr(incident, "review"),
    )
    return Overview(
        incident=incident,
        standing=standing,
        assessment=assessment,
        times=times[-MOST_EVENTS:],
        places=len({count.place for count in counts}),
        elements=elements,
        records=known.get("records_affected"),
        inquiries=_inquiries(incident),
        notes=_notes(incident, held),
        coverage=coverage(incident) if people or any(one.status in STARTED for one in notices) else None,
        hands=hands(incident, obligations),
        unowned=sum(one.runs and not (one.owner_id or incident.lead_id) for one in obligations),
        sightings=list(sightings(incident)),
        related=related(incident, user),
        taken_in=taken_in(incident, user),
        obligations=obligations,
    )


def _inquiries(incident: Incident) -> dict[str, Any]:
    """How many are open, and since when the oldest waits."""
    is_open = Q(status="open")
    return Inquiry.objects.filter(incident=incident).aggregate(
        total=Count("pk"), open=Count("pk", filter=is_open), oldest=Min("waiting_since", filter=is_open)
    )


def _notes(incident: Incident, held: frozenset[Can]) -> list[Note]:
    notes = incident.notes.select_related("by")
    if Can.PRIVILEGED not in held:
        notes = notes.filter(privileged=False)
    return list(notes[:MOST_NOTES])
