"""Texts and shared blocks that come with the product: one file each, drafts until people here approve them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from notifications import words

FOLDER: Final = Path(__file__).parent
ORIGINAL: Final = "en"  # other languages are translations that counsel has to read


@dataclass(frozen=True)
class Ready:
    """One template or block with the fields of its rows."""

    about: dict[str, Any]
    versions: list[dict[str, Any]]

    @property
    def name(self) -> str:
        return str(self.about["name"])


@cache
def templates() -> tuple[Ready, ...]:
    """All that comes with the product, templates before blocks."""
    texts = (_template(path) for path in sorted((FOLDER / "texts").glob("*.yaml")))
    return (*texts, *_guidance(), *_blocks())


def _template(path: Path) -> Ready:
    read = words.read(path)
    languages = read.pop("languages")
    return Ready(
        read,
        [
            {"language": language, "channel": channel, "for_counsel": language != ORIGINAL, **text}
            for language, channels in languages.items()
            for channel, text in channels.items()
        ],
    )


def _guidance() -> Iterator[Ready]:
    """What people can do, by the data that were exposed: the words of the public page, in all its languages."""
    titles = words.of(ORIGINAL)["action_titles"]
    for place, (action, elements) in enumerate(words.ACTIONS):
        about = {
            "name": f"What to do: {titles[action]}",
            "purpose": "block",
            "block": "what_to_do",
            "elements": sorted(elements),
            "order": 10 * (place + 1),
            "description": "Guidance by the data exposed" if elements else "Guidance for everybody",
        }
        yield Ready(
            about,
            [
                {
                    "language": language,
                    "channel": "any",
                    "body": f"- {words.of(language)['actions'][action]}",
                    "for_counsel": language != ORIGINAL,
                }
                for language in words.LANGUAGES
                if action in words.of(language)["actions"]
            ],
        )


def _blocks() -> Iterator[Ready]:
    """Contact and state inserts."""
    for block in words.read(FOLDER / "blocks.yaml"):
        languages = block.pop("languages")
        versions = [
            {"language": language, "channel": "any", "body": body, "for_counsel": language != ORIGINAL}
            for language, body in languages.items()
        ]
        yield Ready({"purpose": "block", **block}, versions)
