"""Acts on policies; the policy's row lock orders them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.editing import NOTHING_SEEN, Seen
from accounts.models import Organisation, User
from audit.commands import record
from audit.events import ORGANISATION
from policies import rules
from policies.events import ClauseEvent, PolicyEvent, SystemEvent
from policies.lifecycle import VersionStatus, check_move
from policies.models import ClauseRole, ClauseScope, ClauseUnit, ContractClause, Policy, PolicyVersion, System

REVIEW_AFTER = timedelta(days=365)
UNFINISHED = (VersionStatus.DRAFT, VersionStatus.IN_REVIEW, VersionStatus.APPROVED)


@transaction.atomic
def create_policy(*, title: str, purpose: str = "", by: User, now: datetime) -> Policy:
    """Start a policy; its text comes with the first version."""
    title = rules.check_storable(title)
    if not title:
        raise ValidationError("A policy needs a title.", code="title_missing")
    if Policy.objects.filter(title__iexact=title).exists():
        raise ValidationError("There is a policy of this title already.", code="title_taken")
    policy = Policy.objects.create(
        title=title, purpose=rules.check_storable(purpose), owner=by, created_at=now
    )
    record(PolicyEvent.CREATED, policy, by=by, stream=policy.stream)
    return policy


@transaction.atomic
def write_version(policy: Policy, *, text: str, change: str = "", by: User, now: datetime) -> PolicyVersion:
    """Start the next version as a draft; refused while another one is unfinished."""
    policy = Policy.objects.locked(policy)
    if policy.versions.filter(status__in=UNFINISHED).exists():
        raise ValidationError("Another version is not finished yet; change that one.", code="still_open")
    newest = policy.versions.order_by("-number").first()
    version = PolicyVersion.objects.create(
        policy=policy,
        number=newest.number + 1 if newest else 1,
        text=rules.check_storable(text),
        change=rules.check_storable(change),
        author=by,
        written_at=now,
    )
    version.writers.add(by)
    _record(PolicyEvent.VERSION_WRITTEN, version, by=by)
    return version


@transaction.atomic
def edit_draft(
    version: PolicyVersion,
    *,
    text: str,
    change: str = "",
    by: User,
    now: datetime,
    seen: Seen = NOTHING_SEEN,
) -> PolicyVersion:
    """Change a draft's words; whoever does so cannot approve it later.

    Refused as stale where somebody wrote the same part since it was `seen`.
    """
    version = _locked(version)
    if version.status != VersionStatus.DRAFT:
        raise ValidationError(
            "Only a draft can be changed; return it to its author first.", code="wrong_status"
        )
    wanted = {"text": rules.check_storable(text), "change": rules.check_storable(change)}
    standing, verbs = rules.drafted(version), [PolicyEvent.VERSION_EDITED]
    mine = seen.merged(wanted, standing=standing, subject=version.policy, verbs=verbs)
    version.text, version.change = mine.get("text", version.text), mine.get("change", version.change)
    version.written_at = now
    version.save(update_fields=["text", "change", "written_at"])
    version.writers.add(by)
    _record(PolicyEvent.VERSION_EDITED, version, by=by)
    return version


@transaction.atomic
def submit_version(version: PolicyVersion, *, by: User, now: datetime) -> PolicyVersion:
    """Ask for approval."""
    version = _locked(version)
    check_move(version.status, VersionStatus.IN_REVIEW)
    rules.check_none(rules.submit_blockers(version), "not_ready")
    version.status = VersionStatus.IN_REVIEW
    version.save(update_fields=["status"])
    _record(PolicyEvent.VERSION_SUBMITTED, version, by=by)
    return version


@transaction.atomic
def approve_version(version: PolicyVersion, *, by: User, now: datetime) -> PolicyVersion:
    """Approve as somebody who did not write in it."""
    version = _locked(version)
    check_move(version.status, VersionStatus.APPROVED)
    rules.check_none(rules.approval_blockers(version, by), "four_eyes")
    version.status, version.approved_by, version.approved_at = VersionStatus.APPROVED, by, now
    version.save(update_fields=["status", "approved_by", "approved_at"])
    _record(PolicyEvent.VERSION_APPROVED, version, by=by)
    return version


@transaction.atomic
def return_version(version: PolicyVersion, *, reason: str, by: User, now: datetime) -> PolicyVersion:
    """Give a version back to its author; an approval it had is void."""
    version = _locked(version)
    check_move(version.status, VersionStatus.DRAFT)
    reason = rules.check_storable(reason)
    if not reason:
        raise ValidationError("Say what should change.", code="reason_missing")
    version.status, version.approved_by, version.approved_at = VersionStatus.DRAFT, None, None
    version.save(update_fields=["status", "approved_by", "approved_at"])
    _record(PolicyEvent.VERSION_RETURNED, version, by=by, reason=reason)
    return version


@transaction.atomic
def put_in_force(
    version: PolicyVersion, *, by: User, now: datetime, review_on: date | None = None
) -> PolicyVersion:
    """Let an approved version hold from now on; the former one is superseded in the same act."""
    version = _locked(version)
    check_move(version.status, VersionStatus.IN_FORCE)
    review_on = review_on or (now + REVIEW_AFTER).date()
    if review_on <= now.date():
        raise ValidationError("The next review lies in the future.", code="review_not_ahead")
    for former in version.policy.versions.filter(status=VersionStatus.IN_FORCE):
        former.status, former.superseded_at = VersionStatus.SUPERSEDED, now
        former.save(update_fields=["status", "superseded_at"])
        _record(PolicyEvent.SUPERSEDED, former, by=by)
    version.status, version.in_force_at, version.review_on = VersionStatus.IN_FORCE, now, review_on
    version.save(update_fields=["status", "in_force_at", "review_on"])
    _record(PolicyEvent.IN_FORCE, version, by=by)
    return version


def _locked(version: PolicyVersion) -> PolicyVersion:
    """The version read again under its policy's lock."""
    policy = Policy.objects.locked(version.policy)
    return policy.versions.select_related("policy", "author", "approved_by").get(pk=version.pk)


