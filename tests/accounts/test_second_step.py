"""Two-step sign-in: who must, that no way leads around it, and what asks again."""

from __future__ import annotations

import hashlib
import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken

from accounts import commands
from accounts.models import Role, User
from accounts.passwords import BreachedPasswordValidator
from audit.models import AuditEvent
from config.second_step import CONFIRMED, CONFIRMED_READS
from incidents import commands as cases
from incidents.models import Can, IncidentUserGrant
from incidents.permissions import needs_second_step
from tests import access_table
from tests.people import PASSWORD, code_of, hire, set_up_second_step

NEEDED = "/second-step/"
MUST = {Role.LEAD, Role.LEGAL, Role.SUPPORT, Role.PRIVACY_OFFICER}


def by_password(user: User, browser: Client | None = None) -> tuple[Client, str]:
    """A browser after the password, and where it was led."""
    browser = browser or Client()
    answer = browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return browser, answer["Location"]


def verbs(user: User) -> list[str]:
    return list(
        AuditEvent.objects.filter(subject_id=str(user.pk), verb__contains="second_step").values_list(
            "verb", flat=True
        )
    )


def test_who_may_do_harm_must_have_it(organisation, db):
    for role in Role:
        assert needs_second_step(hire(f"{role}@x.example", role)) == (role in MUST), role
    for flag in ("is_staff", "is_superuser"):
        someone = hire(f"{flag}@x.example")
        assert not needs_second_step(someone)
        setattr(someone, flag, True)
        assert needs_second_step(someone)


def test_a_grant_that_lasts_asks_for_it_and_one_that_ended_does_not(incident, lead, stranger):
    now = timezone.now()
    for can, asks in ((Can.WRITE, False), (Can.EXPORT, True)):
        cases.grant_access(incident, to=stranger, cans=[can], by=lead, now=now)
        assert needs_second_step(User.objects.get(pk=stranger.pk)) == asks
    IncidentUserGrant.objects.filter(user=stranger).update(ends_at=now - timedelta(seconds=1))
    assert not needs_second_step(stranger)


def test_with_the_password_alone_every_way_is_shut(incident, lead):
    User.objects.filter(pk=lead.pk).update(is_staff=True, is_superuser=True)
    browser, led = by_password(lead)
    assert led == "/"
    at = f"/incidents/{incident.reference}/"
    for path in ("/", at, f"{at}record/export/", "/admin/", "/search/?q=contact", "/settings/people/"):
        answer = browser.get(path)
        assert (answer.status_code, answer["Location"]) == (302, NEEDED), path
    assert browser.post(f"{at}notes/", {"text": "x"})["Location"] == NEEDED
    assert browser.get(at, headers={"HX-Request": "true"})["HX-Redirect"] == NEEDED
    for path in (f"/api/incidents/{incident.reference}/", "/api/people/", "/api/auth/token/"):
        refused = (browser.post if "token" in path else browser.get)(path)
        assert refused.status_code == 403
        assert refused.json()["errors"][0]["code"] == "second_step_missing"
    # A word that looks like a token is no way back to the session.
    forged = browser.get(f"/api/incidents/{incident.reference}/", headers={"Authorization": "Token fr_x"})
    assert forged.status_code == 401
    page = browser.get(NEEDED).content.decode()
    assert "/accounts/2fa/totp/activate/" in page
    assert incident.title not in browser.get("/accounts/2fa/").content.decode()


def test_a_responder_goes_on_without_it(incident, responder):
    browser, _ = by_password(responder)
    assert browser.get(f"/incidents/{incident.reference}/").status_code == 200
    answer = browser.post("/api/auth/token/")
    assert answer.status_code == 403  # nobody's token goes around it
    assert not AuthToken.objects.exists()


