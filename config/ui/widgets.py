"""Inputs and lists of choices, drawn without a template each: a page that is narrowed by ten of them shows two hundred."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.safestring import SafeString

from config.ui.library import drawn, escaped

FOLDER: Final = "django/forms/widgets"
INPUTS: Final = frozenset(
    f"{FOLDER}/{kind}.html"
    for kind in (
        "date",
        "datetime",
        "email",
        "hidden",
        "input",
        "number",
        "password",
        "search",
        "tel",
        "text",
        "time",
        "url",
    )
)
SELECT: Final = f"{FOLDER}/select.html"


class Renderer(TemplatesSetting):
    """Django's own for all but the commonest two."""

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> SafeString:
        if template_name in INPUTS:
            return _input(context["widget"])
        if template_name == SELECT:
            return _select(context["widget"])
        return drawn(super().render(template_name, context, request))


def _input(widget: Mapping[str, Any]) -> SafeString:
    value = "" if widget["value"] is None else f' value="{escaped(widget["value"])}"'
    return drawn(
        f'<input type="{widget["type"]}" name="{escaped(widget["name"])}"{value}{_attributes(widget["attrs"])}>'
    )


def _select(widget: Mapping[str, Any]) -> SafeString:
    groups = []
    for label, options, _ in widget["optgroups"]:
        told = "".join(
            f'\n  <option value="{escaped(one["value"])}"{_attributes(one["attrs"])}>{escaped(one["label"])}</option>'
            for one in options
        )
        groups.append(f'\n  <optgroup label="{escaped(label)}">{told}\n  </optgroup>' if label else told)
    name = escaped(widget["name"])
    return drawn(f'<select name="{name}"{_attributes(widget["attrs"])}>{"".join(groups)}\n</select>')


def _attributes(given: Mapping[str, Any]) -> str:
    return "".join(
        f" {name}" if value is True else f' {name}="{escaped(value)}"'
        for name, value in given.items()
        if value is not False
    )
