"""Reminders as people get them: who is told when, on pages, by API and by mail."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from accounts import commands as accounts
from accounts.models import Role, User
from audit.models import AuditEvent
from incidents import commands, queries, tasks
from incidents.models import Alert, Incident, Obligation
from incidents.models.alert import MailState
from notifications import alerts
from notifications import tasks as mailing
from tests.sink import Sink
from tests.standing import standing

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def alone(breach: Incident) -> Obligation:
    """The filing under the GDPR, and no other duty that could remind."""
    breach.obligations.exclude(rule_id="eu-gdpr-33", stage="initial").update(status="gone")
    return breach.obligations.get(rule_id="eu-gdpr-33", stage="initial")


@standing
def filing(breach: Incident, legal: User, lead: User, responder: User) -> Obligation:
    """Owned by legal, for whom the responder stands in; the lead leads."""
    one = alone(breach)
    at = one.started_at
    assert at is not None
    accounts.set_stand_in(legal, by=legal, stand_in=responder, away_from=None, away_until=None, now=at)
    return commands.hand_over_obligation(one, to=legal, by=lead, now=at)


def look(at: datetime) -> list[tuple[str, str, int]]:
    """What the worker does at an instant; whom it told, why, of which step."""
    before = Alert.objects.values_list("pk", flat=True)
    known = set(before)
    with time_machine.travel(at, tick=False):
        tasks.raise_due_alerts()
    rows = Alert.objects.exclude(pk__in=known).select_related("recipient").order_by("recipient__email")
    return [(row.recipient.email.partition("@")[0], row.why, row.step) for row in rows]


def part(one: Obligation, percent: float) -> datetime:
    assert one.started_at is not None
    assert one.due_at is not None
    return one.started_at + (one.due_at - one.started_at) * percent / 100


def test_from_the_owner_to_everybody_who_leads_until_somebody_has_it(
    filing, legal, lead, responder, make_user, client_of
):
    make_user("second.lead@lantern.example", Role.LEAD)
    half = part(filing, 50)
    assert look(half - HOUR) == []
    assert look(half) == [("legal", "owner", 50)]
    assert look(half) == look(half + HOUR) == []
    assert look(half + 9 * HOUR) == [("responder", "stand_in", 50)]
    with time_machine.travel(half + 10 * HOUR, tick=False):
        page = (
            client_of(lead)
            .get(f"/incidents/{filing.incident.reference}/obligations/{filing.pk}/")
            .content.decode()
        )
        assert page.index("Told Legal") < page.index("Told Responder")
        assert "Not answered" in page
        commands.have_obligation(filing, by=responder, now=half + 10 * HOUR)
        assert client_of(responder).get("/api/reminders/").json() == []
    assert look(half + 17 * HOUR) == []
    three = part(filing, 75)
    assert look(three) == [("responder", "has_it", 75)]
    assert look(three + 5 * HOUR) == [("legal", "owner", 75)]
    assert look(three + 9 * HOUR) == [("lead", "lead", 75)]
    assert look(part(filing, 90)) == [("responder", "has_it", 90)]
    end = part(filing, 100)
    assert look(end) == [("responder", "has_it", 100)]
    assert look(end + 2 * HOUR) == [("legal", "owner", 100)]
    assert look(end + 4 * HOUR) == [("lead", "lead", 100)]
    assert look(end + 6 * HOUR) == [("second.lead", "leads", 100)]
    assert look(end + 23 * HOUR) == []
    assert look(end + 3 * DAY + HOUR) == [("responder", "has_it", 103)]
    commands.meet_obligation(filing, at=end, proof="DPC-1", by=legal, now=end + 4 * DAY)
    look(end + 5 * DAY)  # what follows on the filing has a clock of its own
    assert filing.alerts.count() == 11
    verbs = list(
        AuditEvent.objects.filter(verb__in=["deadlines_reminded", "obligations_taken"]).values_list(
            "verb", flat=True
        )
    )
    assert (verbs.count("deadlines_reminded"), verbs.count("obligations_taken")) == (12, 1)


def test_a_clock_that_moves_tells_nothing_twice(filing):
    half = part(filing, 50)
    assert look(half) == [("legal", "owner", 50)]
    filing.due_at += 30 * HOUR
    filing.save()
    commands.have_obligation(filing, by=filing.owner, now=half)
    assert look(part(filing, 50)) == look(part(filing, 60)) == []
    assert look(part(filing, 75)) == [("legal", "has_it", 75)]
    assert look(part(filing, 100)) == [("legal", "has_it", 100)]
    filing.due_at += 10 * DAY
    filing.save(update_fields=["due_at"])
    assert look(part(filing, 90)) == [("legal", "has_it", 90)]
    assert Alert.objects.order_by("-pk")[0].round == 1
    # Law enforcement asks to wait: nobody is reminded meanwhile.
    Obligation.objects.filter(pk=filing.pk).update(status="delayed")
    assert look(part(filing, 100)) == []


@pytest.mark.parametrize(
    ("given", "right"),
    [
        ("away", [("responder", "stand_in", 50)]),
        ("sign-in ended", [("responder", "stand_in", 50)]),
        ("both away", [("lead", "lead", 50)]),
        ("restricted", [("lead", "lead", 50)]),
        ("drill", []),
        ("nobody", [("officer", "nobody", 50)]),
    ],
)
def test_who_is_not_there_is_passed_over(given, right, filing, legal, lead, responder, officer, client_of):
    half = part(filing, 50)
    days = {"away_from": half.date() - DAY, "away_until": half.date() + DAY, "now": filing.started_at}
    if given in ("away", "both away", "nobody"):
        accounts.set_stand_in(legal, by=legal, stand_in=responder, **days)
    if given in ("both away", "nobody"):
        accounts.set_stand_in(responder, by=responder, stand_in=legal, **days)
    if given == "nobody":
        accounts.set_stand_in(lead, by=lead, stand_in=None, **days)
    if given == "sign-in ended":
        accounts.deactivate_user(legal, by=officer)
    if given == "restricted":
        commands.restrict_incident(filing.incident, by=lead, reason="A colleague.", now=half)
    if given == "drill":
        Incident.objects.filter(pk=filing.incident_id).update(drill=True)
    assert look(half) == right
    if given == "nobody":
        page = client_of(lead).get(f"/incidents/{filing.incident.reference}/obligations/{filing.pk}/")
        with time_machine.travel(half, tick=False):
            page = client_of(lead).get(f"/incidents/{filing.incident.reference}/obligations/{filing.pk}/")
            assert b"Nobody who should do it can be reached" in client_of(officer).get("/").content
        assert "Nobody can be reminded" in page.content.decode()
        assert look(half + 9 * HOUR) == look(part(filing, 75)) == []  # once


def test_days_away_turn_with_the_persons_own_midnight(filing, legal):
    """On the morning after summer time begins in New York, by its own calendar."""
    legal.zone = "America/New_York"
    legal.save()
    start = datetime.fromisoformat("2027-03-12T12:00-05:00")
    filing.started_at, filing.due_at = start, start + 72 * HOUR
    filing.save()
    day = date(2027, 3, 14)
    accounts.set_stand_in(legal, by=legal, stand_in=None, away_from=day, away_until=day, now=start)
    Alert.objects.all().delete()
    assert look(datetime.fromisoformat("2027-03-14T23:59-04:00"))[0][0] == "lead"
    Alert.objects.all().delete()
    assert look(datetime.fromisoformat("2027-03-15T00:00-04:00"))[0][0] == "legal"


def test_on_pages_and_by_api(filing, legal, lead, auditor, stranger, responder, client_of, breach):
    look(part(filing, 50))
    at = part(filing, 51)
    base = f"incidents/{breach.reference}/obligations/{filing.pk}"
    with time_machine.travel(at, tick=False):
        assert "wait for your answer" in client_of(legal).get("/").content.decode()
        assert "wait for your answer" not in client_of(responder).get("/").content.decode()
        mine = client_of(legal).get("/api/reminders/").json()
        assert [(one["incident"], one["step"], one["why"]) for one in mine] == [
            (breach.reference, 50, "owner")
        ]
        told = client_of(auditor).get(f"/api/{base}/reminders/").json()
        assert (told["owner"], told["held_by"], told["reaches"]) == (legal.pk, None, True)
        assert client_of(auditor).post(f"/{base}/have/").status_code == 403
        assert client_of(stranger).post(f"/{base}/have/").status_code == 404
        assert client_of(legal).post(f"/incidents/{breach.reference}/reminders/have/").status_code == 302
        assert "wait for your answer" not in client_of(legal).get("/").content.decode()
        assert client_of(legal).post(f"/api/incidents/{breach.reference}/reminders/have/").status_code == 409
        assert client_of(lead).post(f"/{base}/hand-over/", {"to": auditor.pk}).status_code == 422
        assert client_of(lead).post(f"/{base}/hand-over/", {"to": responder.pk}).status_code == 302
        told = client_of(lead).get(f"/api/{base}/reminders/").json()
        assert (told["owner"], told["held_by"]) == (responder.pk, None)
        api = client_of(lead).post(
            f"/api/{base}/hand-over/", {"to": auditor.pk}, content_type="application/json"
        )
        assert api.status_code == 400
        with pytest.raises(ValidationError) as refusal:
            commands.hand_over_obligation(filing, to=auditor, by=lead, now=at)
        assert refusal.value.code == "owner_without_access"
    assert look(at) == [("responder", "owner", 50)]


@pytest.fixture
def sink(smtp_sink: Sink) -> Sink:
    return smtp_sink


def send(at: datetime) -> None:
    with time_machine.travel(at, tick=True):
        mailing.send_due_alerts()


def test_a_mail_says_what_is_due_and_names_nobody(filing, breach, legal, lead, sink):
    half = part(filing, 50)
    look(half)
    send(half)
    send(half)
    (mail,) = sink.messages()
    text = mail.get_content()
    assert mail["To"] == "legal@lantern.example"
    assert breach.reference in mail["Subject"]
    assert filing.recipient_name in mail["Subject"]
    for words in (
        filing.citation[:20],
        "50 % of the time is gone.",
        f"/obligations/{filing.pk}/",
        "Europe/Dublin",
        "I have this",
    ):
        assert words in text
    for name in (breach.title, str(legal), str(lead), lead.email):
        assert name not in text + mail["Subject"]
    # All that waits for one person is one mail; of a restricted incident its reference alone.
    Obligation.objects.filter(incident=breach, status="gone", due_at__isnull=False).update(status="required")
    commands.restrict_incident(breach, by=lead, reason="A colleague.", now=half)
    at = part(filing, 99)
    told = look(at)
    assert len(told) > 1
    assert {who for who, _, _ in told} == {"lead"}
    send(at)
    (mail,) = sink.messages("lead@lantern.example")
    text = mail.get_content()
    assert mail["Subject"] == f"{breach.reference}: {len(told)} deadlines need you"
    for words in (breach.title, "GDPR", "Commission", "Art.", "initial"):
        assert words not in text
    assert Alert.objects.filter(mail_state=MailState.SENT).count() == 1 + len(told)


def test_what_became_of_the_mail_decides_what_follows(filing, legal, sink):
    half = part(filing, 50)
    look(half)
    sink.faults({"at": "data", "do": "reset", "times": 1})
    send(half)
    row = Alert.objects.get()
    assert row.mail_state in (MailState.QUEUED, MailState.UNCERTAIN)
    Alert.objects.update(mail_state=MailState.QUEUED, due_at=None)
    sink.faults({"at": "rcpt", "do": "defer", "times": 1})
    send(half)
    row.refresh_from_db()
    assert (row.mail_state, row.reply_code) == (MailState.QUEUED, "451")
    send(half + 30 * timedelta(seconds=1))
    assert sink.accepted() == []
    sink.faults({"at": "rcpt", "do": "refuse", "to": "legal@"})
    send(half + HOUR)
    row.refresh_from_db()
    assert row.mail_state == MailState.FAILED
    # Nobody waits for somebody whose mail was refused.
    assert look(half + HOUR) == [("responder", "stand_in", 50)]
    sink.faults({"at": "data", "do": "drop", "times": 1})
    send(half + HOUR)
    send(half + 2 * HOUR)
    assert sink.recipients() == ["responder@lantern.example"]
    assert Alert.objects.get(why="stand_in").mail_state == MailState.UNCERTAIN
    # A worker that died with it in hand: perhaps sent, so not again.
    Alert.objects.update(mail_state=MailState.IN_FLIGHT, lease_until=half)
    send(half + 3 * HOUR)
    assert set(Alert.objects.values_list("mail_state", flat=True)) == {MailState.UNCERTAIN}
    assert len(sink.accepted()) == 1


def test_after_a_day_without_mail_the_latest_step_alone_is_told(filing, legal, sink):
    """The reminders were raised and the mail waited; then also one that was answered meanwhile."""
    for percent in (50, 75, 90):
        look(part(filing, percent))
        commands.have_obligation(filing, by=legal, now=part(filing, percent)) if percent == 75 else None
    assert Alert.objects.filter(mail_state=MailState.QUEUED).count() == 3
    send(part(filing, 91))
    (mail,) = sink.messages()
    assert "90 % of the time is gone" in mail.get_content()
    assert sorted(Alert.objects.values_list("mail_state", flat=True)) == ["dropped", "dropped", "sent"]
    assert look(part(filing, 100)) == [("legal", "has_it", 100)]
    commands.have_obligation(filing, by=legal, now=part(filing, 100))
    send(part(filing, 100))
    assert len(sink.messages()) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_nobody_twice(filing, sink):
    Obligation.objects.filter(status="gone", due_at__isnull=False).update(status="required")
    together = threading.Barrier(4)
    problems: list[BaseException] = []

    def worker() -> None:
        try:
            together.wait()
            for _ in range(3):
                for pk in queries.incidents_to_remind(now=timezone.now()):
                    commands.raise_alerts(pk, now=timezone.now())
                alerts.send_due()
        except BaseException as problem:
            problems.append(problem)
        finally:
            connection.close()

    with time_machine.travel(part(filing, 100) + 30 * DAY, tick=True):
        threads = [threading.Thread(target=worker) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert problems == []
    rows = list(Alert.objects.all())
    assert len(rows) == len({(row.obligation_id, row.round, row.step, row.recipient_id) for row in rows})
    assert {row.mail_state for row in rows} == {MailState.SENT}
    lines = "".join(mail.get_content() for mail in sink.messages())
    told = [row for row in rows if f"/obligations/{row.obligation_id}/" in lines]
    assert all(lines.count(f"/obligations/{row.obligation_id}/") == 1 for row in told)
    assert len(rows) > 1
    assert set(sink.recipients()) == {"lead@lantern.example", "legal@lantern.example"}
