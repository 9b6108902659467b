"""How a text reads: level, hedges, a subject that looks like phishing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from notifications.lint.finding import Checked, Finding, Place, Reading

HARD: Final = 50  # Flesch ease: below it one needs more than ten years of school
MOST_GRADE: Final = 10
FEWEST_WORDS: Final = 60  # fewer say nothing about how a text reads
_LEVELS: Final = ((80, "easy"), (60, "plain"), (HARD, "fairly hard"), (30, "hard"), (-1_000, "very hard"))

HEDGES: Final = (
    "may have", "might have", "could have", "may potentially", "potentially", "possibly", "it is possible that",
    "we believe", "to the best of our knowledge", "out of an abundance of caution", "no evidence that",
    "no indication that", "takes your privacy seriously", "take your privacy seriously", "take security seriously",
    "takes security seriously", "an incident of some kind", "certain information", "some information",
)  # fmt: skip
# Words of subjects that mails of thieves are known by; the same in the languages we write.
PUSHING: Final = frozenset(
    [
        "urgent",
        "urgently",
        "immediately",
        "immediate",
        "final",
        "suspended",
        "verify",
        "confirm",
        "click",
        "password",
        "winner",
        "dringend",
        "sofort",
        "klicken",
        "passwort",
        "cliquez",
        "immédiatement",
        "urgente",
        "inmediatamente",
        "contraseña",
        "clic",
        "imediatamente",
        "senha",
        "clique",
        "subito",
        "immediatamente",
        "clicca",
        "onmiddellijk",
        "wachtwoord",
        "klik",
        "pilne",
        "natychmiast",
        "kliknij",
        "hasło",
        "عاجل",
        "فورا",
        "انقر",
        "至急",
        "緊急",
        "今すぐ",
        "パスワード",
    ]
)


@cache
def _hyphens() -> Any:
    import pyphen

    return pyphen.Pyphen(lang="en_US")


def reading(text: str) -> Reading | None:
    """Flesch's reading ease and Kincaid's grade of an English text; None for too few words."""
    text = re.sub(r"\S*(?:https?://|www\.|@)\S*", " ", text)
    # A heading or a point of a list ends like a sentence.
    sentences = [
        words
        for part in re.split(r"[.!?:]+\s|\n+", text)
        if (words := re.findall(r"[A-Za-z][A-Za-z'’-]*", part))
    ]
    words = [word for one in sentences for word in one]
    if len(words) < FEWEST_WORDS:
        return None
    syllables = sum(len(_hyphens().positions(word)) + 1 for word in words)
    length, weight = len(words) / len(sentences), syllables / len(words)
    ease = round(206.835 - 1.015 * length - 84.6 * weight)
    grade = max(1, round(0.39 * length + 11.8 * weight - 15.59))
    return Reading(ease, grade, next(word for least, word in _LEVELS if ease >= least))


def hard(found: Reading | None) -> Iterator[Finding]:
    if found and (found.ease < HARD or found.grade > MOST_GRADE):
        yield Finding(
            "reading",
            f"The text is {found.words} to read: ease {found.ease} of 100, school grade {found.grade}.",
            "Write shorter sentences and everyday words; ease 60 and grade 8 reach most people.",
            Place.BODY,
        )


def hedges(checked: Checked) -> Iterator[Finding]:
    """Words behind which a notice hides; English alone."""
    if not checked.english:
        return
    said = " ".join(" ".join(sorted(set(checked.drawn.values()))).casefold().split())
    found = [hedge for hedge in HEDGES if re.search(rf"\b{re.escape(hedge)}\b", said)]
    if found:
        yield Finding(
            "hedges",
            f"It hedges: {', '.join(f'“{one}”' for one in found)}.",
            "Say what you know, and what you do not know yet.",
            Place.WHAT_HAPPENED,
        )


def subject(checked: Checked) -> Iterator[Finding]:
    """What makes people and filters take a subject for phishing."""
    line = checked.source.subject
    plain = re.sub(r"{[{%].*?[%}]}", " ", line)
    words = re.findall(r"\w+", plain)
    signs = [f"“{word}” in capitals" for word in words if len(word) > 3 and word.isupper()]
    signs += ["an exclamation mark"] if re.search(r"[!！‼❗]", plain) else []
    signs += [f"“{word}”" for word in words if word.casefold() in PUSHING]
    signs += ["a sign or picture"] if re.search(r"[\u2600-\u27bf\U0001f000-\U0001faff]", plain) else []
    signs += ["several question marks"] if "??" in plain else []
    if signs:
        yield Finding(
            "subject",
            f"The subject looks like phishing: {', '.join(signs)}.",
            "Say calmly what it is about, such as “Your data at …: what happened and what to do”.",
            Place.SUBJECT,
            blocking=True,
        )
