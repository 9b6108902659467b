"""How the API reads a body. A module of its own: DRF loads it before its views exist."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any, Final

from rest_framework import exceptions, parsers

# Nothing that we take is nested deeper than a rule's conditions.
MOST_LEVELS: Final = 20


class Json(parsers.JSONParser):
    """JSON that is not nested beyond sense: the interpreter itself gives up on a thousand levels."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            parsed = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise exceptions.ParseError("This JSON is nested too deeply.") from error
        level = [parsed]
        for _ in range(MOST_LEVELS):
            level = [inner for one in level for inner in _inside(one)]
            if not level:
                return parsed
        raise exceptions.ParseError("This JSON is nested too deeply.")


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
