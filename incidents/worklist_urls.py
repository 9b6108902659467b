"""Routes of the list of incidents; part of the app's own."""

from django.urls import path

from incidents.api import worklist as api
from incidents.views import worklist

urlpatterns = [
    path("incidents/", worklist.incident_list, name="list"),
    path("incidents/export/", worklist.export_list, name="export_list"),
    path("incidents/change/", worklist.change_incidents, name="change_incidents"),
    path("incidents/change/undo/", worklist.undo_change, name="undo_change"),
    path("api/incidents/export/", api.export_list, name="api_export_list"),
    path("api/incidents/change/", api.change_incidents, name="api_change_incidents"),
]
