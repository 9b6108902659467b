"""Answers about the risk in the invented incidents."""

from __future__ import annotations

from datetime import datetime

from config.demo.cast import Cast
from incidents import commands as cases
from incidents.models import Incident

TAKEN = {
    "breach": ("disclosed", "Taken through the contact import, then offered for sale."),
    "sensitivity": ("telling", "Names, addresses and dates of birth together."),
    "volume": ("little", ""),
    "identification": ("direct", ""),
    "vulnerable": ("not_known", "Age is not checked at sign-up."),
    "controller": ("no", ""),
    "number": ("many", "About two thousand."),
    "recipient": ("ill", "The seller is not known."),
    "since": ("no", ""),
    "harm": ("grave", "Impersonation and fraud."),
    "lasting": ("lasting", "A date of birth cannot be changed."),
    "likelihood": ("likely", ""),
    "severity": ("severe", ""),
}
DELETED_UNREAD = {
    "breach": ("disclosed", "Sent to the wrong agency."),
    "sensitivity": ("ordinary", "Names and e-mail addresses at work."),
    "volume": ("little", ""),
    "identification": ("direct", ""),
    "vulnerable": ("no", ""),
    "controller": ("no", ""),
    "number": ("few", "Fourteen."),
    "recipient": ("trusted", "Bound by contract; confirmed in writing that it was deleted unread."),
    "since": ("yes", ""),
    "harm": ("nothing", ""),
    "lasting": ("short", ""),
    "likelihood": ("unlikely", ""),
    "severity": ("slight", ""),
}


def answer(incident: Incident, cast: Cast, now: datetime, answers: dict[str, tuple[str, str]]) -> None:
    """All questions of the European test, by the responder."""
    cases.answer_risk_questions(
        incident,
        method="gdpr",
        answers={key: {"answer": chosen, "why": why} for key, (chosen, why) in answers.items()},
        by=cast.responder,
        now=now,
    )