def _record(verb: PolicyEvent, version: PolicyVersion, *, by: User, reason: str = "") -> None:
    record(
        verb,
        version.policy,
        by=by,
        stream=version.policy.stream,
        details={"version": version.number, "status": version.status},
        reason=reason,
    )


@transaction.atomic
def add_clause(
    *,
    partner: str,
    document: str,
    scope: str,
    number: int,
    unit: str,
    event: str,
    to_send: str,
    in_force_from: date,
    in_force_until: date | None = None,
    role: str = ClauseRole.ANY,
    calendar: str = "",
    by: User,
    now: datetime,
) -> ContractClause:
    """Keep what a contract asks after a breach; incidents are asked again about it within minutes."""
    partner, document, to_send = (rules.check_storable(text) for text in (partner, document, to_send))
    for text, words in (
        (partner, "Say with whom."),
        (document, "Say which document and clause."),
        (to_send, "Say what is to be sent."),
    ):
        if not text:
            raise ValidationError(words, code="words_missing")
    rules.check_clause(scope, role, number, unit, event)
    rules.check_clause_calendar(unit, calendar := calendar.strip().upper())
    if in_force_until is not None and in_force_until < in_force_from:
        raise ValidationError("It ends after it began.", code="ends_before_it_begins")
    clause = ContractClause.objects.create(
        partner=partner, document=document, scope=ClauseScope(scope), number=number, unit=ClauseUnit(unit), event=event,
        zone=Organisation.current().zone, to_send=to_send, in_force_from=in_force_from,
        in_force_until=in_force_until, role=ClauseRole(role), calendar=calendar, added_by=by, added_at=now,
    )  # fmt: skip
    details = {
        "partner": partner,
        "document": document,
        "scope": scope,
        "role": str(role),
        "calendar": calendar,
        "time": f"{number} {unit} from {event}",
        "from": in_force_from.isoformat(),
        "until": in_force_until.isoformat() if in_force_until else None,
    }
    record(ClauseEvent.ADDED, clause, by=by, stream=ORGANISATION, details=details)
    return clause


