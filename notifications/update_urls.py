"""Routes of updates of a public page; part of the app's own."""

from django.urls import path

from notifications.api import updates as api
from notifications.views import updates as views

ONE = "incidents/<slug:reference>/notices/<slug:notice>/updates/"
urlpatterns = [
    path(ONE, views.notice_updates, name="notice_updates"),
    path(f"{ONE}publish/", views.publish_update, name="publish_update"),
    path(f"{ONE}drop/", views.drop_update, name="drop_update"),
    path(f"api/{ONE}", api.Updates.as_view(), name="api_notice_updates"),
    path(f"api/{ONE}publish/", api.PublishUpdate.as_view(), name="api_publish_update"),
    path(f"api/{ONE}drop/", api.DropUpdate.as_view(), name="api_drop_update"),
]
