from django.urls import path

from insights import access_api, api, live_urls, record_api, search_api
from insights.views import access, feed, law, pages, record_state, search

app_name = "insights"
urlpatterns = [
    *live_urls.urlpatterns,
    path("", pages.my_day, name="my_day"),
    path("incidents/<str:reference>/", pages.overview, name="overview"),
    path("incidents/<str:reference>/timeline/", pages.timeline, name="timeline"),
    path("deadlines/", pages.deadlines, name="deadlines"),
    path("deadlines/feed/<str:file>", feed.feed, name="feed"),
    path("search/", search.search, name="search"),
    path("search/suggest/", search.suggest, name="suggest"),
    path("api/search/", search_api.search, name="api_search"),
    path("law/", law.rules, name="law"),
    path("law/rules/<slug:rule_id>/", law.rule, name="rule"),
    path("law/authorities/", law.authorities, name="authorities"),
    path("law/authorities/<slug:authority_id>/", law.authority, name="authority"),
    path("incidents/<str:reference>/access/review/", access.access_review, name="access_review"),
    path(
        "api/incidents/<str:reference>/access/review/", access_api.Review.as_view(), name="api_access_review"
    ),
    path("settings/access/", access.access_overview, name="access_overview"),
    path("api/access/", access_api.Overview.as_view(), name="api_access_overview"),
    path("record/", record_state.record_state, name="record_state"),
    path("record/check/", record_state.check_now, name="check_record"),
    path("api/record/", record_api.RecordState.as_view(), name="api_record_state"),
    path("api/law/rules/", api.rules, name="api_rules"),
    path("api/law/rules/<slug:rule_id>/", api.rule, name="api_rule"),
    path("api/law/authorities/", api.authorities, name="api_authorities"),
    path("api/law/authorities/<slug:authority_id>/", api.authority, name="api_authority"),
]
