"""Refuse input that no part of the product can store."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

TOO_LARGE = 413


class InputLimits:
    """Answer a NUL byte in the address or an over-long body in words instead of an error of the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("The address holds a character that no address has.")
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A body that grew past the limits while a view read it."""
        if isinstance(error, RequestDataTooBig):
            return render(request, "413.html", status=TOO_LARGE)
        return None
