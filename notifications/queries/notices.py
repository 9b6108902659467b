"""What the pages of notices show."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.db.models.functions import Length

from incidents.models import Incident, Obligation
from notifications import compile as text
from notifications import merge_fields, segments
from notifications.lifecycle import HELD, Fate
from notifications.models import Delivery, Notice
from notifications.page_codes import Codes
from stakeholders.models import AffectedParty
from stakeholders.sealing import Details, RosterKeys, mask

PAGE = 50
SAMPLE = Details(
    name="Maria Novak",
    given_name="Maria",
    family_name="Novak",
    email="maria@example.org",
    reference="L-204711",
)


@dataclass(frozen=True)
class FateCount:
    """How many deliveries of a notice are in one state."""

    state: str
    label: str
    number: int


@dataclass(frozen=True)
class Row:
    """One person of a notice, masked, and what became of the mail."""

    delivery: Delivery
    who: Details
    place: str


@dataclass(frozen=True)
class Preview:
    """The mail as one person would read it."""

    who: Details
    subject: str
    text: str
    html: str


def notices_of(incident: Incident) -> QuerySet[Notice]:
    return Notice.objects.filter(incident=incident).select_related("author", "approved_by")


def served_by_notices(incident: Incident) -> QuerySet[Obligation]:
    """The duties that a notice to people can meet."""
    return Obligation.objects.filter(incident=incident, recipient_kind="individuals")


def fates(notice: Notice) -> list[FateCount]:
    """Deliveries by state, in the order of the way."""
    counted = dict(
        Delivery.objects.filter(notice=notice).order_by().values_list("state").annotate(number=Count("pk"))
    )
    return [FateCount(fate.value, str(fate.label), counted[fate]) for fate in Fate if counted.get(fate)]


def rows(notice: Notice, *, state: str = "", after: int = 0) -> list[Row]:
    """One page of a notice's people after a delivery's id, masked; one row more tells that there is a next page."""
    chosen = Delivery.objects.filter(notice=notice, pk__gt=after).order_by("pk")
    if state == "waits":
        chosen = chosen.filter(state__in=HELD)
    elif state:
        chosen = chosen.filter(state=state)
    deliveries = list(chosen[: PAGE + 1])
    roster = segments.roster_of(notice.incident)
    if roster is None:
        return [Row(one, Details(), "") for one in deliveries]
    keys = RosterKeys.open(roster)
    people = {
        party.id: party
        for party in AffectedParty.objects.filter(
            roster_id=roster.pk, id__in=[one.party_id for one in deliveries]
        )
    }
    found = []
    for one in deliveries:
        party = people.get(one.party_id)
        details = keys.details(party) if party else Details()
        found.append(Row(one, mask(details), party.place if party else ""))
    return found


def preview(notice: Notice, *, source: text.Source, who: str = "", reference: str = "") -> Preview | None:
    """The mail as a sample person, the longest or first on the roster, or one by reference; None: nobody found."""
    if who in ("longest", "first") or reference:
        party = _person(notice, who=who, reference=reference)
        if party is None:
            return None
        roster = segments.roster_of(notice.incident)
        assert roster is not None
        details = _same_length(RosterKeys.open(roster).details(party))
        elements, present = tuple(sorted(party.elements)), party.present
    else:
        details, elements, present = SAMPLE, _usual_elements(notice), SAMPLE.present
    variant = text.Variant(elements, merge_fields.present_fields(present))
    form = text.compile_form(source, variant)
    values = {path: text.clean(value) for path, value in merge_fields.values_of(details).items()}
    # Nobody's real code: a preview must not be a key to the page.
    values[merge_fields.LINK.path] = Codes(notice).url(0)
    filled = text.fill(form, values)
    return Preview(details, filled.subject, filled.text, filled.html)


def _same_length(details: Details) -> Details:
    """Masked, but as long as it is: a preview shows whether the longest name fits, not whose it is."""
    covered = [
        " ".join(word[:1] + "•" * (len(word) - 1) for word in value.split()) for value in details.as_tuple()
    ]
    return Details(*covered)


def _person(notice: Notice, *, who: str, reference: str) -> AffectedParty | None:
    roster = segments.roster_of(notice.incident)
    if roster is None:
        return None
    people = segments.mailable(roster.pk, notice.segment)
    if reference:
        key = RosterKeys.open(roster).reference_key(reference)
        return people.filter(reference_key=key).first()
    if who == "longest":
        return people.order_by(Length("sealed").desc(), "id").first()
    return people.order_by("id").first()


def _usual_elements(notice: Notice) -> tuple[str, ...]:
    """What most people of the segment had exposed."""
    groups = segments.profile(notice).groups
    return max(groups, key=lambda group: group.number).elements if groups else ("email", "name")
