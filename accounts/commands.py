"""Acts on people and the organisation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from knox.models import AuthToken

from accounts import codes, permissions
from accounts.events import AccountEvent
from accounts.models import CalendarFeed, Establishment, Organisation, Role, User
from audit.commands import Acting, record
from audit.events import ORGANISATION

MOST_STEPS: Final = 6


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
    """End somebody's sign-in with all sessions, tokens and the calendar address; what they did stays."""
    user = _locked(user)
    if not user.is_active:
        raise ValidationError("This person cannot sign in any more as it is.", code="already_settled")
    if user.pk == by.pk:
        raise ValidationError("Somebody else has to end your own sign-in.", code="yourself")
    user.is_active = False
    user.session_epoch += 1
    user.save(update_fields=["is_active", "session_epoch"])
    AuthToken.objects.filter(user=user).delete()
    CalendarFeed.objects.filter(person=user).delete()
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


@transaction.atomic
def note_second_step(user: User, *, by: Acting, on: bool) -> None:
    """The person's second step was switched on or off: sessions opened before end, with it off tokens too."""
    _end_sessions(user)
    if not on:
        AuthToken.objects.filter(user=user).delete()
    verb = AccountEvent.SECOND_STEP_ON if on else AccountEvent.SECOND_STEP_OFF
    record(verb, user, by=by, stream=ORGANISATION)


@transaction.atomic
def take_second_step_away(user: User, *, by: Acting) -> User:
    """For a lost telephone: sign-in asks for the password alone, until its owner has set up a new app."""
    user = _locked(user)
    if user.pk == by.pk:
        raise ValidationError("Switch your own off under your settings.", code="yourself")
    gone, _ = Authenticator.objects.filter(user=user).delete()
    if not gone:
        raise ValidationError("This person has no two-step sign-in.", code="already_settled")
    _end_sessions(user)
    AuthToken.objects.filter(user=user).delete()
    record(AccountEvent.SECOND_STEP_TAKEN_AWAY, user, by=by, stream=ORGANISATION)
    return user


@transaction.atomic
def note_limit_reached(user: User, *, kind: str, number: int, hours: int) -> None:
    """Keep that somebody wanted more exports, look-ups or searches in these hours than one person needs."""
    details = {"kind": kind, "number": number, "hours": hours}
    record(AccountEvent.LIMIT_REACHED, user, by=user, stream=ORGANISATION, details=details)


@transaction.atomic
def lift_limits(user: User, *, by: Acting) -> None:
    """Somebody may go on; whoever calls begins to count anew afterwards."""
    if user.pk == by.pk:
        raise ValidationError("Somebody else has to lift your own limits.", code="yourself")
    record(AccountEvent.LIMITS_LIFTED, user, by=by, stream=ORGANISATION)


@transaction.atomic
def end_sessions(user: User, *, by: Acting) -> None:
    """Sign somebody out wherever they are signed in."""
    _end_sessions(user)
    record(AccountEvent.SESSIONS_ENDED, user, by=by, stream=ORGANISATION)


def _end_sessions(user: User) -> None:
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)


@transaction.atomic
def make_token(user: User, *, by: Acting) -> tuple[AuthToken, str]:
    """Make an API token and tell it this once."""
    made, words = AuthToken.objects.create(user=user)
    record(AccountEvent.TOKEN_MADE, user, by=by, stream=ORGANISATION, details={"expiry": made.expiry})
    return made, words


@transaction.atomic
def end_tokens(user: User, *, by: Acting, only: AuthToken | None = None) -> None:
    """End one API token of somebody, or all of them."""
    tokens = AuthToken.objects.filter(user=user)
    gone, _ = (tokens if only is None else tokens.filter(pk=only.pk)).delete()
    if gone:
        record(AccountEvent.TOKENS_ENDED, user, by=by, stream=ORGANISATION, details={"count": gone})


