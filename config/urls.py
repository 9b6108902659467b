"""Every route; each app brings its own."""

from __future__ import annotations

from importlib.util import find_spec

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from accounts import setup_views
from config import health, pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("setup/", setup_views.first_account, name="setup"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/schema/", pages.schema, name="api-schema"),
    path("api/docs/", pages.docs, name="api-docs"),
    path(".well-known/security.txt", pages.security_txt, name="security-txt"),
]
for _app in (
    "accounts",
    "incidents",
    "policies",
    "stakeholders",
    "notifications",
    "insights",
    "config.local",
):
    if find_spec(f"{_app}.urls"):
        urlpatterns.append(path("", include(f"{_app}.urls")))
urlpatterns.append(path("", include("insights.preparedness_urls")))
