from __future__ import annotations

from django.urls import path

from accounts.api import Token

app_name = "accounts"

urlpatterns = [
    path("api/auth/token/", Token.as_view(), name="api_token"),
]
