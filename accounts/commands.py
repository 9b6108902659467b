"""Acts on people and the organisation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from knox.models import AuthToken

from accounts import permissions
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
    """Say who we are and where we are settled; repeating it replaces what was said.

    `main` may be empty: then no establishment leads. Sectors that are not named stay as they are.
    """
    said: dict[str, Any] = {
        "name": name,
        "zone": zone,
        "contact_name": contact_name,
        "contact_email": contact_email,
        "contact_phone": contact_phone,
        "address": address,
    }
    organisation, _ = Organisation.objects.update_or_create(pk=1, defaults=said)
    if named := sorted(sectors):
        organisation.standing_facts = {**organisation.standing_facts, "sectors": named}
        organisation.save(update_fields=["standing_facts"])
    organisation.establishments.all().delete()
    places = sorted({*establishments, main} - {""})
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
    _one_at_a_time()
    if User.objects.filter(email__iexact=email.strip()).exists():
        raise ValidationError("Somebody with this e-mail address is here already.", code="address_taken")
    user = User.objects.create_user(email, password, name=name, zone=zone)
    held = sorted(roles)
    user.groups.set(Group.objects.filter(name__in=held))
    record(AccountEvent.USER_INVITED, user, by=by, stream=ORGANISATION, details={"roles": held})
    return user


@transaction.atomic
def change_roles(user: User, *, by: Acting, roles: Iterable[Role]) -> User:
    """Give exactly these roles; refused when nobody who manages people would be left."""
    user = _locked(user)
    before, after = sorted(user.roles), sorted(set(roles))
    if before == after:
        return user
    user.groups.set([*user.groups.exclude(name__in=Role.values), *Group.objects.filter(name__in=after)])
    _check_somebody_manages()
    record(
        AccountEvent.ROLES_CHANGED,
        user,
        by=by,
        stream=ORGANISATION,
        details={"before": before, "after": after},
    )
    return User.objects.get(pk=user.pk)


@transaction.atomic
def deactivate_user(user: User, *, by: Acting) -> User:
    """End somebody's sign-in with all sessions and tokens; what they did stays."""
    user = _locked(user)
    if not user.is_active:
        raise ValidationError("This person cannot sign in any more as it is.", code="already_settled")
    if user.pk == by.pk:
        raise ValidationError("Somebody else has to end your own sign-in.", code="yourself")
    user.is_active = False
    user.session_epoch += 1
    user.save(update_fields=["is_active", "session_epoch"])
    AuthToken.objects.filter(user=user).delete()
    _check_somebody_manages()
    record(AccountEvent.DEACTIVATED, user, by=by, stream=ORGANISATION)
    return user


@transaction.atomic
def reactivate_user(user: User, *, by: Acting) -> User:
    """Let somebody sign in again, with the roles they had; old sessions stay ended."""
    user = _locked(user)
    if user.is_active:
        raise ValidationError("This person may sign in already.", code="already_settled")
    user.is_active = True
    user.save(update_fields=["is_active"])
    record(AccountEvent.REACTIVATED, user, by=by, stream=ORGANISATION, details={"roles": sorted(user.roles)})
    return user


@transaction.atomic
def ask_password_link(user: User, *, by: Acting) -> User:
    """Note that a link to set a password goes to this person; whoever calls sends it afterwards."""
    user = _locked(user)
    if not user.is_active:
        raise ValidationError("Let this person sign in again first.", code="wrong_status")
    record(AccountEvent.PASSWORD_LINK_ASKED, user, by=by, stream=ORGANISATION)
    return user


def _locked(user: User) -> User:
    _one_at_a_time()
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _one_at_a_time() -> None:
    """Acts on people queue up: two managers who shut each other out at once would leave none."""
    Group.objects.select_for_update(no_key=True).get(name=Role.PRIVACY_OFFICER)


def _check_somebody_manages() -> None:
    if not permissions.managers().exists():
        raise ValidationError(
            "Nobody who manages people would be left. Make somebody else a privacy officer first, "
            "and wait until they have set their password.",
            code="last_manager",
        )
