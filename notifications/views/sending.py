"""Sending a notice, watching it, and deciding on what stays open."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import SignedInRequest
from incidents import queries as cases
from incidents.models import Can
from notifications import commands, queries, rules, tasks
from notifications.forms.notices import PeopleFilter, ReasonForm, SampleForm, SendForm, SettleForm
from notifications.lifecycle import HELD
from notifications.models import Delivery, Notice
from notifications.permissions import notice_for
from notifications.sources import source_of
from notifications.views.notices import INVALID, context_of, refused


@require_http_methods(["GET", "POST"])
def start_sending(request: SignedInRequest, reference: str, notice: str) -> HttpResponse:
    found = notice_for(request.user, reference, notice, Can.SEND)
    form = SendForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            started = commands.start_sending(found, by=request.user, now=timezone.now(), **form.start())
        except ValidationError as refusal:
            form.add_error(None, ValidationError(refusal.messages))
        else:
            transaction.on_commit(tasks.send_due_deliveries.delay, robust=True)
            _say_started(request, started)
            return redirect("notifications:notice", reference, notice)
    context = context_of(found, form=form, subject=_subject(found))
    context["blockers"] = rules.sending_blockers(found, context["profile"])
    context["remarks"] = rules.remarks(rules.check(found, context["profile"], source_of(found)))
    return render(request, "notifications/notice_send.html", context, status=INVALID if form.errors else 200)


def _subject(found: Notice) -> str:
    """As a sample person reads it; with its fields while it cannot be drawn."""
    try:
        shown = queries.preview(found, source=source_of(found))
    except ValidationError:
        return found.subject
    return shown.subject if shown else found.subject


def _say_started(request: SignedInRequest, started: Notice) -> None:
    people = "1 person" if started.total == 1 else f"{started.total:,} people"
    if started.scheduled_at == started.started_at:
        messages.success(request, f"On its way to {people}.")
        return
    messages.success(request, f"Ready for {people}. It starts by itself; until then you can stop it.")
    late = started.serves.filter(due_at__lt=started.scheduled_at, met_at=None).order_by("due_at").first()
    if late is not None:
        messages.warning(request, f"It starts after “{late.title}” is due.")


@require_http_methods(["GET", "POST"])
def send_samples(request: SignedInRequest, reference: str, notice: str) -> HttpResponse:
    """A test mail to our own people."""
    found = notice_for(request.user, reference, notice, Can.WRITE)
    now = timezone.now()
    people = cases.people_who_can(found.incident, Can.VIEW, now=now)
    form = SampleForm(
        request.POST if request.method == "POST" else None, people=people, initial={"to": [request.user.pk]}
    )
    if form.is_valid():
        try:
            made = commands.send_samples(found, by=request.user, now=now, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, ValidationError(refusal.messages))
        else:
            transaction.on_commit(tasks.send_due_alerts.delay, robust=True)
            number = len(made)
            messages.success(
                request, f"{number} test {'mail is' if number == 1 else 'mails are'} on the way."
            )
            return redirect("notifications:send_samples", reference, notice)
    context = context_of(
        found,
        form=form,
        blockers=rules.sample_blockers(found),
        samples=found.samples.select_related("recipient")[:20],
    )
    return render(request, "notifications/notice_test.html", context, status=INVALID if form.errors else 200)


@require_GET
def progress(request: SignedInRequest, reference: str, notice: str) -> HttpResponse:
    """The moving part of the notice's page, for htmx and for a plain look."""
    found = notice_for(request.user, reference, notice)
    return render(
        request, "notifications/_notice_progress.html", context_of(found, fates=queries.fates(found))
    )


@require_GET
def people(request: SignedInRequest, reference: str, notice: str) -> HttpResponse:
    found = notice_for(request.user, reference, notice)
    form = PeopleFilter(request.GET)
    data = form.cleaned_data if form.is_valid() else {}
    state = data.get("state") or ""
    rows = queries.rows(found, state=state, after=data.get("after") or 0)
    shown, more = rows[: queries.PAGE], len(rows) > queries.PAGE
    next_url = f"?state={state}&after={shown[-1].delivery.pk}" if more else ""
    context = context_of(
        found,
        form=form,
        rows=shown,
        fates=queries.fates(found),
        state=state,
        next_url=next_url,
        acts=commands.Settling.choices,
        waiting=[row.delivery.pk for row in shown if row.delivery.state in HELD],
    )
    return render(request, "notifications/notice_people.html", context)


@require_POST
def settle_uncertain(request: SignedInRequest, reference: str, notice: str) -> HttpResponse:
    found = notice_for(request.user, reference, notice, Can.SEND)
    waiting = Delivery.objects.filter(notice=found, state__in=HELD)
    chosen = [int(pk) for pk in request.POST.getlist("deliveries") if pk.isdigit() and len(pk) < 19]
    form = SettleForm(request.POST, chosen=list(waiting.filter(pk__in=chosen).values_list("pk", flat=True)))
    if form.is_valid():
        try:
            number = commands.settle_uncertain(
                found, by=request.user, now=timezone.now(), **form.cleaned_data
            )
        except ValidationError as refusal:
            refused(request, refusal)
        else:
            transaction.on_commit(tasks.send_due_deliveries.delay, robust=True)
            messages.success(request, f"Settled: {number:,}.")
    else:
        for errors in form.errors.values():
            messages.error(request, " ".join(str(error) for error in errors))
    return redirect("notifications:notice_people", reference, notice)


def _with_reason(
    request: SignedInRequest, reference: str, notice: str, command: Callable[..., Notice], done: str
) -> HttpResponse:
    found = notice_for(request.user, reference, notice, Can.SEND)
    try:
        command(found, by=request.user, reason=request.POST.get("reason", ""), now=timezone.now())
    except ValidationError as refusal:
        refused(request, refusal)
    else:
        messages.success(request, done)
    return redirect("notifications:notice", reference, notice)


@require_POST
def pause_sending(request: SignedInRequest, reference: str, notice: str) -> HttpResponse:
    return _with_reason(request, reference, notice, commands.pause_sending, "Paused.")


@require_http_methods(["GET", "POST"])
def withdraw_notice(request: SignedInRequest, reference: str, notice: str) -> HttpResponse:
    found = notice_for(request.user, reference, notice, Can.SEND)
    if request.method == "POST":
        return _with_reason(request, reference, notice, commands.withdraw_notice, "Withdrawn.")
    return render(request, "notifications/notice_withdraw.html", context_of(found, form=ReasonForm()))


@require_POST
def resume_sending(request: SignedInRequest, reference: str, notice: str) -> HttpResponse:
    found = notice_for(request.user, reference, notice, Can.SEND)
    try:
        commands.resume_sending(found, by=request.user, now=timezone.now())
    except ValidationError as refusal:
        refused(request, refusal)
    else:
        transaction.on_commit(tasks.send_due_deliveries.delay, robust=True)
        messages.success(request, "It goes on.")
    return redirect("notifications:notice", reference, notice)
