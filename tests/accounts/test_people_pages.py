"""The pages and the API about people."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client

from accounts import commands
from accounts.models import Role, User
from tests.people import PASSWORD

OTHERS = ["responder", "lead", "legal", "support", "auditor", "employee", "stranger"]
NEW = {
    "name": "Nia Moss",
    "email": "nia@lantern.example",
    "roles": ["legal", "auditor"],
    "zone": "Europe/Dublin",
}


@pytest.fixture
def browser(officer, client_of) -> Client:
    return client_of(officer)


def _link() -> str:
    found = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mail.outbox[-1].body)
    assert found, mail.outbox[-1].body
    return found[1]


@pytest.mark.parametrize("who", OTHERS)
def test_people_are_for_privacy_officers(who, request, client_of, officer):
    user = request.getfixturevalue(who)
    browser = client_of(user)
    for url in (
        "/settings/people/",
        "/settings/people/new/",
        f"/settings/people/{officer.pk}/",
        "/api/people/",
    ):
        assert browser.get(url).status_code == 403, url
    for act in ("", "link/", "deactivate/", "reactivate/"):
        assert browser.post(f"/settings/people/{officer.pk}/{act}", {"roles": ["lead"]}).status_code == 403, (
            act
        )
    for act in ("roles/", "link/", "deactivate/", "reactivate/"):
        answer = browser.post(f"/api/people/{officer.pk}/{act}", {"roles": []}, "application/json")
        assert answer.status_code == 403, act
    assert User.objects.get(pk=officer.pk).roles == {Role.PRIVACY_OFFICER}


def test_a_superuser_without_role_manages_people(stranger, client_of):
    User.objects.filter(pk=stranger.pk).update(is_superuser=True)
    assert client_of(stranger).get("/settings/people/").status_code == 200


def test_somebody_new_sets_a_password_by_mail_and_signs_in(browser):
    answer = browser.post("/settings/people/new/", NEW, follow=True)
    assert "on its way to nia@lantern.example" in answer.content.decode()
    person = User.objects.get(email="nia@lantern.example")
    assert person.roles == {Role.LEGAL, Role.AUDITOR}
    assert not person.has_usable_password()
    assert mail.outbox[-1].to == ["nia@lantern.example"]
    theirs = Client()
    form = theirs.get(_link(), follow=True)
    assert "Set a new password" in form.content.decode()
    words = {"password1": PASSWORD, "password2": PASSWORD}
    assert theirs.post(form.request["PATH_INFO"], words, follow=True).status_code == 200
    signed_in = theirs.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    assert (signed_in.status_code, signed_in["Location"]) == (302, "/")
    again = Client().get(_link(), follow=True)
    assert "This link no longer works" in again.content.decode()


def test_the_link_leads_to_the_public_address_whatever_host_was_asked(browser, settings):
    settings.ALLOWED_HOSTS = ["*"]
    browser.post("/settings/people/new/", NEW, headers={"host": "evil.example"})
    assert "evil.example" not in mail.outbox[-1].body
    assert _link()


def test_a_person_is_kept_when_mail_does_not_work(browser, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    answer = browser.post("/settings/people/new/", NEW, follow=True)
    assert "did not take the letter to nia@lantern.example" in answer.content.decode()
    assert "Send the link again" in answer.content.decode()
    assert User.objects.filter(email="nia@lantern.example").exists()


def test_the_link_is_sent_again(browser, officer):
    person = commands.add_user(by=officer, email="nia@lantern.example", name="Nia Moss", roles=[])
    browser.post(f"/settings/people/{person.pk}/link/")
    assert len(mail.outbox) == 1
    assert _link()


@pytest.mark.parametrize(
    ("field", "given", "words"),
    [
        ("email", "officer@lantern.example", "Somebody with this e-mail address is here already."),
        ("email", "nobody", "Enter a valid email address."),
        ("name", "", "This field is required."),
        ("zone", "Mars/Base", "Select a valid choice."),
        ("roles", ["king"], "Select a valid choice."),
    ],
)
def test_what_is_wrong_is_told_at_its_field(browser, officer, field, given, words):
    answer = browser.post("/settings/people/new/", {**NEW, field: given})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert User.objects.count() == 1
    assert mail.outbox == []


def test_roles_are_changed_on_the_page_of_the_person(browser, responder):
    url = f"/settings/people/{responder.pk}/"
    assert 'value="responder" id="id_roles_0" checked' in re.sub(
        r"\s+", " ", browser.get(url).content.decode()
    )
    answer = browser.post(url, {"roles": ["lead"]}, follow=True)
    assert "The roles of Responder are changed." in answer.content.decode()
    assert User.objects.get(pk=responder.pk).roles == {Role.LEAD}


def test_the_last_officer_reads_why_the_role_stays(browser, officer):
    answer = browser.post(f"/settings/people/{officer.pk}/", {"roles": []})
    assert answer.status_code == 422
    assert "Nobody who manages people would be left." in answer.content.decode()


def test_a_refused_act_is_told_on_the_page(browser, officer):
    page = browser.get(f"/settings/people/{officer.pk}/").content.decode()
    assert "Somebody else has to end your own." in page
    answer = browser.post(f"/settings/people/{officer.pk}/deactivate/")
    assert answer.status_code == 422
    assert "Somebody else has to end your own sign-in." in answer.content.decode()


def test_a_person_is_shut_out_and_let_in_again(browser, responder):
    url = f"/settings/people/{responder.pk}/"
    answer = browser.post(f"{url}deactivate/", follow=True)
    assert "Let them sign in again" in answer.content.decode()
    login = {"login": responder.email, "password": PASSWORD}
    assert Client().post("/accounts/login/", login)["Location"] != "/"
    browser.post(f"{url}reactivate/")
    assert Client().post("/accounts/login/", login)["Location"] == "/"


def test_nobody_by_this_number_is_not_found(browser):
    assert browser.get("/settings/people/999999/").status_code == 404
    assert browser.post("/settings/people/999999/deactivate/").status_code == 404


def test_people_are_found_by_name_and_address(browser, responder, lead):
    page = browser.get("/settings/people/?q=RESPOND").content.decode()
    assert "responder@lantern.example" in page
    assert "lead@lantern.example" not in page
    assert "Nobody fits" in browser.get("/settings/people/?q=zzz").content.decode()


def test_the_list_has_pages_and_its_queries_do_not_grow(browser, officer, django_assert_max_num_queries):
    for number in range(60):
        commands.add_user(
            by=officer,
            email=f"p{number}@lantern.example",
            name=f"Person {number:02}",
            roles=[Role.EMPLOYEE, Role.SUPPORT],
        )
    with django_assert_max_num_queries(16):
        first = browser.get("/settings/people/").content.decode()
    assert "1–50 of 61" in first
    last = browser.get("/settings/people/?page=99").content.decode()
    assert "51–61 of 61" in last
    assert browser.get("/settings/people/?page=x").status_code == 200


# --- the same by API


def _post(browser: Client, url: str, data: object) -> tuple[int, dict]:
    answer = browser.post(url, data, content_type="application/json")
    return answer.status_code, answer.json()


def test_a_person_goes_through_their_whole_life_by_api(browser, officer):
    status, told = _post(browser, "/api/people/", {**NEW, "zone": "Europe/Lisbon"})
    assert status == 201
    assert told["letter_sent"] is True
    assert told["roles"] == ["auditor", "legal"]
    assert (told["zone"], told["has_password"], told["active"]) == ("Europe/Lisbon", False, True)
    base = f"/api/people/{told['id']}/"
    assert _post(browser, f"{base}roles/", {"roles": ["support"]})[1]["roles"] == ["support"]
    assert _post(browser, f"{base}link/", {})[1]["letter_sent"] is True
    assert len(mail.outbox) == 2
    assert _post(browser, f"{base}deactivate/", {})[1]["active"] is False
    assert _post(browser, f"{base}deactivate/", {})[0] == 409
    assert _post(browser, f"{base}link/", {})[0] == 409
    assert _post(browser, f"{base}reactivate/", {})[1]["active"] is True
    assert browser.get(base).json()["email"] == "nia@lantern.example"
    assert browser.get("/api/people/?q=nia").json()["total"] == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "officer@lantern.example"},
        {"email": "x"},
        {"roles": ["king"]},
        {"zone": "Mars/Base"},
        {"name": ""},
    ],
)
def test_the_api_refuses_wrong_people(browser, wrong):
    assert _post(browser, "/api/people/", {**NEW, **wrong})[0] == 400
    assert User.objects.count() == 1


def test_the_zone_is_the_organisation_s_while_nobody_names_one(browser):
    given = {key: value for key, value in NEW.items() if key != "zone"}
    assert _post(browser, "/api/people/", given)[1]["zone"] == "Europe/Dublin"


def test_the_api_keeps_the_last_officer(browser, officer):
    status, told = _post(browser, f"/api/people/{officer.pk}/roles/", {"roles": []})
    assert status == 400
    assert told["errors"][0]["code"] == "last_manager"
