"""What the incident's facts say in each section of a report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Final

from accounts.models import Organisation
from incidents import queries as incidents
from incidents.models import Assessment, EventTime, Fact
from incidents.places import place_name
from incidents.queries import PlaceCount
from incidents.templatetags.incident_words import element_names, fact_words
from law.facts import BreachFacts, is_known
from law.vocabulary import (
    DATA_ELEMENTS,
    EVENT_KINDS,
    FACT_KEYS,
    RECIPIENT_KINDS,
    RISK_TIERS,
    SECTORS,
    in_a_row,
)
from notifications.filings import state
from notifications.filings.blocks import NOT_KNOWN, Block, remark, row, rows, table
from notifications.filings.lifecycle import FilingStage, FilingStatus
from notifications.filings.words import instant_words, listed, number_words, span_words
from notifications.models.filing import Filing
from notifications.models.notice import Notice

ENCRYPTION: Final = ("encrypted", "key_safe")


@dataclass
class Told:
    """One filing with all that its sections read; every query runs once."""

    filing: Filing
    now: datetime
    organisation: Organisation = field(default_factory=Organisation.current)

    @cached_property
    def zone(self) -> str:
        return self.organisation.zone

    @cached_property
    def times(self) -> list[EventTime]:
        return incidents.current_times(self.filing.incident)

    @cached_property
    def facts(self) -> dict[str, Fact]:
        return incidents.current_facts(self.filing.incident)

    @cached_property
    def assessment(self) -> Assessment | None:
        return state.latest_assessment(self.filing.incident)

    @cached_property
    def law_facts(self) -> BreachFacts:
        """What the rules look at: the incident's facts and what follows from who we are."""
        return incidents.breach_facts(self.filing.incident)

    @property
    def late(self) -> bool:
        due = self.filing.obligation.due_at
        return due is not None and self.now > due

    @cached_property
    def elements(self) -> list[str]:
        """Kinds of data, by their labels."""
        keys = {key for count in incidents.current_counts(self.filing.incident) for key in count.elements}
        keys |= self.law_facts.known_set("elements") or frozenset()
        return sorted((key for key in keys if key in DATA_ELEMENTS), key=lambda key: DATA_ELEMENTS[key].label)

    @cached_property
    def people(self) -> tuple[str, str] | None:
        """How many people, and on what basis; nothing while there is no number."""
        counts = incidents.current_counts(self.filing.incident)
        if not counts:
            return None
        total, confirmed = incidents.total_affected(counts)
        return number_words(total), "Confirmed" if confirmed else "In part or in all an estimate"

    def when(self, at: datetime | None) -> str | None:
        return instant_words(at, self.zone) if at else None

    def fact(self, key: str) -> str | None:
        """A fact in words; nothing while it is not known, never asked or disputed."""
        fact = self.facts.get(key)
        if fact is not None and fact.state == "not_applicable":
            return "Does not apply"
        value = self.law_facts.value(key)
        return (
            fact_words(list(value) if isinstance(value, tuple) else value, key) if is_known(value) else None
        )


def report(told: Told) -> list[Block]:
    filing = told.filing
    earlier = filing.follows
    return [
        rows(
            row("Our reference", filing.reference),
            row("Incident", filing.incident.reference),
            row("Kind of report", FilingStage(filing.stage).label),
            row(
                "Earlier report",
                f"{earlier.reference}, submitted {told.when(earlier.submitted_at)}" if earlier else "None",
                f"Receipt {earlier.receipt}" if earlier and earlier.receipt else "",
            ),
        )
    ]


def organisation(told: Told) -> list[Block]:
    us, incident = told.organisation, told.filing.incident
    establishments = list(us.establishments.all()) if us.pk else []
    contact = listed([us.contact_name, us.contact_email, us.contact_phone])
    return [
        rows(
            row("Organisation", us.name),
            row("Address", ", ".join(us.address.split("\n"))),
            row("Sectors", listed(SECTORS.get(one, one) for one in us.sectors)),
            row(
                "Establishments",
                listed(place_name(one.place) + (" (main)" if one.main else "") for one in establishments),
            ),
            row(
                "Role for these data",
                incident.get_own_role_display() if incident.own_role != "unknown" else None,
            ),
            row("Data protection contact", contact),
            row("Policy followed", _policy(told)),
        )
    ]


def _policy(told: Told) -> str:
    version = told.filing.incident.policy_version
    return f"{version.policy.title}, version {version.number}" if version else "None cited"


def times(told: Told) -> list[Block]:
    obligation = told.filing.obligation
    kinds = {time.kind for time in told.times}
    lines = [
        [
            instant_words(one.at, one.zone, one.precision),
            EVENT_KINDS.get(one.kind, one.kind),
            one.source or one.reasoning or "–",
        ]
        for one in told.times
    ]
    missing = [EVENT_KINDS[kind] for kind in ("occurred", "aware") if kind not in kinds]
    blocks = [
        table("Course of events, in order", ["When", "What", "How we know"], lines, widths=[31, 37, 32])
        if lines
        else rows(row("Times", None))
    ]
    if missing:
        blocks.append(rows(*(row(label, None) for label in missing)))
    if told.late and obligation.due_at:
        blocks.append(
            remark(f"This report is declared {span_words(told.now - obligation.due_at)} after its due time.")
        )
    return blocks


