"""Drafts: what somebody typed is kept until they save it, however the page was left.

No act of the record: nobody but its writer ever reads a draft. It may hold anything, so all of it is sealed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from accounts import keyring
from accounts.models import Draft, User

KEPT: Final = timedelta(days=30)
MOST_DRAFTS: Final = 50  # of one person
MOST_BYTES: Final = 300_000  # the longest form is a policy of 200,000 letters
Fields = Mapping[str, str]


def _context(person: User, place: str) -> bytes:
    return f"draft:{person.pk}:{place}".encode()


@transaction.atomic
def keep_draft(*, place: str, fields: Fields, by: User, now: datetime) -> Draft:
    """Keep what stands in a form now; the oldest goes when somebody has too many."""
    plain = json.dumps(dict(fields), ensure_ascii=False).encode()
    if len(plain) > MOST_BYTES:
        raise ValidationError("This is too long to be kept as a draft. Save it.", code="draft_too_long")
    sealed = keyring.seal(plain, context=_context(by, place))
    draft, made = Draft.objects.update_or_create(
        person=by, place=place, defaults={"sealed": sealed, "saved_at": now}
    )
    if made:
        kept = by.drafts.order_by("-saved_at", "-pk").values("pk")[:MOST_DRAFTS]
        by.drafts.exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    return draft


def draft_of(person: User, place: str) -> tuple[Fields, datetime] | None:
    """What this person had typed there, and when; nothing when its key is gone."""
    draft = Draft.objects.filter(person=person, place=place).first()
    if draft is None:
        return None
    try:
        plain = keyring.unseal(draft.sealed, context=_context(person, place))
    except keyring.CannotUnseal:
        return None
    return json.loads(plain), draft.saved_at


def discard_draft(place: str, *, by: User) -> None:
    """Throw a draft away; it was saved, or its writer does not want it. Repeating it is harmless."""
    Draft.objects.filter(person=by, place=place).delete()


def discard_drafts_about(references: Iterable[str]) -> int:
    """Throw away everybody's drafts at the addresses of these things; erasing people calls it."""
    about = Q()
    for reference in references:
        about |= Q(place__contains=f"/{reference}/")
    return Draft.objects.filter(about).delete()[0] if about else 0


def discard_old_drafts(*, now: datetime) -> int:
    """Throw away what nobody came back to."""
    return Draft.objects.filter(saved_at__lt=now - KEPT).delete()[0]
