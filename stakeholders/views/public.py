"""`/q/<code>`: the answer to a question, for whoever holds its code. No session, no trace."""

from __future__ import annotations

from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import codes, limits
from accounts.keyring import CannotUnseal
from accounts.models import Organisation
from incidents.views.answers import INVALID, done, posted
from stakeholders import commands
from stakeholders.forms import AskAgainForm
from stakeholders.models import Inquiry
from stakeholders.sealing import InquiryBox

MOST_QUESTIONS: Final = 20
HOUR_SECONDS: Final = 3600


def _unlinked(response: HttpResponse) -> HttpResponse:
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def _unknown(request: HttpRequest) -> HttpResponse:
    """One page for codes that never were and for those whose words were erased. 128 bits need no limit of tries."""
    context = {"organisation": Organisation.current()}
    return _unlinked(render(request, "stakeholders/public_unknown.html", context, status=404))


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """What was asked, what we answered, and room to ask again."""
    inquiry = Inquiry.objects.select_related("sealed_under").filter(code_hash=codes.digest(code)).first()
    if inquiry is None:
        return _unknown(request)
    try:
        box = InquiryBox(inquiry)
        messages = [(message, box.body(message)) for message in inquiry.messages.all()]
    except CannotUnseal:
        return _unknown(request)
    form = AskAgainForm(posted(request))
    if request.method == "POST" and limits.spent(request, "inquiry-ask", most=MOST_QUESTIONS):
        form.add_error(None, "Many questions came from your network. Please ask again in an hour.")
    elif done(form, lambda: commands.ask_again(inquiry, now=timezone.now(), **form.cleaned_data)):
        limits.count(request, "inquiry-ask", seconds=HOUR_SECONDS)
        return _unlinked(redirect("stakeholders:answer", code))
    context = {
        "organisation": Organisation.current(),
        "inquiry": inquiry,
        "messages_in_order": messages,
        "form": form,
    }
    wrong = form.is_bound and bool(form.errors)
    return _unlinked(
        render(request, "stakeholders/public_answer.html", context, status=INVALID if wrong else 200)
    )
