"""A duty put together from the words of its rule, its answer and its times."""

from collections.abc import Mapping
from typing import Any

from law import content_words
from law.answers import Answered
from law.conditions import Situation, evaluate
from law.duty import Answer, Condition, Content, Duty, Recipient
from law.holds import Waiting
from law.pack import Rule
from law.recipients import Chosen
from law.timing import Timing
from law.vocabulary import ORDERS, RECIPIENT_KINDS


def key_of(rule: Rule, spec: Mapping[str, Any], chosen: Chosen) -> str:
    """The stable name of a duty: rule/duty[@authority][#place]."""
    fanned = "choose" in spec["recipient"] or "authorities" in spec["recipient"]
    authority = f"@{chosen.recipient.authority}" if fanned else ""
    place = f"#{chosen.place}" if "per_place" in spec["recipient"] else ""
    return f"{rule.id}/{spec['id']}{authority}{place}"


def duty_of(
    rule: Rule,
    spec: Mapping[str, Any],
    chosen: Chosen,
    answered: Answered,
    timing: Timing,
    situation: Situation,
    waits: Waiting | None,
) -> Duty:
    """The duty as people read it."""
    channel, languages = _channel(spec, chosen)
    return Duty(
        key=key_of(rule, spec, chosen),
        rule_id=rule.id,
        rule_version=rule.version,
        regime=rule["title"],
        place=chosen.place or rule["place"],
        recipient=chosen.recipient,
        stage=spec["stage"],
        title=_title(spec, chosen),
        answer=answered.answer,
        citation=spec.get("citation") or rule["citation"],
        confidence=rule["confidence"],
        binding=timing.binding,
        due_at=timing.due_at,
        due_zone=chosen.authority.zone if chosen.authority else rule["zone"],
        due_text=timing.due_text,
        starts_from=timing.start.source,
        starts_at=timing.start.at,
        start_implied_by=timing.start.implied_by,
        qualifier=timing.qualifier,
        target_at=timing.target_at,
        target_text=timing.target_text,
        order=ORDERS.get(spec.get("order", ""), ""),
        content=_content(spec, situation),
        channel=channel,
        languages=languages,
        trace=answered.trace,
        undecided_by=answered.open_facts,
        waits_for=timing.start.waits_for,
        blocked_by=timing.start.blocked_by,
        exemption=answered.exemption,
        delay=waits.text if waits else "",
        delay_until=waits.until if waits else None,
        met_by=spec.get("met_by", ""),
        notes=_notes(rule, spec, timing, situation),
        forbidden=tuple(Content(tag, content_words.label(tag)) for tag in spec.get("forbidden", ())),
        status=rule["status"],
        version_held=rule.held,
        rule=rule.data,
    )


def _title(spec: Mapping[str, Any], chosen: Chosen) -> str:
    called = chosen.authority.called if chosen.authority else chosen.recipient.name
    return str(spec["title"]).replace("{recipient}", called).replace("{place}", chosen.place)


def _content(spec: Mapping[str, Any], situation: Situation) -> tuple[Content, ...]:
    tags = list(spec.get("content", ()))
    for extra in spec.get("content_when", ()):
        if evaluate(extra["when"], situation).held is not False:
            tags += [tag for tag in extra["add"] if tag not in tags]
    return tuple(Content(tag, content_words.label(tag)) for tag in tags)


def _channel(spec: Mapping[str, Any], chosen: Chosen) -> tuple[str, tuple[str, ...]]:
    channel = spec.get("channel") or {}
    authority = chosen.authority
    portal = channel.get("portal") or (authority.portal or authority.url if authority else "")
    words = [channel.get("form") or "", channel.get("text") or "", portal or ""]
    languages = channel.get("languages") or (authority.languages if authority else ())
    return " · ".join(word for word in words if word), tuple(languages)


def _notes(rule: Rule, spec: Mapping[str, Any], timing: Timing, situation: Situation) -> tuple[str, ...]:
    held = [extra["text"] for extra in spec.get("notes_when", ()) if evaluate(extra["when"], situation).held]
    given = [
        spec["deadline"].get("text"),
        spec.get("note"),
        *held,
        *timing.notes,
        rule.get("confidence_note"),
    ]
    return tuple(note for note in given if note)


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
