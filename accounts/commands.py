"""Acts on people and the organisation."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.db import transaction

from accounts.events import AccountEvent
from accounts.models import Establishment, Organisation, Role, User
from audit.commands import Acting, record
from audit.events import ORGANISATION


@transaction.atomic
def set_up_organisation(
    *,
    by: Acting,
    name: str,
    zone: str,
    establishments: Iterable[str],
    main: str,
    sectors: Iterable[str] = (),
    contact_name: str = "",
    contact_email: str = "",
    contact_phone: str = "",
    address: str = "",
) -> Organisation:
    """Say who we are and where we are settled; repeating it replaces what was said."""
    organisation, _ = Organisation.objects.update_or_create(
        pk=1,
        defaults={
            "name": name,
            "zone": zone,
            "sectors": sorted(sectors),
            "contact_name": contact_name,
            "contact_email": contact_email,
            "contact_phone": contact_phone,
            "address": address,
        },
    )
    organisation.establishments.all().delete()
    places = sorted({*establishments, main})
    Establishment.objects.bulk_create(
        Establishment(organisation=organisation, place=place, main=place == main) for place in places
    )
    record(
        AccountEvent.ORGANISATION_SET_UP,
        organisation,
        by=by,
        stream=ORGANISATION,
        details={"establishments": places, "main": main},
    )
    return organisation


@transaction.atomic
def add_user(
    *,
    by: Acting,
    email: str,
    name: str,
    roles: Iterable[Role],
    password: str | None = None,
    zone: str = "UTC",
) -> User:
    """Add somebody who may sign in; without a password they set one by mail."""
    user = User.objects.create_user(email, password, name=name, zone=zone)
    held = sorted(roles)
    user.groups.set(Group.objects.filter(name__in=held))
    record(AccountEvent.USER_INVITED, user, by=by, stream=ORGANISATION, details={"roles": held})
    return user
