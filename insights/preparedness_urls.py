"""Routes of preparedness: pages and API."""

from django.urls import path

from insights import preparedness_api as api
from insights.views import outlooks, preparedness

app_name = "preparedness"
SCENARIO = "preparedness/scenarios/<slug:scenario_id>/"
SAVED = "preparedness/saved/<slug:reference>/"
urlpatterns = [
    path("preparedness/", preparedness.index, name="index"),
    path("preparedness/exposure/", preparedness.edit_exposure, name="edit_exposure"),
    path(SCENARIO, preparedness.scenario, name="scenario"),
    path(f"{SCENARIO}csv/", preparedness.scenario_csv, name="scenario_csv"),
    path(f"{SCENARIO}save/", preparedness.save_outlook, name="save_outlook"),
    path(SAVED, outlooks.saved, name="saved"),
    path(f"{SAVED}csv/", outlooks.saved_csv, name="saved_csv"),
    path(f"{SAVED}compare/", outlooks.compare, name="compare"),
    path(
        "law/authorities/<slug:authority_id>/contact/",
        preparedness.authority_contact,
        name="authority_contact",
    ),
    path("api/preparedness/", api.overview, name="api_overview"),
    path("api/preparedness/exposure/", api.Exposure.as_view(), name="api_exposure"),
    path(f"api/{SCENARIO}", api.scenario, name="api_scenario"),
    path(f"api/{SCENARIO}save/", api.save_outlook, name="api_save_outlook"),
    path("api/preparedness/saved/", api.saved_outlooks, name="api_saved_list"),
    path(f"api/{SAVED}", api.saved, name="api_saved"),
    path(f"api/{SAVED}compare/", api.compare, name="api_compare"),
    path(
        "api/law/authorities/<slug:authority_id>/contact/",
        api.AuthorityContactView.as_view(),
        name="api_authority_contact",
    ),
]
