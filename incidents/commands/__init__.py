"""Every act on a case; each locks, checks, writes and records in one transaction."""

from incidents.commands.access import (
    end_access,
    grant_access,
    invite_expert,
    lift_restriction,
    restrict_incident,
    review_access,
    take_record,
)
from incidents.commands.assessing import assess_obligations
from incidents.commands.attachments import attach_file, carry_over
from incidents.commands.closing import close_incident, reopen_incident, write_review
from incidents.commands.conversation import (
    add_report_note,
    answer_reporter,
    needs_no_answer,
    write_again,
)
from incidents.commands.delays import (
    lift_delay_request,
    record_delay_request,
    strike_delay_request,
)
from incidents.commands.differences import accept_difference, keep_difference
from incidents.commands.evidence import (
    add_evidence,
    capture_page,
    check_evidence,
    delete_evidence,
    download_attachment,
    download_evidence,
    drop_upload,
    export_evidence,
    finish_upload,
    open_evidence,
    set_privileged,
    start_upload,
)
from incidents.commands.facts import (
    CountInput,
    FactInput,
    drop_estimates,
    record_contactability,
    record_counts,
    record_event_time,
    set_facts,
)
from incidents.commands.files import keep_file
from incidents.commands.finding import confirm_breach, dismiss_incident, start_assessment
from incidents.commands.holds import place_hold, release_hold
from incidents.commands.inbound import keep_mail, take_in_next_mail
from incidents.commands.item_reminding import raise_item_alerts
from incidents.commands.items import (
    add_item,
    change_item,
    comment_item,
    drop_item,
    finish_item,
    hand_over_item,
    have_item,
    read_mentions,
    reopen_item,
    start_item,
    tick_item,
    wait_item,
)
from incidents.commands.items_together import Acted, act_on_items
from incidents.commands.judging import judge_condition
from incidents.commands.matters import open_matter, settle_matter
from incidents.commands.notes import add_note, set_note_privileged
from incidents.commands.obligations import (
    decide_required,
    give_late_reason,
    meet_obligation,
    propose_not_required,
    sign_not_required,
    withdraw_decision,
)
from incidents.commands.opening import cite_policy, describe_incident, open_incident
from incidents.commands.organisation import describe_organisation, set_standing_facts
from incidents.commands.playbooks import (
    add_ready_playbooks,
    create_playbook,
    describe_playbook,
    discard_playbook_draft,
    put_playbook_in_force,
    retire_playbook,
    write_playbook_draft,
    write_playbook_step,
)
from incidents.commands.reminding import (
    hand_over_obligation,
    have_obligation,
    have_reminded,
    raise_alerts,
)
from incidents.commands.report_drafts import (
    discard_report_draft,
    erase_lapsed_report_drafts,
    erase_report_draft,
    keep_report_draft,
    report_draft,
)
from incidents.commands.reporting import FiledReport, file_report, read_reporter_contact
from incidents.commands.returning import ask_first_clocks, return_due_reports
from incidents.commands.risk import (
    answer_risk_questions,
    countersign_risk_finding,
    sign_risk_finding,
    withdraw_risk_finding,
)
from incidents.commands.running import apply_playbook, keep_playbook, start_playbook
from incidents.commands.saved_views import change_view, delete_view, save_view
from incidents.commands.severity import assess_severity
from incidents.commands.suppliers import (
    MadeLink,
    file_supplier_report,
    make_supplier_link,
    revoke_supplier_link,
)
from incidents.commands.triage import (
    dismiss_report,
    mark_duplicate,
    promote_report,
    put_off_report,
    return_report,
    settle_reports,
    undo_triage,
)
from incidents.commands.worklist import Changed, change_incidents, export_incidents, undo_change

__all__ = [
    "Acted",
    "Changed",
    "CountInput",
    "FactInput",
    "FiledReport",
    "MadeLink",
    "accept_difference",
    "act_on_items",
    "add_evidence",
    "add_item",
    "add_note",
    "add_ready_playbooks",
    "add_report_note",
    "answer_reporter",
    "answer_risk_questions",
    "apply_playbook",
    "ask_first_clocks",
    "assess_obligations",
    "assess_severity",
    "attach_file",
    "capture_page",
    "carry_over",
    "change_incidents",
    "change_item",
    "change_view",
    "check_evidence",
    "cite_policy",
    "close_incident",
    "comment_item",
    "confirm_breach",
    "countersign_risk_finding",
    "create_playbook",
    "decide_required",
    "delete_evidence",
    "delete_view",
    "describe_incident",
    "describe_organisation",
    "describe_playbook",
    "discard_playbook_draft",
    "discard_report_draft",
    "dismiss_incident",
    "dismiss_report",
    "download_attachment",
    "download_evidence",
    "drop_estimates",
    "drop_item",
    "drop_upload",
    "end_access",
    "erase_lapsed_report_drafts",
    "erase_report_draft",
    "export_evidence",
    "export_incidents",
    "file_report",
    "file_supplier_report",
    "finish_item",
    "finish_upload",
    "give_late_reason",
    "grant_access",
    "hand_over_item",
    "hand_over_obligation",
    "have_item",
    "have_obligation",
    "have_reminded",
    "invite_expert",
    "judge_condition",
    "keep_difference",
    "keep_file",
    "keep_mail",
    "keep_playbook",
    "keep_report_draft",
    "lift_delay_request",
    "lift_restriction",
    "make_supplier_link",
    "mark_duplicate",
    "meet_obligation",
    "needs_no_answer",
    "open_evidence",
    "open_incident",
    "open_matter",
    "place_hold",
    "promote_report",
    "propose_not_required",
    "put_off_report",
    "put_playbook_in_force",
    "raise_alerts",
    "raise_item_alerts",
    "read_mentions",
    "read_reporter_contact",
    "record_contactability",
    "record_counts",
    "record_delay_request",
    "record_event_time",
    "release_hold",
    "reopen_incident",
    "reopen_item",
    "report_draft",
    "restrict_incident",
    "retire_playbook",
    "return_due_reports",
    "return_report",
    "review_access",
    "revoke_supplier_link",
    "save_view",
    "set_facts",
    "set_note_privileged",
    "set_privileged",
    "set_standing_facts",
    "settle_matter",
    "settle_reports",
    "sign_not_required",
    "sign_risk_finding",
    "start_assessment",
    "start_item",
    "start_playbook",
    "start_upload",
    "strike_delay_request",
    "take_in_next_mail",
    "take_record",
    "tick_item",
    "undo_change",
    "undo_triage",
    "wait_item",
    "withdraw_decision",
    "withdraw_risk_finding",
    "write_again",
    "write_playbook_draft",
    "write_playbook_step",
    "write_review",
]
