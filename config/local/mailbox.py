"""`/mail/`: read what the local mail catcher kept. Exists in local mode alone.

No sign-in from this machine, since reading a mail may be how one gets in (a reset link). When HOST was opened to
a network, others must have signed in as staff: whoever reads these mails could otherwise take any account over.
"""

from __future__ import annotations

import functools
import heapq
import ipaddress
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Final, cast

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

PAGE: Final = 50
SEARCHED: Final = 5_000
HEAD_BYTES: Final = 16_384
SHOWN_BYTES: Final = 2_000_000
KEY: Final = re.compile(r"\d{10,20}\.[0-9a-f]{8}")
HTML_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; base-uri 'none'; "
    "form-action 'none'; sandbox allow-top-navigation-by-user-activation"
)

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Entry:
    """One mail in the list."""

    key: str
    at: datetime
    subject: str
    sender: str
    to: str


def _from_here(request: HttpRequest) -> bool:
    """Asked from this machine itself, not through a proxy on it."""
    if request.headers.get("X-Forwarded-For") or request.headers.get("Forwarded"):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def local_only(view: View) -> View:
    """404 outside local mode; from another machine only for staff who signed in."""

    @never_cache
    @login_not_required
    @require_safe
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: str) -> HttpResponse:
        if not settings.LOCAL or not settings.MAIL_CATCHER_DIR:
            raise Http404
        if not _from_here(request) and not getattr(request.user, "is_staff", False):
            raise PermissionDenied("Mails can be read on the machine itself, or by staff who signed in.")
        return view(request, *args)

    return guarded


def _folder() -> Path:
    return Path(settings.MAIL_CATCHER_DIR) / "new"


def _newest(number: int, *, before: str = "") -> list[str]:
    """Keys of the newest mails, newest first; names sort by time."""
    try:
        names = (entry.name for entry in os.scandir(_folder()) if KEY.fullmatch(entry.name))
        return heapq.nlargest(number, (name for name in names if not before or name < before))
    except FileNotFoundError:
        return []


def _read(key: str, limit: int) -> EmailMessage:
    try:
        with (_folder() / key).open("rb") as file:
            content = file.read(limit)
    except FileNotFoundError:
        raise Http404("No such mail.") from None
    return message_from_bytes(content, policy=policy.default)


def _entry(key: str) -> Entry:
    message = _read(key, HEAD_BYTES)
    return Entry(
        key=key,
        at=datetime.fromtimestamp(int(key.partition(".")[0]) / 1e9, tz=UTC),
        subject=str(message["Subject"] or "(no subject)"),
        sender=str(message["From"] or ""),
        to=", ".join(str(value) for value in message.get_all("Delivered-To", [])),
    )


def _entries(wanted: str, before: str) -> Iterator[Entry]:
    words = wanted.casefold()
    for key in _newest(SEARCHED if wanted else PAGE + 1, before=before):
        entry = _entry(key)
        if not words or words in f"{entry.to} {entry.sender} {entry.subject}".casefold():
            yield entry


@local_only
def mailbox(request: HttpRequest) -> HttpResponse:
    """The newest mails; `q` searches address and subject, `before` pages on."""
    wanted = request.GET.get("q", "").strip()[:200]
    before = request.GET.get("before", "")
    entries = []
    for entry in _entries(wanted, before if KEY.fullmatch(before) else ""):
        entries.append(entry)
        if len(entries) > PAGE:
            break
    more = entries[PAGE - 1].key if len(entries) > PAGE else ""
    context = {"entries": entries[:PAGE], "wanted": wanted, "more": more}
    return render(request, "local/mailbox.html", context)


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    if part is None:
        return ""
    payload = part.get_payload(decode=True)
    charset = part.get_content_charset() or "utf-8"
    try:
        return cast(bytes, payload).decode(charset, "replace")
    except LookupError:
        return cast(bytes, payload).decode("utf-8", "replace")


@csp_update({"frame-src": [SELF]})
@local_only
def mail(request: HttpRequest, key: str) -> HttpResponse:
    """One mail: its headers, its text, its HTML in a frame that can do nothing."""
    message = _read(key, SHOWN_BYTES)
    context = {
        "entry": _entry(key),
        "headers": [(name, str(value)) for name, value in message.items()],
        "text": _part(message, "plain"),
        "has_html": bool(_part(message, "html")),
        "attachments": [
            part.get_filename() or part.get_content_type() for part in message.iter_attachments()
        ],
    }
    return render(request, "local/mail.html", context)


@xframe_options_sameorigin
@local_only
def mail_html(request: HttpRequest, key: str) -> HttpResponse:
    """The HTML part under a policy that blocks everything but inline styles and data images."""
    html = _part(_read(key, SHOWN_BYTES), "html")
    if not html:
        raise Http404("This mail has no HTML part.")
    # Links leave the frame; the address they lead to is not told where they were clicked.
    head = '<base target="_top"><meta name="referrer" content="no-referrer">'
    response = HttpResponse(head + html)
    response["Content-Security-Policy"] = HTML_POLICY
    response["Referrer-Policy"] = "no-referrer"
    return response
