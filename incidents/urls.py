from __future__ import annotations

from django.urls import include, path

from incidents.views import (
    access,
    assessment,
    closing,
    facts,
    incident,
    intake,
    obligations,
    public_report,
    record,
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
urlpatterns = [
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
