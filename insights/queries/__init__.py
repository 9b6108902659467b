"""What pages show across apps; every list starts at what the person may see, and nothing is written."""

from insights.queries.counts import waiting_counts
from insights.queries.day import Day, my_day
from insights.queries.deadlines import deadlines
from insights.queries.overview import Overview, overview
from insights.queries.search import Found, search
from insights.queries.timeline import Timeline, timeline

__all__ = [
    "Day",
    "Found",
    "Overview",
    "Timeline",
    "deadlines",
    "my_day",
    "overview",
    "search",
    "timeline",
    "waiting_counts",
]
