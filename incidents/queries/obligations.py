"""Obligations of an incident, in the order in which a person works on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import Http404

from incidents.lifecycle import ObligationStatus
from incidents.models import Decision, Incident, Obligation

GROUPS: Final[tuple[tuple[str, str, str, tuple[str, ...]], ...]] = (
    (
        "to_decide",
        "To decide",
        "The law seems to ask this of us; somebody decides.",
        (ObligationStatus.TO_DECIDE,),
    ),
    ("required", "Required", "Decided. The clock counts until it is met.", (ObligationStatus.REQUIRED,)),
    (
        "undecided",
        "Depends on facts that nobody knows yet",
        "The clock runs already. Find out these facts first.",
        (ObligationStatus.UNDECIDED,),
    ),
    (
        "waiting",
        "Waiting",
        "For an earlier filing, or because law enforcement asked to wait.",
        (ObligationStatus.BLOCKED, ObligationStatus.DELAYED),
    ),
    ("met", "Met", "", (ObligationStatus.MET, ObligationStatus.MET_LATE)),
    (
        "not_required",
        "Not required",
        "By a decision that two people signed.",
        (ObligationStatus.NOT_REQUIRED,),
    ),
    (
        "gone",
        "Not asked on these facts",
        "The law looks at this incident and asks nothing; comes back when facts change.",
        (ObligationStatus.GONE,),
    ),
)


@dataclass(frozen=True)
class ObligationGroup:
    """Obligations that are in the same state."""

    key: str
    label: str
    meaning: str
    obligations: list[Obligation]


def _with_decisions(incident: Incident) -> Prefetch[str]:
    standing = Decision.objects.filter(withdrawn_at=None).select_related("by", "second_by")
    return Prefetch("decisions", queryset=standing, to_attr="standing")


def obligation_groups(incident: Incident) -> list[ObligationGroup]:
    """All obligations by state, nearest clock first; groups that are empty are left out."""
    found = list(
        incident.obligations.select_related("owner").defer("rule").prefetch_related(_with_decisions(incident))
    )
    groups = [
        ObligationGroup(key, label, meaning, [one for one in found if one.status in statuses])
        for key, label, meaning, statuses in GROUPS
    ]
    return [group for group in groups if group.obligations]


def obligation_for(incident: Incident, pk: int) -> Obligation:
    """One obligation of an incident that has come through its door."""
    obligation = incident.obligations.prefetch_related(_with_decisions(incident)).filter(pk=pk).first()
    if obligation is None:
        raise Http404("No such obligation.")
    obligation.incident = incident  # what the person holds is kept on it
    return obligation


def standing_decision(obligation: Obligation) -> Decision:
    """The decision that stands; refuses when there is none."""
    found: Decision | None = (
        obligation.decisions.select_related("by", "second_by").filter(withdrawn_at=None).first()
    )
    if found is None:
        raise ValidationError("No decision stands here.", code="already_settled")
    return found
