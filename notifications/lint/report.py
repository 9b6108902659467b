"""One check of one text, by sets of people and never by samples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from django.utils.translation import get_language_info

from notifications import compile as text
from notifications import sms
from notifications.lint import contents, wording
from notifications.lint.finding import SAMPLE_VALUES, Checked, Finding, Place, Reading, Report
from notifications.merge_fields import PERSONAL, STATEMENT
from notifications.words import LANGUAGES, spoken

_ADDRESS: Final = re.compile(r"(?:https?://|\bwww\.)[^\s)\]>\"'“”]+", re.I)
_TARGET: Final = re.compile(r"\]\(\s*([^)\s]+)")
MOST_MESSAGES: Final = 3


def lint(checked: Checked) -> Report:
    """All findings, those that block first; a text that cannot be read is not looked at any further."""
    faults = list(_faults(checked))
    if faults:
        return Report(tuple(faults), None)
    read = _reading(checked)
    found = [
        *_parts(checked), *_fields(checked), *_blocks(checked), *contents.missing(checked), *contents.forbidden(checked),
        *contents.formal(checked), *_links(checked), *_sender(checked), *wording.subject(checked),
        *_languages(checked), *_people(checked), *_counsel(checked), *wording.hard(read), *wording.hedges(checked),
        *_messages(checked),
    ]  # fmt: skip
    return Report(tuple(sorted(found, key=lambda one: not one.blocking)), read)


def _must(key: str, words: str, todo: str = "", place: Place = Place.BODY) -> Finding:
    """What no reason can let stand."""
    return Finding(key, words, todo, place, blocking=True, acceptable=False)


def _faults(checked: Checked) -> Iterator[Finding]:
    if checked.closed:
        yield _must("closed", f"{checked.closed} is closed.", "Reopen it first.", Place.SERVES)
    for place, fault in enumerate(text.faults(checked.source)):
        yield _must(f"fault:{place}", fault)
    if not checked.source.subject.strip() or not checked.source.body.strip():
        yield _must("empty", "Subject and text are both needed.")


def _parts(checked: Checked) -> Iterator[Finding]:
    for key, label in STATEMENT.items():
        if f"statement.{key}" in checked.fields and not checked.source.constants[f"statement.{key}"]:
            yield _must(f"statement:{key}", f"“{label}” is empty, and the text shows it.", place=Place(key))
    if "notice.url" not in checked.fields:
        yield Finding(
            "no-page",
            "The text does not hold {{ notice.url }}: people cannot check that it is genuine.",
            "Insert it, unless a law forbids to tell what happened.",
            Place.BODY,
        )
    elif not checked.source.constants["statement.what_happened"]:
        yield _must(
            "statement:what_happened",
            "Say what happened: the public page of the notice shows it.",
            place=Place.WHAT_HAPPENED,
        )
    if not checked.profile.mailable:
        yield _must(
            "nobody", "The segment is empty: nobody in it has an e-mail address.", place=Place.SEGMENT
        )


def _fields(checked: Checked) -> Iterator[Finding]:
    source = checked.source
    blocks = [block.body for block in source.standing]
    for path in sorted(source.used & PERSONAL.keys()):
        lacking = checked.profile.lacking(path)
        if lacking and not guarded(path, source.subject, source.body, source.letter, source.sms, *blocks):
            yield _must(
                f"field:{path}",
                f"{{{{ {path} }}}} is empty for {people(lacking)}.",
                f'Put it between {{% if {path} != "" %}} and {{% endif %}}, or use the default filter.',
            )
    unknown = sum(group.number for group in checked.profile.groups if group.mailable and not group.elements)
    if unknown and {"party.elements", "party.elements_list"} & checked.fields:
        yield Finding(
            "no-elements",
            f"For {people(unknown)} we do not know which data were exposed: the text names none.",
            "Complete the roster, or say what stands there then.",
            Place.PEOPLE,
        )


def guarded(path: str, *texts: str) -> bool:
    """Whether every text that shows the field says what stands there when it is empty."""
    name = re.escape(path)
    condition = re.compile(r"{%-?\s*(if|elsif|unless|case)\b[^%]*\b" + name + r"\b")
    default = re.compile(r"{{-?\s*" + name + r"\s*\|\s*default\b")
    shown = re.compile(r"{{-?\s*" + name + r"\b")
    return all(condition.search(one) or default.search(one) for one in texts if shown.search(one))


def people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"


def _blocks(checked: Checked) -> Iterator[Finding]:
    """Blocks that somebody of the segment gets, and that are not there or not approved."""
    for block in checked.source.standing:
        reached = sum(
            group.number
            for group in checked.profile.groups
            if group.mailable and block.is_for(group.elements, group.place)
        )
        if reached and not block.version:
            yield _must(
                f"block:{block.title}",
                f"The shared block “{block.title}” has no text in {_language(checked.source.language)}, and {people(reached)} would get it.",
                "Write one.",
                Place.TEMPLATES,
            )
        elif reached and not block.approved:
            yield Finding(
                f"block:{block.title}",
                f"The shared block “{block.title}” is a draft; whoever approves this notice approves its words too.",
                "Have it approved, or read it with care.",
                Place.TEMPLATES,
            )


def _links(checked: Checked) -> Iterator[Finding]:
    source = checked.source
    texts = [source.body, source.letter, source.sms, *source.constants.values()]
    texts += [block.body for block in source.standing if not block.approved]
    targets = {found for one in texts for found in (*_ADDRESS.findall(one), *_TARGET.findall(one))}
    for host in sorted({_host(one) for one in targets if "{{" not in one and not one.startswith("mailto:")}):
        if not any(host == own or host.endswith(f".{own}") for own in checked.own_hosts):
            yield Finding(
                f"link:{host}",
                f"The text leads to {host}, which is not ours.",
                "Take the address out, or put it into a shared block that is approved.",
                Place.BODY,
                blocking=True,
            )


def _host(address: str) -> str:
    rest = re.sub(r"^[a-z]+://", "", address.lower()).rstrip(".,;:!")
    return re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2].partition(":")[0].removeprefix("www.")


def _sender(checked: Checked) -> Iterator[Finding]:
    domain = checked.sender.rpartition("@")[2].rstrip("> ").lower()
    if not any(domain == own or domain.endswith(f".{own}") for own in checked.own_hosts):
        yield _must("sender", f"The sender’s domain {domain} is not ours.", place=Place.REPLY_TO)
    answers = checked.reply_to.rpartition("@")[2].rstrip("> ").lower()
    if answers and not any(answers == own or answers.endswith(f".{own}") for own in checked.own_hosts):
        yield Finding(
            "reply-to",
            f"Answers go to {answers}, which is not ours.",
            "Give an address of ours: people and filters trust it.",
            Place.REPLY_TO,
        )


def _languages(checked: Checked) -> Iterator[Finding]:
    own = spoken(checked.source.language)
    lacking = {
        language: number
        for language, number in checked.languages.items()
        if language and language.partition("-")[0] not in {own, *checked.also_in}
    }
    for language, number in sorted(lacking.items(), key=lambda item: -item[1]):
        yield Finding(
            f"language:{language}",
            f"{people(number)} of this segment read {_language(language)}, and no notice of this incident is written in it.",
            "Write one, or decide that this language will do for them.",
            Place.SEGMENT,
        )


def _language(code: str) -> str:
    try:
        return str(get_language_info(code.lower())["name"])
    except KeyError:
        return LANGUAGES.get(code, code)


def _people(checked: Checked) -> Iterator[Finding]:
    profile = checked.profile
    if profile.without_email:
        have = "has" if profile.without_email == 1 else "have"
        yield Finding(
            "without-email",
            f"{people(profile.without_email)} in this segment {have} no e-mail address and get no mail.",
            "Write to them by letter.",
            Place.PEOPLE,
        )
    if profile.exempt:
        yield Finding("exempt", f"{people(profile.exempt)} are exempt and get no mail.", "", Place.PEOPLE)
    if checked.drill:
        yield Finding("drill", "This is a drill: nothing leaves the house.", "", Place.SEGMENT)


def _counsel(checked: Checked) -> Iterator[Finding]:
    if checked.for_counsel:
        yield Finding(
            "for-counsel",
            "It began from a draft for counsel that nobody has cleared.",
            "Have somebody read it who knows this law and this language.",
            Place.TEMPLATES,
        )


def _messages(checked: Checked) -> Iterator[Finding]:
    if not checked.source.sms:
        return
    variant = next(iter(sorted(checked.profile.variants(), key=lambda one: (one.elements, one.place))), None)
    said = text.render_sms(checked.source, variant, SAMPLE_VALUES) if variant else checked.source.sms
    size = sms.measure(said)
    if size.segments > MOST_MESSAGES:
        yield Finding("sms", f"The text message is long: {size.words}.", "Shorten it.", Place.SMS)


def _reading(checked: Checked) -> Reading | None:
    if not checked.english:
        return None
    return wording.reading(max(checked.drawn.values(), key=len))