@pytest.mark.django_db(transaction=True)  # the session learns of it after the commit
def test_setting_it_up_opens_the_house_and_ends_other_sessions(lead):
    elsewhere, _ = by_password(lead)
    browser, _ = by_password(lead)
    activate = "/accounts/2fa/totp/activate/"
    secret = re.search(r'data-copy="(\w{32})"|>(\w{32})<', browser.get(activate).content.decode())
    assert secret is not None
    words = next(one for one in secret.groups() if one)
    code = format_hotp_value(hotp_value(words, int(time.time()) // 30))
    assert browser.post(activate, {"code": code}).status_code == 302
    assert browser.get("/").status_code == 200
    assert "/accounts/login/" in elsewhere.get("/")["Location"]
    assert verbs(lead) == ["second_step_on"]
    kept = Authenticator.objects.get(user=lead, type="totp").data["secret"]
    assert words not in kept


def test_each_sign_in_asks_for_a_code_that_holds_once(lead):
    set_up_second_step(lead)
    code = code_of(lead.email)
    browser, led = by_password(lead)
    assert led == "/accounts/2fa/authenticate/"
    assert browser.get("/")["Location"].startswith("/accounts/login/")
    assert browser.post(led, {"code": "000000"}).status_code == 200
    before = browser.session.session_key
    assert browser.post(led, {"code": code})["Location"] == "/"
    assert browser.session.session_key != before
    assert browser.get("/").status_code == 200
    other, led = by_password(lead)
    assert other.post(led, {"code": code}).status_code == 200
    assert other.get("/")["Location"].startswith("/accounts/login/")


def test_a_new_password_by_mail_is_no_way_around_it(lead):
    set_up_second_step(lead)
    browser = Client()
    browser.post("/accounts/password/reset/", {"email": lead.email})
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mail.outbox[-1].body)
    assert link is not None
    form = browser.get(link[1], follow=True)
    new = "another-horse-battery-9"
    browser.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    assert browser.get("/")["Location"].startswith("/accounts/login/")
    answer = browser.post("/accounts/login/", {"login": lead.email, "password": new})
    assert answer["Location"] == "/accounts/2fa/authenticate/"


def test_a_token_is_worth_nothing_once_its_owner_has_no_second_step(incident, lead, officer, client_of):
    set_up_second_step(lead)
    token = client_of(lead).post("/api/auth/token/").json()["token"]
    program = Client(headers={"Authorization": f"Token {token}"})
    at = f"/api/incidents/{incident.reference}/"
    assert program.get(at).status_code == 200
    Authenticator.objects.filter(user=lead).delete()
    assert program.get(at).status_code == 401


def test_a_lost_telephone_is_helped_by_a_privacy_officer(lead, officer, client_of):
    set_up_second_step(lead)
    theirs, ours = client_of(lead), client_of(officer)
    AuthToken.objects.create(user=lead)
    where = f"/settings/people/{lead.pk}/second-step/"
    assert ours.post(where).status_code == 302
    assert ours.post(where).status_code == 422
    assert "/accounts/login/" in theirs.get("/")["Location"]
    assert not AuthToken.objects.exists()
    assert by_password(lead)[0].get("/")["Location"] == NEEDED
    set_up_second_step(officer)
    assert ours.post(f"/api/people/{officer.pk}/second-step/").status_code == 400  # never one's own
    assert verbs(lead) == ["second_step_taken_away"]


def test_signing_out_everywhere_else_keeps_this_session(lead, client_of):
    here, elsewhere = client_of(lead), client_of(lead)
    assert here.post("/settings/yours/sessions/end/").status_code == 302
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    assert here.delete("/api/me/sessions/").status_code == 204
    assert here.get("/").status_code == 302


# --- acts that ask again


def grown_old(browser: Client) -> None:
    session = browser.session
    for one in session["account_authentication_methods"]:
        one["at"] -= 3600
    session.save()


def test_a_grave_act_asks_again_and_then_goes_on(incident, lead, stranger, client_of):
    browser = client_of(lead)
    grown_old(browser)
    grant = f"/incidents/{incident.reference}/access/grant/"
    words = {"to": stranger.pk, "cans": [Can.VIEW.value], "zone": "UTC"}
    asked = browser.post(grant, words)
    assert asked["Location"].startswith("/accounts/reauthenticate/?next=")
    assert not IncidentUserGrant.objects.filter(user=stranger).exists()
    api = f"/api/incidents/{incident.reference}"
    refused = browser.post(f"{api}/access/", words, content_type="application/json")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (403, "confirm_first")
    assert browser.get(f"{api}/record/export/").status_code == 403
    assert browser.get(f"{api}/").status_code == 200
    assert browser.post(asked["Location"], {"password": "wrong"}).status_code == 200
    asked = browser.post(grant, words)
    done = browser.post(asked["Location"], {"password": PASSWORD, "next": grant})
    assert done.status_code == 302, done.content.decode()
    assert IncidentUserGrant.objects.filter(user=stranger).exists()  # what was typed was not lost
    assert browser.get(f"{api}/record/export/").status_code == 200


def test_acts_that_ask_again_are_routes_of_ours():
    assert set(access_table.ROUTES) >= CONFIRMED | CONFIRMED_READS
    strong = {Can.SEND, Can.REVEAL, Can.GRANT}
    left_out = {
        name
        for name, methods in access_table.ROUTES.items()
        if set(methods.values()) & strong and name not in CONFIRMED
    }
    # To stop, to take away and to shut are quick; the rest goes on with what was confirmed before.
    stops = (
        "pause",
        "resume",
        "withdraw",
        "settle",
        "end_access",
        "end_team_access",
        "restrict",
        "access_review",
        "test",
        "schedule",
        "give_up",
        "post_letters",  # says what the post did
        "return_letters",
        "cancel_letters",
    )
    assert all(any(word in name for word in stops) for name in left_out), left_out


def test_nobody_must_where_it_is_switched_off(incident, lead, settings):
    settings.MFA_REQUIRED = False
    browser, _ = by_password(lead)
    assert browser.get("/").status_code == 200
    assert browser.post("/api/auth/token/").status_code == 201
    assert "For trying out" in Client().get("/accounts/login/").content.decode()


def test_taking_it_away_is_one_act(lead, officer):
    set_up_second_step(lead)
    epoch = User.objects.get(pk=lead.pk).session_epoch
    commands.take_second_step_away(lead, by=officer)
    assert User.objects.get(pk=lead.pk).session_epoch == epoch + 1
    assert not Authenticator.objects.filter(user=lead).exists()


# --- how long a sign-in lasts


@pytest.mark.parametrize(("field", "hours"), [("began", 12.1), ("used", 2.1)])
def test_a_session_ends_when_it_is_old_or_idle(lead, client_of, field, hours):
    browser = client_of(lead)
    assert browser.get("/").status_code == 200
    session = browser.session
    if field == "began":
        session["used_at"] = time.time()
    for one in session["account_authentication_methods"]:
        one["at"] -= hours * 3600
    session.save()
    assert browser.get("/")["Location"].startswith("/accounts/login/")
    assert browser.get("/api/incidents/").status_code in (401, 403)


def test_a_password_is_tried_five_times(organisation):
    """From a network and at an account of its own: tries are counted where other tests sign in too."""
    person = hire("tried@lantern.example")

    def tried(password: str) -> str:
        browser = Client(REMOTE_ADDR="203.0.113.9")
        answer = browser.post("/accounts/login/", {"login": person.email, "password": password})
        return answer.content.decode() if answer.status_code == 200 else "in"

    assert "Too many failed login attempts" in [tried(f"no-{turn}") for turn in range(6)][-1]
    assert tried(PASSWORD) != "in"  # even the right one has to wait


def test_long_passwords_are_taken_and_common_ones_refused(officer):
    long = "a long sentence that nobody else would think of saying twice " * 2
    validate_password(long, officer)
    hire("long@lantern.example", password=long)
    assert (
        Client().post("/accounts/login/", {"login": "long@lantern.example", "password": long}).status_code
        == 302
    )
    weak = ["short-pass1", "password1234", "officer@lantern.example"]
    # Common ones in disguise, a row of keys, our own name, digits alone.
    weak += [
        "Sunshine2024!",
        "P@ssw0rd!!2026",
        "letmeinletmein",
        "2026qwertyuiop",
        "Lantern#2026!",
        "739201846205",
    ]
    for one in weak:
        with pytest.raises(ValidationError):
            validate_password(one, officer)
    for good in (PASSWORD, "tram ladder quince", "blue-otter-2026-quay"):
        validate_password(good, officer)


def test_a_password_of_a_breach_is_found_in_the_file(tmp_path):
    known = sorted(hashlib.sha1(f"word-{number}".encode()).hexdigest().upper() for number in range(500))
    path = tmp_path / "breached.txt"
    path.write_text("".join(f"{one}:{number}\r\n" for number, one in enumerate(known)))
    check = BreachedPasswordValidator(str(path)).validate
    for number in range(500):
        with pytest.raises(ValidationError) as refused:
            check(f"word-{number}")
        assert refused.value.code == "password_breached"
        check(f"other-{number}")
    BreachedPasswordValidator().validate("word-1")  # without a file nothing is looked up
