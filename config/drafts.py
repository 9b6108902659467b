"""Drafts end where the form that they were typed into is taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from accounts.drafts import discard_draft
from accounts.models import User
from config.resend import FORMS

BAD_REQUEST: Final = 400
FIELD: Final = "_draft"  # by which a form says where its draft is kept


class DraftsSaved:
    """Middleware: throw a draft away once its form was taken."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        taken = request.method == "POST" and response.status_code < BAD_REQUEST
        if taken and request.content_type in FORMS and (place := request.POST.get(FIELD)):
            user = request.user
            if isinstance(user, User):
                discard_draft(place[:200], by=user)
        return response
