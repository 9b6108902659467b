"""Whoever may do harm signs in with two steps, and proves it again before an act that cannot be taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import suspend_request
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, resolve_url
from django_htmx.http import HttpResponseClientRedirect

from accounts import second_step
from incidents.permissions import needs_second_step

# Acts that ask for the password or a code again, unless that was given a moment ago. docs/security.md lists them.
CONFIRMED: Final = frozenset(
    {
        # what leaves
        "notifications:start_sending",
        "notifications:api_send_notice",
        "notifications:publish_statement",
        "notifications:api_publish_statement",
        "notifications:act_on_returned",
        "notifications:api_send_again",
        "notifications:correct_address",
        "notifications:api_correct_address",
        "notifications:take_letters",
        "notifications:reveal_proof",
        "notifications:take_proof",
        "notifications:api_take_proof",
        "notifications:api_take_letters",
        "incidents:evidence_zip",
        "incidents:api_export_evidence",
        "incidents:export_list",
        "incidents:api_export_list",
        # what is gone for good
        "incidents:delete_evidence",
        "incidents:api_delete_evidence",
        # what names people
        "stakeholders:reveal_party",
        "stakeholders:api_reveal_party",
        "stakeholders:reveal_contact",
        "stakeholders:api_reveal_contact",
        "stakeholders:download_rejects",
        "stakeholders:export_list",
        "stakeholders:api_export_list",
        "stakeholders:sign_erasure",
        "stakeholders:api_sign_erasure",
        "incidents:reporter_contact",
        "incidents:api_reporter_contact",
        # who may
        "incidents:grant_access",
        "incidents:api_access",
        "incidents:invite_expert",
        "incidents:api_invite_expert",
        "incidents:grant_team",
        "incidents:api_grant_team",
        "incidents:make_team",
        "incidents:api_teams",
        "incidents:team",
        "incidents:api_team",
        "incidents:lift_restriction",
        "incidents:api_lift_restriction",
        "accounts:add_person",
        "accounts:api_people",
        "accounts:person",
        "accounts:api_change_roles",
        "accounts:lift_limits",
        "accounts:api_lift_limits",
        "accounts:take_second_step",
        "accounts:api_take_second_step",
        "accounts:api_token",
    }
)
# Files that are taken out by reading them.
CONFIRMED_READS: Final = frozenset({"incidents:export_record", "incidents:api_export_record"})
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class SecondStep:
    """Let nobody go on who needs a second step and has not passed it; the sign-in's own pages stay open."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> HttpResponse | None:
        if not settings.MFA_REQUIRED or not _is_signed_in(request, view):
            return None
        if not second_step.passed(request) and needs_second_step(request.user):  # type: ignore[arg-type]
            return _set_up_first(request)
        if _asks_again(request) and not second_step.confirmed_lately(request):
            return _confirm_first(request)
        return None


def _is_signed_in(request: HttpRequest, view: Callable[..., Any]) -> bool:
    """By a session, on a page that needs one. Public pages are left alone: they open no session."""
    if request.path.startswith("/accounts/") or getattr(view, "before_second_step", False):
        return False
    if request.path.startswith("/api/"):
        if request.headers.get("Authorization", "").lower().startswith("token "):
            return False  # `second_step.Token` asks there, and a wrong token is no way back to the session
    elif not getattr(view, "login_required", True):
        return False
    return request.user.is_authenticated


def _asks_again(request: HttpRequest) -> bool:
    name = request.resolver_match.view_name if request.resolver_match else ""
    return name in CONFIRMED_READS or (name in CONFIRMED and request.method not in SAFE)


def _refused(code: str, words: str) -> JsonResponse:
    """The one shape of errors of the API."""
    told = {"type": "client_error", "errors": [{"code": code, "detail": words, "attr": None}]}
    return JsonResponse(told, status=403)


def _set_up_first(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        return _refused("second_step_missing", "Set up two-step sign-in first, on the page “Your settings”.")
    return _lead_to(request, resolve_url("accounts:second_step"))


def _confirm_first(request: HttpRequest) -> HttpResponse:
    """What was typed is kept, and the act goes on after the proof."""
    if request.path.startswith("/api/"):
        return _refused("confirm_first", "Confirm that it is you at /accounts/reauthenticate/ and try again.")
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    answer = suspend_request(request, methods[0]["url"] if methods else resolve_url("account_login"))
    return _lead_to(request, answer["Location"])


def _lead_to(request: HttpRequest, url: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(url)
    return redirect(url)
