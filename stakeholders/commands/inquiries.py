"""Acts on inquiries: asked, logged, answered, moved, closed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import codes
from accounts.models import User
from audit.commands import Acting, record
from audit.events import ORGANISATION, PUBLIC
from incidents import commands as incidents
from incidents.models import Incident
from incidents.rules import check_reason
from stakeholders.commands.roster import reseal
from stakeholders.events import InquiryEvent
from stakeholders.importing import values
from stakeholders.lifecycle import INQUIRY_MOVES, InquiryStatus, SendState
from stakeholders.models import AffectedParty, Channel, Direction, Inquiry, InquiryMessage, Roster, Topic
from stakeholders.rules import check_not_erased, check_words
from stakeholders.sealing import Contact, InquiryBox

MATTER = "inquiry"


@dataclass(frozen=True)
class Asked:
    """A new inquiry and the code that opens its answer; the code is shown once and kept as a hash only."""

    inquiry: Inquiry
    code: str


def _check_move(inquiry: Inquiry, target: str) -> None:
    if target not in INQUIRY_MOVES.get(inquiry.status, frozenset()):
        raise ValidationError(
            "This inquiry is %(state)s.",
            code="wrong_status",
            params={"state": inquiry.get_status_display().lower()},
        )


def _checked_contact(contact: Contact) -> Contact:
    name, email, phone = (
        part.strip().replace("\x00", "")[:200] for part in (contact.name, contact.email, contact.phone)
    )
    if email:
        try:
            email = values.email(email)
        except values.BadValue as error:
            raise ValidationError(
                "This is not an e-mail address we can answer to.", code="bad_email"
            ) from error
    return Contact(name, email, phone)


def _stream(inquiry: Inquiry) -> str:
    return inquiry.incident.stream if inquiry.incident else ORGANISATION


def _open_matter(inquiry: Inquiry, *, by: Acting, now: datetime) -> None:
    if inquiry.incident is not None:
        label = f"Inquiry {inquiry.reference} waits for an answer"
        incidents.open_matter(
            inquiry.incident, kind=MATTER, reference=inquiry.reference, label=label, by=by, now=now
        )


def _settle_matter(inquiry: Inquiry, *, by: Acting, now: datetime) -> None:
    if inquiry.incident is not None:
        incidents.settle_matter(inquiry.incident, kind=MATTER, reference=inquiry.reference, by=by, now=now)


def _put_message(
    inquiry: Inquiry, text: str, *, direction: Direction, by: User | None, now: datetime, mail: bool = False
) -> InquiryMessage:
    tag = uuid.uuid4()
    return InquiryMessage.objects.create(
        inquiry=inquiry, tag=tag, direction=direction, by=by, at=now,
        sealed_body=InquiryBox(inquiry).seal_body(text, tag),
        send_state=SendState.QUEUED if mail else SendState.NONE, due_at=now if mail else None,
    )  # fmt: skip


def _new_inquiry(
    *,
    incident: Incident | None,
    party_id: int | None,
    topic: str,
    channel: str,
    words: str,
    contact: Contact,
    logged_by: User | None,
    now: datetime,
) -> Asked:
    if topic not in Topic.values or channel not in Channel.values:
        raise ValidationError("Choose a topic and a channel.", code="unknown_topic")
    words, contact, code = check_words(words), _checked_contact(contact), codes.new_code()
    roster = Roster.objects.filter(incident=incident, erased_at=None).first() if incident else None
    if party_id is not None and (
        roster is None or not AffectedParty.objects.of(roster).filter(id=party_id).exists()
    ):
        raise ValidationError("This person is not on the roster of this incident.", code="unknown_party")
    inquiry = Inquiry(
        incident=incident, sealed_under=roster, party_id=party_id, topic=topic, channel=channel,
        by_mail=bool(contact.email), code_hash=codes.digest(code), received_at=now, waiting_since=now,
        logged_by=logged_by,
    )  # fmt: skip
    inquiry.sealed_contact = InquiryBox(inquiry).seal_contact(contact) if contact != Contact() else b""
    inquiry.save()
    _put_message(inquiry, words, direction=Direction.IN, by=None, now=now)
    return Asked(inquiry, code)


@transaction.atomic
def log_inquiry(
    *,
    by: User,
    topic: str,
    channel: str,
    words: str,
    now: datetime,
    contact: Contact | None = None,
    incident: Incident | None = None,
    party_id: int | None = None,
) -> Asked:
    """Write down what somebody asked by telephone, mail, letter or elsewhere."""
    asked = _new_inquiry(
        incident=incident, party_id=party_id, topic=topic, channel=channel, words=words,
        contact=contact or Contact(), logged_by=by, now=now,
    )  # fmt: skip
    inquiry = asked.inquiry
    record(
        InquiryEvent.LOGGED,
        inquiry,
        by=by,
        stream=_stream(inquiry),
        details={"topic": topic, "channel": channel},
    )
    _open_matter(inquiry, by=by, now=now)
    return asked


@transaction.atomic
def ask_question(
    incident: Incident,
    *,
    topic: str,
    words: str,
    now: datetime,
    contact: Contact | None = None,
    party_id: int | None = None,
) -> Asked:
    """Take a question from the public page of a notice."""
    asked = _new_inquiry(
        incident=incident, party_id=party_id, topic=topic, channel=Channel.WEB, words=words,
        contact=contact or Contact(), logged_by=None, now=now,
    )  # fmt: skip
    record(InquiryEvent.ASKED, asked.inquiry, by=PUBLIC, stream=incident.stream, details={"topic": topic})
    _open_matter(asked.inquiry, by=PUBLIC, now=now)
    return asked


@transaction.atomic
def ask_again(inquiry: Inquiry, *, words: str, now: datetime) -> InquiryMessage:
    """Add a question of the same person, who holds the code; the inquiry waits again."""
    inquiry = Inquiry.objects.locked(inquiry)
    _check_move(inquiry, InquiryStatus.OPEN)
    words = check_words(words, most=4_000)
    if inquiry.sealed_under is not None:
        check_not_erased(inquiry.sealed_under)
    if inquiry.status != InquiryStatus.OPEN:
        inquiry.status, inquiry.waiting_since, inquiry.closed_at = InquiryStatus.OPEN, now, None
        inquiry.save(update_fields=["status", "waiting_since", "closed_at"])
    message = _put_message(inquiry, words, direction=Direction.IN, by=None, now=now)
    record(InquiryEvent.ASKED, inquiry, by=PUBLIC, stream=_stream(inquiry), details={"again": True})
    _open_matter(inquiry, by=PUBLIC, now=now)
    return message


@transaction.atomic
def answer_inquiry(inquiry: Inquiry, *, text: str, by: User, now: datetime) -> InquiryMessage:
    """Answer. With an address the answer is queued as mail; without one it is read by code or told by telephone."""
    inquiry = Inquiry.objects.locked(inquiry)
    _check_move(inquiry, InquiryStatus.ANSWERED)
    text = check_words(text)
    if inquiry.sealed_under is not None:
        check_not_erased(inquiry.sealed_under)
    message = _put_message(inquiry, text, direction=Direction.OUT, by=by, now=now, mail=inquiry.by_mail)
    inquiry.status, inquiry.answered_at = InquiryStatus.ANSWERED, now
    inquiry.save(update_fields=["status", "answered_at"])
    record(
        InquiryEvent.ANSWERED, inquiry, by=by, stream=_stream(inquiry),
        details={"mail": inquiry.by_mail, "waited_seconds": int((now - inquiry.waiting_since).total_seconds())},
    )  # fmt: skip
    _settle_matter(inquiry, by=by, now=now)
    return message


@transaction.atomic
def close_inquiry(inquiry: Inquiry, *, by: User, now: datetime, reason: str = "") -> Inquiry:
    """Nothing more is to be said. Closing without an answer asks for the reason."""
    inquiry = Inquiry.objects.locked(inquiry)
    _check_move(inquiry, InquiryStatus.CLOSED)
    if inquiry.status == InquiryStatus.OPEN:
        reason = check_reason(reason)
    inquiry.status, inquiry.closed_at = InquiryStatus.CLOSED, now
    inquiry.save(update_fields=["status", "closed_at"])
    record(InquiryEvent.CLOSED, inquiry, by=by, stream=_stream(inquiry), reason=reason)
    _settle_matter(inquiry, by=by, now=now)
    return inquiry


@transaction.atomic
def reopen_inquiry(inquiry: Inquiry, *, by: User, reason: str, now: datetime) -> Inquiry:
    """Take a closed or answered inquiry up again."""
    inquiry = Inquiry.objects.locked(inquiry)
    reason = check_reason(reason)
    if inquiry.status == InquiryStatus.OPEN:
        raise ValidationError("This inquiry is open.", code="wrong_status")
    inquiry.status, inquiry.waiting_since, inquiry.closed_at = InquiryStatus.OPEN, now, None
    inquiry.save(update_fields=["status", "waiting_since", "closed_at"])
    record(InquiryEvent.REOPENED, inquiry, by=by, stream=_stream(inquiry), reason=reason)
    _open_matter(inquiry, by=by, now=now)
    return inquiry


@transaction.atomic
def link_inquiry(inquiry: Inquiry, *, incident: Incident, by: User, now: datetime) -> Inquiry:
    """Move an inquiry to the incident it is about; its words move under that roster's key."""
    inquiry = Inquiry.objects.locked(inquiry)
    if inquiry.incident_id == incident.pk:
        return inquiry
    before = inquiry.incident_id
    _settle_matter(inquiry, by=by, now=now)
    inquiry.incident, inquiry.party_id = incident, None
    inquiry.save(update_fields=["incident", "party_id"])
    reseal(inquiry, Roster.objects.filter(incident=incident, erased_at=None).first())
    record(
        InquiryEvent.LINKED,
        inquiry,
        by=by,
        stream=incident.stream,
        details={"from": before, "to": incident.pk},
    )
    if inquiry.status == InquiryStatus.OPEN:
        _open_matter(inquiry, by=by, now=now)
    return inquiry


@transaction.atomic
def reveal_contact(inquiry: Inquiry, *, reason: str, by: User, now: datetime) -> Contact:
    """Read who asked, in clear, to call or write to them; recorded with the reason."""
    reason = check_reason(reason)
    if inquiry.sealed_under is not None:
        check_not_erased(inquiry.sealed_under)
    record(InquiryEvent.CONTACT_REVEALED, inquiry, by=by, stream=_stream(inquiry), reason=reason)
    return InquiryBox(inquiry).contact()
