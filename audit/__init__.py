"""The record: chained, append-only events."""
