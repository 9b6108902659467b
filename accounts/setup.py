"""The first account: whoever can read the server's start-up text may make it, once.

The code is derived from SECRET_KEY, so it is stored nowhere, is the same on every start and every replica,
and is worth nothing as soon as one account exists.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string

from accounts import commands
from accounts.models import Role, User
from audit.events import SYSTEM

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: nothing that reads like something else
GROUPS, LETTERS = 6, 5


def setup_code() -> str:
    """The one-time set-up code: 150 bits in groups a person can type."""
    number = int.from_bytes(salted_hmac("accounts.setup", "first account", algorithm="sha256").digest())
    letters = [ALPHABET[(number >> (5 * position)) & 31] for position in range(GROUPS * LETTERS)]
    return "-".join(
        "".join(letters[start : start + LETTERS]) for start in range(0, GROUPS * LETTERS, LETTERS)
    )


def is_open() -> bool:
    """True until the first account exists."""
    return not User.objects.exists()


def _plain(code: str) -> bytes:
    return code.strip().upper().replace("-", "").replace(" ", "").encode()


@transaction.atomic
def complete(
    *,
    code: str,
    organisation: str,
    zone: str,
    place: str,
    email: str,
    name: str,
    password: str,
    now: datetime,
) -> User:
    """Name the organisation and add its first user, with every role and the admin site; have at hand what comes with us.

    Refuses a wrong code, and everything once an account exists; two at the same time: one wins.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"LOCK TABLE {connection.ops.quote_name(User._meta.db_table)} IN SHARE ROW EXCLUSIVE MODE"
        )
    if not is_open():
        raise ValidationError("The first account exists already; sign in.", code="set_up_already")
    if not secrets.compare_digest(_plain(code), _plain(setup_code())):
        raise ValidationError({"code": ValidationError("This is not the set-up code.", code="wrong_code")})
    commands.set_up_organisation(by=SYSTEM, name=organisation, zone=zone, establishments=[place], main=place)
    user = commands.add_user(
        by=SYSTEM, email=email, name=name, roles=list(Role), password=password, zone=zone
    )
    user.is_staff = user.is_superuser = True
    user.save(update_fields=["is_staff", "is_superuser"])
    for command in settings.AT_SET_UP:
        import_string(command)(by=SYSTEM, now=now)
    return user
