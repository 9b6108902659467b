"""Work given to a person: action items, what is said on them, and who is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Role
from incidents.lifecycle import OPEN_WORK, WorkStatus
from incidents.models.alert import Mailed, Why
from incidents.models.incident import Incident
from incidents.reminding import step_words


class ActionItemQuerySet(models.QuerySet["ActionItem"]):
    def locked(self, item: ActionItem) -> ActionItem:
        return self.select_for_update(of=("self",)).get(pk=item.pk)

    def open(self) -> Self:
        # By what the indexes hold; a constraint keeps it the same as the status.
        return self.filter(settled_at=None)

    def by_due(self) -> Self:
        """The nearest due time first; what has none last."""
        return self.order_by(models.F("due_at").asc(nulls_last=True), "pk")


class ActionItem(models.Model):
    """One thing to do on an incident; made by a person, or by a step of a playbook."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="items")
    title = models.CharField(max_length=200)
    what = models.TextField(blank=True)
    status = models.CharField(max_length=11, choices=WorkStatus, default=WorkStatus.NOT_STARTED)
    # A person, or everybody who holds a role until one of them takes it.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="action_items"
    )
    owner_since = models.DateTimeField(null=True, blank=True)
    role = models.CharField(max_length=16, choices=Role, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    # Counted from a time of the incident, it moves with it; see `incidents.playbooks.COUNTED_FROM`.
    due_kind = models.CharField(max_length=24, blank=True)
    due_hours = models.PositiveIntegerField(null=True, blank=True)
    due_moved = models.JSONField(null=True, blank=True)  # the last move: kind, before, after, at
    waits_for = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)  # why it is not needed
    checklist = models.JSONField(default=list)  # lines: text, done, and by whom and when it was ticked
    links = models.JSONField(default=list)  # label and url
    blocked_by = models.ManyToManyField("self", symmetrical=False, related_name="blocks", blank=True)
    step_key = models.SlugField(max_length=40, blank=True)
    step = models.JSONField(null=True, blank=True)  # of the playbook, as it was taken over
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    held_at = models.DateTimeField(null=True, blank=True)

    objects = ActionItemQuerySet.as_manager()

    class Meta:
        ordering = [models.F("due_at").asc(nulls_last=True), "pk"]
        constraints = [
            # Two who start a playbook at the same instant make no step twice.
            models.UniqueConstraint(
                fields=["incident", "step_key"], condition=~Q(step_key=""), name="one_item_a_step"
            ),
            models.CheckConstraint(
                condition=Q(status__in=sorted(OPEN_WORK), settled_at=None)
                | Q(status__in=["done", "not_needed"], settled_at__isnull=False),
                name="settled_item_has_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "due_at"], condition=Q(settled_at=None), name="item_open_of_owner"),
            models.Index(
                fields=["role", "due_at"], condition=Q(settled_at=None, owner=None), name="item_open_of_role"
            ),
            models.Index(fields=["due_at"], condition=Q(settled_at=None), name="item_open_due"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_WORK

    @property
    def ticked(self) -> int:
        return sum(bool(line["done"]) for line in self.checklist)

    @property
    def due_after(self) -> timedelta | None:
        return timedelta(hours=self.due_hours) if self.due_hours is not None else None

    @property
    def moved_from(self) -> datetime | None:
        """When it was due before the time that it counts from was changed."""
        before = self.due_moved and self.due_moved["before"]
        return datetime.fromisoformat(before) if before else None

    def is_overdue(self, now: datetime) -> bool:
        return self.is_open and self.due_at is not None and self.due_at < now


class ItemComment(models.Model):
    """What somebody said on an item, and whom they mentioned."""

    item = models.ForeignKey(ActionItem, on_delete=models.CASCADE, related_name="comments")
    text = models.TextField()
    mentioned = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"Comment of {self.at:%Y-%m-%d %H:%M}"


class Cause(models.TextChoices):
    GIVEN = "given", "given to you"
    MENTIONED = "mentioned", "you are mentioned"
    DUE = "due", "due"


class ItemAlert(Mailed):
    """An item told to one person: it was given to them, they are mentioned, or its time runs out."""

    item = models.ForeignKey(ActionItem, on_delete=models.CASCADE, related_name="alerts")
    comment = models.ForeignKey(ItemComment, null=True, on_delete=models.CASCADE, related_name="alerts")
    cause = models.CharField(max_length=9, choices=Cause)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="item_alerts"
    )
    why = models.CharField(max_length=8, choices=Why)
    # Of a reminder alone, as with deadlines; see `incidents.reminding`.
    round = models.PositiveSmallIntegerField(default=0)
    step = models.PositiveSmallIntegerField(default=0)
    clock_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "round", "step", "recipient"],
                condition=Q(cause="due"),
                name="one_item_alert_a_step_and_person",
            ),
            models.UniqueConstraint(
                fields=["comment", "recipient"], condition=Q(cause="mentioned"), name="one_mention_a_comment"
            ),
        ]
        indexes = [
            models.Index(
                fields=["recipient", "id"],
                condition=Q(mail_state__in=["queued", "in_flight"]),
                name="item_mail_waits",
            ),
            models.Index(fields=["recipient"], condition=Q(acknowledged_at=None), name="item_alert_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.get_cause_display()}"

    @property
    def words(self) -> str:
        """What is to be told, as people read it."""
        return step_words(self.step) if self.cause == Cause.DUE else str(Cause(self.cause).label)
