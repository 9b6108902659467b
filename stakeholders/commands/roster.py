"""Acts on the roster and on single affected parties."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from accounts.drafts import discard_drafts_about
from accounts.models import User
from audit.commands import Acting, record
from incidents.models import Incident
from incidents.rules import check_reason
from stakeholders.events import RosterEvent
from stakeholders.importing import sealedfile
from stakeholders.models import AffectedParty, ExemptReason, Inquiry, InquiryMessage, Roster, RosterCount
from stakeholders.models.roster import MINORS
from stakeholders.rules import check_not_erased
from stakeholders.sealing import Details, InquiryBox, RosterKeys, new_wrapped_keys


@transaction.atomic
def open_roster(incident: Incident, *, by: Acting, now: datetime) -> Roster:
    """The incident's roster, made with keys of its own when there is none yet; its inquiries move under them."""
    incident = Incident.objects.locked(incident)
    roster = Roster.objects.filter(incident=incident).first()
    if roster is not None:
        check_not_erased(roster)
        return roster
    data_key, index_key = new_wrapped_keys(incident.pk)
    roster = Roster.objects.create(incident=incident, wrapped_key=data_key, wrapped_index_key=index_key)
    record(RosterEvent.OPENED, roster, by=by, stream=incident.stream)
    for inquiry in Inquiry.objects.select_for_update().filter(incident=incident, sealed_under=None):
        reseal(inquiry, roster)
    return roster


def reseal(inquiry: Inquiry, roster: Roster | None) -> None:
    """Move an inquiry's words under another key, so that erasing the roster erases them. Called by commands only."""
    box = InquiryBox(inquiry)
    contact = box.contact() if inquiry.sealed_contact else None
    messages = list(inquiry.messages.all())
    bodies = [box.body(message) for message in messages]
    inquiry.sealed_under = roster
    box = InquiryBox(inquiry)
    inquiry.sealed_contact = box.seal_contact(contact) if contact else b""
    inquiry.save(update_fields=["sealed_under", "sealed_contact"])
    for message, body in zip(messages, bodies, strict=True):
        message.sealed_body = box.seal_body(body, message.tag)
    InquiryMessage.objects.bulk_update(messages, ["sealed_body"])


@transaction.atomic
def exempt_party(party: AffectedParty, *, why: str, reason: str, by: User, now: datetime) -> AffectedParty:
    """Find that somebody on the roster is not to be told, with the reason; coverage shows them apart."""
    if why not in ExemptReason.values:
        raise ValidationError("Choose why this person is not to be told.", code="unknown_reason")
    reason = check_reason(reason)
    roster = Roster.objects.locked(party.roster)
    check_not_erased(roster)
    party = AffectedParty.objects.of(roster).select_for_update().get(id=party.id)
    if party.exempt_at is not None:
        raise ValidationError("This person is exempt already.", code="already_decided")
    AffectedParty.objects.of(roster).filter(id=party.id).update(exempt_at=now, exempt_reason=why)
    RosterCount.objects.filter(
        roster=roster, country=party.country, subdivision=party.subdivision, language=party.language,
        elements=party.elements, minor=party.addressee in MINORS,
    ).update(exempt=F("exempt") + 1)  # fmt: skip
    Roster.objects.filter(pk=roster.pk).update(exempt=F("exempt") + 1, version=F("version") + 1)
    record(
        RosterEvent.PARTY_EXEMPTED,
        party,
        by=by,
        stream=roster.incident.stream,
        details={"why": why},
        reason=reason,
    )
    party.exempt_at, party.exempt_reason = now, why
    return party


@transaction.atomic
def reveal_party(party: AffectedParty, *, reason: str, by: User, now: datetime) -> Details:
    """Read one person's details in clear; who read them and why is in the record first."""
    reason = check_reason(reason)
    check_not_erased(party.roster)
    record(RosterEvent.PARTY_REVEALED, party, by=by, stream=party.roster.incident.stream, reason=reason)
    return RosterKeys.open(party.roster).details(party)


@transaction.atomic
def erase_roster(roster: Roster, *, by: User, reason: str, now: datetime) -> Roster:
    """Destroy the keys of a roster: people, uploads and their inquiries cannot be read again, counts remain."""
    reason = check_reason(reason)
    roster = Roster.objects.locked(roster)
    check_not_erased(roster)
    stored = [job.stored for job in roster.imports.select_for_update()]
    if roster.imports.filter(state__in=["queued", "running"]).exists():
        raise ValidationError("An import is running. Stop it first.", code="still_open")
    roster.wrapped_key, roster.wrapped_index_key, roster.erased_at = b"", b"", now
    roster.version += 1
    roster.save(update_fields=["wrapped_key", "wrapped_index_key", "erased_at", "version"])
    # Hashes under a destroyed key tell nothing, but equal ones still show who was listed twice.
    AffectedParty.objects.of(roster).update(
        email_key=None, phone_key=None, reference_key=None, name_key=None, same_key=None, mail_domain_key=None,
        sealed=b"",
    )  # fmt: skip
    record(
        RosterEvent.ERASED,
        roster,
        by=by,
        stream=roster.incident.stream,
        details={"people": roster.people},
        reason=reason,
    )
    inquiries = roster.incident.inquiries.values_list("reference", flat=True)
    discard_drafts_about([roster.incident.reference, *inquiries])
    for name in stored:
        transaction.on_commit(partial(sealedfile.discard, name), robust=True)
    return roster
