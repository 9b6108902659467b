"""Duties of given facts under a pack of rules: pure, the same answer for the same facts on any day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from law import content_words
from law.calendars import Calendars
from law.conditions import Finding, Situation, conjunction, evaluate
from law.duty import Answer, Condition, Content, Duty, Recipient
from law.facts import BreachFacts
from law.pack import Pack, Rule, rule_in_force
from law.reach import in_view, may_reach, places_of_the_breach, reach_of
from law.recipients import Chosen, recipients_of
from law.timing import Clock, Timing, timing_of
from law.vocabulary import COUNT_OF, ORDERS, RECIPIENT_KINDS, ROLES

__all__ = ["Answer", "Condition", "Content", "Duty", "Recipient", "duties_for"]

PLACES_OPEN = ("counts", "establishments")  # what would bring a law into reach
CONTROLLERS = ("controller", "joint_controller")


@dataclass(frozen=True)
class _Answered:
    """The answer to one duty for one recipient."""

    answer: Answer
    trace: tuple[Condition, ...]
    open_facts: tuple[str, ...] = ()
    exemption: str = ""


def duties_for(
    facts: BreachFacts, pack: Pack, clauses: Iterable[Rule] = (), calendars: Calendars | None = None
) -> list[Duty]:
    """What the rules of the pack, and contract clauses written as rules, ask of these facts."""
    found: list[Duty] = []
    places = places_of_the_breach(facts)
    for rule in (*pack.rules, *clauses):
        applicable = rule_in_force(rule, facts)
        if applicable:
            found += _rule_duties(applicable, places, facts, pack, calendars or Calendars())
    return found


def _rule_duties(
    rule: Rule, places: frozenset[str], facts: BreachFacts, pack: Pack, calendars: Calendars
) -> list[Duty]:
    situation = Situation(facts, rule.id, rule.places, rule.get("data"))
    link = evaluate(rule["link"]["when"], situation)
    reach = reach_of(rule, link, places)
    if link.held is False and not in_view(rule, facts):
        return []
    if reach == "possible":
        return _distant(rule, link, situation) if may_reach(rule, facts, places) else []
    found: list[Duty] = []
    earlier: dict[str, tuple[str, Timing]] = {}
    for spec in rule["duties"]:
        for chosen in recipients_of(spec, situation, pack):
            seen = replace(situation, place=chosen.place, memory={}) if chosen.place else situation
            answered = _answer(rule, spec, seen, chosen)
            clock = _clock(rule, chosen, seen, calendars, pack, earlier)
            timing = timing_of(_deadline(rule, spec), clock)
            duty = _duty(rule, spec, chosen, answered, timing, seen)
            earlier.setdefault(spec["id"], (duty.key, timing))
            if _shown(rule, spec, answered, link):
                found.append(duty)
    return found


def _deadline(rule: Rule, spec: Mapping[str, Any]) -> Mapping[str, Any]:
    """The deadline of a duty; what is voluntary binds nobody, whatever number it names."""
    deadline: Mapping[str, Any] = spec["deadline"]
    return {**deadline, "binding": False} if rule["status"] == "voluntary" else deadline


def _distant(rule: Rule, link: Finding, situation: Situation) -> list[Duty]:
    """Duties under a law that nothing known ties to the breach: what would tie it, or why it does not apply."""
    decided: Answer = "not_required" if link.held is False else "undecided"
    condition = _judged(rule["link"], rule, situation)[0]
    open_facts = (_by_weight(link.open_facts) or PLACES_OPEN) if decided == "undecided" else ()
    return [
        _distant_duty(rule, spec, decided, condition, open_facts)
        for spec in rule["duties"]
        if not spec.get("quiet") and (link.held is False or not _ruled_out(rule, spec, situation))
    ]


def _ruled_out(rule: Rule, spec: Mapping[str, Any], situation: Situation) -> bool:
    """Whether what is known takes the duty away, wherever the breach may turn out to reach."""
    needed = any(evaluate(clause["when"], situation).held is False for clause in _needed(rule, spec))
    return needed or any(evaluate(clause["when"], situation).held for clause in _excuses(rule, spec))


def _distant_duty(
    rule: Rule, spec: Mapping[str, Any], answer: Answer, condition: Condition, open_facts: tuple[str, ...]
) -> Duty:
    recipient = _recipient(spec["recipient"])
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
        binding=_deadline(rule, spec).get("binding", True),
        due_zone=rule["zone"],
        trace=(condition,),
        undecided_by=open_facts,
        reach="possible",
        status=rule["status"],
    )


def _recipient(recipient: Mapping[str, Any]) -> Recipient:
    """Whom a duty would be owed to, before anybody asks which one."""
    name = recipient.get("name") or RECIPIENT_KINDS[recipient["kind"]].lower()
    group = f"group:{recipient['group']}" if "group" in recipient else ""
    return Recipient(recipient["kind"], recipient.get("authority") or group, name)


def _shown(rule: Rule, spec: Mapping[str, Any], answered: _Answered, link: Finding) -> bool:
    if rule.get("silent_unless_linked") and link.held is not True and answered.answer == "not_required":
        return False
    if not spec.get("quiet"):
        return True
    return answered.answer == "required" or (answered.answer == "undecided" and link.held is True)


# The answer


def _answer(rule: Rule, spec: Mapping[str, Any], situation: Situation, chosen: Chosen) -> _Answered:
    needed = [_judged(clause, rule, situation) for clause in _needed(rule, spec)]
    excuses = [_judged(clause, rule, situation, excuse=True) for clause in _excuses(rule, spec)]
    reasons = (chosen.reason,) if chosen.reason else ()
    trace = (*(condition for condition, _ in needed), *(condition for condition, _ in excuses), *reasons)
    all_needed = conjunction([finding for _, finding in needed])
    holding = [condition for condition, _ in excuses if condition.held is True]
    if all_needed.held is False or holding:
        return _Answered("not_required", trace, (), holding[0].text if holding else "")
    open_excuses = [
        finding
        for clause, (_, finding) in zip(_excuses(rule, spec), excuses, strict=True)
        if finding.held is None and clause.get("unknown") == "undecided"
    ]
    doubts = [chosen.doubt] if chosen.doubt else []
    whole = conjunction([all_needed, *open_excuses, *doubts])
    if whole.held is None:
        return _Answered("undecided", trace, _by_weight(whole.open_facts))
    return _Answered("required", trace, _by_weight(chosen.open_facts or {}))


def _by_weight(open_facts: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(sorted(open_facts, key=lambda key: (-open_facts[key], key)))


def _needed(rule: Rule, spec: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The conditions of a duty: the rule's link, our role, its own conditions, its number of people."""
    roles = tuple(spec.get("roles", CONTROLLERS))
    role = {
        "text": f"Our role: {' or '.join(_short(role) for role in roles)}",
        "when": {"fact": "role", "in": roles},
    }
    return [rule["link"], role, *_terms(rule, spec.get("when", ())), *_threshold(spec)]


