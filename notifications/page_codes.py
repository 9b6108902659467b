"""Page codes of a notice, derived from its sealed secret, and Message-IDs: a second try carries the same."""

from __future__ import annotations

import base64
import hmac
import secrets
from email.utils import parseaddr

from django.conf import settings

from accounts import codes, keyring
from notifications import tracing
from notifications.models import Notice


def new_secret(notice: Notice) -> bytes:
    """A secret for one notice, sealed for the database."""
    return keyring.seal(secrets.token_bytes(32), context=_context(notice))


def _context(notice: Notice) -> bytes:
    return b"notice:" + notice.reference.encode()


def page_url(code: str) -> str:
    return f"{settings.PUBLIC_URL}/n/{code}"


class Codes:
    """One notice's codes. The code itself is stored nowhere."""

    def __init__(self, notice: Notice) -> None:
        self._secret = keyring.unseal(bytes(notice.secret), context=_context(notice))
        self._notice_id = notice.pk
        self._tokens = tracing.Tokens()
        sender = notice.from_address or settings.MAIL_FROM
        self._domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"

    def code(self, party_id: int) -> str:
        """128 bits as 22 characters safe in an address."""
        return base64.urlsafe_b64encode(self._derive(b"code", party_id)).rstrip(b"=").decode()

    def code_hash(self, party_id: int) -> bytes:
        return codes.digest(self.code(party_id))

    def message_id(self, party_id: int) -> str:
        """Tells nobody outside who the mail went to; a bounce that quotes it finds its delivery."""
        return f"{self._tokens.of(self._notice_id, party_id)}@{self._domain}"

    def url(self, party_id: int) -> str:
        return page_url(self.code(party_id))

    def _derive(self, kind: bytes, party_id: int) -> bytes:
        return hmac.digest(self._secret, kind + b":%d" % party_id, "sha256")[:16]
