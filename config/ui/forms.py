"""Fields and errors of forms."""

from __future__ import annotations

from typing import NamedTuple

from django.forms import BaseForm, BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from config.ui.library import register


class Entry(NamedTuple):
    """One error in the summary; `target` is the id to jump to."""

    target: str
    label: str
    text: str


@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """One field with label, hint, errors and input."""
    return bound.as_field_group()


@register.simple_tag
def error_summary(form: BaseForm) -> SafeString:
    """All errors of a form in one box, each a link to its field; nothing while there are none."""
    if not form.is_bound or not form.errors:
        return mark_safe("")
    entries = [Entry("", "", str(text)) for text in form.non_field_errors()]
    entries += [entry for bound in form for entry in _entries(bound)]
    heading = "There is a problem" if len(entries) == 1 else f"There are {len(entries)} problems"
    return render_to_string("components/error_summary.html", {"entries": entries, "heading": heading})


def _entries(bound: BoundField) -> list[Entry]:
    target = "" if bound.is_hidden else _target(bound)
    label = str(bound.label or bound.name)
    label += "" if label.endswith(("?", ".", ":")) else ":"
    return [Entry(target, label, str(text)) for text in bound.errors]


def _target(bound: BoundField) -> str:
    # A group of choices has no control with the field's own id: the link goes to its first one.
    return f"{bound.auto_id}_0" if bound.use_fieldset else bound.id_for_label