@transaction.atomic
def end_clause(clause: ContractClause, *, on: date, reason: str, by: User, now: datetime) -> ContractClause:
    """Say on which day a clause holds for the last time; incidents that began by then still follow it."""
    clause = ContractClause.objects.select_for_update(of=("self",)).get(pk=clause.pk)
    reason = rules.check_storable(reason)
    if not reason:
        raise ValidationError("Say why it ends.", code="reason_missing")
    if clause.in_force_until is not None and clause.in_force_until < now.date():
        raise ValidationError("This clause has ended already.", code="already_settled")
    if on < clause.in_force_from:
        raise ValidationError("It ends after it began.", code="ends_before_it_begins")
    before, clause.in_force_until = clause.in_force_until, on
    clause.save(update_fields=["in_force_until"])
    details = {"before": before.isoformat() if before else None, "until": on.isoformat()}
    record(ClauseEvent.ENDED, clause, by=by, stream=ORGANISATION, details=details, reason=reason)
    return clause


@transaction.atomic
def keep_system(
    system: System | None = None,
    *,
    name: str,
    purpose: str = "",
    owner: User,
    vendor: str = "",
    elements: Iterable[str] = (),
    people: Mapping[str, int] | None = None,
    records: int | None = None,
    by: User,
    now: datetime,
    seen: Seen = NOTHING_SEEN,
) -> System:
    """Add a system to the register, or say anew what it holds; incidents that picked it keep what was accepted.

    Refused as stale where somebody changed the same since it was `seen`.
    """
    given: dict[str, Any] = {
        "name": rules.check_storable(name), "purpose": rules.check_storable(purpose), "owner": owner, "vendor": rules.check_storable(vendor),
        "elements": sorted(set(elements)), "people": dict(sorted((people or {}).items())), "records": records,
    }  # fmt: skip
    if system is not None:
        system = System.objects.select_for_update(of=("self",)).get(pk=system.pk)
        standing = rules.held(system)
        verbs = [SystemEvent.KEPT, SystemEvent.CHANGED]
        given = standing | seen.merged(given, standing=standing, subject=system, verbs=verbs)
    _check_system_name(given["name"], system)
    rules.check_holdings(given["elements"], given["people"])
    if system is not None and all(getattr(system, key) == value for key, value in given.items()):
        return system
    kept = system or System()
    for key, value in given.items():
        setattr(kept, key, value)
    kept.changed_at, kept.changed_by, kept.retired_at = now, by, None
    kept.save()
    details = {
        "name": given["name"],
        "elements": given["elements"],
        "people": given["people"],
        "vendor": given["vendor"],
    }
    verb = SystemEvent.CHANGED if system else SystemEvent.KEPT
    record(verb, kept, by=by, stream=ORGANISATION, details=details)
    return kept


def _check_system_name(name: str, system: System | None) -> None:
    if not name:
        raise ValidationError("Give the system a name.", code="name_missing")
    same = System.objects.filter(name__iexact=name).first()
    if same is not None and same != system:
        raise ValidationError("There is a system of this name already.", code="name_taken")


@transaction.atomic
def retire_system(system: System, *, reason: str, by: User, now: datetime) -> System:
    """Say that a system is out of use; it is no longer offered, and incidents that picked it still name it."""
    system = System.objects.select_for_update(of=("self",)).get(pk=system.pk)
    reason = rules.check_storable(reason)
    if not reason:
        raise ValidationError("Say why.", code="reason_missing")
    if system.retired_at is not None:
        raise ValidationError("This system is out of use already.", code="already_settled")
    system.retired_at = now
    system.save(update_fields=["retired_at"])
    record(
        SystemEvent.RETIRED, system, by=by, stream=ORGANISATION, details={"name": system.name}, reason=reason
    )
    return system


@transaction.atomic
def import_systems(rows: Iterable[Mapping[str, Any]], *, by: User, now: datetime) -> int:
    """Keep many systems, each found again by its name; all of them or none, with the line that is wrong."""
    number = 0
    for number, row in enumerate(rows, 1):
        standing = System.objects.filter(name__iexact=str(row["name"]).strip()).first()
        try:
            keep_system(standing, by=by, now=now, **row)
        except ValidationError as refusal:
            raise ValidationError(
                "Line %(line)s: %(problem)s",
                code="bad_line",
                params={"line": number + 1, "problem": " ".join(refusal.messages)},
            ) from refusal
    return number
