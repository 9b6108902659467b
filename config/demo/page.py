"""What the page of an incident shows beside the way of the breach: answers of its kind, places, who looked when."""

from __future__ import annotations

from datetime import datetime, timedelta

from audit.models import StreamHead
from config.demo.cast import Cast
from incidents import commands as cases
from incidents.commands import FactInput, joining, lessons, looking, sightings, teams
from incidents.commands import systems as picking
from incidents.commands.sightings import Seen
from incidents.models import Can, Incident
from policies.commands import keep_system
from policies.models import System


def tell_kind(incident: Incident, cast: Cast, seen: datetime) -> None:
    """What scraping asks, and the two places where the list was offered; one is still up."""
    day = seen + timedelta(hours=6)
    answers = {
        "scraping_endpoint": ("Contact import 4.2", "Release log"),
        "scraping_rate": ("41 accounts on 12 networks, up to 300 look-ups a minute each", "Server log"),
        "scraping_private": (True, "Tried with made-up numbers"),
        "scraping_stopped": ((seen + timedelta(hours=3)).isoformat(), "Switched off in all regions"),
    }
    facts = [FactInput(key, "known", value, source) for key, (value, source) in answers.items()]
    cases.set_facts(incident, facts=facts, by=cast.responder, now=day)
    board = Seen(
        "Message board",
        account="quiet_harbour",
        links=["https://board.example/t/48213"],
        audience="Members of the board",
        reach=1_400,
        first_seen_at=seen,
        takedown_asked_at=day,
        takedown_reference="BRD-20817",
        taken_down_at=day + timedelta(hours=9),
    )
    copy = Seen(
        "Paste site",
        links=["https://paste.example/9xk2"],
        audience="Everybody who has the link",
        first_seen_at=day + timedelta(hours=4),
        takedown_asked_at=day + timedelta(hours=5),
    )
    for place in (board, copy):
        sightings.record_sighting(incident, place, by=cast.responder, now=day + timedelta(hours=10))


def look(incident: Incident, cast: Cast, now: datetime) -> None:
    """The lead looked last night; what came since is new to her."""
    position = StreamHead.objects.get(stream=incident.stream).sequence
    looking.look(incident, position=position, by=cast.lead, now=now)


def learn(incident: Incident, cast: Cast, now: datetime) -> None:
    """Of the closed incident: one improvement is settled, one is open, and three of the team looked back."""
    then = now - timedelta(days=20)
    done = lessons.add_improvement(
        incident, text="Share exports by link, inside the house only", owner=cast.responder,
        due_on=(then + timedelta(days=14)).date(), by=cast.lead, now=then,
    )  # fmt: skip
    lessons.finish_improvement(
        done,
        outcome="In place in all teams; mailing an export is refused.",
        by=cast.responder,
        now=now - timedelta(days=8),
    )
    lessons.add_improvement(
        incident, text="Limit the completion of names to one's own team", owner=cast.lead,
        due_on=(now + timedelta(days=12)).date(), by=cast.lead, now=then,
    )  # fmt: skip
    said = (
        (cast.responder, "yes", "The list of steps on the overview.", ""),
        (cast.legal, "yes", "", "Ask me before the first mail to the agency."),
        (cast.lead, "partly", "That it was reported within minutes.", "Say sooner who leads."),
    )
    for person, knew, helped, change in said:
        lessons.give_feedback(
            incident, knew=knew, helped=helped, change=change, by=person, now=then + timedelta(days=1)
        )


def join(incident: Incident, closed: Incident, cast: Cast, now: datetime) -> None:
    """A second incident of the same list was merged into the breach, which is linked to last month's."""
    again = cases.open_incident(by=cast.responder, title="List with private numbers on a paste site", now=now)
    joining.merge_incident(
        again, into=incident, reason="Field by field the list of the contact import.", by=cast.lead,
        now=now + timedelta(minutes=20),
    )  # fmt: skip
    joining.link_incidents(
        incident, other=closed, kind="related", reason="Both left the house through an export without a limit",
        by=cast.lead, now=now + timedelta(minutes=25),
    )  # fmt: skip


REGISTER = (
    ("Contact import", "Finds friends by their numbers", "", "responder", ["birth_date", "contacts", "email", "name", "phone"],
     {"DE": 310_000, "GB": 240_000, "FR": 220_000, "IE": 130_000}, 2_400_000),
    ("Moderation queue", "Reported posts and who reported them", "", "responder", ["email", "name"], {"IE": 130_000}, 88_000),
    ("Help desk", "Tickets of members", "Deskwell", "support", ["email", "name"], {"DE": 9_000, "GB": 11_000, "IE": 4_000}, 31_000),
    ("Payroll", "Our own people", "Northpay", "privacy", ["birth_date", "name"], {"IE": 240}, None),
)  # fmt: skip


def keep_register(cast: Cast, now: datetime) -> None:
    """Four systems and what they hold."""
    for name, purpose, vendor, owner, elements, people, records in REGISTER:
        keep_system(
            name=name, purpose=purpose, vendor=vendor, owner=getattr(cast, owner), elements=elements, people=people,
            records=records, by=cast.privacy, now=now - timedelta(days=60),
        )  # fmt: skip


def pick(breach: Incident, laptop: Incident, cast: Cast, now: datetime) -> None:
    """The breach names the import; the laptop the queue, whose proposals wait for an answer."""
    systems = {one.name: one for one in System.objects.all()}
    picked = picking.pick_system(breach, system=systems["Contact import"], by=cast.responder, now=now)
    picking.answer_proposal(picked, what="people", accept=False, by=cast.responder, now=now)
    picking.pick_system(laptop, system=systems["Moderation queue"], by=cast.responder, now=now)


def let_in(breach: Incident, cast: Cast, now: datetime) -> None:
    """Those on duty at weekends, as a team, until the work is done; and a note that became counsel's later."""
    duty = [cast.support, cast.auditor]
    team = teams.make_team(
        name="Weekend duty",
        purpose="From Friday evening to Monday morning",
        members=duty,
        by=cast.privacy,
        now=now,
    )
    may = [Can.VIEW, Can.WRITE]
    cases.grant_access(breach, to=team, cans=may, by=cast.lead, ends_at=now + timedelta(days=12), now=now)
    note = cases.add_note(
        breach, text="The partner's contract may say who pays. Ask counsel before anybody writes more.", privileged=False,
        by=cast.responder, now=now - timedelta(hours=2),
    )  # fmt: skip
    cases.set_note_privileged(
        note, privileged=True, reason="It asks for legal advice.", by=cast.legal, now=now - timedelta(hours=1)
    )
