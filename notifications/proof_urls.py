"""Routes of proof; part of the app's own."""

from django.urls import path

from notifications.api import proofs as api
from notifications.views import proofs as views

PERSON = "incidents/<slug:reference>/people/<int:number>/proof/"
OF_NOTICE = "incidents/<slug:reference>/notices/<slug:notice>/certificates/"
urlpatterns = [
    path(PERSON, views.party_proof, name="party_proof"),
    path(f"{PERSON}reveal/", views.reveal_proof, name="reveal_proof"),
    path(f"{PERSON}<int:delivery>/", views.take_proof, name="take_proof"),
    path(OF_NOTICE, views.certificates, name="certificates"),
    path(f"{OF_NOTICE}ask/", views.ask_certificate, name="ask_certificate"),
    path(f"{OF_NOTICE}<slug:certificate>/pdf/", views.certificate_pdf, name="certificate_pdf"),
    path(f"api/{PERSON}", api.PartyProofs.as_view(), name="api_party_proofs"),
    path(f"api/{PERSON}<int:delivery>/", api.TakeProof.as_view(), name="api_take_proof"),
    path(f"api/{OF_NOTICE}", api.Certificates.as_view(), name="api_certificates"),
    path(f"api/{OF_NOTICE}<slug:certificate>/pdf/", api.CertificatePdf.as_view(), name="api_certificate_pdf"),
]
