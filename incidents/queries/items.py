"""Action items as people look at them: the work of one incident, one item, and all of a person's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.http import Http404

from accounts.models import Role, User
from audit.models import AuditEvent
from incidents.lifecycle import OPEN_WORK, Status, WorkStatus
from incidents.models import ActionItem, Can, Incident, ItemAlert, ItemComment
from incidents.models.work import Cause
from incidents.permissions import visible_of, visible_to
from incidents.queries.narrowing import Narrowing
from incidents.queries.record import verb_words
from incidents.queries.reminders import people_who_can

PAGE: Final = 50
PAGE_OF_ALL: Final = 50
MOST_IN_COLUMN: Final = 20
MOST_HISTORY: Final = 50
FURTHEST_PAGE: Final = 200
UNREAD: Final = ("what", "links", "step", "reason")  # columns that no list shows
VIEWS: Final[Mapping[str, str]] = {
    "open": "Open",
    "mine": "Mine",
    "overdue": "Overdue",
    "settled": "Done or not needed",
    "all": "All",
}
VIEWS_OF_ALL: Final[Mapping[str, str]] = {
    "mine": "Mine",
    "role": "My role",
    "overdue": "Overdue",
    "open": "All open",
}
ORDERS_OF_ALL: Final[Mapping[str, str]] = {"due": "Nearest due", "newest": "Newest"}
SPANS: Final[Mapping[str, timedelta]] = {
    "overdue": timedelta(0),
    "day": timedelta(hours=24),
    "week": timedelta(days=7),
}
DUE: Final[Mapping[str, str]] = {
    "overdue": "Overdue",
    "day": "In 24 hours",
    "week": "In 7 days",
    "none": "No due time",
}


@dataclass(frozen=True)
class NarrowedItems(Narrowing):
    """What the list of action items over all incidents is narrowed to."""

    offered = {
        "show": VIEWS_OF_ALL,
        "due": DUE,
        "status": OPEN_WORK,
        "drill": ("yes", "no"),
        "order": ORDERS_OF_ALL,
    }
    frame = frozenset({"show", "order"})

    show: str = ""
    words: str = ""
    due: str = ""
    status: str = ""
    drill: str = ""
    order: str = ""

    @property
    def view(self) -> str:
        return self.show or "mine"


@dataclass
class Row:
    """An item in a list, with what stands in its way and how much was said on it."""

    item: ActionItem
    blockers: list[str] = field(default_factory=list)
    comments: int = 0
    overdue: bool = False
    stand_in: User | None = None  # while its owner is away


@dataclass
class Work:
    """One page of an incident's items, and how many there are of each kind."""

    rows: list[Row]
    view: str
    counts: dict[str, int]
    number: int = 1
    has_next: bool = False

    @property
    def total(self) -> int:
        return self.counts["all"]


@dataclass
class Column:
    """One column of the board."""

    status: str
    label: str
    rows: list[Row]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


def work(incident: Incident, *, user: User, view: str = "open", number: int = 1, now: datetime) -> Work:
    """A page of the items of an incident by due time; what is settled, the latest first."""
    counts = _counts(incident.items.all(), user, now)
    found = _of_view(incident.items.all(), view, user, now)
    found = found.order_by("-settled_at", "pk") if view == "settled" else found.by_due()
    rows, has_next = _page(found, number, PAGE)
    return Work(rows_of(rows, now=now), view, counts, number, has_next)


def board(incident: Incident, *, now: datetime) -> list[Column]:
    """Items by state; the first of each column, and how many there are."""
    counts = dict(incident.items.order_by().values_list("status").annotate(number=Count("pk")))
    firsts: list[ActionItem] = []
    for status in WorkStatus:
        found = _listed(incident.items.filter(status=status))
        ordered = found.by_due() if status in OPEN_WORK else found.order_by("-settled_at", "pk")
        firsts += ordered[:MOST_IN_COLUMN] if counts.get(status) else []
    rows = rows_of(firsts, now=now)
    return [
        Column(
            status,
            str(status.label),
            [row for row in rows if row.item.status == status],
            counts.get(status, 0),
        )
        for status in WorkStatus
    ]