def event(told: Told) -> list[Block]:
    incident = told.filing.incident
    kind = incident.get_violation_display() if incident.violation != "unknown" else None
    return [
        rows(
            row("Finding", incident.get_status_display()),
            row("Kind of breach", kind),
            row(FACT_KEYS["breach_kinds"].label, told.fact("breach_kinds")),
        )
    ]


def data(told: Told) -> list[Block]:
    labels = [DATA_ELEMENTS[key].label for key in told.elements]
    special = [
        DATA_ELEMENTS[key].label for key in told.elements if DATA_ELEMENTS[key].category == "sensitive"
    ]
    return [
        rows(
            row("Kinds of data", listed(in_a_row(labels))),
            row("Of these, special categories", listed(in_a_row(special)) or ("None" if labels else None)),
        )
    ]


def people(told: Told) -> list[Block]:
    children = row("Children among them", told.fact("minors"))
    if told.people is None:
        return [rows(row("Number of people", None), children)]
    total, basis = told.people
    lines = [
        [
            place_name(one.place),
            number_words(one.number),
            _basis(one),
            element_names(one.elements) or NOT_KNOWN,
        ]
        for one in incidents.counts_by_place(incidents.current_counts(told.filing.incident))
    ]
    return [
        rows(row("Number of people", total, basis), children),
        table(
            "People by place, with all kinds of data concerned there",
            ["Place", "People", "Basis", "Data concerned"],
            lines,
            numeric=[1],
            total=["In all", total, "", "An estimate counts only where it exceeds what is confirmed."],
            widths=[26, 14, 14, 46],
        ),
    ]


def _basis(count: PlaceCount) -> str:
    if not count.confirmed:
        return "Estimate"
    return "In part an estimate" if count.estimated else "Confirmed"


def before(told: Told) -> list[Block]:
    return [rows(*(row(FACT_KEYS[key].label, told.fact(key)) for key in ENCRYPTION if key in FACT_KEYS))]


def consequences(told: Told) -> list[Block]:
    severity, tier = told.assessment, told.facts.get("risk_tier")
    level = f"{severity.get_level_display()}, score {severity.score.normalize():f}" if severity else None
    signed = tier is not None and tier.state == "known"
    return [
        rows(
            row("Severity (ENISA method)", level),
            row(
                "Risk to people's rights and freedoms",
                RISK_TIERS.get(str(tier.value)) if tier is not None and signed else None,
                f"Found by {tier.by}, {told.when(tier.at)}"
                if tier is not None and signed and tier.by
                else "",
            ),
        )
    ]


def after(told: Told) -> list[Block]:
    contained = next((one for one in told.times if one.kind == "contained"), None)
    return [
        rows(
            row(
                "Contained",
                instant_words(contained.at, contained.zone, contained.precision) if contained else None,
            )
        )
    ]


def people_told(told: Told) -> list[Block]:
    sent = Notice.objects.started().filter(incident=told.filing.incident).order_by("first_sent_at", "pk")
    lines = [
        [
            one.reference,
            one.language,
            told.when(one.first_sent_at) or "Not yet",
            number_words(one.sent),
            number_words(one.total),
        ]
        for one in sent
    ]
    if not lines:
        return [rows(row("Notices to people", "None sent so far"))]
    return [
        table(
            "Notices sent by e-mail",
            ["Notice", "Language", "First sent", "Sent", "Of"],
            lines,
            numeric=[3, 4],
            widths=[26, 14, 34, 13, 13],
        )
    ]


def others(told: Told) -> list[Block]:
    filing = told.filing
    submitted = (
        Filing.objects.filter(incident=filing.incident, status=FilingStatus.SUBMITTED)
        .exclude(pk=filing.pk)
        .order_by("submitted_at", "pk")
    )
    lines = [
        [one.recipient_name, FilingStage(one.stage).label, told.when(one.submitted_at) or "", one.reference]
        for one in submitted
    ]
    pending = (
        filing.incident.obligations.running()
        .filter(recipient_kind="authority", answer="required")
        .exclude(pk=filing.obligation_id)
        .order_by("recipient_name", "key")
    )
    waiting = sorted({one.recipient_name for one in pending})
    blocks: list[Block] = []
    if lines:
        blocks.append(
            table(
                "Reports made so far",
                ["To", "Report", "Submitted", "Reference"],
                lines,
                widths=[36, 18, 28, 18],
            )
        )
    else:
        blocks.append(rows(row("Reports made so far", "None")))
    blocks.append(rows(row("Other authorities to be told", listed(waiting) or "None known")))
    return blocks


def recipient_words(filing: Filing) -> str:
    return RECIPIENT_KINDS.get(filing.recipient_kind, filing.recipient_kind)


FACTS_OF: Final[dict[str, Callable[[Told], list[Block]]]] = {
    "report": report,
    "organisation": organisation,
    "times": times,
    "event": event,
    "data": data,
    "people": people,
    "before": before,
    "consequences": consequences,
    "after": after,
    "told": people_told,
    "others": others,
}
