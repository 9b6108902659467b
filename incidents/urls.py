from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from incidents.api import cases, control, reports
from incidents.api import delays as delay_api
from incidents.api import differences as difference_api
from incidents.api import facts as fact_api
from incidents.api import judging as judging_api
from incidents.api import obligations as obligation_api
from incidents.api import organisation as organisation_api
from incidents.api import reminders as reminder_api
from incidents.views import (
    access,
    assessment,
    closing,
    delays,
    differences,
    facts,
    incident,
    intake,
    judging,
    obligations,
    public_report,
    record,
    reminders,
    settings,
    staff_report,
)

app_name = "incidents"

OF_A_REPORT = [
    path("", intake.intake_report, name="intake_report"),
    path("promote/", intake.promote_report, name="promote_report"),
    path("same/", intake.mark_duplicate, name="mark_duplicate"),
    path("dismiss/", intake.dismiss_report, name="dismiss_report"),
    path("return/", intake.return_report, name="return_report"),
    path("contact/", intake.reporter_contact, name="reporter_contact"),
]
OF_AN_INCIDENT = [
    path("describe/", incident.describe_incident, name="describe"),
    path("start-assessment/", incident.start_assessment, name="start_assessment"),
    path("confirm/", incident.confirm_breach, name="confirm_breach"),
    path("dismiss/", incident.dismiss_incident, name="dismiss_incident"),
    path("notes/", incident.notes, name="notes"),
    path("policy/", incident.cite_policy, name="cite_policy"),
    path("facts/", facts.facts, name="facts"),
    path("facts/time/", facts.event_time, name="event_time"),
    path("facts/counts/", facts.counts, name="counts"),
    path("facts/counts/drop-estimates/", facts.drop_estimates, name="drop_estimates"),
    path("facts/history/<slug:key>/", facts.fact_history, name="fact_history"),
    path("facts/<slug:group>/", facts.fact_group, name="facts_group"),
    path("assessment/", assessment.assessment, name="assessment"),
    path("assessment/severity/", assessment.assess_severity, name="assess_severity"),
    path("assessment/risk/", assessment.sign_risk_tier, name="sign_risk_tier"),
    path("obligations/", obligations.obligations, name="obligations"),
    path("obligations/<int:pk>/", obligations.obligation, name="obligation"),
    *(
        path(f"obligations/<int:pk>/{name.replace('_', '-')}/", obligations.act, {"name": name}, name=name)
        for name in obligations.ACTS
    ),
    path("obligations/<int:pk>/have/", reminders.have_obligation, name="have_obligation"),
    path("obligations/<int:pk>/hand-over/", reminders.hand_over, name="hand_over"),
    path("reminders/have/", reminders.have_reminders, name="have_reminders"),
    path(
        "differences/<int:pk>/accept/",
        differences.accept_difference,
        name="accept_difference",
    ),
    path("differences/<int:pk>/keep/", differences.keep_difference, name="keep_difference"),
    path("judge/", judging.judge_condition, name="judge_condition"),
    path("delay-requests/new/", delays.record_delay_request, name="record_delay_request"),
    path("delay-requests/<int:pk>/lift/", delays.lift_delay_request, name="lift_delay_request"),
    path("delay-requests/<int:pk>/strike/", delays.strike_delay_request, name="strike_delay_request"),
    path("close/", closing.closing, name="closing"),
    path("close/review/", closing.write_review, name="write_review"),
    path("close/now/", closing.close_incident, name="close_incident"),
    path("reopen/", closing.reopen_incident, name="reopen_incident"),
    path("access/", access.access, name="access"),
    path("access/grant/", access.grant_access, name="grant_access"),
    path("access/end/<int:user_id>/", access.end_access, name="end_access"),
    path("access/restrict/", access.restrict_incident, name="restrict_incident"),
    path("access/lift/", access.lift_restriction, name="lift_restriction"),
    path("record/", record.record, name="record"),
    path("record/verify/", record.verify_record, name="verify_record"),
    path("record/export/", record.export_record, name="export_record"),
]
API_OF_A_REPORT = [
    path("", reports.OneReport.as_view(), name="api_report"),
    path("dismiss/", reports.dismiss_report, name="api_dismiss_report"),
    path("duplicate/", reports.mark_duplicate, name="api_mark_duplicate"),
    path("return/", reports.return_report, name="api_return_report"),
    path("promote/", reports.promote_report, name="api_promote_report"),
    path("contact/", reports.reporter_contact, name="api_reporter_contact"),
]
API_OF_AN_OBLIGATION = [
    path("", obligation_api.obligation, name="api_obligation"),
    path("decide-required/", obligation_api.decide_required, name="api_decide_required"),
    path("propose-not-required/", obligation_api.propose_not_required, name="api_propose_not_required"),
    path("sign-not-required/", obligation_api.sign_not_required, name="api_sign_not_required"),
    path("withdraw-decision/", obligation_api.withdraw_decision, name="api_withdraw_decision"),
    path("meet/", obligation_api.meet_obligation, name="api_meet_obligation"),
    path("reminders/", reminder_api.reminders_of, name="api_obligation_reminders"),
    path("have/", reminder_api.have_obligation, name="api_have_obligation"),
    path("hand-over/", reminder_api.hand_over, name="api_hand_over"),
    path("late-reason/", obligation_api.give_late_reason, name="api_give_late_reason"),
]
API_OF_AN_INCIDENT: list[URLPattern | URLResolver] = [
    path("", cases.OneIncident.as_view(), name="api_incident"),
    path("start-assessment/", cases.start_assessment, name="api_start_assessment"),
    path("confirm/", cases.confirm_breach, name="api_confirm_breach"),
    path("dismiss/", cases.dismiss_incident, name="api_dismiss_incident"),
    path("policy/", cases.cite_policy, name="api_cite_policy"),
    path("notes/", cases.Notes.as_view(), name="api_notes"),
    path("event-times/", fact_api.EventTimes.as_view(), name="api_event_times"),
    path("facts/", fact_api.Facts.as_view(), name="api_facts"),
    path("counts/", fact_api.Counts.as_view(), name="api_counts"),
    path("counts/drop-estimates/", fact_api.drop_estimates, name="api_drop_estimates"),
    path("assessments/", fact_api.Assessments.as_view(), name="api_assessments"),
    path("risk-tier/", fact_api.sign_risk_tier, name="api_risk_tier"),
    path("obligations/", obligation_api.obligations, name="api_obligations"),
    path("obligations/<int:pk>/", include(API_OF_AN_OBLIGATION)),
    path("reminders/have/", reminder_api.have_reminders, name="api_have_reminders"),
    path("judgements/", judging_api.Judgements.as_view(), name="api_judgements"),
    path("delay-requests/", delay_api.DelayRequests.as_view(), name="api_delay_requests"),
    path("delay-requests/<int:pk>/lift/", delay_api.lift_delay_request, name="api_lift_delay_request"),
    path("delay-requests/<int:pk>/strike/", delay_api.strike_delay_request, name="api_strike_delay_request"),
    path("differences/", difference_api.differences, name="api_differences"),
    path("differences/<int:pk>/accept/", difference_api.accept_difference, name="api_accept_difference"),
    path("differences/<int:pk>/keep/", difference_api.keep_difference, name="api_keep_difference"),
    path("access/", control.Access.as_view(), name="api_access"),
    path("access/end/", control.end_access, name="api_end_access"),
    path("access/restrict/", control.restrict_incident, name="api_restrict_incident"),
    path("access/lift/", control.lift_restriction, name="api_lift_restriction"),
    path("review/", control.write_review, name="api_review"),
    path("close/", control.Closing.as_view(), name="api_close"),
    path("reopen/", control.reopen_incident, name="api_reopen"),
    path("record/", control.record, name="api_record"),
    path("record/verify/", control.verify_record, name="api_verify_record"),
    path("record/export/", control.RecordExport.as_view(), name="api_export_record"),
]
urlpatterns = [
    path("api/reports/", reports.Reports.as_view(), name="api_reports"),
    path("api/reports/<str:reference>/", include(API_OF_A_REPORT)),
    path("api/organisation/", organisation_api.OneOrganisation.as_view(), name="api_organisation"),
    path("api/organisation/facts/", organisation_api.set_standing_facts, name="api_standing_facts"),
    path("api/reminders/", reminder_api.mine, name="api_my_reminders"),
    path("api/organisation/reminders/", reminder_api.Reminders.as_view(), name="api_reminders"),
    path("settings/organisation/reminders/", reminders.reminders, name="reminders"),
    path("settings/organisation/", settings.organisation, name="organisation"),
    path("settings/organisation/edit/", settings.edit_organisation, name="edit_organisation"),
    path("settings/organisation/facts/", settings.standing_facts, name="standing_facts"),
    path("api/incidents/", cases.Incidents.as_view(), name="api_incidents"),
    path("api/incidents/<str:reference>/", include(API_OF_AN_INCIDENT)),
    path("report/", public_report.report, name="report"),
    path("report/status/", public_report.report_status, name="report_status"),
    path("report/staff/", staff_report.report_staff, name="report_staff"),
    path("report/staff/<str:reference>/", staff_report.report_thanks, name="report_thanks"),
    path("report/mine/", staff_report.my_reports, name="my_reports"),
    path("intake/", intake.intake, name="intake"),
    path("intake/settled/", intake.intake_settled, name="intake_settled"),
    path("intake/<str:reference>/", include(OF_A_REPORT)),
    path("incidents/", incident.incident_list, name="list"),
    path("incidents/new/", incident.new_incident, name="new"),
    path("incidents/<str:reference>/", include(OF_AN_INCIDENT)),
]
