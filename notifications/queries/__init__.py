"""What pages and the API show; queries never write."""

from notifications.queries.coverage import Coverage, Part, coverage
from notifications.queries.notices import (
    PAGE,
    FateCount,
    Preview,
    Row,
    fates,
    notices_of,
    preview,
    rows,
    served_by_notices,
)
from notifications.queries.public import Told, exposed, siblings, statement_html, told_by

__all__ = [
    "PAGE",
    "Coverage",
    "FateCount",
    "Part",
    "Preview",
    "Row",
    "Told",
    "coverage",
    "exposed",
    "fates",
    "notices_of",
    "preview",
    "rows",
    "served_by_notices",
    "siblings",
    "statement_html",
    "told_by",
]
