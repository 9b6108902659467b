"""Every act on notices; each locks, checks, writes and records in one transaction."""

from notifications.commands.bounces import (
    correct_address,
    event_key,
    give_up,
    note_bounce,
    send_again,
    settle_due_bounces,
)
from notifications.commands.checking import accept_finding
from notifications.commands.reading import note_reading
from notifications.commands.samples import send_samples
from notifications.commands.sending import (
    Settling,
    finish_notice,
    note_first_sending,
    pause_sending,
    resume_sending,
    settle_uncertain,
    start_sending,
    withdraw_notice,
)
from notifications.commands.templates import (
    add_ready_templates,
    approve_template,
    clear_draft_mark,
    create_template,
    retire_template,
    write_template,
)
from notifications.commands.updates import drop_update, publish_update, write_update
from notifications.commands.writing import (
    approve_notice,
    create_notice,
    edit_notice,
    return_notice,
    submit_notice,
)

__all__ = [
    "Settling",
    "accept_finding",
    "add_ready_templates",
    "approve_notice",
    "approve_template",
    "clear_draft_mark",
    "correct_address",
    "create_notice",
    "create_template",
    "drop_update",
    "edit_notice",
    "event_key",
    "finish_notice",
    "give_up",
    "note_bounce",
    "note_first_sending",
    "note_reading",
    "pause_sending",
    "publish_update",
    "resume_sending",
    "retire_template",
    "return_notice",
    "send_again",
    "send_samples",
    "settle_due_bounces",
    "settle_uncertain",
    "start_sending",
    "submit_notice",
    "withdraw_notice",
    "write_template",
    "write_update",
]
