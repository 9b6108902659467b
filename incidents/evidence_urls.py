"""Addresses of evidence; `incidents.urls` includes them. Files themselves leave below `/files/` alone."""

from __future__ import annotations

from django.urls import path

from incidents.api import evidence as evidence_api
from incidents.api import uploads as upload_api
from incidents.views import evidence, files

OF_AN_INCIDENT = [
    path("evidence/", evidence.evidence_list, name="evidence"),
    path("evidence/add/", evidence.add_evidence, name="add_evidence"),
    path("evidence/capture/", evidence.capture_page, name="capture_page"),
    path("evidence/export/", files.export_page, name="export_evidence"),
    path("evidence/hold/", evidence.hold_all_evidence, name="hold_all_evidence"),
    path("evidence/holds/<int:pk>/release/", evidence.release_hold, name="release_hold"),
    path("evidence/uploads/<str:upload>/drop/", evidence.drop_upload, name="drop_upload"),
    path("evidence/<str:evidence>/", evidence.evidence_item, name="evidence_item"),
    path("evidence/<str:evidence>/open/", evidence.open_evidence, name="open_evidence"),
    path("evidence/<str:evidence>/download/", files.download_page, name="download_evidence"),
    path("evidence/<str:evidence>/check/", evidence.check_evidence, name="check_evidence"),
    path("evidence/<str:evidence>/hold/", evidence.hold_evidence, name="hold_evidence"),
    path("evidence/<str:evidence>/privileged/", evidence.set_privileged, name="set_privileged"),
    path("evidence/<str:evidence>/delete/", evidence.delete_evidence, name="delete_evidence"),
]
API_OF_AN_INCIDENT = [
    path("evidence/", evidence_api.EvidenceList.as_view(), name="api_evidence"),
    path("evidence/captures/", evidence_api.capture_page, name="api_capture_page"),
    path("evidence/manifest/", evidence_api.evidence_manifest, name="api_evidence_manifest"),
    path("evidence/export/", evidence_api.export_evidence, name="api_export_evidence"),
    path("evidence/holds/", evidence_api.HoldAll.as_view(), name="api_hold_all_evidence"),
    path("evidence/holds/<int:pk>/release/", evidence_api.release_hold, name="api_release_hold"),
    path("evidence/uploads/", upload_api.Uploads.as_view(), name="api_uploads"),
    path("evidence/uploads/<str:upload>/", upload_api.OneUpload.as_view(), name="api_upload"),
    path("evidence/uploads/<str:upload>/finish/", upload_api.finish_upload, name="api_finish_upload"),
    path("evidence/<str:evidence>/", evidence_api.evidence_item, name="api_evidence_item"),
    path("evidence/<str:evidence>/open/", evidence_api.open_evidence, name="api_open_evidence"),
    path("evidence/<str:evidence>/download/", evidence_api.download_evidence, name="api_download_evidence"),
    path("evidence/<str:evidence>/check/", evidence_api.check_evidence, name="api_check_evidence"),
    path("evidence/<str:evidence>/hold/", evidence_api.hold_evidence, name="api_hold_evidence"),
    path("evidence/<str:evidence>/privileged/", evidence_api.set_privileged, name="api_set_privileged"),
    path("evidence/<str:evidence>/delete/", evidence_api.delete_evidence, name="api_delete_evidence"),
]
API_OF_A_REPORT = [
    path("attachments/", evidence_api.attachments, name="api_attachments"),
    path("attachments/<int:pk>/", evidence_api.attachment_file, name="api_attachment_file"),
]
FILES = [
    path(
        "files/reports/<str:reference>/attachments/<int:pk>/", files.attachment_file, name="attachment_file"
    ),
    path("files/<str:reference>/evidence/<str:evidence>/", files.evidence_file, name="evidence_file"),
    path("files/<str:reference>/evidence.zip", files.evidence_zip, name="evidence_zip"),
    path("files/<str:reference>/evidence.csv", files.evidence_manifest, name="evidence_manifest"),
]
