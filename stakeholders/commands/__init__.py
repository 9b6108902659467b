"""Every act on people and inquiries; each locks, checks, writes and records in one transaction."""

from stakeholders.commands.counts import decide_counts
from stakeholders.commands.imports import (
    cancel_import,
    claim_import,
    download_rejects,
    fail_import,
    finish_import,
    hold_import,
    release_import,
    resume_import,
    start_import,
    upload_import,
)
from stakeholders.commands.inquiries import (
    Asked,
    answer_inquiry,
    ask_again,
    ask_question,
    close_inquiry,
    link_inquiry,
    log_inquiry,
    reopen_inquiry,
    reveal_contact,
)
from stakeholders.commands.mappings import forget_mapping, keep_mapping
from stakeholders.commands.recounts import correct_counts, recount_roster
from stakeholders.commands.roster import erase_roster, exempt_party, open_roster, reveal_party

__all__ = [
    "Asked",
    "answer_inquiry",
    "ask_again",
    "ask_question",
    "cancel_import",
    "claim_import",
    "close_inquiry",
    "correct_counts",
    "decide_counts",
    "download_rejects",
    "erase_roster",
    "exempt_party",
    "fail_import",
    "finish_import",
    "forget_mapping",
    "hold_import",
    "keep_mapping",
    "link_inquiry",
    "log_inquiry",
    "open_roster",
    "recount_roster",
    "release_import",
    "reopen_inquiry",
    "resume_import",
    "reveal_contact",
    "reveal_party",
    "start_import",
    "upload_import",
]
