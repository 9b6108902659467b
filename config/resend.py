"""A form that came when its sender was signed out, or with the token of an earlier sign-in: nothing in it is lost."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.csrf import csrf_failure as refused

FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
OURS: Final = frozenset({"csrfmiddlewaretoken"})
UNAUTHORISED: Final = 401
FORBIDDEN: Final = 403
Fields = list[tuple[str, str]]


def fields_of(request: HttpRequest) -> Fields:
    """What a form held, but for files; nothing of forms that take passwords."""
    if request.method != "POST" or request.content_type not in FORMS or request.path.startswith("/accounts/"):
        return []
    return [(name, value) for name, values in request.POST.lists() if name not in OURS for value in values]


def page(request: HttpRequest, fields: Fields, *, signed_out: bool, status: int) -> HttpResponse:
    """The form's contents, and a button that sends them once more."""
    context = {
        "fields": fields,
        "texts": [value for _, value in fields if "\n" in value or len(value) > 60],
        "signed_out": signed_out,
        "again_url": request.get_full_path(),
        "has_files": request.content_type == FORMS[1],
    }
    response = render(request, "signed_out.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page of ours that is older than the last sign-in may send again; a page of somebody else may not."""
    own = request.headers.get("Origin") in (f"{request.scheme}://{request.get_host()}", settings.PUBLIC_URL)
    fields = fields_of(request) if own else []
    if fields and request.headers.get("HX-Request"):
        return HttpResponse(
            status=UNAUTHORISED
        )  # the page sends it once more as a whole, and gets what follows
    if fields:
        return page(request, fields, signed_out=False, status=FORBIDDEN)
    return refused(request, reason)
