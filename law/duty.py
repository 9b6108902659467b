"""What a rule asks of given facts: the shape of a duty.

Named tuples, as other parts of an answer are: an evaluation makes thousands of them, and a frozen dataclass takes five
times as long to make.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

from law.facts import instant_text

Answer = Literal["required", "not_required", "undecided"]
Reach = Literal["here", "possible"]  # possible: nothing we know ties the breach to this law yet
Effect = Literal["needed", "excuses"]  # an excuse that holds makes the duty not required
Truth = bool | None  # None: unknown
_NO_RULE: Final[Mapping[str, Any]] = {}


class Condition(NamedTuple):
    """One condition of a rule as it stands on the facts: held, not held, or not known."""

    text: str
    held: Truth
    facts: tuple[str, ...] = ()  # keys of the facts that were looked at
    citation: str = ""
    effect: Effect = "needed"
    found: str = ""  # what the facts say, in words: "812 people in US-CA (estimate)"


class Recipient(NamedTuple):
    """Who must be told."""

    kind: str  # of RECIPIENT_KINDS
    authority: str = ""  # id in authorities.yaml, or `group:<name>` while the member is not known
    name: str = ""


class Content(NamedTuple):
    """One thing that the text must say."""

    tag: str
    label: str


class Duty(NamedTuple):
    """One thing to do (or shown not to be due) under one rule, with its time and its reasons."""

    key: str  # stable: rule/duty[@authority][#place]
    rule_id: str
    rule_version: str
    regime: str
    place: str  # place whose law it is, or whose people it is about
    recipient: Recipient
    stage: str
    title: str
    answer: Answer
    citation: str
    confidence: str  # verified, known, uncertain
    binding: bool
    due_at: datetime | None = None  # UTC; None: no number in law, or the clock has not started
    due_zone: str = "UTC"
    due_text: str = ""
    starts_from: str = ""  # kind of event, or key of the duty whose filing starts the clock
    starts_at: datetime | None = None
    start_implied_by: str = ""  # the later event that stands in for an unrecorded start
    qualifier: str = ""
    target_at: datetime | None = None  # our own policy, never law
    target_text: str = ""
    order: str = ""
    content: tuple[Content, ...] = ()
    channel: str = ""
    languages: tuple[str, ...] = ()
    trace: tuple[Condition, ...] = ()
    undecided_by: tuple[str, ...] = ()  # fact keys that would decide it, most valuable first
    waits_for: tuple[str, ...] = ()  # kinds of event without which no due time can be told
    blocked_by: str = ""  # key of the duty that must be filed first
    exemption: str = ""  # the excuse that holds, in words
    delay: str = ""  # law-enforcement delay, in words, when asked for and allowed
    delay_until: datetime | None = None  # when waiting ends, where that is known
    met_by: str = ""  # kind of event whose recording meets the duty, where nothing is filed
    notes: tuple[str, ...] = ()
    forbidden: tuple[Content, ...] = ()  # what the text must not say
    reach: Reach = "here"
    status: str = "in_force"  # of the rule: in_force, partly_effective, voluntary ...
    version_held: bool = True  # False: the pack does not hold the rule as it stood on the day that governs
    rule: Mapping[str, Any] = _NO_RULE  # copy of the rule, to be frozen on the obligation

    def to_dict(self) -> dict[str, Any]:
        """JSON data with instants in UTC."""
        return {name: _plain(value) for name, value in self._asdict().items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, Condition | Recipient | Content):
        return {name: _plain(one) for name, one in value._asdict().items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
