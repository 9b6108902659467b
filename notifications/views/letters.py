"""Letters to people whom no mail reaches: begin, watch, take out, hand over, and what comes back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import SignedInRequest
from incidents.forms import ReasonForm
from incidents.models import Can
from incidents.permissions import incident_for
from incidents.views.answers import done, page, posted
from notifications import letter_tasks
from notifications.commands import letters as commands
from notifications.forms.letters import LettersForm, PostForm, ReturnForm
from notifications.letters import package
from notifications.models import LetterRun
from notifications.permissions import letters_for, notice_for
from notifications.queries import letters as queries
from stakeholders.forms import ExportForm


@require_GET
def letters(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.VIEW)
    notices = [
        (one, queries.waiting(one))
        for one in incident.notices.started().order_by("-pk")
        if one.queued_to is None
    ]
    context = {
        "incident": incident,
        "tab": "notices",
        "runs": queries.runs_of(incident),
        "waiting": [(one, waiting) for one, waiting in notices if waiting.letters],
        "may_export": Can.EXPORT in incident.held,  # type: ignore[attr-defined]
    }
    return render(request, "notifications/letters.html", context)


@require_http_methods(["GET", "POST"])
def begin_letters(request: SignedInRequest, reference: str, notice: str) -> HttpResponse:
    found = notice_for(request.user, reference, notice, Can.EXPORT)
    form = LettersForm(posted(request))
    made: list[LetterRun] = []
    if done(
        form,
        lambda: made.append(
            commands.begin_letters(found, by=request.user, now=timezone.now(), **form.cleaned_data)
        ),
    ):
        letter_tasks.nudge()
        return redirect("notifications:letter_run", reference, made[0].reference)
    context = {
        "incident": found.incident,
        "tab": "notices",
        "notice": found,
        "waiting": queries.waiting(found),
        "blockers": queries.letter_blockers(found),
    }
    return page(request, "notifications/letters_begin.html", context, form=form)


def _context(run: LetterRun, **more: Any) -> dict[str, Any]:
    held = run.notice.incident.held  # type: ignore[attr-defined]
    return {
        "incident": run.notice.incident,
        "tab": "notices",
        "run": run,
        "problems": queries.problems(run)[:3],
        "may_export": Can.EXPORT in held,
        "may_send": Can.SEND in held,
        **more,
    }


@require_GET
def letter_run(request: SignedInRequest, reference: str, run: str) -> HttpResponse:
    return render(
        request, "notifications/letter_run.html", _context(letters_for(request.user, reference, run))
    )


@require_GET
def letter_progress(request: SignedInRequest, reference: str, run: str) -> HttpResponse:
    """The moving part of the page, for htmx and for a plain look."""
    found = letters_for(request.user, reference, run)
    return render(request, "notifications/_letter_progress.html", _context(found))


@never_cache
@require_http_methods(["GET", "POST"])
def take_letters(request: SignedInRequest, reference: str, run: str) -> HttpResponse | StreamingHttpResponse:
    """All letters and the list for the post, in a ZIP that only the password opens."""
    found = letters_for(request.user, reference, run, Can.EXPORT)
    form = ExportForm(posted(request))

    def act() -> None:
        given = {name: form.cleaned_data[name] for name in ("password", "reason")}
        commands.take_letters(found, by=request.user, now=timezone.now(), **given)

    if done(form, act):
        return package.download(found, form.cleaned_data["password"])
    lede = (
        f"A ZIP under AES-256 with {found.drawn:,} letters in {found.batches.count():,} PDF files and a list for the post. "
        "7-Zip, WinZip and Keka open it. That you took it, and why, is in the record."
    )
    return _act(request, found, form, "Take the letters out", "Download the sealed letters", lede)


@require_http_methods(["GET", "POST"])
def post_letters(request: SignedInRequest, reference: str, run: str) -> HttpResponse:
    found = letters_for(request.user, reference, run, Can.SEND)
    form = PostForm(posted(request), initial={"on": timezone.now().date()})
    if done(
        form, lambda: commands.post_letters(found, by=request.user, now=timezone.now(), **form.cleaned_data)
    ):
        messages.success(request, "These people count as notified.")
        return redirect("notifications:letter_run", reference, run)
    lede = "Say so once the post has taken all of them. From that day these people count as notified."
    return _act(request, found, form, "The letters were handed over", "Confirm", lede)


@require_http_methods(["GET", "POST"])
def return_letters(request: SignedInRequest, reference: str, run: str) -> HttpResponse:
    found = letters_for(request.user, reference, run, Can.SEND)
    form = ReturnForm(posted(request), initial={"on": timezone.now().date()})
    if done(
        form, lambda: commands.return_letters(found, by=request.user, now=timezone.now(), **form.cleaned_data)
    ):
        messages.success(request, "Noted. They are listed under what came back.")
        return redirect("notifications:letter_run", reference, run)
    lede = "These people count as unreachable until an address is corrected."
    return _act(request, found, form, "Letters came back", "Note them", lede)


@require_http_methods(["GET", "POST"])
def cancel_letters(request: SignedInRequest, reference: str, run: str) -> HttpResponse:
    found = letters_for(request.user, reference, run, Can.SEND)
    form = ReasonForm(posted(request))
    if done(
        form, lambda: commands.cancel_letters(found, by=request.user, now=timezone.now(), **form.cleaned_data)
    ):
        messages.success(request, "Cancelled.")
        return redirect("notifications:letters", reference)
    lede = "The files are thrown away, and these people wait for another way again. Do not post letters that were printed."
    return _act(request, found, form, "Cancel these letters", "Cancel the letters", lede)


def _act(
    request: SignedInRequest, run: LetterRun, form: Any, heading: str, submit: str, lede: str
) -> HttpResponse:
    back = ("notifications:letter_run", run.notice.incident.reference, run.reference)
    more = {"heading": heading, "submit": submit, "lede": lede, "back": back}
    return page(request, "stakeholders/act.html", _context(run, **more), form=form)
