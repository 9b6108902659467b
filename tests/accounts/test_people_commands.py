"""Acts on people: who is let in, what they may do, who is shut out."""

from __future__ import annotations

import json
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from knox.models import AuthToken

from accounts import commands, permissions
from accounts.events import AccountEvent
from accounts.models import Role, User
from audit.events import ORGANISATION, SYSTEM
from audit.models import AuditEvent


def last_event() -> AuditEvent:
    return AuditEvent.objects.filter(stream=ORGANISATION).order_by("-sequence")[0]


@pytest.fixture
def second(make_user) -> User:
    """Another privacy officer."""
    return make_user("second@lantern.example", Role.PRIVACY_OFFICER)


def test_an_address_is_taken_whatever_its_letters_are(officer, lead):
    with pytest.raises(ValidationError) as refusal:
        commands.add_user(by=officer, email=" LEAD@Lantern.example", name="Lea Two", roles=[])
    assert refusal.value.code == "address_taken"


def test_new_roles_replace_the_old_ones_and_the_record_keeps_both(officer, responder):
    changed = commands.change_roles(responder, by=officer, roles=[Role.LEAD, Role.LEGAL])
    assert changed.roles == {Role.LEAD, Role.LEGAL}
    assert User.objects.get(pk=responder.pk).roles == {Role.LEAD, Role.LEGAL}
    event = last_event()
    assert event.verb == AccountEvent.ROLES_CHANGED
    assert json.loads(event.details) == {"before": ["responder"], "after": ["lead", "legal"]}


def test_saving_the_same_roles_leaves_no_trace(officer, responder):
    before = AuditEvent.objects.count()
    commands.change_roles(responder, by=officer, roles=[Role.RESPONDER])
    assert AuditEvent.objects.count() == before


def test_groups_that_are_no_role_stay(officer, responder):
    from django.contrib.auth.models import Group

    responder.groups.add(Group.objects.create(name="choir"))
    commands.change_roles(responder, by=officer, roles=[])
    assert list(responder.groups.values_list("name", flat=True)) == ["choir"]


def test_the_last_privacy_officer_keeps_the_role(officer):
    with pytest.raises(ValidationError) as refusal:
        commands.change_roles(officer, by=officer, roles=[Role.LEAD])
    assert refusal.value.code == "last_manager"


def test_a_privacy_officer_may_go_when_another_one_stays(officer, second):
    commands.change_roles(officer, by=officer, roles=[Role.LEAD])
    assert list(permissions.managers()) == [second]


def test_a_privacy_officer_without_a_password_does_not_count(officer):
    commands.add_user(by=officer, email="new@lantern.example", name="New", roles=[Role.PRIVACY_OFFICER])
    with pytest.raises(ValidationError) as refusal:
        commands.change_roles(officer, by=officer, roles=[])
    assert refusal.value.code == "last_manager"


def test_the_last_privacy_officer_cannot_be_shut_out(officer, lead):
    with pytest.raises(ValidationError) as refusal:
        commands.deactivate_user(officer, by=lead)
    assert refusal.value.code == "last_manager"


def test_a_superuser_manages_people_too(officer, lead):
    User.objects.filter(pk=lead.pk).update(is_superuser=True)
    commands.deactivate_user(officer, by=lead)
    assert list(permissions.managers()) == [lead]


def test_nobody_ends_their_own_sign_in(officer, second):
    with pytest.raises(ValidationError) as refusal:
        commands.deactivate_user(officer, by=officer)
    assert refusal.value.code == "yourself"


def test_whoever_is_shut_out_loses_sessions_and_tokens_for_good(officer, responder, client_of):
    browser = client_of(responder)
    AuthToken.objects.create(user=responder)
    assert browser.get("/").status_code == 200
    commands.deactivate_user(responder, by=officer)
    assert browser.get("/").status_code == 302
    assert not AuthToken.objects.exists()
    assert last_event().verb == AccountEvent.DEACTIVATED
    commands.reactivate_user(responder, by=officer)
    assert last_event().verb == AccountEvent.REACTIVATED
    assert browser.get("/").status_code == 302, "the old session came back"
    fresh = client_of(User.objects.get(pk=responder.pk))
    assert fresh.get("/").status_code == 200


def test_roles_come_back_with_the_person(officer, responder):
    commands.deactivate_user(responder, by=officer)
    assert commands.reactivate_user(responder, by=officer).roles == {Role.RESPONDER}


@pytest.mark.parametrize("command", [commands.deactivate_user, commands.reactivate_user])
def test_an_act_that_is_done_is_not_done_again(officer, responder, command):
    if command is commands.deactivate_user:
        command(responder, by=officer)
    with pytest.raises(ValidationError) as refusal:
        command(responder, by=officer)
    assert refusal.value.code == "already_settled"


def test_no_link_goes_to_somebody_who_is_shut_out(officer, responder):
    commands.deactivate_user(responder, by=officer)
    with pytest.raises(ValidationError) as refusal:
        commands.ask_password_link(responder, by=officer)
    assert refusal.value.code == "wrong_status"


@pytest.mark.django_db(transaction=True)
def test_two_officers_who_shut_each_other_out_at_once_leave_one(make_user):
    one = make_user("one@lantern.example", Role.PRIVACY_OFFICER)
    two = make_user("two@lantern.example", Role.PRIVACY_OFFICER)
    together, refused = threading.Barrier(2), []

    def shut_out(user: User, by: User) -> None:
        try:
            together.wait(10)
            commands.deactivate_user(user, by=by)
        except ValidationError as refusal:
            refused.append(refusal.code)
        finally:
            connection.close()

    pairs = [(one, two), (two, one)]
    threads = [threading.Thread(target=shut_out, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert refused == ["last_manager"]
    assert permissions.managers().count() == 1


def test_the_first_account_and_its_organisation_are_made_once(db):
    from accounts import setup

    user = setup.complete(
        code=setup.setup_code(),
        organisation="Lantern",
        zone="Europe/Dublin",
        place="IE",
        email="first@lantern.example",
        name="First",
        password="correct-horse-battery",
        now=timezone.now(),
    )
    assert user.is_superuser
    assert list(permissions.managers()) == [user]


def test_sectors_stay_when_they_are_not_named_again(organisation):
    say = {"by": SYSTEM, "name": "Lantern", "zone": "Europe/Dublin", "establishments": ["IE"], "main": "IE"}
    assert commands.set_up_organisation(**say, sectors=["social_media"]).sectors == ["social_media"]
    assert commands.set_up_organisation(**say).sectors == ["social_media"]


def test_no_establishment_needs_to_lead(organisation):
    said = commands.set_up_organisation(
        by=SYSTEM, name="Lantern", zone="Europe/Dublin", establishments=["US-CA"], main=""
    )
    assert [(one.place, one.main) for one in said.establishments.all()] == [("US-CA", False)]
