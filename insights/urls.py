from django.urls import path

from insights import views

app_name = "insights"
urlpatterns = [
    path("", views.my_day, name="my_day"),
    path("incidents/<str:reference>/", views.overview, name="overview"),
    path("incidents/<str:reference>/timeline/", views.timeline, name="timeline"),
    path("deadlines/", views.deadlines, name="deadlines"),
    path("search/", views.search, name="search"),
]
