"""Two people write the same thing: what each had before their eyes, and what both want.

A form carries a short digest of every field as it stood when it was opened. Whoever saves later than another keeps
what the other did to fields they left alone; where both changed the same field, nothing is written and both versions
are shown. The commands ask this under the lock of their row.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import Model

from audit.models import AuditEvent
from audit.queries import last_act

DIGITS: Final = 10
LONGEST: Final = 20_000
Values = Mapping[str, Any]


def plain(value: Any) -> Any:
    """A value as JSON compares it: rows by their keys, sets in order, texts without what a browser adds."""
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, Iterable):
        return sorted((plain(one) for one in value), key=str)
    if value is None:
        return ""
    return value if isinstance(value, bool | int | float) else str(value)


def digest(value: Any) -> str:
    text = json.dumps(plain(value), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]


class Stale(ValidationError):
    """Somebody else changed the same fields meanwhile; holds both versions."""

    def __init__(
        self, fields: list[str], *, standing: Values, wanted: Values, act: AuditEvent | None
    ) -> None:
        self.fields, self.standing, self.wanted, self.act = fields, standing, wanted, act
        who = act.actor_label if act else "Somebody else"
        super().__init__(
            f"{who} saved this while you were writing. Nothing is lost: look at both versions, choose, and save again.",
            code="stale",
        )

    def both(self) -> dict[str, dict[str, Any]]:
        """Both versions of what they disagree on, for programs."""
        return {
            "now": {name: plain(self.standing.get(name)) for name in self.fields},
            "yours": {name: plain(self.wanted.get(name)) for name in self.fields},
        }


@dataclass(frozen=True)
class Seen:
    """What somebody had before their eyes: a digest by field. Empty: they looked at nothing, and overwrite."""

    digests: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, values: Values) -> Seen:
        return cls({name: digest(value) for name, value in values.items()})

    @classmethod
    def read(cls, text: str) -> Seen:
        """From the text of a form or of `If-Match`; refuses what this never wrote."""
        text = text.strip().removeprefix("W/").strip('"')
        if text in ("", "*"):
            return cls()
        pairs = [part.partition(":") for part in text[:LONGEST].split(",")]
        if not all(name and len(found) == DIGITS for name, _, found in pairs):
            raise ValidationError("Open this again: it does not say which version you read.", code="unread")
        return cls({name: found for name, _, found in pairs})

    def __str__(self) -> str:
        return ",".join(f"{name}:{found}" for name, found in self.digests.items())

    @property
    def etag(self) -> str:
        return f'"{self}"'

    def merged(
        self, wanted: Values, *, standing: Values, subject: Model, verbs: Iterable[str]
    ) -> dict[str, Any]:
        """What of `wanted` is to be written on `standing`; raises `Stale` where another changed the same.

        `verbs` are the acts by which `subject` is changed so: the last of them says who it was.
        """
        moved = {name for name, seen in self.digests.items() if digest(standing.get(name)) != seen}
        mine = {
            name: value
            for name, value in wanted.items()
            if name not in moved or digest(value) != self.digests[name]
        }
        both = [name for name in mine if name in moved and digest(mine[name]) != digest(standing.get(name))]
        if both:
            raise Stale(both, standing=standing, wanted=wanted, act=last_act(subject, verbs))
        return mine


NOTHING_SEEN: Final = Seen()
