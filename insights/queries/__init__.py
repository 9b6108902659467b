"""What pages show across apps; every list starts at what the person may see, and nothing is written."""

from insights.queries.counts import waiting_counts

__all__ = ["waiting_counts"]
