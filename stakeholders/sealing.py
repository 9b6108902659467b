"""Sealing people: one AES-256-GCM blob a row under the roster's own key, and keyed hashes for look-up."""

from __future__ import annotations

import hashlib
import json
import secrets
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from accounts import keyring
from accounts.keyring import CannotUnseal
from stakeholders.models import AffectedParty, Inquiry, InquiryMessage, Roster, RosterImport

KEY_BYTES: Final = 32
BLOCK_BYTES: Final = 64  # of SHA-256; the index key is shorter
NONCE_BYTES: Final = 12
SEPARATOR: Final = "\x1f"  # no cleaned value holds it
FORMAT: Final = b"\x01"


@dataclass(frozen=True, slots=True)
class Details:
    """What is sealed about one affected party. Fields are only ever added at the end: bits and bytes hang on the order."""

    name: str = ""
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    phone: str = ""
    address1: str = ""
    address2: str = ""
    postcode: str = ""
    town: str = ""
    region: str = ""
    reference: str = ""
    representative: str = ""

    @property
    def full_name(self) -> str:
        return self.name or " ".join(part for part in (self.given_name, self.family_name) if part)

    @property
    def present(self) -> int:
        """Bit mask of the fields that are filled."""
        return sum(1 << place for place, name in enumerate(FIELDS) if getattr(self, name))

    def as_tuple(self) -> tuple[str, ...]:
        return tuple(getattr(self, name) for name in FIELDS)


FIELDS: Final = tuple(field.name for field in fields(Details))
BIT: Final = {name: 1 << place for place, name in enumerate(FIELDS)}


def pack(values: tuple[str, ...]) -> bytes:
    """Canonical bytes of a person's details, in the order of FIELDS."""
    return FORMAT + SEPARATOR.join(values).encode()


def unpack(plain: bytes) -> Details:
    if plain[:1] != FORMAT:
        raise CannotUnseal("details of a format this version does not know")
    values = plain[1:].decode().split(SEPARATOR)
    return Details(*values[: len(FIELDS)])


def nonces() -> Iterator[bytes]:
    """Random nonces, drawn in bulk: asking the system for each one costs more than the cipher."""
    while True:
        block = secrets.token_bytes(NONCE_BYTES * 1024)
        for start in range(0, len(block), NONCE_BYTES):
            yield block[start : start + NONCE_BYTES]


def fold(text: str) -> str:
    """How names and references are compared: without case, accents and spare spaces."""
    if text.isascii():
        return " ".join(text.lower().split())
    flat = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in flat if not unicodedata.combining(letter)).split())


class RosterErased(CannotUnseal):
    """The roster's keys were destroyed: its people cannot be read again."""


class RosterKeys:
    """A roster's keys, unwrapped once."""

    def __init__(self, roster_id: int, data_key: bytes, index_key: bytes) -> None:
        self._cipher = AESGCM(data_key)
        # HMAC's two hashes with their keys taken in: copying them costs a third of asking for the whole each time.
        padded = index_key.ljust(BLOCK_BYTES, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))
        self._place = roster_id.to_bytes(8, "big")
        self._nonces = nonces()

    @classmethod
    def open(cls, roster: Roster) -> RosterKeys:
        """Unwrap the keys of a roster; `RosterErased` when they are gone."""
        if roster.erased_at is not None or not roster.wrapped_key:
            raise RosterErased("the people of this incident were erased")
        context = _context(roster.incident_id)
        return cls(
            roster.pk,
            keyring.unseal(bytes(roster.wrapped_key), context=context + b"data"),
            keyring.unseal(bytes(roster.wrapped_index_key), context=context + b"index"),
        )

    def seal_packed(self, plain: bytes, party_id: int) -> bytes:
        """Seal packed details to one row; swapping blobs between rows is found out."""
        nonce = next(self._nonces)
        return nonce + self._cipher.encrypt(nonce, plain, self._place + party_id.to_bytes(8, "big"))

    def seal(self, details: Details, party_id: int) -> bytes:
        return self.seal_packed(pack(details.as_tuple()), party_id)

    def open_sealed(self, sealed: bytes, party_id: int) -> Details:
        return unpack(self._decrypt(bytes(sealed), self._place + party_id.to_bytes(8, "big")))

    def details(self, party: AffectedParty) -> Details:
        """A party's details in clear; never log, cache or pass them to a task."""
        return self.open_sealed(bytes(party.sealed), party.id)

    def seal_bytes(self, plain: bytes, *, context: bytes) -> bytes:
        """Seal anything else of this roster: uploads, letters, messages. `context` binds it to its place."""
        nonce = next(self._nonces)
        return nonce + self._cipher.encrypt(nonce, plain, self._place + b"/" + context)

    def open_bytes(self, sealed: bytes, *, context: bytes) -> bytes:
        return self._decrypt(bytes(sealed), self._place + b"/" + context)

    def _decrypt(self, sealed: bytes, bound_to: bytes) -> bytes:
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)
        except (InvalidTag, ValueError) as error:
            raise CannotUnseal("the sealed value is damaged or belongs elsewhere") from error

    def key_of(self, kind: bytes, folded: str) -> bytes:
        """16 bytes of HMAC-SHA256: equal values of one roster have equal keys, nothing more can be told."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(kind + folded.encode())
        outer.update(inner.digest())
        return outer.digest()[:16]

    def email_key(self, email: str) -> UUID:
        return UUID(bytes=self.key_of(EMAIL, email.strip().lower()))

    def phone_key(self, e164: str) -> UUID:
        return UUID(bytes=self.key_of(PHONE, e164))

    def reference_key(self, reference: str) -> UUID:
        return UUID(bytes=self.key_of(REFERENCE, fold(reference)))

    def name_key(self, family_name: str) -> UUID:
        return UUID(bytes=self.key_of(NAME, fold(family_name)))

    def mail_domain_key(self, email: str) -> UUID:
        return UUID(bytes=self.key_of(DOMAIN, email.rpartition("@")[2].strip().lower()))


EMAIL: Final = b"email\x00"
PHONE: Final = b"phone\x00"
REFERENCE: Final = b"reference\x00"
NAME: Final = b"name\x00"
DOMAIN: Final = b"domain\x00"


def _context(incident_id: int) -> bytes:
    return b"roster:%d:" % incident_id


def seal_file_name(name: str, stored: str, keys: RosterKeys) -> bytes:
    """The name of an upload: people name files after people."""
    return keys.seal_bytes((name or "list.csv")[:200].encode(), context=_name_context(stored))


def open_file_name(job: RosterImport, keys: RosterKeys) -> str:
    if not job.sealed_name:
        return ""
    return keys.open_bytes(bytes(job.sealed_name), context=_name_context(job.stored)).decode()


def _name_context(stored: str) -> bytes:
    return b"file name:" + stored.encode()


def new_wrapped_keys(incident_id: int) -> tuple[bytes, bytes]:
    """A new roster's data key and index key, wrapped for the database."""
    context = _context(incident_id)
    return (
        keyring.seal(secrets.token_bytes(KEY_BYTES), context=context + b"data"),
        keyring.seal(secrets.token_bytes(KEY_BYTES), context=context + b"index"),
    )


