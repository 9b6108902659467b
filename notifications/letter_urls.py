"""Routes of letters; part of the app's own."""

from django.urls import path

from notifications.api import letters as api
from notifications.views import letters as views

ALL = "incidents/<slug:reference>/letters/"
ONE = f"{ALL}<slug:run>/"
BEGIN = "incidents/<slug:reference>/notices/<slug:notice>/letters/"
urlpatterns = [
    path(ALL, views.letters, name="letters"),
    path(BEGIN, views.begin_letters, name="begin_letters"),
    path(ONE, views.letter_run, name="letter_run"),
    path(f"{ONE}progress/", views.letter_progress, name="letter_progress"),
    path(f"{ONE}take/", views.take_letters, name="take_letters"),
    path(f"{ONE}post/", views.post_letters, name="post_letters"),
    path(f"{ONE}return/", views.return_letters, name="return_letters"),
    path(f"{ONE}cancel/", views.cancel_letters, name="cancel_letters"),
    path(f"api/{ALL}", api.Letters.as_view(), name="api_letters"),
    path(f"api/{BEGIN}", api.Begin.as_view(), name="api_begin_letters"),
    path(f"api/{ONE}", api.OneRun.as_view(), name="api_letter_run"),
    path(f"api/{ONE}take/", api.Take.as_view(), name="api_take_letters"),
    path(f"api/{ONE}post/", api.Post.as_view(), name="api_post_letters"),
    path(f"api/{ONE}return/", api.Return.as_view(), name="api_return_letters"),
    path(f"api/{ONE}cancel/", api.Cancel.as_view(), name="api_cancel_letters"),
]
