"""People are sealed: round trip, tamper, place, keys of each roster, masks."""

from __future__ import annotations

import hmac

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts import codes
from accounts.keyring import CannotUnseal
from incidents import commands as incidents
from stakeholders import commands
from stakeholders.models import InquiryMessage
from stakeholders.sealing import (
    FIELDS,
    Contact,
    Details,
    InquiryBox,
    RosterErased,
    RosterKeys,
    mask,
    pack,
    unpack,
)

ANA = Details(
    given_name="Ana",
    family_name="Lopes",
    email="ana@mail.example",
    phone="+35315550100",
    reference="LN-1001234",
)


@given(
    st.lists(
        st.text(st.characters(exclude_characters="\x1f", exclude_categories=["Cs"])), min_size=12, max_size=12
    )
)
def test_details_come_back_as_they_were_packed(texts):
    assert unpack(pack(tuple(texts))).as_tuple() == tuple(texts)


def test_the_order_of_fields_is_fixed_for_stored_rows_rest_on_it():
    assert FIELDS == (
        "name", "given_name", "family_name", "email", "phone", "address1", "address2", "postcode", "town", "region",
        "reference", "representative",
    )  # fmt: skip
    assert ANA.present == 0b10000011110


@pytest.mark.django_db
def test_a_sealed_row_opens_only_whole_and_in_its_place(keys):
    sealed = keys.seal(ANA, 7)
    assert keys.open_sealed(sealed, 7) == ANA
    assert b"Ana" not in sealed
    assert sealed != keys.seal(ANA, 7)
    with pytest.raises(CannotUnseal):
        keys.open_sealed(sealed, 8)
    for place in (0, len(sealed) // 2, len(sealed) - 1):
        broken = bytearray(sealed)
        broken[place] ^= 1
        with pytest.raises(CannotUnseal):
            keys.open_sealed(bytes(broken), 7)


def test_look_up_keys_are_hmacs_as_everybody_computes_them():
    keys = RosterKeys(1, bytes(32), b"index key of 32 bytes, all plain")
    expected = hmac.digest(b"index key of 32 bytes, all plain", b"email\0ana@mail.example", "sha256")
    assert keys.email_key("Ana@mail.example").bytes == expected[:16]


@pytest.mark.django_db
def test_each_roster_has_keys_of_its_own(keys, lead):
    other = incidents.open_incident(by=lead, title="Another", now=timezone.now())
    others = RosterKeys.open(commands.open_roster(other, by=lead, now=timezone.now()))
    assert keys.email_key("ana@mail.example") != others.email_key("ana@mail.example")
    assert keys.email_key("ana@mail.example") == keys.email_key(" ANA@mail.example ")
    with pytest.raises(CannotUnseal):
        others.open_sealed(keys.seal(ANA, 1), 1)


@pytest.mark.django_db
def test_wrapped_keys_of_one_incident_do_not_open_under_another(roster, lead):
    other = incidents.open_incident(by=lead, title="Another", now=timezone.now())
    moved = commands.open_roster(other, by=lead, now=timezone.now())
    moved.wrapped_key = roster.wrapped_key
    with pytest.raises(CannotUnseal):
        RosterKeys.open(moved)


@pytest.mark.django_db
def test_an_erased_roster_cannot_be_opened(roster, lead):
    roster = commands.erase_roster(roster, by=lead, reason="Retention ended", now=timezone.now())
    with pytest.raises(RosterErased):
        RosterKeys.open(roster)


def test_masks_show_enough_to_tell_people_apart_and_no_more():
    masked = mask(ANA)
    assert (masked.name, masked.email, masked.phone, masked.reference) == (
        "A. L•••",
        "a•••@mail.example",
        "••• 00",
        "•••234",
    )
    assert mask(Details()) == Details()
    assert mask(Details(name="Ana", email="odd", phone="12", reference="K-1", address1="1 Quay")) == Details(
        name="A•••", email="•••", phone="•••", reference="•••", address1="•••"
    )


@pytest.mark.django_db
def test_an_inquiry_moves_under_the_keys_of_the_roster_when_there_is_one(incident, support, lead):
    asked = commands.log_inquiry(
        by=support, topic="other", channel="mail", words="Is it me?", contact=Contact(name="Eve Moss"),
        incident=incident, now=timezone.now(),
    )  # fmt: skip
    inquiry = asked.inquiry
    assert inquiry.sealed_under is None
    assert bytes(inquiry.code_hash) == codes.digest(asked.code)
    assert b"Is it me" not in bytes(InquiryMessage.objects.get().sealed_body)
    roster = commands.open_roster(incident, by=lead, now=timezone.now())
    inquiry.refresh_from_db()
    assert inquiry.sealed_under == roster
    box = InquiryBox(inquiry)
    assert box.body(inquiry.messages.get()) == "Is it me?"
    assert box.contact() == Contact(name="Eve Moss")


@pytest.mark.django_db
def test_a_question_of_somebody_on_the_list_names_him_by_number_alone(incident, bring_in):
    bring_in()
    party = incident.roster.parties.order_by("id").first()
    asked = commands.ask_question(
        incident, topic="my_data", words="Mine?", party_id=party.id, now=timezone.now()
    )
    assert (asked.inquiry.sealed_under_id, asked.inquiry.party_id) == (party.roster_id, party.id)
