"""Acts on the roster and on single affected parties."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from accounts import keyring
from accounts.models import User
from audit.commands import Acting, record
from audit.events import SYSTEM
from incidents.models import Incident
from incidents.rules import check_reason
from stakeholders.events import RosterEvent
from stakeholders.importing import load, values
from stakeholders.importing.reasons import words
from stakeholders.models import (
    Addressee,
    AffectedParty,
    ExemptReason,
    Inquiry,
    InquiryMessage,
    Roster,
    RosterCount,
)
from stakeholders.models.roster import MINORS, REPRESENTED
from stakeholders.rules import check_not_erased
from stakeholders.sealing import Details, InquiryBox, RosterKeys, new_wrapped_keys, rewrapped_keys


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
def rewrap_roster(roster: Roster) -> bool:
    """Wrap a roster's keys with the newest of SEALING_KEYS; False when they are already, or gone."""
    roster = Roster.objects.locked(roster)
    if roster.erased_at is not None or keyring.key_id(roster.wrapped_key) == keyring.newest_key_id():
        return False
    roster.wrapped_key, roster.wrapped_index_key = rewrapped_keys(roster)
    roster.save(update_fields=["wrapped_key", "wrapped_index_key"])
    record(
        RosterEvent.REWRAPPED, roster, by=SYSTEM, stream=roster.incident.stream,
        details={"key": keyring.newest_key_id()},
    )  # fmt: skip
    return True


@transaction.atomic
def address_party(
    party: AffectedParty,
    *,
    addressee: str,
    name: str,
    email: str,
    phone: str,
    reason: str,
    by: User,
    now: datetime,
) -> AffectedParty:
    """Say who is written to about a person's data: the person, or a guardian or next of kin in their place.

    What is left empty stays as it is on the list; a new e-mail address takes the place of the one held.
    """
    reason = check_reason(reason)
    if addressee not in Addressee.values:
        raise ValidationError("Choose who is written to.", code="unknown_addressee")
    if addressee in REPRESENTED and not name.strip():
        raise ValidationError("Name the person who is written to instead.", code="name_missing")
    roster = Roster.objects.locked(party.roster)
    check_not_erased(roster)
    party = AffectedParty.objects.of(roster).select_for_update().get(id=party.id)
    load.readdress(roster, party, addressee=addressee, changed=_changed(addressee, name, email, phone, party))
    record(
        RosterEvent.PARTY_ADDRESSED, party, by=by, stream=roster.incident.stream,
        details={"old": party.addressee, "new": addressee}, reason=reason,
    )  # fmt: skip
    return AffectedParty.objects.of(roster).get(id=party.id)


CORRECTED: Final = ("email", "address1", "address2", "postcode", "town", "region")


@transaction.atomic
def correct_contact(
    party: AffectedParty, *, changed: Mapping[str, str], reason: str, by: User, now: datetime
) -> AffectedParty:
    """Put a right address in place of a wrong one; what is left empty stays as it is on the list."""
    reason = check_reason(reason)
    given = {name: " ".join(changed.get(name, "").split())[:200] for name in CORRECTED}
    given = {name: value for name, value in given.items() if value}
    if not given:
        raise ValidationError("Give the new e-mail or postal address.", code="nothing_to_do")
    if "email" in given:
        given |= _changed("", "", given["email"], "", party)
        given.pop("representative")
    roster = Roster.objects.locked(party.roster)
    check_not_erased(roster)
    party = AffectedParty.objects.of(roster).select_for_update().get(id=party.id)
    load.readdress(roster, party, addressee=party.addressee, changed=given)
    record(
        RosterEvent.PARTY_CORRECTED, party, by=by, stream=roster.incident.stream,
        details={"fields": sorted(given)}, reason=reason,
    )  # fmt: skip
    return AffectedParty.objects.of(roster).get(id=party.id)


def _changed(addressee: str, name: str, email: str, phone: str, party: AffectedParty) -> dict[str, str]:
    """The details that change, in the form that is kept."""
    changed = {"representative": " ".join(name.split())[:200] if addressee in REPRESENTED else ""}
    try:
        if email.strip():
            changed["email"] = values.email(email.strip())
        if phone.strip():
            changed["phone"] = values.phone(phone.strip(), party.country)
    except values.BadValue as problem:
        said = words("email" if problem.code == "bad_email" else "phone", problem.code)
        raise ValidationError(said, code=problem.code) from None
    return changed
