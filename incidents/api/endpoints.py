"""Short ways to say: a POST that runs one command, a GET that tells something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.response import Response

from incidents.api.shapes import Shape

View = Callable[..., Response]
Told = type[Shape] | Shape | None


def act(operation: str, *, takes: type[Shape] | None, tells: Told, **more: Any) -> Callable[[View], View]:
    """A POST that runs one command."""

    def wrap(view: View) -> View:
        described: Any = extend_schema(operation_id=operation, request=takes, responses=tells, **more)
        wrapped: View = described(api_view(["POST"])(view))
        return wrapped

    return wrap


def reading(operation: str, *, tells: Told, **more: Any) -> Callable[[View], View]:
    """A GET."""

    def wrap(view: View) -> View:
        described: Any = extend_schema(operation_id=operation, responses=tells, **more)
        wrapped: View = described(api_view(["GET"])(view))
        return wrapped

    return wrap
