"""What pages and the API show of policies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher

from django.db.models import Prefetch, QuerySet
from django.http import Http404

from policies.lifecycle import VersionStatus
from policies.models import Policy, PolicyVersion

REVIEW_SOON = timedelta(days=30)


@dataclass(frozen=True)
class Row:
    """One policy in the list: what holds, what is on its way."""

    policy: Policy
    in_force: PolicyVersion | None
    next: PolicyVersion | None
    review_due: bool


@dataclass(frozen=True)
class Line:
    """One line of a comparison: kept, added or removed."""

    kind: str
    text: str


def policies() -> QuerySet[Policy]:
    """Policies with their versions, newest first."""
    versions = PolicyVersion.objects.select_related("author", "approved_by").order_by("-number")
    return Policy.objects.select_related("owner").prefetch_related(Prefetch("versions", versions))


def policy_for(reference: str) -> Policy:
    policy = policies().filter(reference=reference).first()
    if policy is None:
        raise Http404("No such policy.")
    return policy


def version_for(reference: str, number: int) -> PolicyVersion:
    version = (
        PolicyVersion.objects.select_related("policy__owner", "author", "approved_by")
        .filter(policy__reference=reference, number=number)
        .first()
    )
    if version is None:
        raise Http404("No such version.")
    return version


def row(policy: Policy, *, today: date) -> Row:
    versions = list(policy.versions.all())
    in_force = next((one for one in versions if one.status == VersionStatus.IN_FORCE), None)
    return Row(
        policy=policy,
        in_force=in_force,
        next=next((one for one in versions if one.status in _UNFINISHED), None),
        review_due=bool(in_force and in_force.review_on and in_force.review_on <= today + REVIEW_SOON),
    )


def shelf(*, today: date) -> list[Row]:
    """Every policy as the list shows it; those due for review stand first."""
    rows = [row(policy, today=today) for policy in policies()]
    return sorted(rows, key=lambda one: (not one.review_due, one.policy.title.casefold()))


def version_in_force(policy: Policy) -> PolicyVersion | None:
    return policy.versions.filter(status=VersionStatus.IN_FORCE).first()


def versions_in_force() -> QuerySet[PolicyVersion]:
    """What an incident may cite."""
    return (
        PolicyVersion.objects.filter(status=VersionStatus.IN_FORCE)
        .select_related("policy")
        .order_by("policy__title")
    )


def comparison(old: str, new: str) -> list[Line]:
    """Two texts line by line."""
    before, after = old.splitlines(), new.splitlines()
    lines: list[Line] = []
    for tag, start, end, begin, stop in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += [Line("kept", text) for text in before[start:end]]
            continue
        lines += [Line("removed", text) for text in before[start:end]]
        lines += [Line("added", text) for text in after[begin:stop]]
    return lines


_UNFINISHED = frozenset({VersionStatus.DRAFT, VersionStatus.IN_REVIEW, VersionStatus.APPROVED})
