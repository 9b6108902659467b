"""The one tag library that the modules of this package fill."""

from __future__ import annotations

from django import template

register = template.Library()
