"""Mail that waited while somebody's access ended is not sent to them."""

from __future__ import annotations

from django.utils import timezone

from accounts import commands as accounts
from incidents import commands
from incidents.commands import teams
from incidents.models import Can, IncidentGroupGrant, IncidentUserGrant, ItemAlert
from incidents.models.alert import Alert, MailState, Why
from notifications import alerts, item_alerts
from tests.people import hire


def test_mail_that_waited_is_not_sent_once_access_has_ended(breach, lead, officer, smtp_sink):
    """Five people are told of a deadline, an item and a mention; four lose their access in four ways."""
    now = timezone.now()
    people = {name: hire(f"{name}@experts.example") for name in ("ended", "lapsed", "team", "left", "stays")}
    team = teams.make_team(name="Forensics", members=[people["team"]], by=officer, now=now)
    for to in (*(one for name, one in people.items() if name != "team"), team):
        commands.grant_access(breach, to=to, cans=[Can.WRITE], by=lead, now=now)
    clock = breach.obligations.get(rule_id="eu-gdpr-33", stage="initial")
    for name, person in people.items():
        item = commands.add_item(breach, title=f"Read log {name}", owner=person, by=lead, now=now)
        commands.comment_item(item, text=f"@{person.name} please", by=lead, now=now)
        Alert.objects.create(
            obligation=clock, step=50, recipient=person, why=Why.OWNER, clock_at=clock.due_at, at=now
        )
    assert ItemAlert.objects.filter(recipient__in=people.values()).count() == 10

    commands.end_access(breach, of=people["ended"], by=lead, now=now)
    IncidentUserGrant.objects.filter(user=people["lapsed"]).update(ends_at=now)
    teams.change_team(team, name="Forensics", members=[], by=officer, now=now)
    accounts.deactivate_user(people["left"], by=officer)
    alerts.send_due()
    item_alerts.send_due()

    assert {mail["To"] for mail in smtp_sink.messages()} == {"stays@experts.example"}
    assert len(smtp_sink.messages()) == 2
    for rows in (Alert, ItemAlert):
        dropped = rows.objects.filter(mail_state=MailState.DROPPED).values_list("recipient__email", flat=True)
        assert {email.partition("@")[0] for email in dropped} == people.keys() - {"stays"}
    assert IncidentGroupGrant.objects.filter(group=team).exists()  # the team stays, with nobody in it
