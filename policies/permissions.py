"""Who may write and approve policies, which every signed-in person reads; contracts are for those with a task."""

from __future__ import annotations

from typing import Final

from django.core.exceptions import PermissionDenied

from accounts.models import Role, User

WRITERS: Final = frozenset({Role.LEAD, Role.PRIVACY_OFFICER, Role.LEGAL})
APPROVERS: Final = frozenset({Role.PRIVACY_OFFICER, Role.LEGAL})

CONTRACT_READERS: Final = frozenset(Role) - {Role.EMPLOYEE}


def may_read_contracts(user: User) -> bool:
    return bool(user.roles & CONTRACT_READERS)


def check_may_read_contracts(user: User) -> None:
    if not may_read_contracts(user):
        raise PermissionDenied("Contracts are read by those who work on incidents.")


def may_write(user: User) -> bool:
    return bool(user.roles & WRITERS)


def may_approve(user: User) -> bool:
    return bool(user.roles & APPROVERS)


def check_may_write(user: User) -> None:
    if not may_write(user):
        raise PermissionDenied("Policies are written by incident leads, privacy officers and legal.")


def check_may_approve(user: User) -> None:
    if not may_approve(user):
        raise PermissionDenied("Policies are approved by privacy officers and legal.")


def may_read_systems(user: User) -> bool:
    return bool(user.roles & CONTRACT_READERS)


def check_may_read_systems(user: User) -> None:
    if not may_read_systems(user):
        raise PermissionDenied("The register of systems is read by those who work on incidents.")


def check_may_keep_systems(user: User) -> None:
    if not may_write(user):
        raise PermissionDenied(
            "The register of systems is kept by incident leads, privacy officers and legal."
        )
