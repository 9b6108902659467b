"""What two packs differ in: rules and authorities that are new, gone or changed, each change in words.

python -m law.diff OLD_FOLDER NEW_FOLDER
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from law.pack import Authority, InvalidPack, Pack, load_pack

WRONG_PACK: Final = 2
LONGEST: Final = 160  # characters of a value that are shown
# By what an entry of a list is known again in the other pack, first the most telling.
_NAMES: Final = ("id", "country", "url", "effective_to", "rule", "kind", "recipient", "text")
_NOTHING: Final = object()


@dataclass(frozen=True)
class Change:
    """One value that differs; empty text where one of the two has none."""

    where: str  # in words: "duties, authority, deadline, number"
    before: str
    after: str

    def __str__(self) -> str:
        if not self.before:
            return f"{self.where}: {self.after} (new)"
        return (
            f"{self.where}: {self.before} (gone)"
            if not self.after
            else f"{self.where}: {self.before} → {self.after}"
        )


@dataclass(frozen=True)
class Changed:
    """A rule or an authority that both packs have, with what differs."""

    id: str
    title: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Differences:
    """Of rules or of authorities: id and title of what is new and gone, and what changed."""

    new: tuple[tuple[str, str], ...]
    gone: tuple[tuple[str, str], ...]
    changed: tuple[Changed, ...]

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.changed)


def rule_differences(before: Pack, after: Pack) -> Differences:
    """Rules of two packs, by id."""
    return _differences(
        {rule.id: (str(rule["title"]), rule.data) for rule in before.rules},
        {rule.id: (str(rule["title"]), rule.data) for rule in after.rules},
    )


def authority_differences(before: Pack, after: Pack) -> Differences:
    """Authorities of two packs, by id."""
    return _differences(_bodies(before), _bodies(after))


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """What differs in two versions of the same data."""
    return tuple(_changes("", before, after))


def report(before: Pack, after: Pack) -> str:
    """All differences as a text for people."""
    lines = [f"Pack {_named(before)} → {_named(after)}"]
    for what, found in (
        ("Rules", rule_differences(before, after)),
        ("Authorities", authority_differences(before, after)),
    ):
        lines += ["", f"{what}: {len(found.new)} new, {len(found.gone)} gone, {len(found.changed)} changed"]
        lines += [f"  new      {key}: {title}" for key, title in found.new]
        lines += [f"  gone     {key}: {title}" for key, title in found.gone]
        for one in found.changed:
            lines += [f"  changed  {one.id}: {one.title}", *(f"    {change}" for change in one.changes)]
    targets = changes_between({"targets": before.targets}, {"targets": after.targets})
    if targets:
        lines += ["", "Our own targets", *(f"  {change}" for change in targets)]
    return "\n".join(lines) + "\n"


def _named(pack: Pack) -> str:
    return f"{pack.version} ({pack.hash[:12]})"


def _bodies(pack: Pack) -> dict[str, tuple[str, Mapping[str, Any]]]:
    return {key: (one.name, _as_data(one)) for key, one in pack.authorities.items()}


def _as_data(one: Authority) -> dict[str, Any]:
    values = {each.name: getattr(one, each.name) for each in fields(one)}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}


def _differences(
    before: Mapping[str, tuple[str, Mapping[str, Any]]], after: Mapping[str, tuple[str, Mapping[str, Any]]]
) -> Differences:
    both = sorted(before.keys() & after.keys())
    found = (Changed(key, after[key][0], changes_between(before[key][1], after[key][1])) for key in both)
    return Differences(
        tuple((key, after[key][0]) for key in sorted(after.keys() - before.keys())),
        tuple((key, before[key][0]) for key in sorted(before.keys() - after.keys())),
        tuple(one for one in found if one.changes),
    )


def _changes(where: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    first, second = _entries(before), _entries(after)
    if first is None or second is None or not (first or second):
        yield Change(where, _shown(before), _shown(after))
        return
    for key in [*first, *(key for key in second if key not in first)]:
        yield from _changes(
            f"{where}, {_words(key)}" if where else _words(key),
            first.get(key, _NOTHING),
            second.get(key, _NOTHING),
        )


def _entries(value: Any) -> dict[str, Any] | None:
    """A mapping, or a list of mappings by the name of each; None for what is one value."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
        named = [_name(one) for one in value]
        if None not in named and len(set(named)) == len(named):
            return dict(zip((str(name) for name in named), value, strict=True))
    return {} if value == [] else None


def _name(entry: Mapping[str, Any]) -> str | None:
    return next((str(entry[key]) for key in _NAMES if entry.get(key)), None)


def _words(key: str) -> str:
    return str(key).replace("_", " ")


def _shown(value: Any) -> str:
    """A value as people read it, shortened; nothing for what is not there."""
    if value is _NOTHING:
        return ""
    if value is None or value == []:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        text = ", ".join(value)
    else:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def main(given: Sequence[str]) -> int:
    """Print the differences of two pack folders; 2 when one of them is no pack."""
    if len(given) != 2:
        print("Usage: python -m law.diff OLD_FOLDER NEW_FOLDER", file=sys.stderr)
        return WRONG_PACK
    try:
        before, after = (load_pack(Path(folder)) for folder in given)
    except InvalidPack as error:
        print(error, file=sys.stderr)
        return WRONG_PACK
    print(report(before, after), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
