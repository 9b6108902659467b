"""The words that facts, rules and pages share; keys are never renamed, labels may be."""

from law.body_words import CAPACITIES, HIPAA_ROLES, INCIDENT_CLASSES, MEDIA, SECTORS
from law.data_elements import DATA_ELEMENTS, ELEMENT_IMPLIES, IDENTIFIERS, DataElement, in_a_row
from law.fact_keys import FACT_KEYS, FactKey

__all__ = [
    "AUTHORITY_KINDS",
    "BREACH_KINDS",
    "CAPACITIES",
    "COUNT_OF",
    "DATA_ELEMENTS",
    "EEA",
    "ELEMENT_IMPLIES",
    "EVENT_KINDS",
    "FACT_KEYS",
    "HIPAA_ROLES",
    "IDENTIFIERS",
    "IMPLIED_BY",
    "INCIDENT_CLASSES",
    "MEDIA",
    "ORDERS",
    "PRECURSORS",
    "QUALIFIERS",
    "RECIPIENT_KINDS",
    "RISK_TIERS",
    "ROLES",
    "SECTORS",
    "STAGES",
    "UNITS",
    "DataElement",
    "FactKey",
    "allowed_values",
    "in_a_row",
]

# Instants that clocks run from. Filings chain on `BreachFacts.filings` instead.
EVENT_KINDS: dict[str, str] = {
    "occurred": "The breach happened",
    "detected": "First technical or human detection",
    "discovered": "The breach became known (or would have with due diligence)",
    "vendor_notified": "A supplier or processor told us",
    "suspected": "Reasonable grounds to suspect a breach",
    "reasonable_belief": "Reasonable grounds to believe in a notifiable breach",
    "aware": "Aware: reasonably certain that personal data were compromised",
    "assessment_started": "The assessment of a suspected breach started",
    "assessment_completed": "The assessment found the breach notifiable",
    "scope_known": "Scope of the breach identified",
    "content_known": "What a notice must say could be ascertained",
    "confirmed": "The breach was confirmed",
    "determined": "Determined, after investigation, that a reportable breach occurred",
    "harm_determined": "Determined that harm or misuse occurred or is likely",
    "no_harm_determined": "Determined that no harm is likely (decision not to notify)",
    "classified": "The incident was classified under a sector law",
    "materiality_determined": "Determined that the incident is material to investors",
    "causal_link": "Causal link established, or its likelihood",
    "contained": "The breach was contained",
    "fix_available": "A fix or mitigation became available",
    "resolved": "The incident was resolved",
    "impact_ended": "The significant impact ended",
    "ransom_paid": "A ransom or extortion payment was made or became known",
    "notice_sent": "The first notice to affected people was sent",
    "authority_notified": "An authority was notified",
    "order_received": "An authority ordered notification",
    "information_requested": "An authority asked for information",
    "law_enforcement_cleared": "Law enforcement lifted its request to wait",
}

# Being `aware` shows that the breach had been `discovered` by then, and so on. An implied instant is the latest
# possible start of a clock, so a due time counted from it is never too early.
IMPLIED_BY: dict[str, tuple[str, ...]] = {
    "detected": ("discovered", "aware", "confirmed", "determined"),
    "suspected": ("reasonable_belief", "aware", "confirmed", "determined"),
    "discovered": ("aware", "confirmed", "determined"),
    "reasonable_belief": ("aware", "confirmed", "determined"),
    "aware": ("confirmed", "determined"),
    "determined": ("confirmed",),
    "confirmed": ("determined",),
}

# What may be recorded before a clock's own start: our internal targets count from the earliest of them.
PRECURSORS: tuple[str, ...] = (
    "detected",
    "vendor_notified",
    "suspected",
    "discovered",
    "reasonable_belief",
    "aware",
    "confirmed",
    "determined",
)

BREACH_KINDS: dict[str, str] = {
    "confidentiality": "Confidentiality: data disclosed, accessed or copied",
    "integrity": "Integrity: data altered",
    "availability": "Availability: data lost, destroyed or out of reach",
    "service": "Service or system security, whether or not personal data are touched",
}

# Weakest first: the legal finding of risk to people's rights and freedoms.
RISK_TIERS: dict[str, str] = {
    "unlikely": "A risk to people is unlikely",
    "risk": "A risk to people is not unlikely",
    "high": "A high risk to people is likely",
}

ROLES: dict[str, str] = {
    "controller": "Controller: we decide why and how (in US words: we own or license the data)",
    "joint_controller": "Joint controller: we decide together with others",
    "processor": "Processor: we hold the data for somebody else (in US words: vendor)",
}

