"""Routes of saved views of lists; part of the app's own."""

from django.urls import path

from incidents.api import saved_views as api
from incidents.views import saved_views

urlpatterns = [
    path("views/new/<slug:which>/", saved_views.save_view, name="save_view"),
    path("views/<int:pk>/", saved_views.saved_view, name="saved_view"),
    path("views/<int:pk>/delete/", saved_views.delete_view, name="delete_view"),
    path("api/views/", api.SavedViews.as_view(), name="api_saved_views"),
    path("api/views/<int:pk>/", api.OneView.as_view(), name="api_saved_view"),
]
