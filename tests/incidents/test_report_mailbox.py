"""Reports by mail: fetched over IMAP, kept sealed, threaded; broken, repeated and automatic mail."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from incidents import commands, mailbox, queries, tasks
from incidents.commands import inbound
from incidents.commands.inbound import keep_mail, raw_mail, take_in_next_mail
from incidents.lifecycle import ReportStatus
from incidents.mail_reading import read_mail, without_quote
from incidents.models import Door, InboundMail, Report, ReportMessage
from incidents.models.inbound import Became
from notifications import report_mail
from tests.imap_server import PASSWORD, Mailbox, mail
from tests.people import NOON


@pytest.fixture
def box(settings) -> Iterator[Mailbox]:
    server = Mailbox()
    settings.INTAKE_IMAP_URL = server.url()
    settings.INTAKE_ADDRESS = "intake@lantern.example"
    yield server
    server.stop()


def took(raw: bytes, now=NOON) -> InboundMail:
    keep_mail(raw, now=now)
    mail = take_in_next_mail(now=now)
    assert mail is not None
    return mail


def test_mail_in_the_mailbox_becomes_reports_once(box, responder):
    box.mails += [mail(), mail("Second", "Words of the second.")]
    assert tasks.read_mailbox() == 2
    assert box.seen == {1, 2}
    assert tasks.read_mailbox() == 0
    box.seen.clear()  # as if the mark had been lost with the connection
    assert tasks.read_mailbox() == 0
    first, second = Report.objects.order_by("pk")
    assert (first.door, first.title, first.words) == (Door.MAILBOX, "I see phone numbers", "Of strangers.")
    assert commands.read_reporter_contact(first, by=responder, now=NOON) == "Ana Ruiz <ana@post.example>"
    kept = InboundMail.objects.get(report=second)
    assert raw_mail(kept) == box.mails[1]
    assert b"Words of the second" not in bytes(kept.sealed_raw)


def test_a_mailbox_that_cannot_be_opened_is_tried_again_and_says_no_password(box, db, settings):
    box.mails.append(mail())
    box.down = True
    assert tasks.read_mailbox() == 0
    box.down = False
    with pytest.raises(mailbox.MailboxTrouble) as trouble, mailbox.opened(box.url("wrong")):
        pass
    assert PASSWORD not in str(trouble.value)
    assert tasks.read_mailbox() == 1


def test_the_answer_goes_by_mail_and_the_reply_comes_back_to_its_report(box, responder, smtp_sink):
    report = took(mail(Message_ID="<first@post.example>")).report
    commands.answer_reporter(report, text="Which import do you mean?", by=responder, now=NOON)
    assert report_mail.send_due() == 1
    sent = smtp_sink.messages("ana@post.example")[0]
    assert "Which import do you mean?" in sent.get_content()
    assert sent["To"] == "ana@post.example"
    assert sent["In-Reply-To"] == "<first@post.example>"
    assert sent["Reply-To"] == "intake@lantern.example"
    commands.dismiss_report(report, by=responder, reason="No answer.", now=NOON)
    reply = took(
        mail(
            "Re: Your report",
            "The new one.\n\nOn Monday Lantern wrote:\n> Which import?",
            In_Reply_To=sent["Message-ID"],
        )
    )
    assert (reply.claimed_as, reply.report) == (Became.REPLY, report)
    said = report.messages.last()
    assert (said.kind, said.text, said.by_mail, said.other_sender) == ("in", "The new one.", True, False)
    report.refresh_from_db()
    assert report.status == ReportStatus.NEW
    assert queries.to_answer(responder).get() == report
    assert Report.objects.count() == 1


def test_replies_are_threaded_by_references_or_by_sender_and_subject_and_never_by_a_guessed_reference(db):
    first = took(mail(Message_ID="<first@post.example>"))
    report = first.report
    threaded = took(mail("Re: x", "More.", References="<other@x> <first@post.example>"))
    named = took(mail(f"Re: {report.reference}", "And more."))
    assert threaded.report == named.report == report
    stranger = took(mail(f"About {report.reference}", "Let me in.", From="eve@web.example"))
    assert stranger.claimed_as == Became.REPORT
    colleague = took(mail("Re: x", "Cc.", From="bo@post.example", In_Reply_To="<first@post.example>"))
    assert colleague.report == report
    assert report.messages.last().other_sender is True


@pytest.mark.parametrize(
    ("headers", "became"),
    [
        ({"Auto_Submitted": "auto-replied (vacation)"}, Became.AUTOMATIC),
        ({"Precedence": "auto_reply"}, Became.AUTOMATIC),
        ({"X_Autoreply": "yes"}, Became.AUTOMATIC),
        ({"Content_Type": 'multipart/report; boundary="b"'}, Became.AUTOMATIC),
        ({"From": "MAILER-DAEMON@post.example"}, Became.AUTOMATIC),
        ({"Return_Path": "<>"}, Became.AUTOMATIC),
        ({"From": "Intake <INTAKE@lantern.example>"}, Became.OWN),
        ({"Auto_Submitted": "auto-generated"}, Became.REPORT),
        ({"Auto_Submitted": "no"}, Became.REPORT),
        ({"Precedence": "bulk"}, Became.REPORT),
    ],
)
def test_automatic_replies_and_our_own_mail_never_become_reports(db, settings, headers, became):
    settings.INTAKE_ADDRESS = "intake@lantern.example"
    assert took(mail(**headers)).claimed_as == became
    assert Report.objects.count() == (1 if became == Became.REPORT else 0)


BROKEN = {
    "nothing at all": b"",
    "only bytes": bytes(range(256)) * 40,
    "no message-id, no from": mail(Message_ID=None, From=None),
    "an encoding that is none": mail("=?klingon?B?AAAA?=", Content_Type="text/plain; charset=klingon"),
    "half base64": mail(Content_Type="text/plain", Content_Transfer_Encoding="base64", text="%%%"),
    "multipart without end": mail(Content_Type='multipart/mixed; boundary="b"', text="--b\r\nA: b\r\n\r\nx"),
    "a header without end": mail("x" * 50_000, From="y" * 50_000, References="<a@b>" * 5_000),
    "NUL and half characters": mail("a\x00b", "c\x00\ud800".encode("utf-8", "surrogatepass").decode("latin-1")),
    "HTML alone": mail(Content_Type="text/html", text="<script>alert(1)</script><p>Seen</p><br>it"),
    "absurd depth": b"From: a@b.example\r\n"
    + b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(3_000)),
    "many parts": mail(Content_Type='multipart/mixed; boundary="b"', text="--b\r\n\r\nx\r\n" * 5_000),
    "very long": mail(text="long " * 20_000),
}  # fmt: skip


def test_broken_mail_is_kept_and_becomes_a_report(db):
    for name, raw in BROKEN.items():
        kept = took(raw)
        assert kept.claimed_as in (Became.REPORT, Became.UNREADABLE), name
        assert raw_mail(kept) == raw, name
        assert kept.report.title, name
        assert 0 < len(kept.report.words) <= 20_000, name
    seen = Report.objects.get(mails__sha256=keep_mail(BROKEN["HTML alone"], now=NOON).sha256)
    assert seen.words == "Seen\n\nit"


def test_the_same_mail_by_two_ways_is_one_report(db):
    raw = mail(Message_ID="<one@post.example>")
    assert took(raw).claimed_as == Became.REPORT
    assert took(b"Received: by another way\r\n" + raw).claimed_as == Became.AGAIN
    assert (
        took(mail("Copied id", Message_ID="<one@post.example>", From="eve@web.example")).claimed_as
        == Became.REPORT
    )
    assert Report.objects.count() == 2


def test_one_who_sends_very_many_fills_one_report_and_a_flood_waits(db, monkeypatch):
    monkeypatch.setattr(inbound, "MOST_OF_ONE_SENDER", 2)
    monkeypatch.setattr(inbound, "MOST_REPORTS", 3)
    became = [took(mail(f"Bomb {n}", f"{n}")).claimed_as for n in range(4)]
    assert became == [Became.REPORT, Became.REPORT, Became.JOINED, Became.JOINED]
    assert "Bomb 3" in ReportMessage.objects.last().text
    assert took(mail("Another", From="bo@post.example")).claimed_as == Became.REPORT
    keep_mail(mail("Too many", From="cy@post.example"), now=NOON)
    assert take_in_next_mail(now=NOON) is None
    assert take_in_next_mail(now=NOON + inbound.HOUR * 1.1).claimed_as == Became.REPORT


def test_a_mail_longer_than_we_take_is_cut_and_says_so(box, db, monkeypatch):
    monkeypatch.setattr(mailbox, "MOST_BYTES", 400)
    box.mails.append(mail(text="long " * 200))
    assert tasks.read_mailbox() == 1
    assert InboundMail.objects.get().cut is True


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("Yes.\n\n> Which?\n> This?", "Yes."),
        ("Yes.\nOn Mon, Ana wrote:\n> Which?", "Yes."),
        ("> Which?\nThis one.", "> Which?\nThis one."),
        ("> only a quote", "> only a quote"),
    ],
)
def test_a_reply_loses_the_quote_below_it_and_nothing_else(words, left):
    assert without_quote(words) == left


def test_files_of_a_mail_come_with_the_report_and_those_that_reports_do_not_take_are_named(
    db, settings, tmp_path
):
    part = '--b\r\nContent-Disposition: attachment; filename="{}"\r\n\r\n{}\r\n'
    raw = mail(
        "=?utf-8?B?w5xiZXIgbWljaA==?=",
        Content_Type='multipart/mixed; boundary="b"',
        text="--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n"
        + part.format("list.csv", "name,phone\r\nAna,1\r\n") + part.format("run.exe", "MZ\x01\x02") + "--b--",
    )  # fmt: skip
    read = read_mail(raw)
    assert (read.subject, read.words.strip()) == ("Über mich", "Hello")
    assert re.fullmatch(r"\d+@post\.example", read.message_id)
    report = took(raw).report
    assert [one.file.name for one in report.attachments.all()] == ["list.csv"]
    assert "[Files in the mail: list.csv, run.exe]" in report.words
