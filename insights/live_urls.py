from __future__ import annotations

from django.urls import path

from insights import changes_api, drafts_api, timeline_api
from insights.views import live, pages

urlpatterns = [
    path("incidents/<str:reference>/changes/", live.incident_changes, name="incident_changes"),
    path("incidents/<str:reference>/seen/", pages.mark_seen, name="mark_seen"),
    path("api/incidents/<str:reference>/news/", changes_api.News.as_view(), name="api_news"),
    path("changes/<slug:place>/", live.place_changes, name="place_changes"),
    path("api/incidents/<str:reference>/changes/", changes_api.incident_changes, name="api_incident_changes"),
    path("api/incidents/<str:reference>/timeline/", timeline_api.timeline, name="api_timeline"),
    path("api/drafts/", drafts_api.Drafts.as_view(), name="api_drafts"),
    path("api/changes/<slug:place>/", changes_api.place_changes, name="api_place_changes"),
]