@transaction.atomic
def set_stand_in(
    person: User,
    *,
    by: Acting,
    stand_in: User | None,
    away_from: date | None,
    away_until: date | None,
    now: datetime,
) -> User:
    """Say who stands in for somebody, and from which day to which they are away; replaces what was said."""
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    _check_stand_in(person, stand_in)
    _check_away(person, away_from, away_until, now)
    before = _cover(person)
    person.stand_in, person.away_from, person.away_until = stand_in, away_from, away_until
    if before != _cover(person):
        person.save(update_fields=["stand_in", "away_from", "away_until"])
        details = {"before": before, "after": _cover(person)}
        record(AccountEvent.STAND_IN_SET, person, by=by, stream=ORGANISATION, details=details)
    return person


def _cover(person: User) -> dict[str, Any]:
    return {
        "stand_in": person.stand_in_id,
        "away_from": person.away_from,
        "away_until": person.away_until,
    }


def _check_stand_in(person: User, stand_in: User | None) -> None:
    if stand_in is None:
        return
    if stand_in.pk == person.pk:
        raise ValidationError("Somebody else has to stand in.", code="yourself")
    if not permissions.may_stand_in(stand_in):
        raise ValidationError("This person has no role here, or cannot sign in.", code="cannot_stand_in")


def _check_away(person: User, first: date | None, last: date | None, now: datetime) -> None:
    if (first is None) != (last is None):
        raise ValidationError("Give both days, the first and the last, or neither.", code="one_end_missing")
    if first is None or last is None:
        return
    if last < first:
        raise ValidationError("The last day lies before the first.", code="ends_before_it_begins")
    if last < now.astimezone(ZoneInfo(person.zone)).date():
        raise ValidationError("These days are over.", code="already_over")


@transaction.atomic
def make_calendar_feed(person: User, *, by: Acting, now: datetime) -> str:
    """Make a calendar address and tell its code this once; an address made before ends."""
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not person.is_active:
        raise ValidationError("Let this person sign in again first.", code="wrong_status")
    code = codes.new_code()
    made = {"code_hash": codes.digest(code), "made_at": now, "read_on": None}
    feed, new = CalendarFeed.objects.update_or_create(person=person, defaults=made)
    record(
        AccountEvent.CALENDAR_MADE,
        feed,
        by=by,
        stream=ORGANISATION,
        details={"of": person.pk, "renewed": not new},
    )
    return code


@transaction.atomic
def end_calendar_feed(person: User, *, by: Acting) -> None:
    """End somebody's calendar address; programs that ask for it find nothing from now on."""
    feed = CalendarFeed.objects.select_for_update().filter(person=person).first()
    if feed is None:
        raise ValidationError("There is no calendar address to end.", code="already_settled")
    record(AccountEvent.CALENDAR_ENDED, feed, by=by, stream=ORGANISATION, details={"of": person.pk})
    feed.delete()


def note_calendar_read(feed: CalendarFeed, *, on: date) -> None:
    """Keep the last day on which a program asked; written once a day, and no act of anybody."""
    if feed.read_on != on:
        CalendarFeed.objects.filter(pk=feed.pk).update(read_on=on)


@transaction.atomic
def set_reminders(*, by: Acting, steps: Iterable[int], wait: int) -> Organisation:
    """Say at which parts of a deadline's time its owner is reminded, and how long they have to answer."""
    organisation, _ = Organisation.objects.select_for_update().get_or_create(
        pk=1, defaults={"name": Organisation.current().name}
    )
    wanted = sorted(set(steps))
    if not wanted or len(wanted) > MOST_STEPS or not all(1 <= step <= 99 for step in wanted):
        raise ValidationError(
            f"Give one to {MOST_STEPS} parts of the time, each from 1 to 99 percent.", code="bad_steps"
        )
    if not 5 <= wait <= 90:
        raise ValidationError("Give 5 to 90 percent of the time left.", code="bad_wait")
    before = {"steps": organisation.reminder_steps, "wait": organisation.reminder_wait}
    after = {"steps": wanted, "wait": wait}
    if before != after:
        organisation.reminder_steps, organisation.reminder_wait = wanted, wait
        organisation.save(update_fields=["reminder_steps", "reminder_wait"])
        details = {"before": before, "after": after}
        record(AccountEvent.REMINDERS_SET, organisation, by=by, stream=ORGANISATION, details=details)
    return organisation


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
