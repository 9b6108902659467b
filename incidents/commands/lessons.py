"""After the work: improvements with an owner, whether they held, and how the team saw it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from audit.commands import record
from incidents.commands.opening import touch
from incidents.events import IncidentEvent
from incidents.lifecycle import Status
from incidents.models import Can, Improvement, Incident, PostIncidentReview, ReviewCheck, TeamFeedback
from incidents.models.lesson import Held
from incidents.permissions import may
from incidents.rules import check_reason

LONGEST_IMPROVEMENT: Final = 300
MOST_WORDS: Final = 2_000


@transaction.atomic
def add_improvement(
    incident: Incident, *, text: str, owner: User, due_on: date, by: User, now: datetime
) -> Improvement:
    """Say what will be better, who sees to it and by when; also once the incident is closed."""
    incident = Incident.objects.locked(incident)
    text = _words(text, most=LONGEST_IMPROVEMENT)
    if not text:
        raise ValidationError("Say what will be better.", code="text_missing")
    if due_on < now.date():
        raise ValidationError("Give a day that is still to come.", code="past_day")
    if not may(owner, incident, Can.WRITE):
        raise ValidationError("This person cannot work on the incident; grant access first.", code="owner_without_access")  # fmt: skip
    made = Improvement.objects.create(incident=incident, text=text, owner=owner, due_on=due_on, by=by, at=now)
    details = {"improvement": made.pk, "owner": f"user {owner.pk}", "due_on": due_on}
    record(IncidentEvent.IMPROVEMENT_ADDED, made, by=by, stream=incident.stream, details=details)
    touch(incident)
    return made


@transaction.atomic
def finish_improvement(improvement: Improvement, *, outcome: str, by: User, now: datetime) -> Improvement:
    """Say that it is done, or why it will not be."""
    incident = Incident.objects.locked(improvement.incident)
    improvement = Improvement.objects.select_for_update(of=("self",)).get(pk=improvement.pk)
    if improvement.done_at is not None:
        raise ValidationError("Somebody has settled this already.", code="already_done")
    improvement.outcome = check_reason(_words(outcome))
    improvement.done_at, improvement.done_by = now, by
    improvement.save(update_fields=["outcome", "done_at", "done_by"])
    details = {"improvement": improvement.pk}
    record(IncidentEvent.IMPROVEMENT_DONE, improvement, by=by, stream=incident.stream, details=details)
    touch(incident)
    return improvement


@transaction.atomic
def answer_check(
    incident: Incident, *, held: str, words: str, next_on: date | None = None, by: User, now: datetime
) -> ReviewCheck:
    """Say whether it held; what did not hold is looked at again on another day."""
    incident = Incident.objects.locked(incident)
    review = PostIncidentReview.objects.select_for_update().filter(incident=incident).first()
    if review is None or review.check_on is None:
        raise ValidationError("There is no day on which to look again.", code="nothing_to_check")
    if held not in Held.values:
        raise ValidationError("Say whether it held: yes, in part or no.", code="bad_choice")
    words = check_reason(_words(words))
    if held != Held.YES and next_on is None:
        raise ValidationError("Name the next day to look again, for it did not hold.", code="next_missing")
    if next_on is not None and next_on <= now.date():
        raise ValidationError("Give a day that is still to come.", code="past_day")
    made = ReviewCheck.objects.create(
        incident=incident, due_on=review.check_on, held=held, words=words, by=by, at=now
    )
    review.check_on = next_on
    review.save(update_fields=["check_on"])
    details = {"held": held, "next_on": next_on}
    record(IncidentEvent.REVIEW_CHECKED, made, by=by, stream=incident.stream, details=details)
    touch(incident)
    return made


@transaction.atomic
def give_feedback(
    incident: Incident, *, knew: str, helped: str = "", change: str = "", by: User, now: datetime
) -> TeamFeedback:
    """Say how the work went, once it is confirmed or closed; giving it again replaces one's own."""
    incident = Incident.objects.locked(incident)
    if incident.status not in (Status.CONFIRMED, Status.CLOSED):
        raise ValidationError("There is nothing to look back on yet.", code="wrong_status")
    if knew not in Held.values:
        raise ValidationError("Answer the first question: yes, in part or no.", code="bad_choice")
    made, _ = TeamFeedback.objects.update_or_create(
        incident=incident,
        by=by,
        defaults={"knew": knew, "helped": _words(helped), "change": _words(change), "at": now},
    )
    record(IncidentEvent.FEEDBACK_GIVEN, made, by=by, stream=incident.stream)
    touch(incident)
    return made


def _words(text: str, *, most: int = MOST_WORDS) -> str:
    text = text.replace("\x00", "").strip()
    if len(text) > most:
        raise ValidationError("At most %(most)s characters.", code="too_long", params={"most": most})
    return text
