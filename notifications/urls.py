"""Routes of notices, their templates, their public page, and filings."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from notifications.api import checks, texts
from notifications.api import notices as api
from notifications.views import checking, notices, public, sending, templates

app_name = "notifications"

ALL = "incidents/<slug:reference>/notices/"
ONE = f"{ALL}<slug:notice>/"
TEMPLATES = "notice-templates/"
TEMPLATE = f"{TEMPLATES}<int:pk>/"
VERSION = f"{TEMPLATE}versions/<int:version>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("n/<str:code>", public.notice_page, name="public_notice"),
    path(ALL, notices.notices, name="notices"),
    path(f"{ALL}new/", notices.create_notice, name="create_notice"),
    path(ONE, notices.notice, name="notice"),
    path(f"{ONE}edit/", notices.edit_notice, name="edit_notice"),
    path(f"{ONE}check/", checking.check_notice, name="check_notice"),
    path(f"{ONE}accept/", checking.accept_finding, name="accept_finding"),
    path(f"{ONE}preview/", notices.preview, name="preview"),
    path(f"{ONE}preview/mail/", notices.preview_mail, name="preview_mail"),
    path(f"{ONE}submit/", notices.submit_notice, name="submit_notice"),
    path(f"{ONE}approve/", notices.approve_notice, name="approve_notice"),
    path(f"{ONE}return/", notices.return_notice, name="return_notice"),
    path(f"{ONE}test/", sending.send_samples, name="send_samples"),
    path(f"{ONE}send/", sending.start_sending, name="start_sending"),
    path(f"{ONE}progress/", sending.progress, name="notice_progress"),
    path(f"{ONE}people/", sending.people, name="notice_people"),
    path(f"{ONE}settle/", sending.settle_uncertain, name="settle_uncertain"),
    path(f"{ONE}pause/", sending.pause_sending, name="pause_sending"),
    path(f"{ONE}resume/", sending.resume_sending, name="resume_sending"),
    path(f"{ONE}withdraw/", sending.withdraw_notice, name="withdraw_notice"),
    path(TEMPLATES, templates.templates, name="templates"),
    path(f"{TEMPLATES}new/", templates.create_template, name="create_template"),
    path(f"{TEMPLATES}ready/", templates.add_ready_templates, name="add_ready_templates"),
    path(f"{TEMPLATES}blocks/new/", templates.create_block, name="create_block"),
    path(TEMPLATE, templates.template, name="template"),
    path(f"{TEMPLATE}retire/", templates.retire_template, name="retire_template"),
    path(f"{TEMPLATE}write/", templates.write_template, name="write_template"),
    path(VERSION, templates.template_version, name="template_version"),
    path(f"{VERSION}approve/", templates.approve_template, name="approve_template"),
    path(f"{VERSION}clear/", templates.clear_draft_mark, name="clear_draft_mark"),
    path(f"api/{ALL}", api.Notices.as_view(), name="api_notices"),
    path(f"api/{ONE}", api.OneNotice.as_view(), name="api_notice"),
    path(f"api/{ONE}findings/", checks.Findings.as_view(), name="api_notice_findings"),
    path(f"api/{ONE}preview/", checks.Preview.as_view(), name="api_notice_preview"),
    path(f"api/{ONE}submit/", api.Submit.as_view(), name="api_submit_notice"),
    path(f"api/{ONE}approve/", api.Approve.as_view(), name="api_approve_notice"),
    path(f"api/{ONE}return/", api.Return.as_view(), name="api_return_notice"),
    path(f"api/{ONE}test/", api.Samples.as_view(), name="api_notice_samples"),
    path(f"api/{ONE}send/", api.Send.as_view(), name="api_send_notice"),
    path(f"api/{ONE}pause/", api.Pause.as_view(), name="api_pause_notice"),
    path(f"api/{ONE}resume/", api.Resume.as_view(), name="api_resume_notice"),
    path(f"api/{ONE}withdraw/", api.Withdraw.as_view(), name="api_withdraw_notice"),
    path(f"api/{ONE}deliveries/", api.Deliveries.as_view(), name="api_deliveries"),
    path(f"api/{ONE}settle/", api.Settle.as_view(), name="api_settle_uncertain"),
    path("api/incidents/<slug:reference>/coverage/", api.CoverageOf.as_view(), name="api_coverage"),
    path(f"api/{TEMPLATES}", texts.Templates.as_view(), name="api_templates"),
    path(f"api/{TEMPLATE}versions/", texts.Versions.as_view(), name="api_template_versions"),
    path(f"api/{TEMPLATE}retire/", texts.Retire.as_view(), name="api_retire_template"),
    path(f"api/{VERSION}", texts.OneVersion.as_view(), name="api_template_version"),
    path(f"api/{VERSION}approve/", texts.ApproveVersion.as_view(), name="api_approve_template"),
    path(f"api/{VERSION}clear/", texts.ClearDraftMark.as_view(), name="api_clear_draft_mark"),
    path(f"api/{TEMPLATES}ready/", texts.Ready.as_view(), name="api_add_ready_templates"),
]
urlpatterns.append(path("", include("notifications.bounce_urls")))
urlpatterns.append(path("", include("notifications.letter_urls")))
urlpatterns.append(path("", include("notifications.proof_urls")))
urlpatterns.append(path("", include("notifications.statement_urls")))
urlpatterns.append(path("", include("notifications.update_urls")))
if find_spec("notifications.filing_urls"):
    urlpatterns.append(path("", include("notifications.filing_urls")))
