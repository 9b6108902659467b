"""Acts on several action items of a list at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from accounts.models import User
from incidents.commands.items import finish_item, hand_over_item, start_item
from incidents.commands.worklist import MOST_AT_ONCE, NOT_YOURS
from incidents.models import ActionItem, Can
from incidents.permissions import incident_for, visible_to


def take_item(item: ActionItem, *, by: User, now: datetime) -> ActionItem:
    """Give an item to oneself."""
    return hand_over_item(item, to=by, by=by, now=now)


TOGETHER: Final[Mapping[str, Callable[..., ActionItem]]] = {
    "take": take_item,
    "start": start_item,
    "finish": finish_item,
}


@dataclass
class Acted:
    """What came of an act on several items; both by their ids, the refused with the reason."""

    done: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    titles: dict[int, str] = field(default_factory=dict)  # of those the person may see


def act_on_items(keys: Sequence[int], *, act: str, by: User, now: datetime) -> Acted:
    """Take, start or finish each; one that refuses does not keep the others from it."""
    _check(keys, act)
    seen = ActionItem.objects.filter(pk__in=keys, incident__in=visible_to(by).values("pk"))
    items = {item.pk: item for item in seen.select_related("incident")}
    acted = Acted(titles={pk: item.title for pk, item in items.items()})
    for key in dict.fromkeys(keys):
        try:
            _act_on(items.get(key), act, by=by, now=now)
        except (Http404, PermissionDenied):
            acted.refused[key] = NOT_YOURS
        except ValidationError as refusal:
            acted.refused[key] = " ".join(refusal.messages)
        else:
            acted.done.append(key)
    return acted


def _check(keys: Sequence[int], act: str) -> None:
    if act not in TOGETHER:
        raise ValidationError("Say what to do with them.", code="unknown_act")
    if not keys:
        raise ValidationError("Choose at least one action item.", code="none_chosen")
    if len(keys) > MOST_AT_ONCE:
        raise ValidationError(f"Change at most {MOST_AT_ONCE} at once.", code="too_many")


def _act_on(item: ActionItem | None, act: str, *, by: User, now: datetime) -> None:
    if item is None:
        raise Http404("No such action item.")
    incident_for(by, item.incident.reference, Can.WRITE)
    TOGETHER[act](item, by=by, now=now)
