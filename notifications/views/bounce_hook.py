"""Where a mail provider tells what became of mails: signed as webhooks are (standardwebhooks.com), no session."""

from __future__ import annotations

import base64
import hmac
import json
import time
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from notifications import commands
from notifications.bounce_reading import Told, kind_of
from notifications.models import BounceKind, BounceSource
from notifications.tracing import tokens_in
from notifications.transport import tidy

MOST_EVENTS: Final = 1_000
MOST_SECONDS: Final = 300  # between the provider's clock and ours
KINDS: Final = {
    "bounced": "",  # hard or soft by its status
    "deferred": BounceKind.DELAYED,
    "complained": BounceKind.COMPLAINT,
    "auto_responded": BounceKind.AUTO,
}


@csrf_exempt
@login_not_required
@require_POST
def bounce_hook(request: HttpRequest) -> HttpResponse:
    """Take events; a repeated one changes nothing. What is not signed gets nothing to go by."""
    if not settings.BOUNCE_WEBHOOK_SECRET:
        return JsonResponse({"error": "Closed: no secret is set here."}, status=409)
    if not _is_signed(request):
        return JsonResponse({"error": "The signature does not fit, or is too old."}, status=401)
    try:
        events = json.loads(request.body)["events"]
        told = [(str(one["id"])[:200], _told(one)) for one in events[:MOST_EVENTS]]
    except (ValueError, KeyError, TypeError, AttributeError):
        return JsonResponse({"error": "Send {“events”: [{“id”, “type”, “message_id”}]}."}, status=400)
    if len(events) > MOST_EVENTS:
        return JsonResponse({"error": f"At most {MOST_EVENTS} events at a time."}, status=413)
    taken = 0
    for identity, report in told:
        if report.kind:
            key = commands.event_key(b"event:" + identity.encode())
            commands.note_bounce(report, source=BounceSource.WEBHOOK, key=key, now=timezone.now())
            taken += 1
    return JsonResponse({"taken": taken})


def _told(event: dict[str, Any]) -> Told:
    kind = KINDS.get(str(event.get("type", "")))
    status = str(event.get("status", ""))[:12]
    if kind == "":
        kind = kind_of(status or ("5.0.0" if event.get("permanent") is True else ""))
    named = f"{event.get('message_id', '')} {event.get('return_path', '')}"
    words = tidy(str(event.get("description", ""))[:500])
    return Told(kind or "", tuple(tokens_in(named[:2_000])), status, words)


def _is_signed(request: HttpRequest) -> bool:
    identity, at = request.headers.get("webhook-id", ""), request.headers.get("webhook-timestamp", "")
    if not at.isascii() or not at.isdigit() or abs(time.time() - int(at[:12])) > MOST_SECONDS:
        return False
    signed = f"{identity}.{at}.".encode() + request.body
    expected = base64.b64encode(
        hmac.digest(settings.BOUNCE_WEBHOOK_SECRET.encode(), signed, "sha256")
    ).decode()
    given = request.headers.get("webhook-signature", "")[:2_000].split(" ")
    return any(hmac.compare_digest(f"v1,{expected}".encode(), one.encode()) for one in given)
