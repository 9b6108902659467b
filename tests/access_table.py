"""Every route of the product, its methods, and who they are for. `tests/test_access.py` proves it.

A route of an incident names the `Can` that it needs: without any grant it does not exist (404), with a grant but
without that `Can` it is refused (403). The sign-in (`account_`, `mfa_`) and the admin site are kept by prefix.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from accounts.models import Role
from incidents.models import Can


@dataclass(frozen=True)
class Named:
    """People without a role or grant to look up."""

    label: str


@dataclass(frozen=True)
class Needs:
    """More than one `Can` on the incident: all of them, or any."""

    cans: frozenset[Can]
    any: bool = False

    def met_by(self, held: frozenset[Can]) -> bool:
        return bool(self.cans & held) if self.any else self.cans <= held


Who = Named | Needs | Can | frozenset[Role]
PUBLIC: Final = Named("everybody")
SIGNED_IN: Final = Named("everybody who is signed in")
OWN: Final = Named("whoever made it; for all others it does not exist")
FIRST: Final = Named("everybody, until the first account exists")
LOCAL: Final = Named("everybody, in local mode only; else it does not exist")

TRIAGE: Final = frozenset({Role.RESPONDER, Role.LEAD, Role.PRIVACY_OFFICER})
DESK: Final = frozenset({Role.SUPPORT, Role.LEAD, Role.PRIVACY_OFFICER})
WORKS_HERE: Final = frozenset(Role)
DESCRIBES: Final = frozenset({Role.LEAD, Role.PRIVACY_OFFICER})
PEOPLE: Final = frozenset({Role.PRIVACY_OFFICER})
# The desk is also there for whoever answers on some incident, as legal does.
HAS_DESK: Final = DESK | {Role.LEGAL}
WRITES_TEXTS: Final = frozenset({Role.LEAD, Role.LEGAL, Role.PRIVACY_OFFICER})
APPROVES_TEXTS: Final = frozenset({Role.LEGAL, Role.PRIVACY_OFFICER})
READS_TEXTS: Final = frozenset(Role) - {Role.EMPLOYEE}
READS_OUTLOOKS: Final = frozenset(Role) - {Role.EMPLOYEE, Role.SUPPORT}
WATCHES_RECORD: Final = frozenset({Role.PRIVACY_OFFICER, Role.AUDITOR})
DECLARES: Final = Needs(frozenset({Can.FILE, Can.SIGN}))
TAKES_OUT: Final = Needs(frozenset({Can.FILE, Can.EXPORT}), any=True)

BY_PREFIX: Final = ("account_", "mfa_", "admin:")


def get(who: Who) -> dict[str, Who]:
    return {"GET": who}


def post(who: Who) -> dict[str, Who]:
    return {"POST": who}


def form(who: Who) -> dict[str, Who]:
    """A page with a form."""
    return {"GET": who, "POST": who}


V, W = Can.VIEW, Can.WRITE

ROUTES: Final[dict[str, dict[str, Who]]] = {
    # --- the deployment
    "healthz": get(PUBLIC),
    "readyz": get(PUBLIC),
    "security-txt": get(PUBLIC),
    "setup": form(FIRST),
    "api-schema": get(SIGNED_IN),
    "api-docs": get(SIGNED_IN),
    "local-mailbox": get(LOCAL),
    "local-mail": get(LOCAL),
    "local-mail-html": get(LOCAL),
    "accounts:api_token": {"POST": SIGNED_IN, "DELETE": SIGNED_IN},
    # --- settings
    "incidents:organisation": get(WORKS_HERE),
    "incidents:edit_organisation": form(DESCRIBES),
    "incidents:standing_facts": form(DESCRIBES),
    "incidents:api_organisation": {"GET": WORKS_HERE, "PUT": DESCRIBES},
    "incidents:api_standing_facts": post(DESCRIBES),
    "accounts:people": get(PEOPLE),
    "accounts:add_person": form(PEOPLE),
    "accounts:person": form(PEOPLE),
    "accounts:send_link": post(PEOPLE),
    "accounts:deactivate": post(PEOPLE),
    "accounts:reactivate": post(PEOPLE),
    "accounts:api_people": form(PEOPLE),
    "accounts:api_person": get(PEOPLE),
    "accounts:api_change_roles": post(PEOPLE),
    "accounts:api_send_link": post(PEOPLE),
    "accounts:api_deactivate": post(PEOPLE),
    "accounts:api_reactivate": post(PEOPLE),
    "accounts:take_second_step": post(PEOPLE),
    "accounts:api_take_second_step": post(PEOPLE),
    "accounts:stand_in": form(PEOPLE),
    "accounts:api_stand_in": {"PUT": PEOPLE},
    "incidents:reminders": form(DESCRIBES),
    "incidents:api_reminders": {"GET": WORKS_HERE, "PUT": DESCRIBES},
    # --- what everybody sets for themselves
    "accounts:own": get(SIGNED_IN),
    "accounts:own_stand_in": form(SIGNED_IN),
    "accounts:make_calendar": post(SIGNED_IN),
    "accounts:end_calendar": post(SIGNED_IN),
    "accounts:second_step": get(SIGNED_IN),
    "accounts:end_sessions": post(SIGNED_IN),
    "accounts:api_end_sessions": {"DELETE": SIGNED_IN},
    "accounts:api_own": get(SIGNED_IN),
    "accounts:api_own_stand_in": {"PUT": SIGNED_IN},
    "accounts:api_calendar": {"POST": SIGNED_IN, "DELETE": SIGNED_IN},
    "insights:feed": get(PUBLIC),
    # --- across incidents; lists hold what the person may see
    "insights:my_day": get(SIGNED_IN),
    "insights:deadlines": get(SIGNED_IN),
    "insights:search": get(SIGNED_IN),
    "insights:place_changes": get(SIGNED_IN),
    "insights:api_place_changes": get(SIGNED_IN),
    # --- what we would owe if something happened
    "preparedness:index": get(READS_OUTLOOKS),
    "preparedness:edit_exposure": form(DESCRIBES),
    "preparedness:scenario": get(READS_OUTLOOKS),
    "preparedness:scenario_csv": get(READS_OUTLOOKS),
    "preparedness:save_outlook": post(WRITES_TEXTS),
    "preparedness:saved": get(READS_OUTLOOKS),
    "preparedness:saved_csv": get(READS_OUTLOOKS),
    "preparedness:compare": get(READS_OUTLOOKS),
    "preparedness:authority_contact": form(WRITES_TEXTS),
    "preparedness:api_overview": get(READS_OUTLOOKS),
    "preparedness:api_exposure": {"GET": READS_OUTLOOKS, "PUT": DESCRIBES},
    "preparedness:api_scenario": get(READS_OUTLOOKS),
    "preparedness:api_save_outlook": post(WRITES_TEXTS),
    "preparedness:api_saved_list": get(READS_OUTLOOKS),
    "preparedness:api_saved": get(READS_OUTLOOKS),
    "preparedness:api_compare": get(READS_OUTLOOKS),
    "preparedness:api_authority_contact": {"GET": READS_OUTLOOKS, "PUT": WRITES_TEXTS},
    # --- the law itself, the same for everybody
    "insights:record_state": get(WATCHES_RECORD),
    "insights:check_record": post(WATCHES_RECORD),
    "insights:api_record_state": {"GET": WATCHES_RECORD, "POST": WATCHES_RECORD},
    "insights:law": get(SIGNED_IN),
    "insights:rule": get(SIGNED_IN),
    "insights:authorities": get(SIGNED_IN),
    "insights:authority": get(SIGNED_IN),
    "insights:api_rules": get(SIGNED_IN),
    "insights:api_rule": get(SIGNED_IN),
    "insights:api_authorities": get(SIGNED_IN),
    "insights:api_authority": get(SIGNED_IN),
    "incidents:list": get(SIGNED_IN),
    "incidents:new": form(TRIAGE),
    "incidents:api_incidents": {"GET": SIGNED_IN, "POST": TRIAGE},
    # --- reports
    "incidents:report": form(PUBLIC),
    "incidents:report_status": form(PUBLIC),
    "incidents:report_staff": form(SIGNED_IN),
    "incidents:report_thanks": form(OWN),
    "incidents:api_my_report": form(OWN),
    "incidents:my_reports": get(SIGNED_IN),
    "incidents:intake": get(TRIAGE),
    "incidents:intake_settled": get(TRIAGE),
    "incidents:intake_report": get(TRIAGE),
    "incidents:intake_later": get(TRIAGE),
    "incidents:settle_several": form(TRIAGE),
    "incidents:undo_triage": post(TRIAGE),
    "incidents:answer_reporter": form(TRIAGE),
    "incidents:add_report_note": form(TRIAGE),
    "incidents:needs_no_answer": post(TRIAGE),
    "incidents:api_report_messages": form(TRIAGE),
    "incidents:api_needs_no_answer": post(TRIAGE),
    "incidents:put_off_report": form(TRIAGE),
    "incidents:promote_report": form(TRIAGE),
    "incidents:mark_duplicate": form(TRIAGE),
    "incidents:dismiss_report": form(TRIAGE),
    "incidents:return_report": form(TRIAGE),
    "incidents:reporter_contact": post(TRIAGE),
    "incidents:api_reports": {"GET": TRIAGE, "POST": SIGNED_IN},
    "incidents:api_report": get(TRIAGE),
    "incidents:api_dismiss_report": post(TRIAGE),
    "incidents:api_mark_duplicate": post(TRIAGE),
    "incidents:api_return_report": post(TRIAGE),
    "incidents:api_put_off_report": post(TRIAGE),
    "incidents:api_look_alikes": get(TRIAGE),
    "incidents:api_settle_several": post(TRIAGE),
    "incidents:api_undo_triage": post(TRIAGE),
    "incidents:api_promote_report": post(TRIAGE),
    "incidents:api_reporter_contact": post(TRIAGE),
    # --- an incident
    "insights:overview": get(V),
    "insights:timeline": get(V),
    "insights:api_timeline": get(V),
    "insights:incident_changes": get(V),
    "insights:api_incident_changes": get(V),
    "incidents:describe": form(W),
    "incidents:start_assessment": form(Can.ASSESS),
    "incidents:confirm_breach": form(Can.ASSESS),
    "incidents:dismiss_incident": form(Can.DECIDE),
    "incidents:add_entry": form(W),
    "incidents:notes": {"GET": V, "POST": W},
    "incidents:cite_policy": form(W),
    "incidents:facts": get(V),
    "incidents:event_time": form(W),
    "incidents:counts": form(W),
    "incidents:drop_estimates": form(W),
    "incidents:fact_history": get(V),
    "incidents:facts_group": form(W),
    "insights:mark_seen": post(V),
    "insights:api_news": {"GET": V, "POST": V},
    "incidents:add_improvement": form(W),
    "incidents:finish_improvement": form(W),
    "incidents:answer_check": form(W),
    "incidents:give_feedback": form(V),
    "incidents:api_improvements": {"GET": V, "POST": W},
    "incidents:api_finish_improvement": post(W),
    "incidents:api_answer_check": post(W),
    "incidents:api_feedback": {"GET": V, "POST": V},
    "incidents:fact_row": form(W),
    "incidents:record_sighting": form(W),
    "incidents:change_sighting": form(W),
    "incidents:strike_sighting": form(W),
    "incidents:api_questions": get(V),
    "incidents:api_sightings": {"GET": V, "POST": W},
    "incidents:api_sighting": {"PUT": W},
    "incidents:api_strike_sighting": post(W),
    "incidents:assessment": get(V),
    "incidents:assess_severity": form(Can.ASSESS),
    "incidents:sign_risk_tier": form(Can.DECIDE),
    "incidents:obligations": get(V),
    "incidents:obligation": get(V),
    "incidents:decide_required": form(Can.DECIDE),
    "incidents:propose_not_required": form(Can.DECIDE),
    "incidents:sign_not_required": form(Can.SIGN),
    "incidents:withdraw_decision": form(Can.DECIDE),
    "incidents:meet_obligation": form(Can.FILE),
    "incidents:give_late_reason": form(Can.DECIDE),
    "incidents:have_obligation": post(W),
    "incidents:hand_over": form(W),
    "incidents:have_reminders": post(W),
    "incidents:api_my_reminders": get(SIGNED_IN),
    "incidents:api_obligation_reminders": get(V),
    "incidents:api_have_obligation": post(W),
    "incidents:api_hand_over": post(W),
    "incidents:api_have_reminders": post(W),
    "incidents:judge_condition": form(Can.DECIDE),
    "incidents:record_delay_request": form(Can.DECIDE),
    "incidents:lift_delay_request": form(Can.DECIDE),
    "incidents:strike_delay_request": form(Can.DECIDE),
    "incidents:accept_difference": form(Can.DECIDE),
    "incidents:keep_difference": form(Can.DECIDE),
    "incidents:closing": get(V),
    "incidents:write_review": form(W),
    "incidents:close_incident": form(Can.DECIDE),
    "incidents:reopen_incident": form(Can.DECIDE),
    "incidents:access": get(V),
    "incidents:grant_access": form(Can.GRANT),
    "incidents:end_access": form(Can.GRANT),
    "incidents:restrict_incident": form(Can.GRANT),
    "incidents:lift_restriction": form(Can.GRANT),
    # --- its evidence
    "incidents:evidence": get(V),
    "incidents:add_evidence": form(W),
    "incidents:capture_page": form(W),
    "incidents:drop_upload": post(W),
    "incidents:evidence_item": get(V),
    "incidents:open_evidence": post(V),
    "incidents:download_evidence": get(V),
    "incidents:check_evidence": post(V),
    "incidents:hold_evidence": form(Can.DECIDE),
    "incidents:hold_all_evidence": form(Can.DECIDE),
    "incidents:release_hold": form(Can.DECIDE),
    "incidents:set_privileged": form(Can.PRIVILEGED),
    "incidents:delete_evidence": form(Can.DECIDE),
    "incidents:export_evidence": get(Can.EXPORT),
    "incidents:evidence_file": post(V),  # what was not scanned asks for more
    "incidents:evidence_zip": post(Can.EXPORT),
    "incidents:evidence_manifest": get(Can.EXPORT),
    "incidents:attachment_file": post(TRIAGE),
    "incidents:api_evidence": {"GET": V, "POST": W},
    "incidents:api_capture_page": post(W),
    "incidents:api_evidence_manifest": get(Can.EXPORT),
    "incidents:api_export_evidence": post(Can.EXPORT),
    "incidents:api_hold_all_evidence": {"GET": V, "POST": Can.DECIDE},
    "incidents:api_release_hold": post(Can.DECIDE),
    "incidents:api_uploads": {"GET": W, "POST": W},
    "incidents:api_upload": {"GET": W, "PUT": W, "DELETE": W},
    "incidents:api_finish_upload": post(W),
    "incidents:api_evidence_item": get(V),
    "incidents:api_open_evidence": post(V),
    "incidents:api_download_evidence": post(V),
    "incidents:api_check_evidence": post(V),
    "incidents:api_hold_evidence": post(Can.DECIDE),
    "incidents:api_set_privileged": post(Can.PRIVILEGED),
    "incidents:api_delete_evidence": post(Can.DECIDE),
    "incidents:api_attachments": get(TRIAGE),
    "incidents:api_attachment_file": post(TRIAGE),
    "incidents:record": get(V),
    "incidents:verify_record": post(V),
    "incidents:export_record": get(Can.EXPORT),
    "incidents:api_incident": {"GET": V, "PATCH": W},
    "incidents:api_start_assessment": post(Can.ASSESS),
    "incidents:api_confirm_breach": post(Can.ASSESS),
    "incidents:api_dismiss_incident": post(Can.DECIDE),
    "incidents:api_cite_policy": post(W),
    "incidents:api_notes": {"GET": V, "POST": W},
    "incidents:api_event_times": {"GET": V, "POST": W},
    "incidents:api_facts": {"GET": V, "POST": W},
    "incidents:api_counts": {"GET": V, "POST": W},
    "incidents:api_drop_estimates": post(W),
    "incidents:api_assessments": {"GET": V, "POST": Can.ASSESS},
    "incidents:api_risk_tier": post(Can.DECIDE),
    "incidents:api_obligations": get(V),
    "incidents:api_obligation": get(V),
    "incidents:api_decide_required": post(Can.DECIDE),
    "incidents:api_propose_not_required": post(Can.DECIDE),
    "incidents:api_sign_not_required": post(Can.SIGN),
    "incidents:api_withdraw_decision": post(Can.DECIDE),
    "incidents:api_meet_obligation": post(Can.FILE),
    "incidents:api_give_late_reason": post(Can.DECIDE),
    "incidents:api_judgements": {"GET": V, "POST": Can.DECIDE},
    "incidents:api_delay_requests": {"GET": V, "POST": Can.DECIDE},
    "incidents:api_lift_delay_request": post(Can.DECIDE),
    "incidents:api_strike_delay_request": post(Can.DECIDE),
    "incidents:api_differences": get(V),
    "incidents:api_accept_difference": post(Can.DECIDE),
    "incidents:api_keep_difference": post(Can.DECIDE),
    "incidents:api_access": {"GET": V, "POST": Can.GRANT},
    "incidents:api_end_access": post(Can.GRANT),
    "incidents:api_restrict_incident": post(Can.GRANT),
    "incidents:api_lift_restriction": post(Can.GRANT),
    "incidents:api_review": post(W),
    "incidents:api_close": {"GET": V, "POST": Can.DECIDE},
    "incidents:api_reopen": post(Can.DECIDE),
    "incidents:api_record": get(V),
    "incidents:api_verify_record": get(V),
    "incidents:api_export_record": get(Can.EXPORT),
    # --- its people
    "stakeholders:people": form(V),  # POST is a look-up
    "stakeholders:sample": get(V),
    "stakeholders:upload_import": form(W),
    "stakeholders:import": get(V),
    "stakeholders:match_columns": form(W),
    "stakeholders:import_progress": get(V),
    "stakeholders:cancel_import": post(W),
    "stakeholders:download_rejects": post(W),
    "stakeholders:party": get(V),
    "stakeholders:reveal_party": form(Can.REVEAL),
    "stakeholders:exempt_party": form(Can.DECIDE),
    "stakeholders:api_people": get(V),
    "stakeholders:api_find": post(V),
    "stakeholders:api_imports": {"GET": V, "POST": W},
    "stakeholders:api_import": get(V),
    "stakeholders:api_start_import": post(W),
    "stakeholders:api_cancel_import": post(W),
    "stakeholders:api_refused": get(V),
    "stakeholders:api_party": get(V),
    "stakeholders:api_reveal_party": post(Can.REVEAL),
    "stakeholders:api_exempt_party": post(Can.DECIDE),
    # --- inquiries
    "stakeholders:desk": get(HAS_DESK),
    "stakeholders:log_inquiry": form(DESK),
    "stakeholders:api_desk": {"GET": HAS_DESK, "POST": DESK},
    "stakeholders:incident_inquiries": get(V),
    "stakeholders:log_incident_inquiry": form(Can.ANSWER),
    "stakeholders:inquiry": form(Can.ANSWER),
    "stakeholders:reveal_contact": form(Can.ANSWER),
    "stakeholders:close_inquiry": form(Can.ANSWER),
    "stakeholders:reopen_inquiry": form(Can.ANSWER),
    "stakeholders:link_inquiry": form(Can.ANSWER),
    "stakeholders:api_incident_inquiries": {"GET": V, "POST": Can.ANSWER},
    "stakeholders:api_inquiry": get(Can.ANSWER),
    "stakeholders:api_answer_inquiry": post(Can.ANSWER),
    "stakeholders:api_reveal_contact": post(Can.ANSWER),
    "stakeholders:api_close_inquiry": post(Can.ANSWER),
    "stakeholders:api_reopen_inquiry": post(Can.ANSWER),
    "stakeholders:api_link_inquiry": post(Can.ANSWER),
    "stakeholders:answer": form(PUBLIC),  # opened by a code
    # --- notices
    "notifications:public_notice": form(PUBLIC),  # opened by a code
    "notifications:notices": get(V),
    "notifications:create_notice": form(W),
    "notifications:notice": get(V),
    "notifications:edit_notice": form(W),
    "notifications:preview": get(V),
    "notifications:preview_mail": get(V),
    "notifications:submit_notice": post(W),
    "notifications:approve_notice": form(Can.APPROVE),
    "notifications:return_notice": post(Can.APPROVE),
    "notifications:start_sending": form(Can.SEND),
    "notifications:notice_progress": get(V),
    "notifications:notice_people": get(V),
    "notifications:settle_uncertain": post(Can.SEND),
    "notifications:pause_sending": post(Can.SEND),
    "notifications:resume_sending": post(Can.SEND),
    "notifications:withdraw_notice": form(Can.SEND),
    "notifications:api_notices": {"GET": V, "POST": W},
    "notifications:api_notice": {"GET": V, "PATCH": W},
    "notifications:api_submit_notice": post(W),
    "notifications:api_approve_notice": post(Can.APPROVE),
    "notifications:api_return_notice": post(Can.APPROVE),
    "notifications:api_send_notice": post(Can.SEND),
    "notifications:api_pause_notice": post(Can.SEND),
    "notifications:api_resume_notice": post(Can.SEND),
    "notifications:api_withdraw_notice": post(Can.SEND),
    "notifications:api_deliveries": get(V),
    "notifications:api_settle_uncertain": post(Can.SEND),
    "notifications:api_coverage": get(V),
    "notifications:templates": get(READS_TEXTS),
    "notifications:create_template": form(WRITES_TEXTS),
    "notifications:add_ready_templates": post(WRITES_TEXTS),
    "notifications:template": get(READS_TEXTS),
    "notifications:write_template": form(WRITES_TEXTS),
    "notifications:approve_template": post(APPROVES_TEXTS),
    "notifications:api_templates": {"GET": READS_TEXTS, "POST": WRITES_TEXTS},
    "notifications:api_template_versions": post(WRITES_TEXTS),
    "notifications:api_approve_template": post(APPROVES_TEXTS),
    # --- filings
    "notifications:filings": get(V),
    "notifications:start_filing": post(Can.FILE),
    "notifications:filing": get(V),
    "notifications:filing_section": form(Can.FILE),
    "notifications:declare_filing": form(DECLARES),
    "notifications:filing_progress": get(V),
    "notifications:draw_filing_again": post(Can.FILE),
    "notifications:submit_filing": form(Can.FILE),
    "notifications:withdraw_filing": form(Can.FILE),
    "notifications:filing_pdf": get(TAKES_OUT),
    "notifications:filing_snapshot": get(TAKES_OUT),
    "notifications:filing_receipt": get(TAKES_OUT),
    "notifications:api_filings": {"GET": V, "POST": Can.FILE},
    "notifications:api_filing": {"GET": V, "PATCH": Can.FILE},
    "notifications:api_declare_filing": post(DECLARES),
    "notifications:api_draw_filing_again": post(Can.FILE),
    "notifications:api_submit_filing": post(Can.FILE),
    "notifications:api_withdraw_filing": post(Can.FILE),
    "notifications:api_filing_pdf": get(TAKES_OUT),
    # --- policies
    "policies:list": get(SIGNED_IN),
    "policies:create": form(WRITES_TEXTS),
    "policies:clauses": get(READS_TEXTS),
    "policies:add_clause": form(WRITES_TEXTS),
    "policies:end_clause": form(WRITES_TEXTS),
    "policies:api_clauses": {"GET": READS_TEXTS, "POST": WRITES_TEXTS},
    "policies:api_end_clause": post(WRITES_TEXTS),
    "policies:policy": get(SIGNED_IN),
    "policies:write_version": form(WRITES_TEXTS),
    "policies:version": get(SIGNED_IN),
    "policies:edit_draft": form(WRITES_TEXTS),
    "policies:submit_version": post(WRITES_TEXTS),
    "policies:approve_version": post(APPROVES_TEXTS),
    "policies:return_version": post(APPROVES_TEXTS),
    "policies:put_in_force": post(APPROVES_TEXTS),
    "policies:api_list": {"GET": SIGNED_IN, "POST": WRITES_TEXTS},
    "policies:api_policy": get(SIGNED_IN),
    "policies:api_versions": post(WRITES_TEXTS),
    "policies:api_version": {"GET": SIGNED_IN, "PUT": WRITES_TEXTS},
    "policies:api_submit": post(WRITES_TEXTS),
    "policies:api_approve": post(APPROVES_TEXTS),
    "policies:api_return": post(APPROVES_TEXTS),
    "policies:api_in_force": post(APPROVES_TEXTS),
}
