"""Which incident belongs with which."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from accounts.models import User
from incidents import queries
from incidents.forms.words import reason_field
from incidents.models import Can, Incident
from incidents.models.joining import LinkKind
from incidents.permissions import incident_for


def other_incident(user: User, reference: str, can: Can) -> Incident:
    """The other one, if the person may do this there too; hidden and unknown ones get the same answer."""
    try:
        return incident_for(user, reference.strip().upper(), can)
    except Http404 as error:
        raise ValidationError(
            "You see no incident of this reference. It looks like INC-7K2M-91QX.", code="unknown_incident"
        ) from error
    except PermissionDenied as error:
        raise ValidationError(
            "You may see that incident, but not do this there: %(can)s.",
            code="not_there",
            params={"can": can.label.lower()},
        ) from error


class OtherForm(forms.Form):
    """Base of forms that name another incident; leaves it in `cleaned_data["other"]`."""

    can = Can.WRITE
    other = forms.CharField(label="The other incident", max_length=20, help_text="Its reference.")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_other(self) -> Incident:
        return other_incident(self.user, str(self.cleaned_data["other"]), self.can)


class LinkForm(OtherForm):
    kind = forms.ChoiceField(
        label="This one",
        choices=[(kind.value, kind.label) for kind in LinkKind if kind != LinkKind.SPLIT],
        widget=forms.RadioSelect,
        initial=LinkKind.RELATED,
    )
    reason = forms.CharField(label="Why", max_length=300, required=False)
    field_order = ["kind", "other", "reason"]


class MergeForm(OtherForm):
    can = Can.DECIDE
    carry_times = forms.BooleanField(
        label="State there what this one knows earlier",
        required=False,
        initial=True,
        help_text="Times from which clocks run, such as the first detection. The earlier one counts.",
    )
    reason = reason_field("Why they are the same", "Kept in the record of both.")
    field_order = ["other", "carry_times", "reason"]


class SplitForm(forms.Form):
    title = forms.CharField(label="Title of the new incident", max_length=200)
    reports = forms.TypedMultipleChoiceField(
        label="Reports that move", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    notes = forms.TypedMultipleChoiceField(
        label="Notes that move", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = reason_field("Why it is another incident")

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = {
            "reports": [(one.pk, f"{one.reference}: {one.title}") for one in incident.reports.filter(duplicate_of=None)],
            "notes": [(one.pk, one.text[:120]) for one in queries.notes(incident)[:200]],
        }  # fmt: skip
        for name, choices in found.items():
            if choices:
                self.fields[name].choices = choices  # type: ignore[attr-defined]
            else:
                del self.fields[name]
