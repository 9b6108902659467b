"""Every act on people and inquiries; each locks, checks, writes and records in one transaction."""

from stakeholders.commands.counts import decide_counts
from stakeholders.commands.erasure import (
    carry_out_erasure,
    clear_erased,
    erase_roster,
    propose_erasure,
    repeat_erasures,
    sign_erasure,
    withdraw_erasure,
)
from stakeholders.commands.exports import export_list
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
from stakeholders.commands.roster import (
    address_party,
    correct_contact,
    exempt_party,
    open_roster,
    reveal_party,
    rewrap_roster,
)

__all__ = [
    "Asked",
    "address_party",
    "answer_inquiry",
    "ask_again",
    "ask_question",
    "cancel_import",
    "carry_out_erasure",
    "claim_import",
    "clear_erased",
    "close_inquiry",
    "correct_contact",
    "correct_counts",
    "decide_counts",
    "download_rejects",
    "erase_roster",
    "exempt_party",
    "export_list",
    "fail_import",
    "finish_import",
    "forget_mapping",
    "hold_import",
    "keep_mapping",
    "link_inquiry",
    "log_inquiry",
    "open_roster",
    "propose_erasure",
    "recount_roster",
    "release_import",
    "reopen_inquiry",
    "repeat_erasures",
    "resume_import",
    "reveal_contact",
    "reveal_party",
    "rewrap_roster",
    "sign_erasure",
    "start_import",
    "upload_import",
    "withdraw_erasure",
]
