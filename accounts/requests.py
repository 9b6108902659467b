"""Requests of the API behind the sign-in."""

from __future__ import annotations

from rest_framework.request import Request

from accounts.models import User


class ApiRequest(Request):
    """A request that has passed `IsAuthenticated`."""

    user: User
