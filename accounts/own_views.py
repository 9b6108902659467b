"""A person's own settings: who stands in, days away, the calendar address. Privacy officers set the first for others."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import commands, queries, second_step, sessions
from accounts.forms import NoQuestionForm, StandInForm
from accounts.models import SignedInRequest, User
from accounts.permissions import check_manage_people


def feed_address(code: str) -> str:
    """Never from the request's own Host: the address is kept in another program."""
    return f"{settings.PUBLIC_URL}{reverse('insights:feed', args=[f'{code}.ics'])}"


@require_GET
def own(request: SignedInRequest) -> HttpResponse:
    """What is set for me?"""
    return _own_page(request)


@require_http_methods(["GET", "POST"])
def own_stand_in(request: SignedInRequest) -> HttpResponse:
    """Who stands in for me, and when am I away?"""
    form = StandInForm(request.POST if request.method == "POST" else None, person=request.user)
    if _set(request, request.user, form):
        messages.success(request, "Saved.")
        return redirect("accounts:own")
    return _form_page(request, request.user, form, back=reverse("accounts:own"), back_label="Your settings")


@require_http_methods(["GET", "POST"])
def stand_in(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who stands in for somebody, said by whoever manages people."""
    check_manage_people(request.user)
    someone = get_object_or_404(User, pk=pk)
    form = StandInForm(request.POST if request.method == "POST" else None, person=someone)
    if _set(request, someone, form):
        messages.success(request, f"Saved for {someone}.")
        return redirect("accounts:person", pk)
    return _form_page(
        request, someone, form, back=reverse("accounts:person", args=[pk]), back_label=str(someone)
    )


@require_POST
def make_calendar(request: SignedInRequest) -> HttpResponse:
    """The address stands on the answer to this request and nowhere else."""
    form = NoQuestionForm(request.POST)
    code = commands.make_calendar_feed(request.user, by=request.user, now=timezone.now())
    return _own_page(request, form=form, address=feed_address(code))


@require_POST
def end_calendar(request: SignedInRequest) -> HttpResponse:
    form = NoQuestionForm(request.POST)
    try:
        commands.end_calendar_feed(request.user, by=request.user)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return _own_page(request, form=form)
    messages.success(
        request, "The calendar address is ended. Calendars that had it find nothing there any more."
    )
    return redirect("accounts:own")


@require_GET
def second_step_needed(request: SignedInRequest) -> HttpResponse:
    """Why can I not go on, and what do I do about it?"""
    return render(request, "accounts/second_step.html", {"done": second_step.passed(request)})


second_step_needed.before_second_step = True  # type: ignore[attr-defined]  # `config.second_step` leads here


@require_POST
def end_sessions(request: SignedInRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    commands.end_sessions(request.user, by=request.user)
    update_session_auth_hash(request, User.objects.get(pk=request.user.pk))
    messages.success(request, "You are signed out everywhere else.")
    return redirect("accounts:own")


def _set(request: SignedInRequest, person: User, form: BaseForm) -> bool:
    if not form.is_valid():
        return False
    try:
        commands.set_stand_in(person, by=request.user, now=timezone.now(), **form.cleaned_data)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    return True


def _own_page(request: SignedInRequest, *, form: BaseForm | None = None, address: str = "") -> HttpResponse:
    context: dict[str, Any] = {
        "person": request.user,
        "away_now": request.user.is_away(timezone.now()),
        "feed": queries.calendar_feed(request.user),
        "has_second_step": second_step.has_one(request.user),
        "address": address,
        "refused": form if form is not None and form.errors else None,
    }
    return render(request, "accounts/own.html", context, status=422 if context["refused"] else 200)


def _form_page(
    request: SignedInRequest, person: User, form: BaseForm, *, back: str, back_label: str
) -> HttpResponse:
    context = {
        "person": person,
        "form": form,
        "back": back,
        "back_label": back_label,
        "own": person.pk == request.user.pk,
    }
    return render(request, "accounts/stand_in.html", context, status=422 if form.is_bound else 200)


@require_POST
def stay(request: SignedInRequest) -> JsonResponse:
    """Stay signed in, asked for by a page shortly before its session ends."""
    return JsonResponse({"seconds": sessions.stay(request)})
