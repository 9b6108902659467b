"""The oracle itself: what the sink logs is what was taken."""

import smtplib

import pytest

from tests.engines import guard
from tests.sink import Sink


@pytest.fixture
def sink(scratch):
    running = Sink(scratch / "sink", guard()).start()
    yield running
    running.stop()


def send(sink, to="ana@example.org", subject="Hello"):
    with smtplib.SMTP("127.0.0.1", sink.port, timeout=5) as client:
        client.sendmail(
            "privacy@lantern.example", [to], f"Subject: {subject}\r\n\r\n..dots\r\nçé\r\n".encode()
        )


def test_a_message_is_kept_as_sent_and_offers_pipelining(sink):
    with smtplib.SMTP("127.0.0.1", sink.port, timeout=5) as client:
        client.ehlo()
        assert client.has_extn("pipelining")
        assert client.has_extn("8bitmime")
    send(sink)
    (message,) = sink.messages(to="ana@example.org")
    assert message["Subject"] == "Hello"
    assert message.get_payload(decode=True).decode() == "..dots\r\nçé\r\n"


def test_a_lost_reply_leaves_the_message_taken(sink):
    sink.faults({"at": "data", "do": "drop", "times": 1})
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(sink)
    assert [event["replied"] for event in sink.accepted()] == [False]
    send(sink, to="bo@example.org")
    assert sink.recipients() == ["ana@example.org", "bo@example.org"]


def test_a_reset_connection_takes_nothing(sink):
    sink.faults({"at": "data", "do": "reset", "times": 1})
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
        send(sink)
    assert sink.accepted() == []


@pytest.mark.parametrize(("fault", "code"), [("defer", 451), ("refuse", 550)])
def test_a_refused_recipient_is_logged_and_others_pass(sink, fault, code):
    sink.faults({"at": "rcpt", "do": fault, "to": "^bad@"})
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(sink, to="bad@example.org")
    assert refused.value.recipients["bad@example.org"][0] == code
    send(sink, to="good@example.org")
    assert sink.recipients() == ["good@example.org"]


def test_a_killed_sink_comes_back_on_its_port_with_its_log(sink):
    send(sink)
    port = sink.port
    sink.stop()
    sink.start()
    send(sink, to="bo@example.org")
    assert sink.port == port
    assert sink.wait_for(2) == ["ana@example.org", "bo@example.org"]
