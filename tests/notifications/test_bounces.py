"""What comes back: by IMAP, by mail folder and by webhook; each settles one delivery once, or nothing."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from incidents import tasks as intake
from incidents.models import InboundMail, Incident
from notifications import bounce_tasks, commands, lane, queries, tracing
from notifications.bounce_reading import read_bounce
from notifications.models import Bounce, Delivery, Notice
from notifications.queries import bounces as worklist
from stakeholders.models import AffectedParty
from stakeholders.sealing import BIT, RosterKeys
from tests.imap_server import Mailbox
from tests.notifications.conftest import add_people, people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_state")]
ADDRESS = "bounces@mail.lantern.example"
SECRET = "a secret of the mail provider"


def dsn(
    to: str, message_id: str = "", *, action: str = "failed", status: str = "5.1.1", text: str = ""
) -> bytes:
    """A report of non-delivery as Postfix writes it."""
    return f"""Return-Path: <>
Delivered-To: {to}
From: MAILER-DAEMON@mx.post.example (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.{text}

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.post.example

Final-Recipient: rfc822; person1@mail1.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} <person1@mail1.example>: no such mailbox

--b
Content-Type: text/rfc822-headers

From: privacy@lantern.example
Message-ID: <{message_id}>

--b--
""".replace("\n", "\r\n").encode()


def mail(to: str, *headers: str, text: str = "I am away.") -> bytes:
    head = "\r\n".join([f"To: {to}", "From: person1@mail1.example", "Subject: Re: Your data", *headers])
    return f"{head}\r\n\r\n{text}\r\n".encode()


COMPLAINT = """To: {to}
From: fbl@post.example
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: message/feedback-report

Feedback-Type: abuse

--b
Content-Type: message/rfc822

Message-ID: <{message_id}>

