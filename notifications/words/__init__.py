"""Words people affected read, per language: names of data, what to do, the public page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import yaml

from law.vocabulary import DATA_ELEMENTS

FOLDER: Final = Path(__file__).parent
LANGUAGES: Final = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "pt": "Português",
    "it": "Italiano",
    "nl": "Nederlands",
    "pl": "Polski",
    "ar": "العربية",
    "ja": "日本語",
}
FALLBACK: Final = "en"
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
RIGHT_TO_LEFT: Final = frozenset({"ar", "fa", "he", "ur"})


def spoken(language: str) -> str:
    """The nearest language we have words in: de-AT reads German, others English."""
    base = language.split("-")[0].lower()
    return base if base in LANGUAGES else FALLBACK


def direction(language: str) -> str:
    """`rtl` or `ltr`, as HTML calls it."""
    return "rtl" if language.split("-")[0].lower() in RIGHT_TO_LEFT else "ltr"


@lru_cache(maxsize=len(LANGUAGES))
def of(language: str) -> dict[str, Any]:
    """All words of one of our languages."""
    return dict(read(FOLDER / f"{spoken(language)}.yaml"))


def read(file: Path) -> Any:
    """A file of ours, by libyaml where it is there: it is ten times as fast."""
    return yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506


def say(key: str, language: str) -> str:
    """One phrase of the public page."""
    return str(of(language)["page"][key])


def element(key: str, language: str) -> str:
    """What a kind of data is called; English where a language has no word for it yet."""
    found = of(language)["elements"].get(key) or of(FALLBACK)["elements"].get(key)
    return str(found or (DATA_ELEMENTS[key].label if key in DATA_ELEMENTS else key))


def listed(items: Sequence[str], language: str) -> str:
    """Words in a row: "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    comma, last = JOINTS.get(spoken(language), (", ", f" {say('and', language)} "))
    return f"{comma.join(items[:-1])}{last}{items[-1]}"


# Where words in a row are not parted as in English: by what, and by what before the last.
JOINTS: Final[dict[str, tuple[str, str]]] = {"ar": ("، ", " و"), "ja": ("、", "、")}


def actions(elements: Sequence[str], language: str) -> list[str]:
    """What to do when these data are exposed, most urgent first."""
    steps = of(language)["actions"]
    asked: list[str] = []
    for name, causes in ACTIONS:
        if name in steps and (not causes or causes & set(elements)) and steps[name] not in asked:
            asked.append(str(steps[name]))
    return asked


# Which data call for which action, in the order of urgency. An empty set: always.
ACTIONS: Final[tuple[tuple[str, frozenset[str]], ...]] = (
    (
        "password",
        frozenset({"online_credentials", "email_credentials", "email_with_account_code", "shared_secret_token"}),
    ),
    (
        "bank",
        frozenset(
            {
                "payment_card", "financial_account_with_code", "financial_account", "bank_account_number",
                "financial_access_code", "financial_access_data_other", "payment_routing_identifier_with_code",
            }
        ),
    ),
    (
        "identity",
        frozenset(
            {
                "ssn", "passport", "state_id", "drivers_licence", "tax_id", "gov_id_other", "national_id",
                "military_id", "birth_date",
            }
        ),
    ),
    ("health", frozenset({"medical", "medical_id", "health_insurance", "phi", "phr"})),
    ("safety", frozenset({"postal_address", "location", "messages", "contacts", "photos", "sexual_life"})),
    ("calls", frozenset({"phone"})),
    ("fraud_mail", frozenset()),
)  # fmt: skip
