"""The organisation, its establishments, and the people who work here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest


class Role(models.TextChoices):
    """The role groups; their names are the names of Django groups."""

    RESPONDER = "responder", "Responder"
    LEAD = "lead", "Incident lead"
    LEGAL = "legal", "Legal"
    SUPPORT = "support", "Support"
    PRIVACY_OFFICER = "privacy_officer", "Privacy officer"
    AUDITOR = "auditor", "Auditor"
    EMPLOYEE = "employee", "Employee"


def check_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError("Not a time zone; it looks like Europe/Dublin.", code="unknown_zone")


def default_reminder_steps() -> list[int]:
    """Half of the time gone, three quarters, nine tenths."""
    return [50, 75, 90]


class Organisation(models.Model):
    """The one organisation this deployment serves."""

    name = models.CharField(max_length=200)
    zone = models.CharField(max_length=64, default="UTC", validators=[check_zone])
    contact_name = models.CharField("data protection contact", max_length=200, blank=True)
    contact_email = models.EmailField("its e-mail address", blank=True)
    contact_phone = models.CharField("its telephone number", max_length=40, blank=True)
    address = models.TextField(blank=True)
    # What holds in every incident: keys of law.vocabulary.FACT_KEYS; what is missing is not known yet.
    standing_facts = models.JSONField(default=dict, blank=True)
    # When a deadline's owner is reminded, in percent of the time from the clock's start to its end.
    reminder_steps = models.JSONField(default=default_reminder_steps, blank=True)
    # How long they have to say that they have it, in percent of the time left when they were told.
    reminder_wait = models.PositiveSmallIntegerField(default=25)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_organisation")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> Organisation:
        """The organisation; unsaved and unnamed before set-up."""
        return cls.objects.filter(pk=1).first() or cls(pk=1, name="Your organisation")

    @property
    def sectors(self) -> list[str]:
        """Keys of law.vocabulary.SECTORS; empty while nobody has said."""
        return list(self.standing_facts.get("sectors", []))


class Establishment(models.Model):
    """A place where the organisation is settled; decides the lead supervisory authority."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="establishments")
    place = models.CharField(max_length=6)  # ISO 3166-1, or 3166-2 such as DE-BE
    main = models.BooleanField(default=False)

    class Meta:
        ordering = ["-main", "place"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "place"], name="one_establishment_a_place"),
            models.UniqueConstraint(
                fields=["organisation"], condition=models.Q(main=True), name="one_main_establishment"
            ),
        ]

    def __str__(self) -> str:
        return self.place


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who works here, or an outside expert with access to one incident."""

    email = models.EmailField(
        "e-mail address", unique=True, error_messages={"unique": "This address is taken."}
    )
    name = models.CharField(max_length=150)
    zone = models.CharField("time zone", max_length=64, default="UTC", validators=[check_zone])
    is_active = models.BooleanField("may sign in", default=True)
    is_staff = models.BooleanField("may open the admin site", default=False)
    date_joined = models.DateTimeField(auto_now_add=True)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)  # raised to end all sessions
    stand_in = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="stands_in_for"
    )
    away_from = models.DateField(null=True, blank=True)  # in their own zone; both days included
    away_until = models.DateField(null=True, blank=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(away_from=None, away_until=None)
                | models.Q(
                    away_from__isnull=False, away_until__isnull=False, away_from__lte=models.F("away_until")
                ),
                name="away_has_both_ends",
            ),
            models.CheckConstraint(
                condition=models.Q(stand_in=None) | ~models.Q(stand_in=models.F("pk")),
                name="stand_in_is_another",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held; read once per request."""
        if not hasattr(self, "_roles"):
            # `all()`, so that a list of people reads their groups in one query.
            names = [group.name for group in self.groups.all()] if self.pk else []
            self._roles = frozenset(Role(name) for name in names if name in Role.values)
        return self._roles

    @property
    def role_words(self) -> str:
        return ", ".join(sorted(str(role.label) for role in self.roles)) or "No role"

    def is_away(self, now: datetime) -> bool:
        """Whether it is one of the days they said they are out of office, by their own calendar."""
        if self.away_from is None or self.away_until is None:
            return False
        return self.away_from <= now.astimezone(ZoneInfo(self.zone)).date() <= self.away_until

    def get_session_auth_hash(self) -> str:
        """What a session must carry to stay valid; a new epoch ends all of them in one write."""
        return f"{self.session_epoch}:{super().get_session_auth_hash()}"

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for one in super().get_session_auth_fallback_hash():
            yield f"{self.session_epoch}:{one}"


class TeamManager(models.Manager["Team"]):
    """Of teams, not of all groups."""


class Team(Group):
    """People who are let into incidents together; a group without a role, whose name is no role's."""

    purpose = models.CharField("what it is for", max_length=200, blank=True)

    objects: ClassVar[TeamManager] = TeamManager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name"]


class CalendarFeed(models.Model):
    """The address by which a calendar program reads one person's deadlines; of its code only the hash is kept."""

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="calendar_feed")
    code_hash = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    read_on = models.DateField(null=True, blank=True)  # the last day on which a program asked

    def __str__(self) -> str:
        return f"Calendar of {self.person_id}"


class Draft(models.Model):
    """What somebody began to write into a form and has not saved: theirs alone, sealed, and gone after a while."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="drafts")
    place = models.CharField(max_length=200)  # the address that the form is sent to
    sealed = models.BinaryField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "place"], name="one_draft_a_form")]
        indexes = [models.Index(fields=["saved_at"], name="draft_saved")]

    def __str__(self) -> str:
        return f"Draft of {self.person_id}"


class SignedInRequest(HttpRequest):
    """A request behind the sign-in."""

    user: User
