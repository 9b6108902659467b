"""Write to the record, anchor it and check it."""

from audit.commands.anchoring import anchor_heads, file_anchors, mark_mailed
from audit.commands.checking import check_record, mark_told
from audit.commands.recording import Acting, canonical, record
from audit.commands.stamping import NotStamped, stamp_newest

__all__ = [
    "Acting",
    "NotStamped",
    "anchor_heads",
    "canonical",
    "check_record",
    "file_anchors",
    "mark_mailed",
    "mark_told",
    "record",
    "stamp_newest",
]
