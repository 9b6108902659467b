"""Pages of reports and incidents."""
