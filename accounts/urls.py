from __future__ import annotations

from django.urls import path

from accounts import api, own_api, own_views, views

app_name = "accounts"

urlpatterns = [
    path("api/auth/token/", api.Token.as_view(), name="api_token"),
    path("api/people/", api.People.as_view(), name="api_people"),
    path("api/people/<int:pk>/", api.OnePerson.as_view(), name="api_person"),
    path("api/people/<int:pk>/roles/", api.change_roles, name="api_change_roles"),
    path("api/people/<int:pk>/link/", api.send_link, name="api_send_link"),
    path("api/people/<int:pk>/limits/", api.lift_limits, name="api_lift_limits"),
    path("api/people/<int:pk>/deactivate/", api.deactivate, name="api_deactivate"),
    path("api/people/<int:pk>/reactivate/", api.reactivate, name="api_reactivate"),
    path("api/people/<int:pk>/second-step/", api.take_second_step, name="api_take_second_step"),
    path("api/people/<int:pk>/stand-in/", own_api.StandIn.as_view(), name="api_stand_in"),
    path("api/me/", own_api.Own.as_view(), name="api_own"),
    path("api/me/stand-in/", own_api.OwnStandIn.as_view(), name="api_own_stand_in"),
    path("api/me/calendar/", own_api.Calendar.as_view(), name="api_calendar"),
    path("api/me/sessions/", own_api.Sessions.as_view(), name="api_end_sessions"),
    path("second-step/", own_views.second_step_needed, name="second_step"),
    path("session/stay/", own_views.stay, name="stay"),
    path("settings/yours/sessions/end/", own_views.end_sessions, name="end_sessions"),
    path("settings/yours/", own_views.own, name="own"),
    path("settings/yours/stand-in/", own_views.own_stand_in, name="own_stand_in"),
    path("settings/yours/calendar/", own_views.make_calendar, name="make_calendar"),
    path("settings/yours/calendar/end/", own_views.end_calendar, name="end_calendar"),
    path("settings/people/<int:pk>/stand-in/", own_views.stand_in, name="stand_in"),
    path("settings/people/", views.people, name="people"),
    path("settings/people/new/", views.add_person, name="add_person"),
    path("settings/people/<int:pk>/", views.person, name="person"),
    path("settings/people/<int:pk>/link/", views.send_link, name="send_link"),
    path("settings/people/<int:pk>/second-step/", views.take_second_step, name="take_second_step"),
    path("settings/people/<int:pk>/limits/", views.lift_limits, name="lift_limits"),
    path("settings/people/<int:pk>/deactivate/", views.deactivate, name="deactivate"),
    path("settings/people/<int:pk>/reactivate/", views.reactivate, name="reactivate"),
]
