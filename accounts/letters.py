"""Letters about sign-in. They leave while the person who asked waits, so a failure is told at once."""

from __future__ import annotations

from smtplib import SMTPException

import structlog
from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.http import HttpRequest

from accounts.models import Organisation, User

log = structlog.get_logger(__name__)


class LetterNotSent(Exception):
    """The mail server did not take the letter. Trying again later may help."""


def send_password_link(user: User, *, by: User, request: HttpRequest) -> None:
    """Send a link that works once and lets this person set a password."""
    adapter = get_adapter(request)
    token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    context = {
        "person": user,
        "by": by,
        "organisation": Organisation.current(),
        "url": adapter.get_reset_password_from_key_url(f"{user_pk_to_url_str(user)}-{token}"),
        "days": settings.PASSWORD_RESET_TIMEOUT // 86_400,
    }
    try:
        adapter.send_mail("account/email/password_link", user.email, context)
    except (SMTPException, OSError) as error:
        log.warning("password_link_not_sent", user=user.pk, error=type(error).__name__)
        raise LetterNotSent from error
