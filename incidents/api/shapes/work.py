"""Shapes of action items and playbooks."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from incidents.api.shapes.base import MOST_REASON, Instant, Shape, optional_text
from incidents.lifecycle import WorkStatus
from incidents.models import ActionItem, ItemComment
from incidents.models.incident import ViolationType
from incidents.playbooks import COUNTED_FROM, LONGEST, LONGEST_HOURS, MOST_LINES, MOST_STEPS, ROLE_CHOICES


def line(**more: Any) -> serializers.CharField:
    return serializers.CharField(max_length=LONGEST["line"], **more)


def lines(**more: Any) -> serializers.ListField:
    return serializers.ListField(child=line(), max_length=MOST_LINES, required=False, **more)


def person(**more: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=2**62, help_text="Id of a person.", **more)


class NewItemIn(Shape):
    title = line()
    what = optional_text(LONGEST["what"])
    owner = person(required=False, allow_null=True, default=None)
    role = serializers.ChoiceField(choices=ROLE_CHOICES, required=False, allow_blank=True, default="")
    due_at = Instant(required=False, allow_null=True, default=None)
    checklist = lines(default=list)


class ChangeItemIn(Shape):
    title = line(required=False)
    what = optional_text(LONGEST["what"])
    due_at = Instant(required=False, allow_null=True)
    checklist = lines()
    blocked_by = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**62), required=False, max_length=100
    )


class WaitIn(Shape):
    waits_for = line(help_text="A person, a team, a supplier; and what they owe us.")


class HandOverItemIn(Shape):
    to = person(required=False, allow_null=True, default=None)
    role = serializers.ChoiceField(choices=ROLE_CHOICES, required=False, allow_blank=True, default="")
    note = optional_text(LONGEST["what"])


class TickIn(Shape):
    line = serializers.IntegerField(min_value=1, max_value=MOST_LINES, help_text="The first line is 1.")
    done = serializers.BooleanField(default=True)


class CommentIn(Shape):
    text = serializers.CharField(max_length=MOST_REASON)
    mentioned = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**62),
        required=False,
        default=list,
        max_length=50,
    )


class TickOut(Shape):
    text = serializers.CharField()
    done = serializers.BooleanField()
    by = serializers.IntegerField(allow_null=True)
    at = serializers.DateTimeField(allow_null=True)


class LinkShape(Shape):
    label = serializers.CharField(max_length=LONGEST["label"])  # type: ignore[assignment]
    url = serializers.CharField(max_length=LONGEST["url"])


class DueMovedOut(Shape):
    kind = serializers.CharField()
    before = serializers.DateTimeField(allow_null=True)
    after = serializers.DateTimeField()
    at = serializers.DateTimeField()


class ItemOut(Shape):
    id = serializers.IntegerField()
    title = serializers.CharField()
    status = serializers.ChoiceField(choices=WorkStatus.choices)
    owner = serializers.IntegerField(source="owner_id", allow_null=True)
    role = serializers.CharField(help_text="Whoever holds it may take the item while it has no owner.")
    due_at = serializers.DateTimeField(allow_null=True)
    due_kind = serializers.CharField(
        help_text="The time that it counts from, and moves with; empty: set by hand."
    )
    due_hours = serializers.IntegerField(allow_null=True)
    waits_for = serializers.CharField()
    step_key = serializers.CharField(help_text="Of the playbook that made it.")
    settled_at = serializers.DateTimeField(allow_null=True)


class MyItemOut(ItemOut):
    incident = serializers.CharField(source="incident.reference")


class ItemPageOut(Shape):
    counts = serializers.DictField(child=serializers.IntegerField())
    page = serializers.IntegerField(source="number")
    has_next = serializers.BooleanField()
    items = serializers.SerializerMethodField()

    def get_items(self, work: Any) -> list[dict[str, Any]]:
        return list(ItemOut([row.item for row in work.rows], many=True).data)


class CommentOut(Shape):
    id = serializers.IntegerField()
    text = serializers.CharField()
    by = serializers.CharField()
    at = serializers.DateTimeField()
    mentioned = serializers.SerializerMethodField(help_text="Ids of the people who were told.")

    def get_mentioned(self, comment: ItemComment) -> list[int]:
        return [person.pk for person in comment.mentioned.all()]


class ItemDetailOut(ItemOut):
    what = serializers.CharField()
    reason = serializers.CharField()
    due_moved = DueMovedOut(allow_null=True)
    checklist = TickOut(many=True)
    links = LinkShape(many=True)
    held_by = serializers.IntegerField(source="held_by_id", allow_null=True)
    blocked_by = serializers.SerializerMethodField(help_text="Ids of items that come first.")
    comments = serializers.SerializerMethodField()

    def get_blocked_by(self, item: ActionItem) -> list[int]:
        return list(item.blocked_by.values_list("pk", flat=True))

    def get_comments(self, item: ActionItem) -> list[dict[str, Any]]:
        found = item.comments.select_related("by").prefetch_related("mentioned")
        return list(CommentOut(found, many=True).data)


class MentionOut(Shape):
    id = serializers.IntegerField()
    cause = serializers.CharField()
    item = serializers.IntegerField(source="item_id")
    incident = serializers.CharField(source="item.incident.reference")
    at = serializers.DateTimeField()


class StepShape(Shape):
    key = serializers.SlugField(max_length=40)
    title = serializers.CharField(max_length=LONGEST["title"])
    what = optional_text(LONGEST["what"])
    role = serializers.ChoiceField(choices=ROLE_CHOICES, required=False, allow_blank=True, default="")
    due_kind = serializers.ChoiceField(
        choices=list(COUNTED_FROM.items()), required=False, allow_blank=True, default=""
    )
    due_hours = serializers.IntegerField(
        min_value=0, max_value=LONGEST_HOURS, required=False, allow_null=True, default=None
    )
    after = serializers.ListField(
        child=serializers.SlugField(max_length=40), required=False, default=list, max_length=MOST_STEPS
    )
    checklist = lines(default=list)
    links = LinkShape(many=True, required=False, default=list)


class PlaybookIn(Shape):
    name = serializers.CharField(max_length=LONGEST["name"])
    violations = serializers.ListField(
        child=serializers.ChoiceField(choices=ViolationType.choices),
        required=False,
        default=list,
        max_length=30,
    )
    steps = serializers.ListField(child=StepShape(), required=False, default=list, max_length=MOST_STEPS)


class RevisionIn(Shape):
    revision = serializers.IntegerField(
        min_value=0, max_value=2**30, help_text="Of the draft that you read; 0 when there is none yet."
    )


class PlaybookDraftIn(PlaybookIn, RevisionIn):
    pass


class PlaybookVersionOut(PlaybookIn):
    id = serializers.IntegerField()
    number = serializers.IntegerField()
    status = serializers.CharField()
    revision = serializers.IntegerField()


class PlaybookOut(Shape):
    key = serializers.CharField()
    name = serializers.CharField()
    violations = serializers.ListField(child=serializers.CharField())
    retired_at = serializers.DateTimeField(allow_null=True)


class PlaybookDetailOut(PlaybookOut):
    versions = serializers.SerializerMethodField()

    def get_versions(self, playbook: Any) -> list[dict[str, Any]]:
        return [dict(PlaybookVersionOut(told_version(one)).data) for one in playbook.versions.all()]


def told_version(version: Any) -> dict[str, Any]:
    plain = {name: getattr(version, name) for name in ("number", "status", "revision")}
    return {**version.data, **plain, "id": version.pk}


class StepChangeOut(Shape):
    key = serializers.CharField()
    kind = serializers.ChoiceField(choices=["new", "changed", "gone"])
    title = serializers.CharField()


class RunOut(Shape):
    playbook = serializers.CharField(source="version.playbook.key", help_text="That runs here.")
    version = serializers.IntegerField(source="version_id")
    started_at = serializers.DateTimeField(source="at")


class OfferOut(Shape):
    version = serializers.IntegerField(source="version.pk")
    playbook = serializers.CharField(source="version.playbook.key")
    why = serializers.CharField()
    changes = StepChangeOut(many=True)


class WorkPlaybookOut(Shape):
    run = RunOut(allow_null=True)
    offer = OfferOut(allow_null=True)
    fits = serializers.IntegerField(
        allow_null=True, help_text="The version in force for this kind of incident, while none runs."
    )


class VersionIn(Shape):
    version = serializers.IntegerField(min_value=1, max_value=2**62, help_text="Id of a version in force.")


class ApplyIn(VersionIn):
    take = serializers.ListField(
        child=serializers.SlugField(max_length=40),
        max_length=200,
        help_text="Keys of the changes to take over; the others stay as they are.",
    )
