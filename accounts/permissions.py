"""Who may say who works here."""

from __future__ import annotations

from typing import Final

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from accounts.models import Role, User

MANAGING: Final = frozenset({Role.PRIVACY_OFFICER})


def may_manage_people(user: User) -> bool:
    """Privacy officers, and whoever set this installation up."""
    return user.is_superuser or bool(user.roles & MANAGING)


def check_manage_people(user: User) -> None:
    if not may_manage_people(user):
        raise PermissionDenied("People are managed by privacy officers.")


def may_stand_in(user: User) -> bool:
    """People with a role that works on incidents; whether they see a given one is asked when it matters."""
    return user.is_active and bool(user.roles - {Role.EMPLOYEE, Role.AUDITOR})


def managers() -> QuerySet[User]:
    """Who can manage people today: active, and with a password to sign in with."""
    managing = Q(is_superuser=True) | Q(groups__name__in=[role.value for role in MANAGING])
    return (
        User.objects.filter(managing, is_active=True)
        .exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
        .distinct()
    )
