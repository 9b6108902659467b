"""`/setup/`: make the first account with the one-time code from the server's start-up text."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_countries import countries

from accounts import setup
from accounts.models import User


class SetupForm(forms.Form):
    code = forms.CharField(
        label="Set-up code",
        help_text="Shown in the start-up text of the server, at every start until it is used.",
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "mono"}),
    )
    organisation = forms.CharField(label="Name of your organisation", max_length=200)
    place = forms.ChoiceField(
        label="Country of its main establishment",
        help_text="Decides which authority leads. You can change it later.",
    )
    zone = forms.ChoiceField(label="Time zone", initial="UTC")
    name = forms.CharField(
        label="Your name", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label="Your e-mail address", widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label="Password",
        help_text="At least 12 characters.",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [("", "Choose a country"), *countries]  # type: ignore[attr-defined]
        self.fields["zone"].choices = [(zone, zone) for zone in sorted(available_timezones())]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if "password" in found:
            about = User(email=found.get("email", ""), name=found.get("name", ""))
            try:
                validate_password(found["password"], about)
            except ValidationError as refusal:
                self.add_error("password", refusal)
        return found


@sensitive_post_parameters("code", "password")
@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def first_account(request: HttpRequest) -> HttpResponse:
    """The page exists until the first account does."""
    if not setup.is_open():
        raise Http404
    form = SetupForm(request.POST or None)
    if form.is_valid():
        try:
            user = setup.complete(**form.cleaned_data, now=timezone.now())
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
            return redirect("/")
    return render(request, "accounts/setup.html", {"form": form}, status=422 if form.is_bound else 200)
