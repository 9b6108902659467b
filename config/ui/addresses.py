"""`{% url %}`, kept: an address follows from its name and arguments alone, and a long list asks for hundreds of them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.template import Context, defaulttags
from django.urls import NoReverseMatch, reverse
from django.utils.html import conditional_escape

from config.ui.library import register

_kept = lru_cache(maxsize=8_192)(reverse)


def address(name: str, *args: str | int) -> str:
    """`reverse` by position, from memory where it was asked before."""
    # A number and its text are told apart by the patterns, not by the memory.
    return _kept(name, args=tuple(str(one) for one in args))


class Url(defaulttags.URLNode):
    """Django's own, but for the memory; addresses here know no instances of an app."""

    def render(self, context: Context) -> str:
        if self.kwargs:
            return str(super().render(context))
        name, args = self.view_name.resolve(context), [one.resolve(context) for one in self.args]
        try:
            found = address(name, *args)
        except NoReverseMatch:
            if self.asvar is None:
                raise
            found = ""
        if self.asvar:
            context[self.asvar] = found
            return ""
        return conditional_escape(found) if context.autoescape else found


@register.tag
def url(parser: template.base.Parser, token: template.base.Token) -> Any:
    """The address of a route."""
    node = defaulttags.url(parser, token)
    return Url(node.view_name, node.args, node.kwargs, node.asvar)
