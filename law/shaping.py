"""A duty put together from the words of its rule, its answer and its times."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from law import content_words
from law.answers import Answered
from law.conditions import evaluate
from law.duty import Answer, Condition, Content, Duty, Recipient
from law.findings import Situation
from law.holds import Waiting
from law.pack import Authority, Rule
from law.recipients import Chosen
from law.timing import Timing
from law.vocabulary import ORDERS, RECIPIENT_KINDS


@dataclass(frozen=True, eq=False, slots=True)
class Words:
    """What a duty says whatever the facts, put together once a rule."""

    stem: str  # of the keys
    fields: Mapping[str, Any]  # of `Duty`
    place: str
    zone: str
    title: str
    named: bool  # whether the title names a recipient or a place
    content: tuple[Content, ...]
    content_when: tuple[Mapping[str, Any], ...]
    channel: tuple[str, ...]
    portal: str
    languages: tuple[str, ...]
    notes: tuple[str, ...]
    notes_when: tuple[Mapping[str, Any], ...]
    doubts: tuple[str, ...]
    fanned: bool  # one duty for each of several authorities
    per_place: bool

    def key(self, chosen: Chosen) -> str:
        """The stable name of a duty: rule/duty[@authority][#place]."""
        if not (self.fanned or self.per_place):
            return self.stem
        authority = f"@{chosen.recipient.authority}" if self.fanned else ""
        place = f"#{chosen.place}" if self.per_place else ""
        return f"{self.stem}{authority}{place}"


def words_of(rule: Rule, spec: Mapping[str, Any]) -> Words:
    """The words of one duty of a rule."""
    recipient, channel = spec["recipient"], spec.get("channel") or {}
    return Words(
        stem=f"{rule.id}/{spec['id']}",
        fields={
            "rule_id": rule.id,
            "rule_version": rule.version,
            "regime": rule["title"],
            "stage": spec["stage"],
            "citation": spec.get("citation") or rule["citation"],
            "confidence": rule["confidence"],
            "order": ORDERS.get(spec.get("order", ""), ""),
            "met_by": spec.get("met_by", ""),
            "forbidden": _contents(spec.get("forbidden", ())),
            "status": rule["status"],
            "version_held": rule.held,
            "rule": rule.data,
        },
        place=rule["place"],
        zone=rule["zone"],
        title=spec["title"],
        named="{" in spec["title"],
        content=_contents(spec.get("content", ())),
        content_when=tuple(spec.get("content_when", ())),
        channel=_said(channel.get("form"), channel.get("text")),
        portal=channel.get("portal") or "",
        languages=tuple(channel.get("languages") or ()),
        notes=_said(spec["deadline"].get("text"), spec.get("note")),
        notes_when=tuple(spec.get("notes_when", ())),
        doubts=_said(rule.get("confidence_note")),
        fanned="choose" in recipient or "authorities" in recipient,
        per_place="per_place" in recipient,
    )


def _said(*texts: str | None) -> tuple[str, ...]:
    return tuple(text for text in texts if text)


def _contents(tags: Iterable[str]) -> tuple[Content, ...]:
    return tuple(_content(tag) for tag in tags)


@lru_cache(maxsize=1024)
def _content(tag: str) -> Content:
    return Content(tag, content_words.label(tag))


def duty_of(
    words: Words,
    chosen: Chosen,
    answered: Answered,
    timing: Timing,
    situation: Situation,
    waits: Waiting | None,
) -> Duty:
    """The duty as people read it."""
    authority, start = chosen.authority, timing.start
    return Duty(
        **words.fields,
        key=words.key(chosen),
        place=chosen.place or words.place,
        recipient=chosen.recipient,
        title=_title(words, chosen) if words.named else words.title,
        answer=answered.answer,
        binding=timing.binding,
        due_at=timing.due_at,
        due_zone=authority.zone if authority else words.zone,
        due_text=timing.due_text,
        starts_from=start.source,
        starts_at=start.at,
        start_implied_by=start.implied_by,
        qualifier=timing.qualifier,
        target_at=timing.target_at,
        target_text=timing.target_text,
        content=_content_of(words, situation) if words.content_when else words.content,
        channel=_channel(words, authority),
        languages=words.languages or (authority.languages if authority else ()),
        trace=answered.trace,
        undecided_by=answered.open_facts,
        waits_for=start.waits_for,
        blocked_by=start.blocked_by,
        exemption=answered.exemption,
        delay=waits.text if waits else "",
        delay_until=waits.until if waits else None,
        notes=(
            *words.notes,
            *_notes_of(words, situation),
            *(note for note in timing.notes if note),
            *words.doubts,
        ),
    )


def _title(words: Words, chosen: Chosen) -> str:
    called = chosen.authority.called if chosen.authority else chosen.recipient.name
    return words.title.replace("{recipient}", called).replace("{place}", chosen.place)


def _content_of(words: Words, situation: Situation) -> tuple[Content, ...]:
    content = words.content
    for extra in words.content_when:
        if evaluate(extra["when"], situation).held is not False:
            content += tuple(one for one in _contents(extra["add"]) if one not in content)
    return content


def _channel(words: Words, authority: Authority | None) -> str:
    portal = words.portal or (authority.portal or authority.url if authority else "")
    return " · ".join((*words.channel, portal) if portal else words.channel)


def _notes_of(words: Words, situation: Situation) -> tuple[str, ...]:
    if not words.notes_when:
        return ()
    return tuple(
        extra["text"]
        for extra in words.notes_when
        if extra["text"] and evaluate(extra["when"], situation).held
    )


# Duties without times


def distant_duty(
    rule: Rule, spec: Mapping[str, Any], answer: Answer, condition: Condition, open_facts: tuple[str, ...]
) -> Duty:
    """A duty under a law that nothing known ties to the breach yet."""
    recipient = _named(spec["recipient"])
    title = str(spec["title"]).replace("{recipient}", recipient.name).replace("{place}", rule["place"])
    return Duty(
        key=f"{rule.id}/{spec['id']}",
        rule_id=rule.id,
        rule_version=rule.version,
        regime=rule["title"],
        place=rule["place"],
        recipient=recipient,
        stage=spec["stage"],
        title=title,
        answer=answer,
        citation=spec.get("citation") or rule["citation"],
        confidence=rule["confidence"],
        binding=rule["status"] != "voluntary" and spec["deadline"].get("binding", True),
        due_zone=rule["zone"],
        trace=(condition,),
        undecided_by=open_facts,
        reach="possible",
        status=rule["status"],
        version_held=rule.held,
    )


def _named(recipient: Mapping[str, Any]) -> Recipient:
    """Whom a duty would be owed to, before anybody asks which one."""
    name = recipient.get("name") or RECIPIENT_KINDS[recipient["kind"]].lower()
    group = f"group:{recipient['group']}" if "group" in recipient else ""
    return Recipient(recipient["kind"], recipient.get("authority") or group, name)
