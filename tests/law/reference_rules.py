"""The research that the pack is encoded from, where it is at hand."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from law.convert.own_words import research

REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "law"
ABSENT = "the research the pack is encoded from (../shared/reference/law) is not here"


@lru_cache(maxsize=4)
def read(name: str) -> Any:
    return research(REFERENCE / name)
