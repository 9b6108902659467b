"""The second step of the sign-in: whether a session has passed it, and what follows when it is switched on or off."""

from __future__ import annotations

import time
from typing import Any, Final

import structlog
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from accounts import commands
from accounts.models import User

METHOD: Final = "mfa"
log = structlog.get_logger(__name__)


def passed(request: HttpRequest) -> bool:
    """Whether this session gave a second step, or set it up; sessions from before it was set up have ended."""
    return any(one.get("method") == METHOD for one in get_authentication_records(request, request.user))


def confirmed_lately(request: HttpRequest) -> bool:
    """Whether the person at this session proved who they are a moment ago, at sign-in or since."""
    limit = settings.CONFIRM_AFTER.total_seconds()
    proofs = get_authentication_records(request, request.user)
    return any(time.time() - float(one["at"]) < limit for one in proofs)


def has_one(user: User) -> bool:
    """Whether a sign-in of this person asks for a code."""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


class Token(TokenAuthentication):  # type: ignore[misc]
    """Tokens are made in a session that passed the second step, and are worth nothing once it is gone."""

    def authenticate_credentials(self, token: bytes) -> Any:
        user, found = super().authenticate_credentials(token)
        if settings.MFA_REQUIRED and not has_one(user):
            raise AuthenticationFailed("Set up two-step sign-in first.", code="second_step_missing")
        return user, found


class TokenScheme(KnoxTokenScheme):  # type: ignore[no-untyped-call]
    """Describes `Token` in the API's schema as knox describes its own."""

    target_class = "accounts.second_step.Token"


def switched_on(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Receiver: end the sessions that knew the password alone, and keep this one."""
    if authenticator.type == Authenticator.Type.TOTP:
        commands.note_second_step(user, by=user, on=True)
        update_session_auth_hash(request, User.objects.get(pk=user.pk))
        record_authentication(request, user, method=METHOD, type=authenticator.type, reauthenticated=True)


def switched_off(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Receiver: the person's other sessions and tokens end."""
    if authenticator.type == Authenticator.Type.TOTP:
        commands.note_second_step(user, by=user, on=False)
        update_session_auth_hash(request, User.objects.get(pk=user.pk))
        left = [one for one in get_authentication_records(request, user) if one.get("method") != METHOD]
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = left


def signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    log.info("signed_in", user=user.pk)


def sign_in_failed(**_: Any) -> None:
    """Which address was tried is not told: a password typed into the wrong field would stand in the log."""
    log.warning("sign_in_failed", step="password")


def code_failed(user: User, **_: Any) -> None:
    log.warning("sign_in_failed", step="code", user=user.pk)
