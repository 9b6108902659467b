"""What pages and the API show of policies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher
from typing import Final

from django.db.models import F, Prefetch, QuerySet
from django.http import Http404

from law.pack import Rule, rule_from
from law.vocabulary import EVENT_KINDS
from policies.lifecycle import VersionStatus
from policies.models import ClauseRole, ClauseScope, ContractClause, Policy, PolicyVersion, System

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


@dataclass(frozen=True)
class ClauseRow:
    """One clause of a contract as the list shows it."""

    clause: ContractClause
    event: str
    ended: bool


def clauses() -> list[ContractClause]:
    """What contracts ask, by partner."""
    return list(ContractClause.objects.select_related("added_by"))


def clause_rows(*, today: date) -> list[ClauseRow]:
    """Those in force or to come first."""
    rows = [
        ClauseRow(one, EVENT_KINDS[one.event], bool(one.in_force_until and one.in_force_until < today))
        for one in clauses()
    ]
    return sorted(rows, key=lambda row: row.ended)


def clause_for(reference: str) -> ContractClause:
    clause = ContractClause.objects.select_related("added_by").filter(reference=reference).first()
    if clause is None:
        raise Http404("No such clause.")
    return clause


def clause_rules() -> tuple[Rule, ...]:
    """The clauses of all contracts as the engine reads them, beside the rules of the law."""
    return tuple(rule_from(_clause_data(one)) for one in ContractClause.objects.order_by("pk"))


CLAUSE_ROLES: Final[dict[str, list[str]]] = {
    ClauseRole.ANY: ["any"],
    ClauseRole.CONTROLLER: ["controller", "joint_controller"],
    ClauseRole.PROCESSOR: ["processor"],
}


def _clause_data(clause: ContractClause) -> dict[str, object]:
    unit = {"number": clause.number, "unit": clause.unit, "from": clause.event, "binding": True}
    return {
        "id": clause.rule_id,
        "title": f"Contract with {clause.partner}",
        "level": "contract",
        "place": "",
        "places": [],
        "status": "in_force",
        "citation": clause.document,
        "effective_from": clause.in_force_from.isoformat(),
        "effective_to": clause.in_force_until.isoformat() if clause.in_force_until else None,
        "began": clause.in_force_from.isoformat(),
        "version_by": [clause.event],
        "zone": clause.zone,
        "calendar": clause.calendar,
        "confidence": "known",
        "link": _clause_link(clause),
        "duties": [
            {
                "id": "partner",
                "title": f"Tell {clause.partner}",
                "roles": CLAUSE_ROLES[clause.role],
                "recipient": {"kind": "clients", "name": clause.partner},
                "stage": "single",
                "deadline": unit,
                "note": clause.to_send,
            }
        ],
    }


def _clause_link(clause: ContractClause) -> dict[str, object]:
    if clause.scope == ClauseScope.EVERY:
        return {
            "text": f"The contract with {clause.partner} asks this in every incident",
            "when": {"all": []},
        }
    text = f"Data of {clause.partner} are affected"
    return {"text": text, "when": {"judgement": text, "as": "affected"}}


def systems() -> list[System]:
    """The register, by name; what is out of use last."""
    return list(
        System.objects.select_related("owner").order_by(F("retired_at").asc(nulls_first=True), "name")
    )


def system_for(reference: str) -> System:
    found = System.objects.select_related("owner", "changed_by").filter(reference=reference).first()
    if found is None:
        raise Http404("No such system.")
    return found
