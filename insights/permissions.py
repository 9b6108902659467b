"""Who may look at what we would owe, who keeps it, who says whom it could reach, and who watches the record."""

from __future__ import annotations

from typing import Final

from django.core.exceptions import PermissionDenied

from accounts.models import Role, User

PREPAREDNESS_READERS: Final = frozenset(
    {Role.RESPONDER, Role.LEAD, Role.LEGAL, Role.PRIVACY_OFFICER, Role.AUDITOR}
)
PREPAREDNESS_KEEPERS: Final = frozenset({Role.LEAD, Role.LEGAL, Role.PRIVACY_OFFICER})
RECORD_WATCHERS: Final = frozenset({Role.PRIVACY_OFFICER, Role.AUDITOR})
EXPOSURE_WRITERS: Final = frozenset({Role.LEAD, Role.PRIVACY_OFFICER})


def may_read_preparedness(user: User) -> bool:
    return bool(user.roles & PREPAREDNESS_READERS)


def check_read_preparedness(user: User) -> None:
    if not may_read_preparedness(user):
        raise PermissionDenied("Preparedness is for people who work on incidents, and for auditors.")


def may_keep_preparedness(user: User) -> bool:
    """Whether this person saves outlooks and notes how authorities are reached."""
    return bool(user.roles & PREPAREDNESS_KEEPERS)


def check_keep_preparedness(user: User) -> None:
    if not may_keep_preparedness(user):
        raise PermissionDenied("This is kept by leads, legal and privacy officers.")


def may_write_exposure(user: User) -> bool:
    return bool(user.roles & EXPOSURE_WRITERS)


def check_write_exposure(user: User) -> None:
    if not may_write_exposure(user):
        raise PermissionDenied("The exposure profile is kept by leads and privacy officers.")


def check_read_record_state(user: User) -> None:
    if not user.roles & RECORD_WATCHERS:
        raise PermissionDenied("The record as a whole is watched by privacy officers and auditors.")