def my_items(
    user: User,
    wanted: NarrowedItems = NarrowedItems(),
    *,
    number: int = 1,
    size: int = PAGE_OF_ALL,
    now: datetime,
) -> Work:
    """Open items over all incidents that the person may see."""
    found = (
        visible_of(ActionItem.objects.all(), user)
        .filter(incident__merged_into=None)
        .exclude(incident__status__in=(Status.CLOSED, Status.DISMISSED))
    )
    found = _of_view(found, wanted.view, user, now)
    found = _narrowed(found, wanted, now)
    found = found.order_by("-at", "-pk") if wanted.order == "newest" else found.by_due()
    rows, has_next = _page(found.select_related("incident"), number, size)
    return Work(rows_of(rows, now=now), wanted.view, {"all": len(rows)}, number, has_next)


def _narrowed(found: Any, wanted: NarrowedItems, now: datetime) -> Any:
    if wanted.due:
        found = found.filter(_due(wanted.due, now))
    if wanted.status:
        found = found.filter(status=wanted.status)
    if wanted.drill:
        found = found.filter(incident__drill=wanted.drill == "yes")
    for word in wanted.words.split():
        found = found.filter(Q(title__icontains=word) | Q(incident__title__icontains=word))
    return found


def _due(due: str, now: datetime) -> Q:
    return Q(due_at=None) if due == "none" else Q(due_at__lt=now + SPANS[due])


def rows_of(items: Iterable[ActionItem], *, now: datetime) -> list[Row]:
    """Rows for items whose owners are read already; two queries, however many there are."""
    found = list(items)
    keys = [item.pk for item in found]
    blockers: dict[int, list[str]] = defaultdict(list)
    edges = ActionItem.blocked_by.through.objects.filter(
        from_actionitem__in=keys, to_actionitem__status__in=OPEN_WORK
    )
    for key, title in edges.values_list("from_actionitem_id", "to_actionitem__title"):
        blockers[key].append(title)
    said = dict(
        ItemComment.objects.filter(item__in=keys).order_by().values_list("item").annotate(number=Count("pk"))
    )
    away = {one.pk: one.is_away(now) for one in {item.owner for item in found if item.owner}}
    return [
        Row(
            item,
            blockers[item.pk] if item.is_open else [],
            said.get(item.pk, 0),
            item.is_overdue(now),
            item.owner.stand_in if item.owner and away[item.owner.pk] else None,
        )
        for item in found
    ]


def item_for(incident: Incident, pk: int) -> ActionItem:
    """One item of an incident that has come through its door."""
    found = incident.items.select_related("owner__stand_in", "held_by", "by").filter(pk=pk).first()
    if found is None:
        raise Http404("No such action item.")
    found.incident = incident  # what the person holds is kept on it
    return found


