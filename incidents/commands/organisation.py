"""What holds of the organisation in every incident; a change lets all current ones be assessed again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import commands as accounts
from accounts.models import Organisation
from audit.commands import Acting, record
from audit.events import ORGANISATION
from incidents.events import OrganisationEvent
from incidents.models import Incident
from incidents.places import read_place
from incidents.rules import STANDING_KEYS
from law.facts import BreachFacts, FactsError

LONGEST_PLACE: Final = 6  # a country, or a part of one with up to three letters


@transaction.atomic
def describe_organisation(
    *, by: Acting, name: str, zone: str, establishments: Iterable[str], main: str, now: datetime, **words: str
) -> Organisation:
    """Say who we are and where we are established; incidents are assessed again when a place changed."""
    places = sorted({*establishments, main} - {""})
    if wrong := [place for place in places if read_place(place) != place or len(place) > LONGEST_PLACE]:
        raise ValidationError(
            "No place that we know: %(places)s. Write IE, GB or US-CA.",
            code="unknown_place",
            params={"places": ", ".join(wrong)},
        )
    before = _established(Organisation.current())
    organisation = accounts.set_up_organisation(
        by=by, name=name, zone=zone, establishments=places, main=main, **words
    )
    if _established(organisation) != before:
        _let_assess_again()
    return organisation


@transaction.atomic
def set_standing_facts(*, facts: Mapping[str, Any], by: Acting, now: datetime) -> Organisation:
    """State what holds in every incident; None takes a fact back, what is not named stays.

    A fact of an incident wins over it. Obligations follow soon after: the incidents are only marked here.
    """
    organisation = Organisation.objects.select_for_update().filter(pk=1).first()
    if organisation is None:
        raise ValidationError(
            "Say first who you are: the organisation has no name yet.", code="no_organisation"
        )
    if beyond := sorted(set(facts) - STANDING_KEYS):
        raise ValidationError(
            "This is told per incident, not for all: %(keys)s.",
            code="not_standing",
            params={"keys": ", ".join(beyond)},
        )
    try:
        known = BreachFacts.from_dict({"facts": dict(facts)}).to_dict()["facts"]
    except FactsError as error:
        raise ValidationError(str(error), code="wrong_value") from error
    before = organisation.standing_facts
    after = {key: value for key, value in before.items() if key not in facts} | known
    changed = sorted(key for key in facts if before.get(key) != after.get(key))
    if not changed:
        return organisation
    organisation.standing_facts = after
    organisation.save(update_fields=["standing_facts"])
    _let_assess_again()
    details = {key: {"before": before.get(key), "after": after.get(key)} for key in changed}
    record(OrganisationEvent.STANDING_FACTS_SET, organisation, by=by, stream=ORGANISATION, details=details)
    return organisation


def _established(organisation: Organisation) -> set[tuple[str, bool]]:
    return set(organisation.establishments.values_list("place", "main")) if organisation.pk else set()


def _let_assess_again() -> None:
    """Mark all current incidents; `assess_stale_obligations` works through them.

    No condition on the hash: one that is being assessed right now on the old facts must be marked too.
    """
    Incident.objects.assessable().update(assessed_hash="")
