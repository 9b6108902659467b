"""What nobody should send, by the kind of field that takes it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from django import forms

T = TypeVar("T")
# `make bench ONLY=thorough` sends everything everywhere; that takes minutes.
THOROUGH: Final = bool(os.environ.get("FORTHRIGHT_TEST_THOROUGH"))
SCRIPT = "<script>alert(1)</script>"
TEXTS: Mapping[str, str] = {
    "NUL": "a\x00b",
    "1 MB": "x" * 1_000_000,
    "script": f'{SCRIPT}"><img src=x onerror=alert(1)>',
    "formula": "=1+1",
    "header": "a\r\nBcc: c@d.example",
    "template": "{{ 7|add:7 }}{% include 'x' %}{% for x in (1..100000000) %}{% endfor %}",
    "blank": " \t\n",
}
DATES = ("0001-01-01", "9999-12-31", "2026-02-31", "tomorrow")
NUMBERS = ("-1", "99999999999999999999", "1e9", "NaN")
CHOICES = ("no-such-choice", "a\x00b")
MAILS = ("not an address", "a@b.example\r\nBcc: c@d.example", "a\x00@b.example", "x" * 300 + "@b.example")


def dealt(values: Sequence[T], turn: int, number: int = 2) -> Sequence[T]:
    """The values whose turn it is: each is sent to many routes, though not each to every one."""
    if THOROUGH or len(values) <= number:
        return values
    return [values[(turn * number + place) % len(values)] for place in range(number)]


def whole(turn: int) -> bool:
    """Whether it is this one's turn to be tried in full; the others get what breaks most: NUL."""
    return THOROUGH or turn % 8 == 0


def base_of(form: forms.BaseForm) -> dict[str, Any]:
    """An answer of the right shape to every field."""
    return {
        name: value for name, field in form.fields.items() if (value := _fit(form, name, field)) is not None
    }


def _fit(form: forms.BaseForm, name: str, field: forms.Field) -> Any:
    said = form[name].value()
    if isinstance(field, forms.FileField):
        return None
    if isinstance(field, forms.BooleanField):
        return "on" if said else None
    if isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
        return list(said or [])
    if said not in (None, ""):
        return str(said)
    if isinstance(field, forms.ChoiceField):
        return next((key for key, _ in _flat(field.choices) if str(key)), "")
    return _made_up(field)


def _made_up(field: forms.Field) -> str:
    kinds = {
        forms.EmailField: "a@b.example",
        forms.DateField: "2026-11-20",
        forms.TimeField: "12:00",
        forms.IntegerField: "1",
    }
    return next((value for kind, value in kinds.items() if isinstance(field, kind)), "Words.")


def _flat(choices: Any) -> Iterator[tuple[Any, Any]]:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield key, label


def _values(field: forms.Field) -> tuple[str, ...]:
    if isinstance(field, forms.FileField | forms.BooleanField):
        return ()
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return CHOICES
    kinds = {
        forms.EmailField: MAILS,
        forms.DateField: DATES,
        forms.TimeField: DATES,
        forms.IntegerField: NUMBERS,
    }
    found = next((values for kind, values in kinds.items() if isinstance(field, kind)), None)
    return found or tuple(TEXTS.values())


def spoiled(
    form: forms.BaseForm, *, turn: int = 0, briefly: bool = False
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Answers with all fields of one kind spoiled and the others right, so that each check is reached."""
    base = base_of(form)
    if briefly:  # the same form was tried in full elsewhere; its command is another
        texts = [name for name, field in form.fields.items() if _values(field) == tuple(TEXTS.values())]
        yield "NUL", {**base, **dict.fromkeys(texts, TEXTS["NUL"])}
        return
    yield "empty", {}
    by_values: dict[tuple[str, ...], list[str]] = {}
    for name, field in form.fields.items():
        by_values.setdefault(_values(field), []).append(name)
    for values, names in by_values.items():
        for value in dealt(values, turn, 1):
            yield f"{names} = {value[:30]!r}", {**base, **dict.fromkeys(names, value)}


def example(schema: Mapping[str, Any], components: Mapping[str, Any]) -> Any:
    """A value of the right shape for a schema of OpenAPI."""
    schema = resolved(schema, components)
    if "enum" in schema:
        return next(value for value in schema["enum"] if value)
    if schema.get("format") == "date-time":
        return "2026-11-20T12:00:00Z"
    plain = {"integer": 1, "number": 1, "boolean": False, "array": [], "object": {}}
    if schema.get("type") == "array" and schema.get("minItems", 0):
        return [example(schema["items"], components)]
    if schema.get("type") == "object" and "properties" in schema:
        return {name: example(one, components) for name, one in schema["properties"].items()}
    if schema.get("type") == "array" and "$ref" in schema.get("items", {}):
        return [example(schema["items"], components)]
    by_format = {"date": "2026-11-20", "email": "a@b.example"}
    return by_format.get(schema.get("format", ""), plain.get(schema.get("type", ""), "Words."))


def resolved(schema: Mapping[str, Any], components: Mapping[str, Any]) -> Mapping[str, Any]:
    for key in ("allOf", "oneOf"):
        if key in schema:
            return resolved(schema[key][0], components)
    if "$ref" in schema:
        return resolved(components[schema["$ref"].rpartition("/")[2]], components)
    return schema


JSON_VALUES: tuple[Any, ...] = (
    *TEXTS.values(), DATES[0], DATES[1], MAILS[3], -1, 10**20, True, None, [], {}, [{}], ["a\x00b"], {"a\x00b": "x"},
    {"a": {"b": "c\x00"}}, {"categories": [], "identifiers": 7}, {"categories": {"simple": {}}},
)  # fmt: skip
# Each property alone is spoiled by these, with the others right.
ONE_BY_ONE: tuple[Any, ...] = (
    "a\x00b", -1, 10**20, "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", [], {}, ["a\x00b"], {"a\x00b": "x"},
)  # fmt: skip
BODIES: tuple[tuple[str, str], ...] = (
    ("application/json", "{"), ("application/json", "[]"), ("application/json", "7"), ("application/json", '"x"'),
    ("application/json", "null"), ("application/json", "\x00"), ("application/json", "[" * 5000), ("text/plain", "x"),
    ("application/xml", "<x/>"), ("application/json", '{"reason": NaN}'), ("multipart/form-data; boundary=x", "nonsense"),
    ("application/json", "\ud800"),
)  # fmt: skip


def spoiled_bodies(
    schema: Mapping[str, Any], components: Mapping[str, Any], *, turn: int = 0, briefly: bool = False
) -> Iterator[tuple[str, Any]]:
    """Bodies with one value everywhere, and with each property spoiled alone by a value of another type."""
    base = example(schema, components)
    if briefly and isinstance(base, dict):
        yield "NUL", dict.fromkeys(base, TEXTS["NUL"])
        return
    yield "empty", {}
    if not isinstance(base, dict):
        return
    for value in dealt(JSON_VALUES, turn, 2):
        yield f"all = {str(value)[:30]!r}", dict.fromkeys(base, value)
    for place, name in enumerate(base):
        for value in dealt(ONE_BY_ONE, turn + place, 1):
            yield f"{name} = {str(value)[:30]!r}", {**base, name: value}
