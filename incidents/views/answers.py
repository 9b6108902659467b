"""What all pages here do alike: run a command for a form, answer 422 to what was refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.edit_forms import SeenForm
from accounts.models import SignedInRequest, User
from incidents import queries
from incidents.models import Incident

INVALID: Final = 422


def done(form: BaseForm, act: Callable[[], object]) -> bool:
    """Run a command once its form has the right shape; a refusal becomes the form's own error."""
    if not form.is_valid():
        return False
    try:
        act()
    except ValidationError as refusal:
        refuse(form, refusal)
        return False
    return True


def refuse(form: BaseForm, refusal: ValidationError) -> None:
    """Put a command's refusal into its form; both versions too when two people wrote the same."""
    if isinstance(form, SeenForm):
        form.refuse(refusal)
    else:
        form.add_error(None, ValidationError(refusal.error_list))


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to; an empty POST is one too, and gets its errors."""
    return request.POST if request.method == "POST" else None


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, form: BaseForm | None = None
) -> HttpResponse:
    """A page, or the same page with what is wrong in it."""
    wrong = form is not None and form.is_bound and bool(form.errors)
    return render(request, template, {"form": form, **context}, status=INVALID if wrong else 200)


def answer_act(
    request: SignedInRequest,
    incident: Incident,
    form: BaseForm,
    run: Callable[..., object],
    *,
    back: str,
    told: str = "",
    **shown: Any,
) -> HttpResponse:
    """One act with a form of its own: run the command with what the form says and go `back`, or show the form again.

    `told` is said once it is done; `shown` is what `act_page` takes.
    """
    if done(form, lambda: run(by=request.user, now=timezone.now(), **_given(form))):
        if told:
            messages.success(request, told)
        return redirect(back)
    return act_page(request, incident, form, **shown)


def _given(form: Any) -> dict[str, Any]:
    """What a form says, as its command takes it."""
    given: dict[str, Any] = form.for_command() if hasattr(form, "for_command") else form.cleaned_data
    return given


def act_page(
    request: HttpRequest,
    incident: Incident,
    form: BaseForm,
    *,
    tab: str,
    heading: str,
    submit: str,
    **more: Any,
) -> HttpResponse:
    """A page with one form for one act on an incident."""
    tell_who_was_quicker(request, incident, form)
    context = {"incident": incident, "tab": tab, "heading": heading, "submit": submit, **more}
    return page(request, "incidents/act.html", context, form=form)


def tell_who_was_quicker(request: HttpRequest, incident: Incident, form: BaseForm) -> None:
    """When an act is refused because the state moved on, say who moved it."""
    refusals = form.errors.as_data().get(NON_FIELD_ERRORS, []) if form.is_bound else []
    if not isinstance(request.user, User) or not queries.moved_on(refusals):
        return
    if words := queries.lately(incident, but=request.user, now=timezone.now()):
        form.add_error(None, words)
