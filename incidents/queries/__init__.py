from incidents.queries.access import Holder, colleagues, holders
from incidents.queries.facts import breach_facts, current_counts, current_facts, current_times, total_affected
from incidents.queries.lists import (
    IncidentPage,
    IncidentRow,
    IncidentView,
    inbox,
    incident_list,
    look_alikes,
    my_reports,
    next_obligations,
    people_affected,
    report_for,
    same_as,
    settled_reports,
)
from incidents.queries.obligations import (
    ObligationGroup,
    obligation_for,
    obligation_groups,
    standing_decision,
)
from incidents.queries.organisation import Standing, organisation_gaps, standing
from incidents.queries.record import notes, record_lines, record_page, verb_words

__all__ = [
    "Holder",
    "IncidentPage",
    "IncidentRow",
    "IncidentView",
    "ObligationGroup",
    "Standing",
    "breach_facts",
    "colleagues",
    "current_counts",
    "current_facts",
    "current_times",
    "holders",
    "inbox",
    "incident_list",
    "look_alikes",
    "my_reports",
    "next_obligations",
    "notes",
    "obligation_for",
    "obligation_groups",
    "organisation_gaps",
    "people_affected",
    "record_lines",
    "record_page",
    "report_for",
    "same_as",
    "settled_reports",
    "standing",
    "standing_decision",
    "total_affected",
    "verb_words",
]
