"""Settings: the people who work here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import commands, drawing, queries, second_step
from accounts.forms import NoQuestionForm, PersonForm, RolesForm
from accounts.letters import LetterNotSent, send_password_link
from accounts.models import SignedInRequest, User
from accounts.permissions import check_manage_people

NOT_SENT = (
    "The mail server did not take the letter to %s. Send the link again when mail works; "
    "“manage.py doctor” says what is wrong."
)


@require_GET
def people(request: SignedInRequest) -> HttpResponse:
    """Who works here, and who may do what?"""
    check_manage_people(request.user)
    words = request.GET.get("q", "")[:100]
    asked = request.GET.get("page", "1")
    page = queries.people_page(words, number=int(asked) if asked.isascii() and asked.isdecimal() else 1)

    def url(number: int) -> str:
        return "?" + urlencode({"q": words, "page": number} if words else {"page": number})

    context = {
        "page": page,
        "words": words,
        "shown": f"{page.first}–{page.first + len(page.people) - 1} of {page.total}",
        "next_url": url(page.number + 1) if page.has_next else "",
        "previous_url": url(page.number - 1) if page.number > 1 else "",
    }
    return render(request, "accounts/people.html", context)


@require_http_methods(["GET", "POST"])
def add_person(request: SignedInRequest) -> HttpResponse:
    """Somebody new: they get a link by mail and set their own password."""
    check_manage_people(request.user)
    form = PersonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            person = commands.add_user(by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error("email", refusal)
        else:
            _send_link(request, person)
            return redirect("accounts:person", person.pk)
    status = 422 if form.is_bound else 200
    return render(request, "accounts/people_add.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def person(request: SignedInRequest, pk: int) -> HttpResponse:
    """One person: what they may do, and whether they can sign in."""
    check_manage_people(request.user)
    someone = get_object_or_404(User, pk=pk)
    form = RolesForm(request.POST if request.method == "POST" else None, person=someone)
    if _done(form, lambda: commands.change_roles(someone, by=request.user, **form.cleaned_data)):
        messages.success(request, f"The roles of {someone} are changed.")
        return redirect("accounts:person", pk)
    return _person_page(request, someone, form)


@require_POST
def send_link(request: SignedInRequest, pk: int) -> HttpResponse:
    return _act(request, pk, commands.ask_password_link, after=_send_link)


@require_POST
def deactivate(request: SignedInRequest, pk: int) -> HttpResponse:
    return _act(request, pk, commands.deactivate_user)


@require_POST
def take_second_step(request: SignedInRequest, pk: int) -> HttpResponse:
    """The telephone with the app is lost, and the recovery codes too."""
    return _act(request, pk, commands.take_second_step_away, after=_second_step_gone)


@require_POST
def lift_limits(request: SignedInRequest, pk: int) -> HttpResponse:
    return _act(request, pk, partial(drawing.let_go_on, now=timezone.now()), after=_may_go_on)


@require_POST
def reactivate(request: SignedInRequest, pk: int) -> HttpResponse:
    return _act(request, pk, commands.reactivate_user)


def _act(
    request: SignedInRequest,
    pk: int,
    command: Callable[..., object],
    *,
    after: Callable[[SignedInRequest, User], None] | None = None,
) -> HttpResponse:
    """Run one command on one person; a refusal is told on their page."""
    check_manage_people(request.user)
    someone = get_object_or_404(User, pk=pk)
    form = NoQuestionForm(request.POST)
    if not _done(form, lambda: command(someone, by=request.user)):
        return _person_page(request, someone, RolesForm(None, person=someone), refused=form)
    if after is not None:
        after(request, someone)
    return redirect("accounts:person", pk)


def _done(form: BaseForm, act: Callable[[], object]) -> bool:
    if not form.is_valid():
        return False
    try:
        act()
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return False
    return True


def _send_link(request: SignedInRequest, person: User) -> None:
    try:
        send_password_link(person, by=request.user, request=request)
    except LetterNotSent:
        messages.error(request, NOT_SENT % person.email)
    else:
        messages.success(request, f"A link to set a password is on its way to {person.email}.")


def _second_step_gone(request: SignedInRequest, person: User) -> None:
    messages.success(request, f"{person} signs in with the password alone, and then sets up a new app.")


def _may_go_on(request: SignedInRequest, person: User) -> None:
    messages.success(request, f"{person} may go on; it is in the record.")


def _person_page(
    request: SignedInRequest, someone: User, form: BaseForm, *, refused: BaseForm | None = None
) -> HttpResponse:
    context = {
        "person": someone,
        "form": form,
        "refused": refused,
        "has_password": someone.has_usable_password(),
        "has_second_step": second_step.has_one(someone),
        "reached": queries.limits_reached(of=someone, since=timezone.now() - drawing.DAY),
    }
    status = 422 if refused is not None or form.is_bound else 200
    return render(request, "accounts/people_person.html", context, status=status)