ORDERS: dict[str, str] = {
    "before_individuals": "before people are told",
    "same_time_or_before": "no later than people are told",
    "same_time": "at the same time as people are told",
    "same_time_or_earlier": "at the same time as people are told, or by the fixed limit if that is earlier",
    "with_individuals": "alongside the notice to people, which it must not delay",
    "after_individuals": "after people were told",
    "after_authority": "after the authority was told",
    "after_hhs": "after notice to the Secretary of Health",
    "independent": "on its own clock",
    "only_if_not_notifying": "only when relying on the exemption from notice",
}

# Whom a threshold counts, in the words of the laws.
COUNT_OF: dict[str, str] = {
    "individuals": "people affected",
    "individuals_total": "people affected in all",
    "individuals_required_to_be_notified": "people who must be told",
    "individuals_notified": "people told",
    "individuals_affected": "people affected",
    "persons_notified": "people told",
    "persons_notified_at_one_time": "people told at one time",
    "consumers": "consumers",
    "consumers_notified": "consumers told",
    "consumers_notified_at_one_time": "consumers told at one time",
    "customers": "customers",
    "patients": "patients",
    "state_residents": "residents of the state",
    "state_residents_affected": "affected residents of the state",
    "state_residents_notified": "residents of the state to be told",
    "residents_of_one_state_or_jurisdiction": "residents of one state or jurisdiction",
    "hhs_rule": "as the federal health rule counts",
    "none": "any number",
}

STAGES: dict[str, str] = {
    "assessment": "Assessment",
    "early_warning": "Early warning",
    "initial": "First report",
    "notification": "Second, fuller report",
    "single": "Report",
    "update": "Further facts",
    "intermediate": "Status report",
    "final": "Final report",
    "end_of_impact": "Notice that the impact ended",
    "on_request": "When asked",
    "log_only": "Log",
}

RECIPIENT_KINDS: dict[str, str] = {
    "authority": "Authority",
    "police": "Police",
    "individuals": "Affected people",
    "controller": "Controller or data owner",
    "credit_agencies": "Consumer reporting agencies",
    "media": "Media",
    "public": "The public",
    "clients": "Clients or service recipients",
    "internal": "Ourselves: an assessment or a log, nothing is filed",
}

AUTHORITY_KINDS: dict[str, str] = {
    "dpa": "Data protection authority",
    "attorney_general": "Attorney general",
    "consumer_protection": "Consumer protection agency",
    "department_of_state": "Department of state",
    "police": "Police",
    "health": "Health authority",
    "financial": "Financial regulator",
    "cyber": "Cyber security authority",
    "telecom": "Telecom regulator",
    "market": "Market authority",
    "other": "Other authority",
}

QUALIFIERS: dict[str, str] = {
    "without_undue_delay": "without undue delay",
    "without_unreasonable_delay": "without unreasonable delay",
    "most_expedient": "in the most expedient time possible and without unreasonable delay",
    "immediately": "immediately",
    "as_soon_as_possible": "as soon as possible",
    "as_soon_as_practicable": "as soon as practicable",
    "as_soon_as_feasible": "as soon as feasible",
    "as_soon_as_reasonably_possible": "as soon as reasonably possible",
    "promptly": "promptly",
    "without_delay": "without delay",
    "where_feasible": "where feasible; late with reasons",
    "in_time": "in time",
    "expeditiously": "expeditiously",
    "not_delaying_individuals": "without delaying the notice to people",
    "contemporaneously": "at the same time as the notice to people",
}

UNITS: tuple[str, ...] = ("minutes", "hours", "calendar_days", "business_days", "weeks", "months")

EEA: frozenset[str] = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "HR",
        "CY",
        "CZ",
        "DK",
        "EE",
        "FI",
        "FR",
        "DE",
        "GR",
        "HU",
        "IE",
        "IT",
        "LV",
        "LT",
        "LU",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SK",
        "SI",
        "ES",
        "SE",
        "IS",
        "LI",
        "NO",
    ]
)


def allowed_values(key: str) -> dict[str, str]:
    """The words that an enum or list fact may hold, with labels; empty for other types."""
    name = FACT_KEYS[key].vocabulary
    words = _WORDS.get(name, {})
    return {word: meaning if isinstance(meaning, str) else meaning.label for word, meaning in words.items()}


_WORDS: dict[str, dict[str, str] | dict[str, DataElement]] = {
    "ROLES": ROLES,
    "CAPACITIES": CAPACITIES,
    "SECTORS": SECTORS,
    "BREACH_KINDS": BREACH_KINDS,
    "RISK_TIERS": RISK_TIERS,
    "DATA_ELEMENTS": DATA_ELEMENTS,
    "HIPAA_ROLES": HIPAA_ROLES,
    "MEDIA": MEDIA,
    "INCIDENT_CLASSES": INCIDENT_CLASSES,
}
