"""Acts of being prepared: whom a breach could reach, how authorities are reached, outlooks that are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import Organisation, User
from audit.commands import record
from audit.events import ORGANISATION
from incidents.places import read_place
from insights.events import PreparednessEvent
from insights.models import AuthorityContact, ExposureProfile, SavedOutlook
from insights.queries.exposure import Given
from insights.queries.gaps import outlook_gaps
from insights.queries.outlook import outlook
from law.pack import load_pack
from law.vocabulary import DATA_ELEMENTS

MOST_PEOPLE: Final = 10_000_000_000
MOST_PLACES: Final = 400
LONGEST_PLACE: Final = 6


@transaction.atomic
def set_exposure(
    *, people: Mapping[str, int], elements: Iterable[str], by: User, now: datetime
) -> ExposureProfile:
    """Say roughly how many people are where and which data are held; replaces what was said."""
    people = dict(sorted(people.items()))
    kinds = sorted(set(elements))
    _check_people(people)
    if unknown := [kind for kind in kinds if kind not in DATA_ELEMENTS]:
        raise ValidationError("No kind of data that we know: %(kinds)s.", code="unknown_element", params={"kinds": ", ".join(unknown)[:200]})  # fmt: skip
    ExposureProfile.objects.get_or_create(pk=1)
    profile = ExposureProfile.objects.select_for_update(of=("self",)).get(pk=1)
    if (profile.people, profile.elements) == (people, kinds):
        return profile
    before = {"people": profile.people, "elements": profile.elements}
    profile.people, profile.elements, profile.changed_at, profile.changed_by = people, kinds, now, by
    profile.save()
    details = {"before": before, "after": {"people": people, "elements": kinds}}
    record(PreparednessEvent.EXPOSURE_SET, profile, by=by, stream=ORGANISATION, details=details)
    return profile


def _check_people(people: Mapping[str, int]) -> None:
    if len(people) > MOST_PLACES:
        raise ValidationError("At most %(most)s places.", code="too_many", params={"most": MOST_PLACES})
    if wrong := [place for place in people if read_place(place) != place or len(place) > LONGEST_PLACE]:
        raise ValidationError("No place that we know: %(places)s. Write IE, GB or US-CA.", code="unknown_place", params={"places": ", ".join(wrong)[:200]})  # fmt: skip
    if any(not 0 < number <= MOST_PEOPLE for number in people.values()):
        raise ValidationError("Give a number of people from 1 for each place.", code="bad_number")


@transaction.atomic
def note_authority_contact(
    authority_id: str, *, portal: str, email: str, phone: str, note: str, by: User, now: datetime
) -> AuthorityContact:
    """Keep how we reach an authority; empty words take it back."""
    if authority_id not in load_pack().authorities:
        raise ValidationError("The directory has no such authority.", code="unknown_authority")
    given = {"portal": portal.strip(), "email": email.strip(), "phone": phone.strip(), "note": note.strip()}
    if any("\x00" in text for text in given.values()):
        raise ValidationError("This holds a character that no text has.", code="null_characters")
    contact, _ = AuthorityContact.objects.update_or_create(
        authority_id=authority_id, defaults={**given, "by": by, "at": now}
    )
    details = {"authority": authority_id, "portal": given["portal"], "given": sorted(key for key, text in given.items() if text)}  # fmt: skip
    record(PreparednessEvent.CONTACT_SET, contact, by=by, stream=ORGANISATION, details=details)
    return contact


@transaction.atomic
def save_outlook(given: Given, *, note: str = "", by: User, now: datetime) -> SavedOutlook:
    """Keep what a scenario asks of us today, to be compared with a later day."""
    if "\x00" in note:
        raise ValidationError("The note holds a character that no text has.", code="null_characters")
    profile, organisation = ExposureProfile.current(), Organisation.current()
    if not profile.people:
        raise ValidationError("Say first how many people are where; without them there is nothing to keep.", code="no_exposure")  # fmt: skip
    found = outlook(given, profile, organisation)
    gaps = outlook_gaps(found, profile, organisation)
    saved = SavedOutlook.objects.create(
        title=given.scenario.title,
        scenario=given.scenario.id,
        scenario_version=given.scenario.version,
        note=note.strip(),
        facts=found.exposed.facts.to_dict(),
        aware_at=given.aware_at,
        pack_version=found.law.pack.version,
        pack_hash=found.law.pack.hash,
        items=[one.to_dict() for one in found.items],
        totals=dict(found.totals),
        gaps=[{"key": one.key, "text": one.text} for one in gaps],
        by=by,
        at=now,
    )
    details = {"scenario": saved.scenario, "version": saved.scenario_version, "pack": saved.pack_version, "duties": len(saved.items)}  # fmt: skip
    record(PreparednessEvent.OUTLOOK_SAVED, saved, by=by, stream=ORGANISATION, details=details)
    return saved
