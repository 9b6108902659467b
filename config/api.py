"""How the API answers a refusal: 409 when somebody was faster, else 400, one shape for all errors."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, ValidationError
from django.utils import timezone
from drf_standardized_errors.handler import exception_handler
from rest_framework import exceptions, status
from rest_framework.response import Response

from accounts.editing import Seen, Stale
from incidents import queries
from incidents.permissions import visible_to

# Codes that say "the state moved on": the same request was right a moment ago.
CONFLICTS = frozenset(
    {
        "already_decided",
        "already_here",
        "already_settled",
        "held",
        "stale",
        "still_open",
        "wrong_offset",
        "wrong_status",
    }
)


class TooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = "This is more than the API takes at once."


class Conflict(exceptions.APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


def _both(error: Stale, context: Any) -> Response | None:
    """Both versions of what two people changed; sending it again with the new `If-Match` decides between them."""
    answer = exception_handler(Conflict(" ".join(error.messages), code="stale"), context)
    if answer is not None:
        answer.data |= error.both()
        answer["ETag"] = Seen.of(error.standing).etag
    return answer


def _who_was_quicker(error: ValidationError, context: Any) -> list[str]:
    """What somebody else did on the same incident a moment ago."""
    reference, user = context["kwargs"].get("reference", ""), context["request"].user
    if not queries.moved_on(error.error_list) or not context["request"].path.startswith("/api/incidents/"):
        return []
    incident = visible_to(user).filter(reference=reference).first()
    words = queries.lately(incident, but=user, now=timezone.now()) if incident else ""
    return [words] if words else []


def handle_refusal(error: Exception, context: Any) -> Response | None:
    """Turn a command's ValidationError into the one error shape."""
    if isinstance(error, Stale):
        return _both(error, context)
    if isinstance(error, ValidationError):
        if hasattr(error, "error_dict"):
            return exception_handler(exceptions.ValidationError(error.message_dict), context)
        code = error.error_list[0].code or "refused"
        if code in CONFLICTS:
            error = Conflict(" ".join([*error.messages, *_who_was_quicker(error, context)]), code=code)
        else:
            error = exceptions.ValidationError(error.messages, code=code)
    if isinstance(error, RequestDataTooBig):
        error = TooLarge()
    elif isinstance(error, SuspiciousOperation):
        error = exceptions.ParseError("This request cannot be read.")
    return exception_handler(error, context)
