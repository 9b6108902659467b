"""Severity of a breach by ENISA's method, in exact decimals.

Source: ENISA, Recommendations for a methodology of the assessment of severity of personal data breaches,
working document v1.0, December 2013 (ISBN 978-92-9204-078-9). SE = DPC x EI + CB.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final


class FactorsError(ValueError):
    """The chosen factors cannot be scored; the words say which and why."""


@dataclass(frozen=True)
class Category:
    """One kind of data: its basic score, and what lowers or raises it in context."""

    label: str
    examples: str
    basic: int
    steps: Mapping[int, str]  # score to what it means


@dataclass(frozen=True)
class Severity:
    """The score with its parts. `reasons` tell the arithmetic in words."""

    dpc: Decimal
    ei: Decimal
    cb: Decimal
    se: Decimal
    level: str
    flags: tuple[str, ...]
    reasons: tuple[str, ...]


CATEGORIES: Final[Mapping[str, Category]] = {
    "simple": Category(
        "Simple data",
        "identity, contact, education, family, work",
        1,
        {
            1: "nothing more than that",
            2: "volume or organisation lets one profile people, or guess social or financial standing",
            3: "lets one guess health, sexual preference, politics or faith",
            4: "because of who the people are, their safety or health may hang on it",
        },
    ),
    "behavioural": Category(
        "Behavioural data",
        "location, traffic, preferences, habits",
        2,
        {
            1: "shows little of behaviour, or is easy to gather from public sources",
            2: "shows behaviour",
            3: "volume or organisation gives a detailed profile of daily life",
            4: "gives a profile of sensitive data",
        },
    ),
    "financial": Category(
        "Financial data",
        "income, transactions, statements, cards, invoices, social benefits",
        3,
        {
            1: "no real insight: just that one is a client",
            2: "some financial data but no real insight: an account number alone",
            3: "gives insight into finances",
            4: "full data that allow fraud, or a detailed financial profile",
        },
    ),
    "sensitive": Category(
        "Sensitive data",
        "health, politics, sexual life and the like",
        4,
        {
            1: "no real insight, or public already",
            2: "lets one make only general guesses",
            3: "lets one guess sensitive facts",
            4: "shows sensitive facts",
        },
    ),
}

IDENTIFIERS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "full_name": (
        "Full name",
        {
            "0.25": "in a country where many share it",
            "0.5": "in a country where few share it",
            "0.75": "in a small city where few or none share it",
            "1": "in a country, with birth date and e-mail address",
        },
    ),
    "id_number": (
        "Identity card, passport or social security number",
        {
            "0.25": "the number alone, without access to the register",
            "0.75": "the number itself tells more and is linked to other data",
            "1": "with data of the register, such as name or picture",
        },
    ),
    "phone_address": (
        "Telephone number or home address",
        {
            "0.25": "in a country, not in a public register",
            "0.5": "in a small city, not in a public register",
            "1": "in a public register",
        },
    ),
    "email": (
        "E-mail address",
        {
            "0.25": "no name in it, and not the person's main address on the web",
            "0.75": "no name in it, but the main, searchable address",
            "1": "with the name in it, and the main, searchable address",
        },
    ),
    "picture": (
        "Picture",
        {
            "0.25": "unclear",
            "0.5": "unclear, with surroundings that tell",
            "0.75": "clear, and nothing else",
            "1": "clear, with more data",
        },
    ),
    "code": (
        "Code, alias or initials",
        {
            "0.25": "leads nowhere without the key table",
            "0.75": "shows part, and is linked to other data",
            "1": "shows the full name, or the key table is out too",
        },
    ),
    "other": (
        "Other means of identification",
        {"0.25": "negligible", "0.5": "limited", "0.75": "significant", "1": "maximum"},
    ),
}

CIRCUMSTANCES: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "confidentiality": (
        "Confidentiality",
        {
            "0": "exposed, without a sign of unlawful use, or not lost",
            "0.25": "disclosed to a number of known recipients",
            "0.5": "disclosed to an unknown number of recipients",
        },
    ),
    "integrity": (
        "Integrity",
        {
            "0": "not altered, or altered without wrong use and put right",
            "0.25": "altered and maybe wrongly used, can be recovered",
            "0.5": "altered and maybe wrongly used, cannot be recovered",
        },
    ),
    "availability": (
        "Availability",
        {
            "0": "not lost, or recovered without trouble",
            "0.25": "lost for a time, or rebuilt with some work or from the people",
            "0.5": "lost for good",
        },
    ),
    "malice": (
        "Malicious intent",
        {"0": "none: loss, error, bug or misconfiguration", "0.5": "on purpose: to harm, or for gain"},
    ),
}

# What moves a category from its basic score, in the paper's order; the steps above say how far.
RAISES: Final = ("how much is known of one person, over what time", "our field", "who the people are")
LOWERS: Final = ("known to be wrong or out of date", "public before", "what this very set of data shows")

LEVELS: Final[tuple[tuple[Decimal, str, str], ...]] = (
    (Decimal(4), "very_high", "serious, maybe lasting consequences that may not be got over"),
    (Decimal(3), "high", "serious consequences, got over with great trouble"),
    (Decimal(2), "medium", "notable nuisances, got over with some trouble"),
    (Decimal(0), "low", "nothing, or small nuisances easily got over"),
)
MANY_PEOPLE: Final = 100  # strictly more raises the flag


def severity(factors: Mapping[str, Any]) -> Severity:
    """Score chosen factors; raises `FactorsError` saying what is missing or wrong.

    `categories`: category to its score in context; `reasons`: factor (`categories.simple`) to why it was chosen so;
    `context_reason`: why scores differ from the basic ones, where one reason holds for all of them;
    `identifiers`: identifier to points; `circumstances`: element to points, what is missing counts 0;
    `people`: how many, or None; `unintelligible`: strong encryption with the key safe.
    """
    dpc, context = _context(factors)
    ei, identification = _identification(factors)
    cb, circumstances = _circumstances(factors)
    se = dpc * ei + cb
    level, meaning = next((name, words) for edge, name, words in LEVELS if se >= edge)
    reasons = (
        *context,
        *identification,
        *circumstances,
        f"Severity {_text(dpc)} × {_text(ei)} + {_text(cb)} = {_text(se)}: {level.replace('_', ' ')}; "
        f"people may meet {meaning}.",
    )
    return Severity(dpc, ei, cb, se, level, _flags(factors), reasons)


def _context(factors: Mapping[str, Any]) -> tuple[Decimal, list[str]]:
    chosen, whys = _chosen(factors, "categories", CATEGORIES, "a kind of data"), _whys(factors)
    shared = str(factors.get("context_reason") or "").strip()
    if not chosen:
        raise FactorsError("Choose at least one kind of data.")
    reasons = []
    for key, score in chosen.items():
        category = CATEGORIES[key]
        if not score.is_finite() or score != score.to_integral_value() or int(score) not in category.steps:
            raise FactorsError(f"{category.label}: the score is a whole number from 1 to 4.")
        why = whys.get(f"categories.{key}", "")
        if int(score) != category.basic and not (why or shared):
            raise FactorsError(
                f"{category.label}: a score other than the basic one ({category.basic}) needs its reason in writing."
            )
        reasons.append(_said(f"{category.label}: {int(score)} of 4 ({category.steps[int(score)]}).", why))
    if shared:
        reasons.append(f"Context: {shared}")
    return max(chosen.values()), reasons


def _identification(factors: Mapping[str, Any]) -> tuple[Decimal, list[str]]:
    chosen, whys = _chosen(factors, "identifiers", IDENTIFIERS, "a means of identification"), _whys(factors)
    if not chosen:
        raise FactorsError("Choose at least one means by which people can be identified.")
    reasons = []
    for key, points in chosen.items():
        label, steps = IDENTIFIERS[key]
        told = f"{label}: {_text(points)} ({_words(label, steps, points)})."
        reasons.append(_said(told, whys.get(f"identifiers.{key}", "")))
    return max(chosen.values()), reasons


def _circumstances(factors: Mapping[str, Any]) -> tuple[Decimal, list[str]]:
    chosen, whys = _chosen(factors, "circumstances", CIRCUMSTANCES, "a circumstance"), _whys(factors)
    reasons, total = [], Decimal(0)
    for key, (label, steps) in CIRCUMSTANCES.items():
        points = chosen.get(key, Decimal(0))
        told = f"{label}: +{_text(points)} ({_words(label, steps, points)})."
        reasons.append(_said(told, whys.get(f"circumstances.{key}", "")))
        total += points
    return total, reasons


def _whys(factors: Mapping[str, Any]) -> dict[str, str]:
    """Why each factor was chosen as it was; refuses reasons for what is no factor."""
    given = factors.get("reasons") or {}
    known = {
        f"{part}.{key}"
        for part, keys in (
            ("categories", CATEGORIES),
            ("identifiers", IDENTIFIERS),
            ("circumstances", CIRCUMSTANCES),
        )
        for key in keys
    }
    if not isinstance(given, Mapping) or not given.keys() <= known:
        raise FactorsError("reasons: an object from factors, such as categories.simple, to words.")
    return {key: str(why).strip() for key, why in given.items()}


def _said(told: str, why: str) -> str:
    return f"{told} {why}" if why else told


def _flags(factors: Mapping[str, Any]) -> tuple[str, ...]:
    people = factors.get("people")
    flags = []
    if isinstance(people, int) and people > MANY_PEOPLE:
        flags.append("more_than_100_people")
    if factors.get("unintelligible") is True:
        flags.append("data_unintelligible")
    return tuple(flags)


def _chosen(factors: Mapping[str, Any], part: str, known: Mapping[str, Any], what: str) -> dict[str, Decimal]:
    given = factors.get(part) or {}
    if not isinstance(given, Mapping):
        raise FactorsError(f"{part} must be an object.")
    chosen = {}
    for key, points in given.items():
        if key not in known:
            raise FactorsError(f"“{key}” is not {what} of the method.")
        try:
            chosen[key] = Decimal(str(points))
        except InvalidOperation as error:
            raise FactorsError(f"“{points}” is not a number of points.") from error
    return chosen


def _words(label: str, steps: Mapping[str, str], points: Decimal) -> str:
    for step, words in steps.items():
        if Decimal(step) == points:
            return words
    raise FactorsError(f"{label}: the points are one of {', '.join(steps)}.")


def _text(number: Decimal) -> str:
    """Without trailing zeros: 2.50 is told as 2.5."""
    return f"{number.normalize():f}"
