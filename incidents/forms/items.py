"""What a person says of an action item."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from accounts.edit_forms import EditForm
from accounts.models import Role, User
from incidents import queries
from incidents.forms.instants import instant_of
from incidents.forms.words import LongText, reason_field
from incidents.models import ActionItem, Can, Incident
from incidents.playbooks import ROLE_CHOICES
from incidents.rules import asked_for


class WhoseForm(forms.Form):
    """Base of forms that ask whose an item is: a person's, or a role's until somebody takes it."""

    whose = forms.ChoiceField(label="Whose", required=False)

    def __init__(self, *args: Any, incident: Incident, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.able = {str(one.pk): one for one in queries.workers_of(incident, now=now)}
        people = [(key, str(one)) for key, one in self.able.items()]
        self.fields["whose"].choices = [  # type: ignore[attr-defined]
            ("", "Nobody yet"), ("Person", people), ("Whoever holds the role", ROLE_CHOICES),
        ]  # fmt: skip

    def owner(self) -> dict[str, Any]:
        """The person and the role that were chosen."""
        whose = self.cleaned_data["whose"]
        return {"owner": self.able.get(whose), "role": whose if whose in Role.values else ""}


class DueField(forms.DateTimeField):
    """An instant in the person's own zone, in one field."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(required=False, widget=widget, **kwargs)
        self.zone = "UTC"

    def clean(self, value: Any) -> datetime | None:
        found = super().clean(value)
        if found is None:
            return None
        local = found.replace(tzinfo=None)
        return instant_of(local.date(), local.time(), self.zone)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime) and value.tzinfo:
            return value.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)
        return value


class NewItemForm(WhoseForm):
    title = forms.CharField(label="What is to be done", max_length=200)
    due_at = DueField(label="Due")
    field_order = ["title", "whose", "due_at"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_at"].zone = user.zone  # type: ignore[attr-defined]
        self.fields["whose"].initial = str(user.pk)


class ChangeItemForm(EditForm):
    title = forms.CharField(label="What is to be done", max_length=200)
    what = LongText(label="How", required=False, max_length=2_000)
    due_at = DueField(label="Due")
    checklist = LongText(
        label="Checklist", required=False, help_text="One line each; ticks stay where the words stay."
    )
    blocked_by = forms.ModelMultipleChoiceField(
        ActionItem.objects.none(),
        label="Comes after",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="It can be begun, but not finished before these.",
    )

    def __init__(self, *args: Any, item: ActionItem, user: User, **kwargs: Any) -> None:
        super().__init__(*args, standing=asked_for(item), **kwargs)
        others = item.incident.items.exclude(pk=item.pk).by_due()
        self.fields["blocked_by"].queryset = others  # type: ignore[attr-defined]
        due = self.fields["due_at"]
        due.zone = user.zone  # type: ignore[attr-defined]
        due.help_text = f"In your time, {user.zone.replace('_', ' ')}."
        if item.due_kind:
            counted = queries.due_words(item.due_kind, item.due_hours)
            due.help_text += f" It is counted now: {counted}. A time set here moves with nothing any more."

    def for_command(self) -> dict[str, Any]:
        """Only what was changed; a due time that was left alone still moves with what it counts from."""
        changed = [name for name in self.changed_data if name != "seen" and not self.chose_theirs(name)]
        changes = {name: self.cleaned_data[name] for name in changed}
        if "checklist" in changes:
            changes["checklist"] = changes["checklist"].splitlines()
        return changes | {"seen": self.cleaned_data["seen"]}

    def said(self, name: str, value: Any) -> str:
        if name == "due_at" and value:
            return f"{self.fields['due_at'].prepare_value(value):%d %b %Y %H:%M}"
        return super().said(name, value)


class WaitForm(forms.Form):
    waits_for = forms.CharField(
        label="For whom or what",
        max_length=200,
        help_text="A person, a team, a supplier; and what they owe us.",
    )


class DropForm(forms.Form):
    reason = reason_field("Why it is not needed")


class HandOverItemForm(WhoseForm):
    note = LongText(
        label="What they should know",
        required=False,
        help_text="Kept as a comment on the item.",
        max_length=2_000,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["whose"].label, self.fields["whose"].required = "To", True
        self.fields["whose"].choices = self.fields["whose"].choices[1:]  # type: ignore[attr-defined]

    def for_command(self) -> dict[str, Any]:
        whose = self.owner()
        return {"to": whose["owner"], "role": whose["role"], "note": self.cleaned_data["note"]}


class CommentForm(forms.Form):
    text = LongText(
        label="Comment",
        rows=3,
        help_text="An @ and a name tells that person, if they may see this incident.",
    )
    mentioned = forms.ModelMultipleChoiceField(
        User.objects.none(), label="Tell", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, incident: Incident, user: User, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = queries.people_who_can(incident, Can.VIEW, now=now).exclude(pk=user.pk)
        self.fields["mentioned"].queryset = others  # type: ignore[attr-defined]