def _short(role: str) -> str:
    return ROLES[role].partition(":")[0].lower()


def _threshold(spec: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    count = spec.get("count")
    if not count:
        return []
    upper = f", at most {count['max']:,}" if "max" in count else ""
    return [{"text": f"At least {count['min']:,}{upper}: {COUNT_OF[count['of']]}", "when": {"count": count}}]


def _terms(rule: Rule, clauses: Iterable[Any]) -> list[Mapping[str, Any]]:
    """Clauses as written, or looked up by name among the rule's terms."""
    return [rule["terms"][clause] if isinstance(clause, str) else clause for clause in clauses]


def _excuses(rule: Rule, spec: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What takes a duty away: its own excuses, then the laws that go before this one."""
    displaced = [
        one for one in rule.get("displaced_by", ()) if spec["id"] in one.get("duties", (spec["id"],))
    ]
    return [*_terms(rule, spec.get("unless", ())), *displaced]


def _judged(
    clause: Mapping[str, Any], rule: Rule, situation: Situation, excuse: bool = False
) -> tuple[Condition, Finding]:
    finding = evaluate(clause["when"], situation)
    text = clause["text"]
    if excuse and finding.held is None and clause.get("unknown") != "undecided":
        text = f"{text} {clause.get('while_unknown', 'Not shown: the duty stands.')}"
    citation = clause.get("citation") or rule["citation"]
    effect = "excuses" if excuse else "needed"
    found = "; ".join(finding.found)
    return Condition(text, finding.held, finding.looked_at, citation, effect, found), finding  # type: ignore[arg-type]


# The duty


def _clock(
    rule: Rule,
    chosen: Chosen,
    situation: Situation,
    calendars: Calendars,
    pack: Pack,
    earlier: Mapping[str, tuple[str, Timing]],
) -> Clock:
    zone = chosen.authority.zone if chosen.authority else rule["zone"]
    calendar = rule.get("calendar") or ""
    if calendar == "authority":
        calendar = chosen.authority.country if chosen.authority else ""
    return Clock(situation, zone, calendar, calendars, pack.targets, earlier)


def _key(rule: Rule, spec: Mapping[str, Any], chosen: Chosen) -> str:
    fanned = "choose" in spec["recipient"] or "authorities" in spec["recipient"]
    authority = f"@{chosen.recipient.authority}" if fanned else ""
    place = f"#{chosen.place}" if "per_place" in spec["recipient"] else ""
    return f"{rule.id}/{spec['id']}{authority}{place}"


def _duty(
    rule: Rule,
    spec: Mapping[str, Any],
    chosen: Chosen,
    answered: _Answered,
    timing: Timing,
    situation: Situation,
) -> Duty:
    channel, languages = _channel(spec, chosen)
    return Duty(
        key=_key(rule, spec, chosen),
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
        delay=_delay(rule, spec, situation),
        met_by=spec.get("met_by", ""),
        notes=_notes(rule, spec, timing, situation),
        forbidden=tuple(Content(tag, content_words.label(tag)) for tag in spec.get("forbidden", ())),
        status=rule["status"],
        rule=dict(rule.data),
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


def _delay(rule: Rule, spec: Mapping[str, Any], situation: Situation) -> str:
    allowed = rule.get("law_enforcement_delay") or {}
    asked = situation.facts.value("law_enforcement_delay") is True
    if not asked or spec["id"] not in allowed.get("duties", ()):
        return ""
    limits = (
        "This rule allows it." if allowed.get("allowed") else "This rule allows it within narrow limits only."
    )
    return " ".join(text for text in ("Law enforcement asks to wait.", limits, allowed.get("note")) if text)


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