def rewrapped_keys(roster: Roster) -> tuple[bytes, bytes]:
    """The same data key and index key, wrapped with the newest of SEALING_KEYS."""
    data, index = _context(roster.incident_id) + b"data", _context(roster.incident_id) + b"index"
    return (
        keyring.seal(keyring.unseal(bytes(roster.wrapped_key), context=data), context=data),
        keyring.seal(keyring.unseal(bytes(roster.wrapped_index_key), context=index), context=index),
    )


# --- masking


def mask(details: Details) -> Details:
    """Details as screens show them: enough to tell two people apart, not to write to them."""
    return Details(
        name=mask_name(details.full_name),
        given_name=mask_name(details.given_name),
        family_name=mask_word(details.family_name),
        email=mask_email(details.email),
        phone=mask_phone(details.phone),
        address1="•••" if details.address1 else "",
        address2="•••" if details.address2 else "",
        postcode="•••" if details.postcode else "",
        town=details.town,
        region=details.region,
        reference=mask_tail(details.reference),
        representative=mask_name(details.representative),
    )


def mask_word(word: str) -> str:
    return f"{word[0]}•••" if word else ""


def mask_name(name: str) -> str:
    """`J. D•••`"""
    parts = name.split()
    if not parts:
        return ""
    return " ".join([f"{parts[0][0]}.", mask_word(parts[-1])]) if len(parts) > 1 else mask_word(parts[0])


def mask_email(email: str) -> str:
    """`m•••@example.org`"""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}•••@{domain}" if domain and local else ("•••" if email else "")


def mask_phone(phone: str) -> str:
    return f"••• {phone[-2:]}" if len(phone) > 4 else ("•••" if phone else "")


def mask_tail(text: str) -> str:
    return f"•••{text[-3:]}" if len(text) > 6 else ("•••" if text else "")


# --- inquiries


@dataclass(frozen=True, slots=True)
class Contact:
    """Who asks, and how to answer."""

    name: str = ""
    email: str = ""
    phone: str = ""


class InquiryBox:
    """Reads and seals the words of one inquiry, under whichever key they lie."""

    def __init__(self, inquiry: Inquiry) -> None:
        self._inquiry = inquiry
        roster = inquiry.sealed_under
        self._keys = RosterKeys.open(roster) if roster is not None else None

    def _seal(self, plain: bytes, context: bytes) -> bytes:
        if self._keys is None:
            return keyring.seal(plain, context=context)
        return self._keys.seal_bytes(plain, context=context)

    def _open(self, sealed: bytes, context: bytes) -> bytes:
        if self._keys is None:
            return keyring.unseal(bytes(sealed), context=context)
        return self._keys.open_bytes(bytes(sealed), context=context)

    def _contact_context(self) -> bytes:
        return b"inquiry:" + self._inquiry.reference.encode()

    def seal_contact(self, contact: Contact) -> bytes:
        words = json.dumps([contact.name, contact.email, contact.phone], ensure_ascii=False)
        return self._seal(words.encode(), self._contact_context())

    def contact(self) -> Contact:
        """Who asks, in clear."""
        if not self._inquiry.sealed_contact:
            return Contact()
        return Contact(*json.loads(self._open(bytes(self._inquiry.sealed_contact), self._contact_context())))

    def seal_body(self, text: str, tag: UUID) -> bytes:
        return self._seal(text.encode(), b"message:" + tag.bytes)

    def body(self, message: InquiryMessage) -> str:
        """A message's words, in clear."""
        return self._open(bytes(message.sealed_body), b"message:" + message.tag.bytes).decode()
