"""The questions that nearly all authorities ask, in their order; the rest follows from the incident's facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ANSWER_LIMIT: Final = 8000


@dataclass(frozen=True)
class Question:
    """One answer in free text."""

    key: str
    label: str
    hint: str = ""
    rows: int = 5


@dataclass(frozen=True)
class Section:
    """A part of a filing; what its facts say is read from the incident when it is frozen."""

    key: str
    title: str
    questions: tuple[Question, ...] = ()


SECTIONS: Final[tuple[Section, ...]] = (
    Section(
        "report",
        "This report",
        (
            Question(
                "recipient_reference",
                "The recipient's own reference",
                "Number that the recipient gave to an earlier report on this incident.",
                1,
            ),
        ),
    ),
    Section(
        "organisation",
        "Who reports",
        (
            Question(
                "other_parties",
                "Processors, joint controllers and others involved",
                "Organisations by name and part in it; no private persons.",
                3,
            ),
        ),
    ),
    Section(
        "times",
        "When it happened",
        (
            Question(
                "discovery", "How it was discovered", "By whom in the organisation, and by what sign.", 4
            ),
            Question("delay", "Reasons for delay", "Needed when the report comes after its due time.", 4),
        ),
    ),
    Section(
        "event",
        "What happened",
        (
            Question("what_happened", "Description", "The course of events, in plain words.", 10),
            Question("cause", "Cause", "Inside or outside, malicious or not, as far as known.", 4),
            Question("systems", "Systems concerned and where they are", "", 3),
        ),
    ),
    Section(
        "data",
        "The data",
        (
            Question(
                "records", "Number of records", "Exact, estimated, or left empty when not known yet.", 1
            ),
            Question("data_remarks", "Remarks on the data", "A description, never examples of it.", 3),
        ),
    ),
    Section(
        "people",
        "The people affected",
        (
            Question(
                "people_categories",
                "Categories of people",
                "Users, staff, customers ...; children and vulnerable people apart.",
                4,
            ),
        ),
    ),
    Section(
        "before", "Measures in place before", (Question("measures_before", "Safeguards in place", "", 5),)
    ),
    Section(
        "consequences",
        "Likely consequences",
        (Question("consequences", "Likely consequences for the people affected", "", 6),),
    ),
    Section(
        "after",
        "Measures taken and planned",
        (
            Question(
                "measures_taken", "Taken against this breach", "To contain it and to limit its effects.", 6
            ),
            Question(
                "measures_planned", "Planned, and against the next one", "With dates where there are any.", 4
            ),
        ),
    ),
    Section(
        "told",
        "What people were told",
        (
            Question(
                "people_told", "How and what people were, or will be, told", "Or why they are not told.", 5
            ),
        ),
    ),
    Section(
        "others",
        "Other authorities",
        (
            Question(
                "others_told",
                "Other organisations told",
                "Police, security authorities and others not listed.",
                3,
            ),
        ),
    ),
)

SECTION: Final = {section.key: section for section in SECTIONS}
QUESTION: Final = {question.key: question for section in SECTIONS for question in section.questions}
