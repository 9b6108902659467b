"""Read and check the record."""

from audit.queries.anchors import anchors_of, anchors_page, compare_with_file, false_anchors
from audit.queries.checking import Survey, Verdict, missing_guards, verify, verify_all
from audit.queries.moving import Position, acts_of_stream_since, acts_since, last_act, newest_mark
from audit.queries.reading import events_of, plain, streams

__all__ = [
    "Position",
    "Survey",
    "Verdict",
    "acts_of_stream_since",
    "acts_since",
    "anchors_of",
    "anchors_page",
    "compare_with_file",
    "events_of",
    "false_anchors",
    "last_act",
    "missing_guards",
    "newest_mark",
    "plain",
    "streams",
    "verify",
    "verify_all",
]
