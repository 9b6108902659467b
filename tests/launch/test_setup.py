"""The first account: one code, one time."""

from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from accounts import setup
from accounts.models import Organisation, Role, User
from audit.models import AuditEvent
from incidents.models import PlaybookVersion
from incidents.models.incident import ViolationType
from notifications.models import TemplateVersion

pytestmark = pytest.mark.django_db
FORM = {
    "organisation": "Lantern",
    "place": "IE",
    "zone": "Europe/Dublin",
    "name": "Ana Ruiz",
    "email": "Ana@lantern.example",
    "password": "tall-quiet-river-9",
}


def test_the_code_makes_a_first_account_with_every_role_and_signs_it_in(client):
    answer = client.post("/setup/", {**FORM, "code": setup.setup_code().lower().replace("-", " ")})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    user = User.objects.get()
    assert (user.email, user.is_superuser, user.roles) == ("ana@lantern.example", True, frozenset(Role))
    assert Organisation.current().name == "Lantern"
    assert client.session["_auth_user_id"] == str(user.pk)
    assert AuditEvent.objects.filter(subject_type="accounts.user").count() == 1
    # A breach on the first day finds a playbook for every kind, and texts to begin a notice with.
    in_force = PlaybookVersion.objects.filter(status="in_force").values_list(
        "playbook__violations", flat=True
    )
    assert {kind for kinds in in_force for kind in kinds} == set(ViolationType.values)
    assert TemplateVersion.objects.filter(status="draft").exists()


def test_a_wrong_code_makes_nothing(client):
    answer = client.post("/setup/", {**FORM, "code": "00000-00000-00000-00000-00000-00000"})
    assert answer.status_code == 422
    assert "This is not the set-up code." in answer.content.decode()
    assert not User.objects.exists()


def test_a_weak_password_is_refused_with_the_reason(client):
    answer = client.post("/setup/", {**FORM, "code": setup.setup_code(), "password": "short"})
    assert answer.status_code == 422
    assert not User.objects.exists()


def test_the_page_is_gone_once_an_account_exists(client):
    assert client.get("/setup/").status_code == 200
    User.objects.create_user("someone@lantern.example", name="Someone")
    assert client.get("/setup/").status_code == 404
    assert client.post("/setup/", {**FORM, "code": setup.setup_code()}).status_code == 404


def test_the_command_itself_refuses_a_second_first_account():
    User.objects.create_user("someone@lantern.example", name="Someone")
    with pytest.raises(ValidationError) as refusal:
        setup.complete(code=setup.setup_code(), **FORM, now=timezone.now())
    assert refusal.value.code == "set_up_already"


def test_the_start_up_text_shows_the_code_until_it_is_used():
    told = StringIO()
    call_command("setup_code", stdout=told)
    assert setup.setup_code() in told.getvalue()
    User.objects.create_user("someone@lantern.example", name="Someone")
    told = StringIO()
    call_command("setup_code", stdout=told)
    assert setup.setup_code() not in told.getvalue()


def test_another_secret_key_gives_another_code(settings):
    before = setup.setup_code()
    settings.SECRET_KEY = "another" * 8
    assert setup.setup_code() != before
    assert len(before) == 35