unwanted
--b--
"""


@pytest.fixture
def sent(
    settings: Any, incident: Incident, sending: Callable[..., Notice], smtp_sink: Any
) -> tuple[Notice, list[Delivery]]:
    """A finished notice of six mails, sent over SMTP with return paths of their own."""
    settings.BOUNCE_ADDRESS = ADDRESS
    add_people(incident, people(6, address1="1 Quay", town="Cork"))
    notice = sending()
    lane.run(connections_wanted=1)
    notice.refresh_from_db()
    return commands.finish_notice(notice, now=timezone.now()), list(notice.deliveries.order_by("pk"))


@pytest.fixture
def box(settings: Any) -> Iterator[Mailbox]:
    server = Mailbox()
    settings.BOUNCE_IMAP_URL = server.url()
    yield server
    server.stop()


def fates(notice: Notice) -> dict[str, int]:
    notice.refresh_from_db()
    assert notice.total == notice.sent + notice.refused + notice.held + notice.dropped + notice.pending
    return {one.state: one.number for one in queries.fates(notice)}


def test_mail_that_comes_back_settles_its_delivery_once(
    sent: tuple[Notice, list[Delivery]], box: Mailbox, smtp_sink: Any, incident: Incident, lead: User
) -> None:
    notice, rows = sent
    paths = [one["sender"] for one in smtp_sink.accepted()]
    assert len(set(paths)) == 6
    by_path = {path: tracing.delivery_of(tracing.tokens_in(path)) for path in paths}
    assert set(by_path.values()) == set(rows)
    hard, soft, away, late, spam, unread = paths
    complaint = COMPLAINT.format(to="abuse@lantern.example", message_id=by_path[spam].message_id)
    box.mails += [
        dsn(hard),
        dsn(ADDRESS, by_path[soft].message_id, status="4.2.2"),  # by the Message-ID alone
        mail(away, "Auto-Submitted: auto-replied"),
        dsn(late, action="delayed", status="4.4.1"),
        complaint.replace("\n", "\r\n").encode(),
        mail(unread, text="Thank you for telling me."),  # a person's own words report nothing
        dsn("bounces+" + "0" * 32 + "@mail.lantern.example"),  # forged
        b"\xff\x00 no mail at all",
    ]
    assert bounce_tasks.read_bounces() == 8
    box.seen.clear()  # as if the marks had been lost
    bounce_tasks.read_bounces()
    assert fates(notice) == {"bounced": 1, "deferred": 1, "sent": 4}
    kinds = {one.delivery: one.kind for one in Bounce.objects.select_related("delivery")}
    assert kinds[by_path[hard]] == "hard"
    assert kinds[by_path[away]] == "auto"
    assert kinds[by_path[late]] == "delayed"
    assert kinds[by_path[spam]] == "complaint"
    assert kinds[None] == "hard"  # of no mail of ours
    assert Bounce.objects.count() == 6
    assert not Bounce.objects.filter(words__contains="@").exists()
    assert notice.status == "sending"  # the full mailbox is tried again by itself
    cover = queries.coverage(incident)
    assert (cover.notified, cover.unreachable, cover.waiting) == (4, 0, 2)
    listed = worklist.returned(incident, group="address")
    assert [(one.delivery, one.why) for one in listed] == [(by_path[hard], "There is no such mailbox.")]

    # Given up, it counts as unreachable; corrected, it goes out again.
    chosen = [by_path[hard].pk]
    with pytest.raises(ValidationError):
        commands.give_up(incident, deliveries=[rows[5].pk + 99], by=lead, reason="Moved.", now=timezone.now())
    commands.give_up(incident, deliveries=chosen, by=lead, reason="Moved.", now=timezone.now())
    assert queries.coverage(incident).unreachable == 1
    commands.correct_address(
        by_path[hard],
        changed={"email": "new@mail9.example"},
        again=True,
        by=lead,
        reason="By phone.",
        now=timezone.now(),
    )
    assert lane.run(connections_wanted=1).fates["sent"] == 1
    assert len(smtp_sink.messages("new@mail9.example")) == 1
    assert fates(notice) == {"deferred": 1, "sent": 5}
    party = AffectedParty.objects.get(roster_id=incident.roster.pk, id=by_path[hard].party_id)
    assert RosterKeys.open(incident.roster).details(party).email == "new@mail9.example"
    told = AuditEvent.objects.filter(verb="party_corrected").latest("pk").details
    assert "mail9" not in told


def test_the_third_soft_bounce_is_the_last(sent: tuple[Notice, list[Delivery]]) -> None:
    notice, rows = sent
    for number in range(3):
        told = read_bounce(dsn(tracing.return_path(rows[0].message_id), status="4.4.7", text=str(number)))
        commands.note_bounce(
            told, source="mailbox", key=commands.event_key(b"%d" % number), now=timezone.now()
        )
        state = Delivery.objects.get(pk=rows[0].pk).state
        assert state == ("deferred" if number < 2 else "bounced")
        Delivery.objects.filter(pk=rows[0].pk, state="deferred").update(state="sent")
        Notice.objects.filter(pk=notice.pk).update(sent=6 if number < 2 else 5)


def test_a_withdrawn_notice_and_one_in_flight_are_settled_rightly(
    sent: tuple[Notice, list[Delivery]],
) -> None:
    notice, rows = sent
    Notice.objects.filter(pk=notice.pk).update(status="withdrawn")
    for row, status in zip(rows, ("5.1.1", "4.2.2"), strict=False):
        told = read_bounce(dsn(tracing.return_path(row.message_id), status=status))
        commands.note_bounce(
            told, source="mailbox", key=commands.event_key(status.encode()), now=timezone.now()
        )
    assert fates(notice) == {"bounced": 2, "sent": 4}
    Delivery.objects.filter(pk=rows[2].pk).update(state="in_flight")
    told = read_bounce(dsn(tracing.return_path(rows[2].message_id)))
    bounce = commands.note_bounce(
        told, source="mailbox", key=commands.event_key(b"quick"), now=timezone.now()
    )
    assert bounce.settled_at is None
    Delivery.objects.filter(pk=rows[2].pk).update(state="sent")
    assert commands.settle_due_bounces(now=timezone.now()) == 1
    assert fates(notice) == {"bounced": 3, "sent": 3}


def test_a_mail_folder_and_the_mailbox_of_reports_are_read_too(
    sent: tuple[Notice, list[Delivery]], settings: Any, tmp_path: Path
) -> None:
    notice, rows = sent
    settings.BOUNCE_MAILDIR = str(tmp_path)
    (tmp_path / "new").mkdir()
    (tmp_path / "cur").mkdir()
    (tmp_path / "new" / "1").write_bytes(dsn(tracing.return_path(rows[0].message_id)))
    server = Mailbox()
    server.mails.append(dsn("intake@lantern.example", rows[1].message_id))
    settings.INTAKE_IMAP_URL = server.url()
    intake.read_mailbox()
    server.stop()
    assert bounce_tasks.read_bounces() == 2
    assert [path.name for path in (tmp_path / "cur").iterdir()] == ["1:2,S"]
    assert InboundMail.objects.get().claimed_as == "bounce"
    assert fates(notice) == {"bounced": 2, "sent": 4}


def test_a_provider_tells_by_signed_webhook(
    sent: tuple[Notice, list[Delivery]], settings: Any, client: Client
) -> None:
    notice, rows = sent

    def tell(*events: dict[str, Any], secret: str = SECRET, at: float | None = None, raw: str = "") -> int:
        body, stamp = raw or json.dumps({"events": events}), str(int(at or time.time()))
        signature = base64.b64encode(
            hmac.digest(secret.encode(), f"e1.{stamp}.{body}".encode(), "sha256")
        ).decode()
        headers = {"webhook-id": "e1", "webhook-timestamp": stamp, "webhook-signature": f"v1,{signature}"}
        return client.post(
            "/hooks/bounces/", body, content_type="application/json", headers=headers
        ).status_code

    event = {"id": "1", "type": "bounced", "message_id": f"<{rows[0].message_id}>", "status": "5.1.1"}
    assert tell(event) == 409  # closed
    settings.BOUNCE_WEBHOOK_SECRET = SECRET
    assert tell(event, secret="another") == 401
    assert tell(event, at=time.time() - 900) == 401
    for wrong in ("[]", "{", '{"events": 3}', '{"events": [4]}', '{"events": [{"type": "bounced"}]}'):
        assert tell(raw=wrong) == 400
    assert fates(notice) == {"sent": 6}
    spam = {"id": "2", "type": "complained", "return_path": tracing.return_path(rows[1].message_id)}
    assert tell(event, spam, {"id": "3", "type": "opened"}) == 200
    assert tell(event, spam) == 200
    assert fates(notice) == {"bounced": 1, "sent": 5}
    assert Bounce.objects.count() == 2


def test_the_list_is_worked_off_on_its_page_and_by_the_api(
    sent: tuple[Notice, list[Delivery]], incident: Incident, client: Client, lead: User, stranger: User
) -> None:
    notice, rows = sent
    told = read_bounce(dsn(tracing.return_path(rows[0].message_id)))
    commands.note_bounce(told, source="mailbox", key=commands.event_key(b"x"), now=timezone.now())
    page = f"/incidents/{incident.reference}/returned/"
    client.force_login(lead)
    shown = client.get(page).content.decode()
    assert "There is no such mailbox." in shown
    assert rows[0].message_id not in shown
    assert "person0@" not in shown
    client.post(f"{page}act/", {"deliveries": [rows[0].pk], "act": "again", "reason": "They wrote to us."})
    assert fates(notice) == {"queued": 1, "sent": 5}
    answer = client.get(f"/api{page}?group=complaint")
    assert answer.json() == []
    refused = client.post(
        f"/api{page}give-up/", {"deliveries": [rows[0].pk], "reason": "x"}, content_type="application/json"
    )
    assert refused.status_code == 409
    client.force_login(stranger)
    assert client.get(page).status_code == 404
    assert AffectedParty.objects.filter(present=BIT["email"]).count() == 0
