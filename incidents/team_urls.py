from __future__ import annotations

from django.urls import path

from incidents.api import teams as api
from incidents.views import teams

urlpatterns = [
    path("settings/teams/", teams.teams, name="teams"),
    path("settings/teams/new/", teams.make_team, name="make_team"),
    path("settings/teams/<int:pk>/", teams.team, name="team"),
    path("settings/teams/<int:pk>/end/", teams.end_team, name="end_team"),
    path("api/teams/", api.Teams.as_view(), name="api_teams"),
    path("api/teams/<int:pk>/", api.OneTeam.as_view(), name="api_team"),
]
API_OF_AN_INCIDENT = [
    path("access/team/", api.grant_team, name="api_grant_team"),
    path("access/team/<int:pk>/end/", api.end_team_access, name="api_end_team_access"),
]
OF_AN_INCIDENT = [
    path("access/team/", teams.grant_team, name="grant_team"),
    path("access/team/<int:pk>/end/", teams.end_team_access, name="end_team_access"),
]
