"""Read and check the record."""

from audit.queries.anchors import anchors_of, anchors_page, compare_with_file, false_anchors
from audit.queries.checking import Survey, Verdict, missing_guards, verify, verify_all
from audit.queries.reading import events_of, plain, streams

__all__ = [
    "Survey",
    "Verdict",
    "anchors_of",
    "anchors_page",
    "compare_with_file",
    "events_of",
    "false_anchors",
    "missing_guards",
    "plain",
    "streams",
    "verify",
    "verify_all",
]
