"""Routes of what came back; part of the app's own."""

from django.urls import path

from notifications.api import bounces as api
from notifications.views import bounce_hook
from notifications.views import bounces as views

ALL = "incidents/<slug:reference>/returned/"
urlpatterns = [
    path("hooks/bounces/", bounce_hook.bounce_hook, name="bounce_hook"),
    path(ALL, views.came_back, name="came_back"),
    path(f"{ALL}act/", views.act_on_returned, name="act_on_returned"),
    path(f"{ALL}<int:delivery>/correct/", views.correct_address, name="correct_address"),
    path(f"api/{ALL}", api.CameBack.as_view(), name="api_came_back"),
    path(f"api/{ALL}send-again/", api.SendAgain.as_view(), name="api_send_again"),
    path(f"api/{ALL}give-up/", api.GiveUp.as_view(), name="api_give_up"),
    path(f"api/{ALL}<int:delivery>/correct/", api.Correct.as_view(), name="api_correct_address"),
]
