"""What both conversions share: reading the research, writing a rule as a person would lay it out."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from textwrap import wrap
from typing import Any

import yaml

WIDTH = 118
READ_BY_HAND = "# Read by hand"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(file: Path) -> Any:
    """Data of a YAML file, dates as text."""
    return plain(yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader))  # noqa: S506  (a safe loader)


def plain(value: Any) -> Any:
    """Data with dates as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def without_nothing(data: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping without its keys that hold None."""
    return {key: value for key, value in data.items() if value is not None}


def write_rule(file: Path, head: Sequence[str], data: Mapping[str, Any]) -> bool:
    """Write a rule's file unless a person has read the one that is there; says whether it was written."""
    if file.exists() and READ_BY_HAND in file.read_text(encoding="utf-8").partition("\nid:")[0]:
        return False
    lines = [f"# {line}" for line in head]
    file.write_text("\n".join([*lines, yaml_text(data)]) + "\n", encoding="utf-8")
    return True


def yaml_text(data: Mapping[str, Any]) -> str:
    """YAML with short parts on one line and long texts folded."""
    return "\n".join(line for key, value in data.items() for line in _entry(_flow(key), value, ""))


def _entry(key: str, value: Any, indent: str) -> list[str]:
    flow = _flow(value)
    if len(indent) + len(key) + 2 + len(flow) <= WIDTH or value in ({}, []):
        return [f"{indent}{key}: {flow}"]
    if isinstance(value, Mapping):
        inner = [line for name, item in value.items() for line in _entry(_flow(name), item, f"{indent}  ")]
        return [f"{indent}{key}:", *inner]
    if isinstance(value, list):
        if all(isinstance(item, str) and " " not in item for item in value):
            return _tags(key, value, indent)
        return [f"{indent}{key}:", *(line for item in value for line in _item(item, f"{indent}  "))]
    if isinstance(value, str) and value == " ".join(value.split()):
        folded = wrap(value, WIDTH - len(indent) - 2, break_long_words=False, break_on_hyphens=False)
        return [f"{indent}{key}: >-", *(f"{indent}  {line}" for line in folded)]
    return [f"{indent}{key}: {flow}"]


def _item(value: Any, indent: str) -> list[str]:
    flow = _flow(value)
    if len(indent) + 2 + len(flow) <= WIDTH:
        return [f"{indent}- {flow}"]
    if isinstance(value, Mapping):
        inner = [line for name, item in value.items() for line in _entry(_flow(name), item, f"{indent}  ")]
        return [f"{indent}- {inner[0].lstrip()}", *inner[1:]]
    return [f"{indent}- {flow}"]


def _tags(key: str, value: list[str], indent: str) -> list[str]:
    rows = wrap(", ".join(_flow(item) for item in value), WIDTH - len(indent) - 2, break_on_hyphens=False)
    return [f"{indent}{key}:", *_bracketed(rows, f"{indent}  ")]


def _bracketed(rows: list[str], indent: str) -> list[str]:
    return [
        f"{indent}{'[' if position == 0 else ' '}{row}{']' if position == len(rows) - 1 else ''}"
        for position, row in enumerate(rows)
    ]


def _flow(value: Any) -> str:
    text: str = yaml.safe_dump(
        value, default_flow_style=True, width=10**9, allow_unicode=True, sort_keys=False
    )
    return text.strip().removesuffix("\n...").strip()
