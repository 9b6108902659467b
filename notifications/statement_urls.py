"""Routes of public statements; part of the app's own."""

from django.urls import path

from notifications.api import statements as api
from notifications.views import statements as views

ALL = "incidents/<slug:reference>/statements/"
ONE = f"{ALL}<slug:statement>/"
urlpatterns = [
    path("status/<slug:slug>", views.public_statement, name="public_statement"),
    path(ALL, views.statements, name="statements"),
    path(f"{ALL}new/", views.write_statement, name="write_statement"),
    path(ONE, views.statement, name="statement"),
    path(f"{ONE}change/", views.change_statement, name="change_statement"),
    path(f"{ONE}publish/", views.publish_statement, name="publish_statement"),
    path(f"{ONE}withdraw/", views.withdraw_statement, name="withdraw_statement"),
    path(f"api/{ALL}", api.Statements.as_view(), name="api_statements"),
    path(f"api/{ONE}", api.OneStatement.as_view(), name="api_statement"),
    path(f"api/{ONE}publish/", api.Publish.as_view(), name="api_publish_statement"),
    path(f"api/{ONE}withdraw/", api.WithdrawStatement.as_view(), name="api_withdraw_statement"),
]
