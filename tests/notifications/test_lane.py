"""The lane against a real SMTP server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from incidents.models import Incident
from notifications import lane, tasks
from notifications.models import Delivery, Notice
from tests.notifications.conftest import add_people, people
from tests.sink import Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_state")]


def states(notice: Notice) -> Counter[str]:
    return Counter(Delivery.objects.filter(notice=notice).values_list("state", flat=True))


def adds_up(notice: Notice) -> bool:
    notice.refresh_from_db()
    counted = states(notice)
    return (
        notice.total == counted.total()
        and notice.sent == counted["sent"]
        and notice.refused == counted["bounced"] + counted["failed"]
        and notice.held == counted["uncertain"] + counted["parked"]
        and notice.dropped == counted["withdrawn"]
    )


def test_everybody_in_the_segment_gets_one_mail(
    smtp_sink: Sink, incident: Incident, sending: Callable[..., Notice]
) -> None:
    add_people(incident, people(130))
    notice = sending()
    report = lane.run(connections_wanted=1)
    assert report.fates["sent"] == 130
    assert not report.more
    assert Counter(smtp_sink.recipients()) == Counter(one.email for one in people(130))
    assert states(notice) == {"sent": 130}
    assert adds_up(notice)


def test_two_lanes_side_by_side_send_each_mail_once(
    smtp_sink: Sink, incident: Incident, sending: Callable[..., Notice]
) -> None:
    add_people(incident, people(300))
    notice = sending()
    lane.run(connections_wanted=2, window=10)
    assert Counter(smtp_sink.recipients()) == Counter(one.email for one in people(300))
    assert adds_up(notice)


def test_an_unknown_mailbox_is_final_a_full_one_after_the_third_try(
    smtp_sink: Sink, incident: Incident, sending: Callable[..., Notice]
) -> None:
    smtp_sink.faults(
        {"at": "rcpt", "do": "refuse", "to": "^person3@"},
        {"at": "rcpt", "do": "refuse", "to": "^person4@", "say": "552 5.2.2 mailbox full"},
    )
    add_people(incident, people(20))
    notice = sending()
    lane.run(connections_wanted=1)
    assert states(notice) == {"sent": 18, "bounced": 1, "deferred": 1}
    bounced = Delivery.objects.get(state="bounced")
    assert bounced.reply_code == 550
    assert "@" not in bounced.reply_text
    full = Delivery.objects.filter(reply_code=552)
    for hours in (4, 24):
        waits = full.get().next_try_at - timezone.now()
        assert timedelta(hours=hours, minutes=-2) < waits <= timedelta(hours=hours)
        full.update(next_try_at=notice.started_at)
        lane.run(connections_wanted=1)
    assert states(notice) == {"sent": 18, "bounced": 2}
    assert adds_up(notice)


def test_a_mail_refused_after_data_is_failed_with_the_reason(
    smtp_sink: Sink, incident: Incident, sending: Callable[..., Notice]
) -> None:
    smtp_sink.faults({"at": "data", "do": "refuse", "to": "^person3@", "say": "550 5.7.1 no, <a@b.example>"})
    add_people(incident, people(20))
    notice = sending()
    lane.run(connections_wanted=1)
    assert states(notice) == {"sent": 19, "failed": 1}
    assert Delivery.objects.get(state="failed").reply_text == "5.7.1 no, [address]"


def test_a_mail_put_off_waits_and_is_sent_with_the_same_message_id(
    smtp_sink: Sink, incident: Incident, sending: Callable[..., Notice]
) -> None:
    smtp_sink.faults({"at": "rcpt", "do": "defer", "to": "^person3@", "times": 1})
    add_people(incident, people(20))
    notice = sending()
    lane.run(connections_wanted=1)
    assert states(notice) == {"sent": 19, "deferred": 1}
    late = Delivery.objects.get(state="deferred")
    assert late.next_try_at is not None
    Delivery.objects.filter(pk=late.pk).update(next_try_at=notice.started_at)
    lane.run(connections_wanted=1)
    assert states(notice) == {"sent": 20}
    (mail,) = smtp_sink.messages("person3@mail3.example")
    assert mail["Message-ID"] == f"<{late.message_id}>"
    assert adds_up(notice)


def test_a_lost_answer_is_shown_as_uncertain_and_nobody_is_written_to_twice(
    smtp_sink: Sink, incident: Incident, sending: Callable[..., Notice]
) -> None:
    smtp_sink.faults({"at": "data", "do": "drop", "to": "^person7@", "times": 1})
    add_people(incident, people(120))
    notice = sending(uncertain_policy="park")
    lane.run(connections_wanted=1)
    assert states(notice) == {"sent": 119, "uncertain": 1}
    assert Counter(smtp_sink.recipients()) == Counter(one.email for one in people(120))
    assert adds_up(notice)


def test_a_lost_answer_is_sent_again_with_the_same_message_id_when_the_notice_says_so(
    smtp_sink: Sink, incident: Incident, sending: Callable[..., Notice]
) -> None:
    smtp_sink.faults({"at": "data", "do": "drop", "to": "^person7@", "times": 1})
    add_people(incident, people(20))
    notice = sending(uncertain_policy="resend")
    lane.run(connections_wanted=1)
    assert states(notice) == {"sent": 20}
    first, second = smtp_sink.messages("person7@mail0.example")
    assert first["Message-ID"] == second["Message-ID"]
    assert first.as_bytes() == second.as_bytes()
    assert Delivery.objects.get(uncertain_at__isnull=False).state == "sent"


@pytest.mark.parametrize("where", ["connect", "mail", "rcpt"])
def test_a_reset_before_the_mail_loses_and_doubles_nothing(
    where: str, smtp_sink: Sink, incident: Incident, sending: Callable[..., Notice]
) -> None:
    smtp_sink.faults({"at": where, "do": "reset", "times": 1, "after": 0 if where == "connect" else 5})
    add_people(incident, people(40))
    notice = sending()
    for _ in range(2):
        lane.run(connections_wanted=1)
    assert Counter(smtp_sink.recipients()) == Counter(one.email for one in people(40))
    assert states(notice) == {"sent": 40}
    attempts = Delivery.objects.filter(notice=notice).values_list("attempt", flat=True)
    assert set(attempts) == {1}, "what went back without a try was none"


def test_a_relay_that_is_gone_leaves_all_queued_and_says_so(
    smtp_sink: Sink, incident: Incident, sending: Callable[..., Notice]
) -> None:
    add_people(incident, people(5))
    notice = sending()
    smtp_sink.stop()
    report = lane.run(connections_wanted=1)
    assert report.trouble
    assert states(notice) == {"queued": 5}
    notice.refresh_from_db()
    assert notice.trouble
    smtp_sink.start()
    lane.run(connections_wanted=1)
    assert states(notice) == {"sent": 5}
    notice.refresh_from_db()
    assert not notice.trouble


def test_a_refused_sender_marks_nobody_as_unreachable(
    smtp_sink: Sink, incident: Incident, sending: Callable[..., Notice]
) -> None:
    smtp_sink.faults({"at": "mail", "do": "refuse", "say": "550 5.7.1 sender unknown"})
    add_people(incident, people(5))
    notice = sending()
    report = lane.run(connections_wanted=1)
    assert "refuses our sender" in report.trouble
    assert states(notice) == {"queued": 5}


def test_the_notice_is_finished_and_the_first_sending_handed_down(
    smtp_sink: Sink, incident: Incident, sending: Callable[..., Notice]
) -> None:
    add_people(incident, people(3))
    notice = sending()
    assert incident.matters.filter(settled_at=None).count() == 1
    tasks.send_due_deliveries()
    notice.refresh_from_db()
    assert notice.status == "finished"
    assert incident.event_times.get(kind="notice_sent").at == notice.first_sent_at
    assert not incident.matters.filter(settled_at=None).exists()
