"""A notice as one person would read it, in every form it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import F, Func, IntegerField
from django.db.models.functions import Cast, Length

from notifications import compile as text
from notifications import merge_fields, segments
from notifications.models import Notice
from notifications.page_codes import Codes
from notifications.sms import Size, measure
from stakeholders.models import AffectedParty
from stakeholders.sealing import Details, RosterKeys

SAMPLE: Final = Details(
    name="Maria Novak",
    given_name="Maria",
    family_name="Novak",
    email="maria@example.org",
    reference="L-204711",
)
# A name that runs the other way: it must not turn the words around it.
RIGHT_TO_LEFT: Final = Details(
    name="مريم الهاشمي",
    given_name="مريم",
    family_name="الهاشمي",
    email="maryam@example.org",
    reference="L-204712",
)
MADE_UP: Final = {"": SAMPLE, "rtl": RIGHT_TO_LEFT}
ON_ROSTER: Final = ("longest", "fewest", "first")


@dataclass(frozen=True)
class Preview:
    """The mail, the letter and the text message as one person would read them."""

    who: Details
    subject: str
    text: str
    html: str
    letter: str = ""
    sms: str = ""

    @property
    def sms_size(self) -> Size | None:
        """Its length as networks count it; none without a text message."""
        return measure(self.sms) if self.sms else None


def preview(notice: Notice, *, source: text.Source, who: str = "", reference: str = "") -> Preview | None:
    """As a made-up person, somebody of the roster by what is special about them, or one by reference; None: nobody found."""
    place = ""
    if reference or who in ON_ROSTER:
        party = _person(notice, who=who, reference=reference)
        if party is None:
            return None
        roster = segments.roster_of(notice.incident)
        assert roster is not None
        details = _same_length(RosterKeys.open(roster).details(party))
        elements, present, place = tuple(sorted(party.elements)), party.present, party.place
    else:
        details, elements = MADE_UP.get(who, SAMPLE), _usual_elements(notice)
        present = details.present
    variant = text.Variant(elements, merge_fields.present_fields(present), place)
    form = text.compile_form(source, variant)
    values = {path: text.clean(value) for path, value in merge_fields.values_of(details).items()}
    # Nobody's real code: a preview must not be a key to the page.
    values[merge_fields.LINK.path] = Codes(notice).url(0)
    filled = text.fill(form, values)
    return Preview(
        details,
        filled.subject,
        filled.text,
        filled.html,
        text.fill_letter(form, values),
        text.fill_sms(form, values),
    )


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
    if who == "fewest":
        return people.annotate(filled=_bits("present")).order_by("filled", "id").first()
    return people.order_by("id").first()


def _bits(field: str) -> Func:
    """How many bits of the contact mask are set."""
    return Func(Cast(F(field), _Bits()), function="bit_count", output_field=IntegerField())


class _Bits(IntegerField):  # type: ignore[type-arg]
    def db_type(self, connection: object) -> str:
        return "bit(32)"


def _usual_elements(notice: Notice) -> tuple[str, ...]:
    """What most people of the segment had exposed."""
    groups = segments.profile(notice).groups
    return max(groups, key=lambda group: group.number).elements if groups else ("email", "name")
