"""What the relay sees of us: signatures that others can check, TLS, a sign-in, and no more mails than were agreed."""

from __future__ import annotations

import base64
import ssl
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from config.local import engines
from incidents.models import Incident
from notifications import compile as text
from notifications import dkim, lane, message, transport
from notifications.models import Delivery, Notice
from notifications.transport import RelayTrouble
from tests import dkim_check
from tests.notifications.conftest import add_people, people
from tests.sink import Sink

SUBJECT = (
    "Ihre Daten bei Lantern – was geschehen ist und was Sie jetzt für sich tun können, Schritt für Schritt"
)


def pem(key: Any) -> bytes:
    return bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def mails() -> Iterator[bytes]:
    about: Any = {"recipient": "a@mail.example", "message_id": "x@lantern.example", "date": datetime.now(UTC)}
    head = text.Compiled("de", "Läntern <p@lantern.example>", "desk@lantern.example", "=_b", frozenset())
    body = "Guten  Tag \n\n.Punkt\tund  Abstand \n\n\n"
    yield message.build(head, text.Filled(SUBJECT, body, f"<p>{body}</p>"), **about).body
    yield message.build(head, text.Filled("S", "", ""), **about, eight_bit=False).body
    yield message.plain(sender="p@lantern.example", reply_to="", subject=SUBJECT, text="Hallo", **about).body


def test_a_receiver_finds_our_signature_good_and_finds_what_was_changed(
    tmp_path: Path, settings: Any
) -> None:
    key = rsa.generate_private_key(65537, 2048)
    (tmp_path / "key").write_bytes(pem(key))
    settings.DKIM_KEY_FILE, settings.DKIM_SELECTOR = str(tmp_path / "key"), "s1"
    settings.MAIL_FROM = "Lantern <p@lantern.example>"
    raw = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(raw)

    def verified(mail: bytes) -> bool:
        asked = []

        def look_up(name: str) -> bytes:
            asked.append(name)
            return record

        fits = dkim_check.good(mail, look_up)
        assert asked in (
            ["s1._domainkey.lantern.example."],
            [],
        )  # what does not fit the body is not asked for
        return fits

    for mail in mails():
        signed = dkim.signed(mail)
        assert signed.endswith(mail)
        assert signed == dkim.signed(mail), "a second try has the same bytes"
        assert max(map(len, signed.split(b"\r\n"))) <= 998
        assert verified(signed)
        assert not verified(signed.replace(b"a@mail.example", b"b@mail.example"))
        assert not verified(b"From: evil@x.example\r\n" + signed)
        assert not verified(signed.replace(b"\r\n\r\n", b"\r\n\r\nmore\r\n", 1))


def test_spaces_are_relaxed_as_in_the_example_of_the_standard() -> None:
    """RFC 6376 3.4.5."""
    header, body = b"A: X\r\nB : Y\t\r\n\tZ  ", b" C \r\nD \t E\r\n\r\n\r\n"
    assert [dkim_check.relaxed_header(*field) for field in dkim_check.unfolded(header)] == [b"a:X", b"b:Y Z"]
    assert dkim.relaxed(body) == dkim_check.relaxed_body(body) == b" C\r\nD E\r\n"


def test_a_key_that_cannot_be_read_sends_nothing_unsigned(smtp_sink: Sink, settings: Any) -> None:
    settings.DKIM_KEY_FILE = "/nowhere/key.pem"
    with pytest.raises(RelayTrouble, match="DKIM key"):
        transport.Relay().connect()
    assert not smtp_sink.events()


# --- TLS and sign-in, against a real server


class Taken:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        assert session.ssl is not None, "a mail came in clear"
        self.mails.append(envelope.content)
        return "250 taken"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    file.write_bytes(self_signed())
    return file


def self_signed() -> bytes:
    """Key and certificate for localhost that only those trust who are told to."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(
            name, name, key.public_key(), 7, now - timedelta(days=1), now + timedelta(days=1)
        )
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return pem(key) + made.public_bytes(serialization.Encoding.PEM)


def signs_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"us", b"secret")
    return AuthResult(success=known, handled=False)


def test_starttls_and_a_sign_in_are_used_and_nothing_goes_out_without_them(
    certificate: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    taken = Taken()
    server = Controller(
        taken, hostname="127.0.0.1", port=engines.free_port(), tls_context=context, require_starttls=True, authenticator=signs_in,
        auth_required=True,
    )  # fmt: skip
    server.start()
    try:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "localhost", server.port
        settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER = True, "us"
        settings.EMAIL_HOST_PASSWORD = "secret"
        with pytest.raises(RelayTrouble, match=r"(?i)certificate"):
            transport.SmtpConnection(transport.Relay())
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        line = transport.SmtpConnection(transport.Relay())
        for body in mails():
            mail = message.Mail("p@lantern.example", "a@mail.example", body)
            line.begin(mail)
            assert line.opened().code == transport.GO_ON
            line.hand_over(mail, then=None)
            assert line.answer().taken
        line.close()
        settings.EMAIL_HOST_PASSWORD = "wrong"
        with pytest.raises(RelayTrouble, match="refuses our sign-in"):
            transport.SmtpConnection(transport.Relay())
        assert [body.split(b"\r\n")[0] for body in taken.mails] == [
            body.split(b"\r\n")[0] for body in mails()
        ]
    finally:
        server.stop()


# --- no more than agreed


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("own_state")
def test_no_more_mails_a_minute_than_agreed(
    smtp_sink: Sink, incident: Incident, sending: Callable[..., Notice], settings: Any
) -> None:
    """First to the relay in all, then to one mail domain: what is over waits for a slot of its own."""
    add_people(incident, people(14))  # two to each of seven domains
    settings.SMTP_PER_MINUTE = 600
    sending()
    started = time.monotonic()
    report = lane.run(connections_wanted=2)
    assert report.fates["sent"] == 14
    assert time.monotonic() - started >= 0.2, "the burst of a second, and then a tenth of a second each"
    settings.SMTP_PER_MINUTE, settings.SMTP_DOMAIN_PER_MINUTE = 0, 1
    second = sending()
    lane.run(connections_wanted=1)
    shown = Counter(Delivery.objects.filter(notice=second).values_list("state", flat=True))
    assert shown == {"sent": 7, "deferred": 7}
    waiting = list(Delivery.objects.filter(notice=second, state="deferred"))
    assert {one.attempt for one in waiting} == {0}
    assert all("turn at this mail domain" in one.reply_text for one in waiting)
    at = [one.next_try_at.timestamp() - time.time() for one in waiting if one.next_try_at]
    assert min(at) > 50
    assert max(at) < 61
    Delivery.objects.filter(notice=second, state="deferred").update(next_try_at=second.started_at)
    lane.run(connections_wanted=1)
    assert Delivery.objects.filter(notice=second, state="sent").count() == 14, "a slot is waited for once"
    assert max(Counter(smtp_sink.recipients()).values()) == 2
