"""Routes of filings; part of the app's own."""

from django.urls import path

from notifications.api import filing as api
from notifications.views import filing as views

PAGES = "incidents/<slug:reference>/filings/"
PAGE = f"{PAGES}<slug:filing_reference>/"
urlpatterns = [
    path(PAGES, views.filings, name="filings"),
    path(f"{PAGES}start/<int:obligation>/", views.start_filing, name="start_filing"),
    path(PAGE, views.filing, name="filing"),
    path(f"{PAGE}sections/<slug:section>/", views.edit_section, name="filing_section"),
    path(f"{PAGE}declare/", views.declare_filing, name="declare_filing"),
    path(f"{PAGE}progress/", views.filing_progress, name="filing_progress"),
    path(f"{PAGE}draw-again/", views.draw_again, name="draw_filing_again"),
    path(f"{PAGE}submit/", views.submit_filing, name="submit_filing"),
    path(f"{PAGE}withdraw/", views.withdraw_filing, name="withdraw_filing"),
    path(f"{PAGE}pdf/", views.filing_pdf, name="filing_pdf"),
    path(f"{PAGE}snapshot/", views.filing_snapshot, name="filing_snapshot"),
    path(f"{PAGE}receipt/", views.filing_receipt, name="filing_receipt"),
    path(f"api/{PAGES}", api.Filings.as_view(), name="api_filings"),
    path(f"api/{PAGE}", api.OneFiling.as_view(), name="api_filing"),
    path(f"api/{PAGE}declare/", api.Declare.as_view(), name="api_declare_filing"),
    path(f"api/{PAGE}draw-again/", api.DrawAgain.as_view(), name="api_draw_filing_again"),
    path(f"api/{PAGE}submit/", api.Submit.as_view(), name="api_submit_filing"),
    path(f"api/{PAGE}withdraw/", api.Withdraw.as_view(), name="api_withdraw_filing"),
    path(f"api/{PAGE}pdf/", api.Pdf.as_view(), name="api_filing_pdf"),
]
