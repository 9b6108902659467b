"""What pages show across apps; every list starts at what the person may see, and nothing is written."""

from insights.queries.changes import incident_changes, place_changes, read_position
from insights.queries.counts import waiting_counts
from insights.queries.day import Day, my_day
from insights.queries.deadlines import COUNTED as DEADLINES_COUNTED
from insights.queries.deadlines import NOT_CLEAR, SORTS, STRETCHES, deadlines
from insights.queries.deadlines import Asked as AskedDeadlines
from insights.queries.law_rule import RulePage, rule_page
from insights.queries.law_shelf import (
    AuthorityPage,
    RuleRow,
    Wanted,
    authorities_wanted,
    authority_page,
    by_region,
    choices,
    rules_wanted,
    shelf,
)
from insights.queries.law_words import Standing
from insights.queries.overview import Overview, overview
from insights.queries.search import Found, search
from insights.queries.timeline_page import Asked, Timeline, timeline

__all__ = [
    "DEADLINES_COUNTED",
    "NOT_CLEAR",
    "SORTS",
    "STRETCHES",
    "Asked",
    "AskedDeadlines",
    "AuthorityPage",
    "Day",
    "Found",
    "Overview",
    "RulePage",
    "RuleRow",
    "Standing",
    "Timeline",
    "Wanted",
    "authorities_wanted",
    "authority_page",
    "by_region",
    "choices",
    "deadlines",
    "incident_changes",
    "my_day",
    "overview",
    "place_changes",
    "read_position",
    "rule_page",
    "rules_wanted",
    "search",
    "shelf",
    "timeline",
    "waiting_counts",
]
