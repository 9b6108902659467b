"""How sign-in behaves: nobody signs up by himself, and links in letters lead to the public address."""

from __future__ import annotations

import base64
from typing import Final
from urllib.parse import quote

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts import keyring, second_step
from accounts.models import Organisation

SECRETS: Final = b"second step"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str) -> bool:
        """A sign-in of a moment ago is proof enough: whoever is led to set up the second step comes from there."""
        return not second_step.confirmed_lately(self.request)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Never from the request's own Host: a letter must not lead where a caller says."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return f"{settings.PUBLIC_URL}{path.replace('UID-KEY', quote(key))}"


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """What the authenticator app shares with us is sealed like everything secret, and says whose account it is."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(keyring.seal(text.encode(), context=SECRETS)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return keyring.unseal(base64.b64decode(encrypted_text), context=SECRETS).decode()

    def get_totp_issuer(self) -> str:
        return f"Forthright {Organisation.current()}"
