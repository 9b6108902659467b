"""What the API takes and tells; shapes only, rules are the commands'."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.timezone import is_naive
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from incidents.forms.instants import YEARS

Shape = serializers.Serializer[Any]
MOST_WORDS = 20_000
MOST_REASON = 5_000


class Instant(serializers.DateTimeField):
    """An instant that names its zone; without one it would be a guess."""

    default_error_messages = {
        "naive": "Name the zone, for example 2026-11-20T12:00:00+01:00 or …Z.",
        "year": f"Give a year from {YEARS[0]} to {YEARS[-1]}.",
    }

    def enforce_timezone(self, value: datetime) -> datetime:
        if is_naive(value):
            self.fail("naive")
        if value.year not in YEARS:
            self.fail("year")
        return value


@extend_schema_field(OpenApiTypes.ANY)
class AnyValue(serializers.JSONField):
    """Whatever JSON the fact holds: yes or no, a word, a list of words."""


@extend_schema_field(OpenApiTypes.OBJECT)
class AnyObject(serializers.JSONField):
    """A JSON object."""


def text(**more: Any) -> serializers.CharField:
    return serializers.CharField(max_length=MOST_WORDS, **more)


def optional_text(most: int = MOST_WORDS) -> serializers.CharField:
    return serializers.CharField(max_length=most, required=False, default="", allow_blank=True)


def given(shape: type[Shape], request: Request, **options: Any) -> dict[str, Any]:
    """What the request says, in its right shape."""
    read = shape(data=request.data, **options)
    read.is_valid(raise_exception=True)
    return dict(read.validated_data)


class ReasonIn(Shape):
    reason = serializers.CharField(max_length=MOST_REASON)


class NothingIn(Shape):
    """An act that asks for nothing."""
