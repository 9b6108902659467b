"""The local mail catcher and its pages."""

import os
import smtplib
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest

from accounts.models import User
from config.local import processes
from config.local.engines import free_port
from tests.engines import guard

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def maildir(scratch, settings):
    settings.LOCAL = True
    settings.MAIL_CATCHER_DIR = str(scratch / "mail")
    return scratch / "mail"


@pytest.fixture
def catcher(maildir):
    port = free_port()
    command = [sys.executable, "-m", "config.local.catcher", "--port", str(port), "--folder", maildir]
    child = processes.start(
        "mail", command, env=os.environ, cwd=ROOT, log=maildir.parent / "log", guard=guard()
    )
    assert processes.wait_until(
        lambda: "Catching" in child.tail() or child.process.poll() is not None, seconds=60
    )
    yield port
    processes.end_children([child])


def send(port, *, to="ana@example.org", subject="Grüße, your data", html=""):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "privacy@lantern.example", to, subject
    message.set_content("Plain words with https://lantern.example/n/abc in them.")
    if html:
        message.add_alternative(html, subtype="html")
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.ehlo()
        assert all(client.has_extn(name) for name in ("pipelining", "8bitmime", "smtputf8"))
        client.send_message(message)


@pytest.mark.slow
@pytest.mark.django_db
def test_a_caught_mail_can_be_found_and_read(client, catcher):
    send(catcher)
    send(
        catcher,
        to="bo@example.org",
        subject="Other",
        html="<p style='color:red'>Hello <a href='/n/abc'>link</a></p>",
    )
    listed = client.get("/mail/").content.decode()
    assert listed.index("bo@example.org") < listed.index("ana@example.org"), "newest first"
    found = client.get("/mail/", {"q": "ANA@example"}).content.decode()
    assert "Grüße, your data" in found
    assert "bo@example.org" not in found
    key = client.get("/mail/").context["entries"][0].key
    page = client.get(f"/mail/{key}/")
    assert 'sandbox="allow-top-navigation-by-user-activation"' in page.content.decode()
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    frame = client.get(f"/mail/{key}/html/")
    assert frame["Content-Security-Policy"].startswith("default-src 'none'")
    assert "script-src" not in frame["Content-Security-Policy"]
    assert "sandbox" in frame["Content-Security-Policy"]
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert "Hello" in frame.content.decode()


@pytest.fixture
def one_mail(maildir):
    (maildir / "new").mkdir(parents=True)
    key = "1732270000000000000.00ff00ff"
    content = b"Delivered-To: <script>x@example.org\r\nSubject: <b>bold</b>\r\nFrom: a@example.org\r\n\r\nText <script>alert(1)</script>\r\n"
    (maildir / "new" / key).write_bytes(content)
    return key


@pytest.mark.django_db
def test_what_a_mail_says_is_shown_as_text(client, one_mail):
    for address in ("/mail/", f"/mail/{one_mail}/"):
        text = client.get(address).content.decode()
        assert "&lt;b&gt;bold" in text
        assert "<script>alert" not in text


@pytest.mark.django_db
def test_the_pages_exist_in_local_mode_alone(client, settings, one_mail):
    settings.LOCAL = False
    for address in ("/mail/", f"/mail/{one_mail}/", f"/mail/{one_mail}/html/"):
        assert client.get(address).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("elsewhere", [{"REMOTE_ADDR": "192.0.2.7"}, {"HTTP_X_FORWARDED_FOR": "192.0.2.7"}])
def test_from_another_machine_only_staff_reads_mail(client, one_mail, elsewhere):
    assert client.get("/mail/", **elsewhere).status_code == 403
    user = User.objects.create_user("ana@lantern.example", name="Ana")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get("/mail/", **elsewhere).status_code == 403
    User.objects.update(is_staff=True)
    assert client.get("/mail/", **elsewhere).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "key", ["1.00ff00ff", "1732270000000000000.00ff00fe", "99999999999999999999999999.0"]
)
def test_an_unknown_mail_is_404(client, maildir, key):
    assert client.get(f"/mail/{key}/").status_code == 404
    assert client.get(f"/mail/{key}/html/").status_code == 404
