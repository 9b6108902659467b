from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from stakeholders.api import erasure as api_erasure
from stakeholders.api import imports as api_imports
from stakeholders.api import inquiries as api_inquiries
from stakeholders.api import people as api_people
from stakeholders.views import erasure, imports, inquiries, people, public

app_name = "stakeholders"

OF_AN_IMPORT: list[URLPattern] = [
    path("", imports.import_page, name="import"),
    path("columns/", imports.match_columns, name="match_columns"),
    path("progress/", imports.import_progress, name="import_progress"),
    path("forget/", imports.forget_mapping, name="forget_mapping"),
    path("stop/", imports.cancel_import, name="cancel_import"),
    path("resume/", imports.resume_import, name="resume_import"),
    path("refused.csv", imports.download_rejects, name="download_rejects"),
]
PEOPLE: list[URLPattern | URLResolver] = [
    path("", people.people, name="people"),
    path("sample.csv", people.sample, name="sample"),
    path("correct-counts/", people.correct_counts, name="correct_counts"),
    path("counts/", people.decide_counts, name="decide_counts"),
    path("import/", imports.upload_import, name="upload_import"),
    path("imports/<int:number>/", include(OF_AN_IMPORT)),
    path("<int:number>/", people.party, name="party"),
    path("<int:number>/reveal/", people.reveal_party, name="reveal_party"),
    path("<int:number>/exempt/", people.exempt_party, name="exempt_party"),
    path("<int:number>/address/", people.address_party, name="address_party"),
    path("export/", erasure.export_list, name="export_list"),
    path("erase/", erasure.erase, name="erase"),
    path("erase/sign/", erasure.sign_erasure, name="sign_erasure"),
    path("erase/withdraw/", erasure.withdraw_erasure, name="withdraw_erasure"),
]
OF_AN_INQUIRY = [
    path("", inquiries.inquiry, name="inquiry"),
    path("contact/", inquiries.reveal_contact, name="reveal_contact"),
    path("close/", inquiries.close_inquiry, name="close_inquiry"),
    path("reopen/", inquiries.reopen_inquiry, name="reopen_inquiry"),
    path("incident/", inquiries.link_inquiry, name="link_inquiry"),
]
API_PEOPLE = [
    path("", api_people.People.as_view(), name="api_people"),
    path("find/", api_people.Find.as_view(), name="api_find"),
    path("correct-counts/", api_people.CorrectCounts.as_view(), name="api_correct_counts"),
    path("counts/", api_people.DecideCounts.as_view(), name="api_decide_counts"),
    path("columns/", api_imports.Mappings.as_view(), name="api_mappings"),
    path("columns/<int:saved>/", api_imports.OneMapping.as_view(), name="api_mapping"),
    path("imports/", api_imports.Imports.as_view(), name="api_imports"),
    path("imports/<int:number>/", api_imports.OneImport.as_view(), name="api_import"),
    path("imports/<int:number>/start/", api_imports.Start.as_view(), name="api_start_import"),
    path("imports/<int:number>/stop/", api_imports.Stop.as_view(), name="api_cancel_import"),
    path("imports/<int:number>/resume/", api_imports.Resume.as_view(), name="api_resume_import"),
    path("imports/<int:number>/refused/", api_imports.Refused.as_view(), name="api_refused"),
    path("<int:number>/", api_people.Party.as_view(), name="api_party"),
    path("<int:number>/reveal/", api_people.Reveal.as_view(), name="api_reveal_party"),
    path("<int:number>/address/", api_people.Address.as_view(), name="api_address_party"),
    path("export/", api_erasure.Export.as_view(), name="api_export_list"),
    path("erasure/", api_erasure.OneErasure.as_view(), name="api_erase"),
    path("erasure/sign/", api_erasure.Sign.as_view(), name="api_sign_erasure"),
    path("erasure/withdraw/", api_erasure.Withdraw.as_view(), name="api_withdraw_erasure"),
    path("<int:number>/exempt/", api_people.Exempt.as_view(), name="api_exempt_party"),
]
API_INQUIRY = [
    path("", api_inquiries.OneInquiry.as_view(), name="api_inquiry"),
    path("answer/", api_inquiries.Answer.as_view(), name="api_answer_inquiry"),
    path("contact/", api_inquiries.RevealContact.as_view(), name="api_reveal_contact"),
    path("close/", api_inquiries.Close.as_view(), name="api_close_inquiry"),
    path("reopen/", api_inquiries.Reopen.as_view(), name="api_reopen_inquiry"),
    path("incident/", api_inquiries.Link.as_view(), name="api_link_inquiry"),
]
urlpatterns = [
    path("incidents/<str:reference>/people/", include(PEOPLE)),
    path("incidents/<str:reference>/inquiries/", inquiries.incident_inquiries, name="incident_inquiries"),
    path("incidents/<str:reference>/inquiries/new/", inquiries.log_inquiry, name="log_incident_inquiry"),
    path("inquiries/", inquiries.desk, name="desk"),
    path("inquiries/new/", inquiries.log_inquiry, name="log_inquiry"),
    path("inquiries/<str:reference>/", include(OF_AN_INQUIRY)),
    path("q/<str:code>", public.answer, name="answer"),
    path("api/incidents/<str:reference>/people/", include(API_PEOPLE)),
    path(
        "api/incidents/<str:reference>/inquiries/",
        api_inquiries.OfIncident.as_view(),
        name="api_incident_inquiries",
    ),
    path("api/inquiries/", api_inquiries.Desk.as_view(), name="api_desk"),
    path("api/inquiries/<str:reference>/", include(API_INQUIRY)),
]
