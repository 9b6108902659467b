"""Requests of the API behind the sign-in."""

from __future__ import annotations

from typing import Final

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from accounts.editing import Seen
from accounts.models import User

IF_MATCH: Final = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The `ETag` of what you read. Answers 409 with both versions where somebody changed the same since.",
)


class ApiRequest(Request):
    """A request that has passed `IsAuthenticated`."""

    user: User


def seen_by(request: Request) -> Seen:
    """What the caller had read; nothing said: they overwrite."""
    return Seen.read(request.headers.get("If-Match", ""))
