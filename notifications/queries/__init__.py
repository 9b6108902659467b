"""What pages and the API show; queries never write."""

from notifications.queries.coverage import Coverage, Part, coverage
from notifications.queries.notices import (
    PAGE,
    FateCount,
    Row,
    fates,
    notices_of,
    rows,
    served_by_notices,
)
from notifications.queries.previews import Preview, preview
from notifications.queries.public import (
    Reader,
    Told,
    exposed,
    reader_of,
    siblings,
    state_of,
    statement_html,
    told_by,
    updates,
)
from notifications.queries.templates import Piece, difference, history, table, templates

__all__ = [
    "PAGE",
    "Coverage",
    "FateCount",
    "Part",
    "Piece",
    "Preview",
    "Reader",
    "Row",
    "Told",
    "coverage",
    "difference",
    "exposed",
    "fates",
    "history",
    "notices_of",
    "preview",
    "reader_of",
    "rows",
    "served_by_notices",
    "siblings",
    "state_of",
    "statement_html",
    "table",
    "templates",
    "told_by",
    "updates",
]
