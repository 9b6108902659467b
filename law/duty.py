"""What a rule asks of given facts: the shape of a duty."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Literal

from law.facts import instant_text

Answer = Literal["required", "not_required", "undecided"]
Reach = Literal["here", "possible"]  # possible: nothing we know ties the breach to this law yet
Effect = Literal["needed", "excuses"]  # an excuse that holds makes the duty not required
Truth = bool | None  # None: unknown


@dataclass(frozen=True)
class Condition:
    """One condition of a rule as it stands on the facts: held, not held, or not known."""

    text: str
    held: Truth
    facts: tuple[str, ...] = ()  # keys of the facts that were looked at
    citation: str = ""
    effect: Effect = "needed"
    found: str = ""  # what the facts say, in words: "812 people in US-CA (estimate)"


@dataclass(frozen=True)
class Recipient:
    """Who must be told."""

    kind: str  # of RECIPIENT_KINDS
    authority: str = ""  # id in authorities.yaml, or `group:<name>` while the member is not known
    name: str = ""


@dataclass(frozen=True)
class Content:
    """One thing that the text must say."""

    tag: str
    label: str


@dataclass(frozen=True)
class Duty:
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
    rule: Mapping[str, Any] = field(default_factory=dict)  # copy of the rule, to be frozen on the obligation

    def to_dict(self) -> dict[str, Any]:
        """JSON data with instants in UTC."""
        return {one.name: _plain(getattr(self, one.name)) for one in fields(self)}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Condition | Recipient | Content):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    return value