@dataclass
class ItemPage:
    """All that the page of an item shows."""

    row: Row
    blocked_by: list[ActionItem]
    blocks: list[ActionItem]
    comments: list[ItemComment]
    alerts: list[ItemAlert]
    history: list[Line]
    ticked_by: Mapping[int, str]

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The checklist with the names of whoever ticked."""
        return [line | {"who": self.ticked_by.get(line["by"], "")} for line in self.row.item.checklist]


@dataclass(frozen=True)
class Line:
    """One act on the item, from the record."""

    at: datetime
    who: str
    words: str
    reason: str


def item_page(item: ActionItem, *, now: datetime) -> ItemPage:
    tickers = {line["by"] for line in item.checklist if line["by"]}
    return ItemPage(
        row=rows_of([item], now=now)[0],
        blocked_by=list(item.blocked_by.by_due()),
        blocks=list(item.blocks.by_due()),
        comments=list(item.comments.select_related("by").prefetch_related("mentioned")),
        alerts=list(item.alerts.filter(cause=Cause.DUE).select_related("recipient")),
        history=_history(item),
        ticked_by={one.pk: str(one) for one in User.objects.filter(pk__in=tickers)} if tickers else {},
    )


def _history(item: ActionItem) -> list[Line]:
    events = AuditEvent.objects.filter(
        subject_type=item._meta.label_lower, subject_id=str(item.pk), stream=item.incident.stream
    )
    words = verb_words()
    return [
        Line(
            event.at,
            event.actor_label,
            words.get(event.verb, event.verb),
            event.reason.text if event.reason else "",
        )
        for event in events.select_related("reason").order_by("-sequence")[:MOST_HISTORY]
    ]


def unread_alerts(user: User) -> list[ItemAlert]:
    """Where this person was mentioned, and what they were given, that they did not look at yet."""
    seen = visible_to(user).filter(merged_into=None)
    found = ItemAlert.objects.filter(
        recipient=user, acknowledged_at=None, item__incident__in=seen.values("pk")
    )
    return list(
        found.exclude(cause=Cause.DUE)
        .select_related("item__incident", "comment__by")
        .order_by("-at", "-pk")[:20]
    )


def mentioned_in(text: str, people: Iterable[User]) -> list[User]:
    """Whom a text names behind an @: by their whole name, by the front of their address, or by a first name that
    only one of them has. Anything else behind an @ is plain text, for accounts on platforms look the same."""
    handles: dict[str, list[User]] = defaultdict(list)
    for person in people:
        names = {
            person.name,
            person.email.partition("@")[0],
            person.name.split(" ")[0] if person.name else "",
        }
        for name in {name.casefold() for name in names if name}:
            handles[name].append(person)
    longest_first = sorted((name for name in handles if len(handles[name]) == 1), key=len, reverse=True)
    folded, found = text.casefold(), dict[int, User]()
    place = folded.find("@")
    while place >= 0:
        rest = folded[place + 1 :]
        begins = place == 0 or not folded[place - 1].isalnum()
        for name in longest_first if begins else ():
            if rest.startswith(name) and not rest[len(name) : len(name) + 1].isalnum():
                found[handles[name][0].pk] = handles[name][0]
                break
        place = folded.find("@", place + 1)
    return list(found.values())


def workers_of(incident: Incident, *, now: datetime) -> QuerySet[User]:
    """To whom an item can be given."""
    return people_who_can(incident, Can.WRITE, now=now)


def blocked() -> Exists:
    """The condition on an item that something it comes after is open."""
    edges = ActionItem.blocked_by.through.objects
    return Exists(edges.filter(from_actionitem=OuterRef("pk"), to_actionitem__status__in=OPEN_WORK))


def _mine(user: User) -> Q:
    """Theirs, or of somebody away for whom they stand in."""
    away = User.objects.filter(stand_in=user, away_from__lte=Now(), away_until__gte=Now()).order_by()
    # Told by key, so that the index of an owner's items is walked; most people stand in for nobody.
    return Q(owner__in=[user.pk, *away.values_list("pk", flat=True)])


def _of_role(user: User) -> Q:
    return Q(owner=None, role__in=[role.value for role in user.roles if role != Role.EMPLOYEE])


def _of_view(found: Any, view: str, user: User, now: datetime) -> Any:
    if view == "mine":
        return found.open().filter(_mine(user))
    if view == "role":
        return found.open().filter(_of_role(user))
    if view == "overdue":
        return found.open().filter(due_at__lt=now)
    if view == "settled":
        return found.exclude(status__in=OPEN_WORK)
    return found if view == "all" else found.open()


def _counts(found: Any, user: User, now: datetime) -> dict[str, int]:
    is_open = Q(status__in=OPEN_WORK)
    counted: dict[str, int] = found.aggregate(
        all=Count("pk"),
        open=Count("pk", filter=is_open),
        mine=Count("pk", filter=is_open & _mine(user)),
        overdue=Count("pk", filter=is_open & Q(due_at__lt=now)),
    )
    return counted | {"settled": counted["all"] - counted["open"]}


def _listed(found: Any) -> Any:
    return found.select_related("owner__stand_in").defer(*UNREAD)


def _page(found: Any, number: int, size: int) -> tuple[list[ActionItem], bool]:
    start = (number - 1) * size
    rows = list(_listed(found)[start : start + size + 1])
    return rows[:size], len(rows) > size and number < FURTHEST_PAGE
