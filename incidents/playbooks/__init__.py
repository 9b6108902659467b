"""Playbooks as data: what a version holds, what it may hold, and those that come with the product. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import yaml
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from accounts.models import Role
from law.vocabulary import EVENT_KINDS

READY: Final = Path(__file__).parent / "ready"
STARTED: Final = "started"
COUNTED_FROM: Final[Mapping[str, str]] = {
    STARTED: "The playbook was started",
    **{kind: label for kind, label in EVENT_KINDS.items()},
}
# Whoever does a step writes on the incident.
OWNER_ROLES: Final = (Role.RESPONDER, Role.LEAD, Role.LEGAL, Role.PRIVACY_OFFICER)
ROLE_CHOICES: Final = [(role.value, str(role.label)) for role in OWNER_ROLES]
MOST_STEPS: Final = 60
MOST_LINES: Final = 20
LONGEST_HOURS: Final = 24 * 365
LONGEST: Final = {"title": 200, "what": 2_000, "line": 200, "label": 100, "url": 500, "name": 120}


@dataclass(frozen=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True)
class Step:
    """One thing to do: by whom, until when after which time, behind which other steps."""

    key: str
    title: str
    what: str = ""
    role: str = ""
    due_kind: str = ""
    due_hours: int | None = None
    after: tuple[str, ...] = ()
    checklist: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Step:
        return cls(
            key=data["key"],
            title=" ".join(data["title"].split()),
            what=data.get("what", "").strip(),
            role=data.get("role", ""),
            due_kind=data.get("due_kind", ""),
            due_hours=data.get("due_hours"),
            after=tuple(data.get("after", ())),
            checklist=tuple(data.get("checklist", ())),
            links=tuple(Link(one["label"], one["url"]) for one in data.get("links", ())),
        )

    def plain(self) -> dict[str, Any]:
        """As it is kept in JSON."""
        return {
            **asdict(self),
            "after": list(self.after),
            "checklist": list(self.checklist),
            "links": [asdict(link) for link in self.links],
        }


@dataclass(frozen=True)
class Content:
    """What one version says."""

    name: str
    violations: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Content:
        steps = tuple(Step.read(one) for one in data.get("steps", ()))
        return cls(" ".join(data["name"].split()), tuple(data.get("violations", ())), steps)

    def plain(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "violations": list(self.violations),
            "steps": [step.plain() for step in self.steps],
        }

    @property
    def by_key(self) -> dict[str, Step]:
        return {step.key: step for step in self.steps}


def written(step: Step) -> dict[str, Any]:
    """A step as a person writes it: lines as text, and long times in days."""
    in_days = step.due_hours is not None and step.due_hours >= 48 and step.due_hours % 24 == 0
    return {
        "title": step.title,
        "what": step.what,
        "role": step.role,
        "due": step.due_hours // 24 if in_days and step.due_hours else step.due_hours,
        "unit": "days" if in_days else "hours",
        "due_kind": step.due_kind,
        "after": list(step.after),
        "checklist": "\n".join(step.checklist),
        "links": "\n".join(f"{link.label} {link.url}" for link in step.links),
    }


def read_written(key: str, told: Mapping[str, Any]) -> Step:
    """The reverse of `written`; a line of links is a short name, then the address."""
    hours = told["due"] if told["due"] is None or told["unit"] == "hours" else told["due"] * 24
    lines = [line.strip() for line in told["checklist"].splitlines() if line.strip()]
    links = [line.strip().rpartition(" ") for line in told["links"].splitlines() if line.strip()]
    plain = {name: told[name] for name in ("title", "what", "role", "due_kind", "after")}
    named = [{"label": label.strip(), "url": url} for label, _, url in links]
    return Step.read({**plain, "key": key, "due_hours": hours, "checklist": lines, "links": named})


def new_key(title: str, taken: Iterable[str]) -> str:
    """A key for a new step or playbook: the words of its title, and a number where they are taken."""
    known = set(taken)
    stem = slugify(title)[:36].strip("-") or "step"
    return next(
        key
        for key in (stem, *(f"{stem}-{number}" for number in range(2, len(known) + 3)))
        if key not in known
    )


def check_content(content: Content, *, kinds: Iterable[str]) -> None:
    """Refuse what a version may not hold, with all that is wrong in words."""
    wrong = [*_wrong_names(content, set(kinds))]
    keys = [step.key for step in content.steps]
    if len(set(keys)) != len(keys):
        wrong.append("Two steps have the same key.")
    if len(keys) > MOST_STEPS:
        wrong.append(f"At most {MOST_STEPS} steps, please.")
    for step in content.steps:
        wrong += [f"{step.title or step.key}: {words}" for words in _wrong_step(step, set(keys))]
    if not wrong:
        try:
            TopologicalSorter({step.key: step.after for step in content.steps}).prepare()
        except CycleError:
            wrong.append("Some steps wait for each other in a circle; none of them could ever begin.")
    if wrong:
        raise ValidationError([ValidationError(words, code="bad_playbook") for words in wrong])


def _wrong_names(content: Content, kinds: set[str]) -> Iterable[str]:
    if not content.name or len(content.name) > LONGEST["name"]:
        yield f"Give the playbook a name of at most {LONGEST['name']} characters."
    if unknown := sorted(set(content.violations) - kinds):
        yield f"No such kind of incident: {', '.join(unknown)}."


def _wrong_step(step: Step, keys: set[str]) -> Iterable[str]:
    if slugify(step.key) != step.key or not 0 < len(step.key) <= 40:
        yield "its key has small letters, digits and hyphens alone, at most 40."
    if not step.title or len(step.title) > LONGEST["title"]:
        yield f"give it a title of at most {LONGEST['title']} characters."
    if len(step.what) > LONGEST["what"]:
        yield f"say what to do in at most {LONGEST['what']} characters."
    if step.role and step.role not in OWNER_ROLES:
        yield "its owner is a responder, a lead, legal or a privacy officer: they may write on incidents."
    if unknown := sorted(set(step.after) - keys | set(step.after) & {step.key}):
        yield f"it cannot come after {', '.join(unknown)}."
    yield from _wrong_due(step)
    yield from wrong_lines(step.checklist, step.links)


def _wrong_due(step: Step) -> Iterable[str]:
    if (step.due_kind == "") != (step.due_hours is None):
        yield "a due time needs both the time it counts from and how long after."
    if step.due_kind and step.due_kind not in COUNTED_FROM:
        yield "nobody records such a time."
    if step.due_hours is not None and not 0 <= step.due_hours <= LONGEST_HOURS:
        yield "due within a year, please."


def wrong_lines(checklist: Iterable[str], links: Iterable[Link]) -> Iterable[str]:
    """What is wrong with a checklist and links, of a step or of an item."""
    lines, pointers = list(checklist), list(links)
    if len(lines) > MOST_LINES or len(pointers) > MOST_LINES:
        yield f"at most {MOST_LINES} lines and {MOST_LINES} links."
    if any(not line.strip() or len(line) > LONGEST["line"] for line in lines):
        yield f"each line of the checklist has at most {LONGEST['line']} characters."
    for link in pointers:
        if urlsplit(link.url).scheme not in ("http", "https") or not urlsplit(link.url).netloc:
            yield f"“{link.url[:60]}” is no link; it begins with https://."
        if not link.label.strip() or len(link.label) > LONGEST["label"] or len(link.url) > LONGEST["url"]:
            yield "each link has a short name and an address."


@lru_cache(maxsize=1)
def ready() -> dict[str, Content]:
    """The playbooks that come with the product, by key; steps that several share are written once."""
    shared = yaml.safe_load((READY / "shared.yaml").read_text(encoding="utf-8"))
    found = {}
    for path in sorted(READY.glob("*.yaml")):
        if path.stem == "shared":
            continue
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        found[path.stem.replace("_", "-")] = Content.read(
            {**data, "steps": _with_shared(data["steps"], shared)}
        )
    return found


def _with_shared(steps: Iterable[Mapping[str, Any]], shared: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The steps with those that are shared filled in; one comes after such steps alone as are in this playbook."""
    keys = [one.get("use") or one["key"] for one in steps]
    filled = []
    for key, one in zip(keys, steps, strict=True):
        step = {**shared.get(one.get("use", ""), {}), **one, "key": key}
        filled.append(step | {"after": [other for other in step.get("after", ()) if other in keys]})
    return filled
