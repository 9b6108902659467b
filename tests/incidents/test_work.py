"""Action items and playbooks: from confirming a breach to closing it, by page, command and API."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from accounts import commands as accounts
from accounts.models import User
from audit.models import AuditEvent
from incidents import commands, queries
from incidents.models import ActionItem, Incident, ItemAlert, Playbook
from incidents.models.incident import ViolationType
from incidents.playbooks import Content, Step, check_content, ready
from incidents.rules import close_blockers
from notifications import item_alerts
from tests.standing import standing

HOUR = timedelta(hours=1)


@standing
def breach(incident: Incident, lead: User, responder: User, legal: User, officer: User) -> Incident:
    """A doxxing, confirmed an hour ago; its playbook runs."""
    now = timezone.now()
    commands.add_ready_playbooks(by=officer, now=now - 30 * HOUR)
    commands.describe_incident(incident, by=lead, now=now, violation="doxxing", lead=lead)
    at = now - HOUR
    return commands.confirm_breach(
        incident, by=lead, aware_at=at - HOUR, zone="UTC", reasoning="Seen.", now=at
    )


def step(incident: Incident, key: str) -> ActionItem:
    return incident.items.get(step_key=key)


def verbs(incident: Incident) -> list[str]:
    events = AuditEvent.objects.filter(stream=incident.stream).order_by("sequence")
    return list(events.values_list("verb", flat=True))


def test_each_kind_of_incident_has_a_playbook_that_is_whole():
    found = ready()
    kinds = [kind for content in found.values() for kind in content.violations]
    assert sorted(kinds) == sorted(ViolationType.values)
    for content in found.values():
        check_content(content, kinds=ViolationType.values)
        assert len(content.steps) >= 10
        assert all(step.role and step.what and step.due_kind for step in content.steps), content.name


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([Step("a", "A", after=("b",)), Step("b", "B", after=("a",))], "circle"),
        ([Step("a", "A"), Step("a", "B")], "same key"),
        ([Step("a", "A", role="auditor")], "may write"),
        ([Step("a", "A", due_hours=3)], "counts from"),
        ([Step("a", "A", due_kind="tea", due_hours=3)], "nobody records"),
        ([Step("a", "A", after=("c",))], "cannot come after"),
        ([Step("a", "", checklist=(" ",))], "title"),
    ],
)
def test_a_playbook_that_could_not_be_worked_by_is_refused(steps, words):
    with pytest.raises(ValidationError) as refusal:
        check_content(Content("P", (), tuple(steps)), kinds=[])
    assert words in " ".join(refusal.value.messages)


def test_confirming_a_breach_starts_the_playbook_of_its_kind_with_owners_and_due_times(breach, lead, legal):
    run = queries.run_of(breach)
    assert run.version.playbook.key == "doxxing"
    safe, file = step(breach, "person-safe"), step(breach, "notify-authorities")
    assert (safe.owner, safe.due_at) == (lead, run.at + HOUR)
    aware = breach.event_times.get(kind="aware", superseded_at=None)
    assert (file.owner, file.due_at) == (legal, aware.at + 60 * HOUR)
    assert [one.step_key for one in file.blocked_by.all()] == ["assess-risk"]
    with pytest.raises(ValidationError):
        commands.start_playbook(breach, version=run.version, by=lead, now=timezone.now())
    told = set(ItemAlert.objects.filter(cause="given").values_list("recipient__email", flat=True))
    assert told == {"legal@lantern.example", "responder@lantern.example"}  # not the lead, who started it


def test_due_times_move_with_the_time_that_they_count_from_and_say_so(breach, lead, client_of):
    file, hand = step(breach, "notify-authorities"), step(breach, "tell-people")
    commands.change_item(hand, by=lead, due_at=hand.due_at, now=timezone.now())
    later = hand.due_at + HOUR
    commands.change_item(hand, by=lead, due_at=later, now=timezone.now())
    before = file.due_at
    aware = before - 60 * HOUR - 5 * HOUR
    commands.record_event_time(
        breach, kind="aware", at=aware, zone="UTC", by=lead, now=timezone.now(), reasoning="Earlier mail."
    )
    file.refresh_from_db()
    hand.refresh_from_db()
    assert (before - file.due_at, file.moved_from, hand.due_at) == (5 * HOUR, before, later)
    assert "items_due_moved" in verbs(breach)
    page = client_of(lead).get(f"/incidents/{breach.reference}/items/{file.pk}/").content.decode()
    assert "Moved from" in page
    assert "Counted: 60 h after: aware" in page


def test_an_item_goes_its_way_and_nothing_is_finished_before_what_it_comes_after(breach, responder, lead):
    now = timezone.now()
    take, keep = step(breach, "takedown"), step(breach, "preserve-evidence")
    with pytest.raises(ValidationError, match="First comes") as refusal:
        commands.finish_item(take, by=responder, now=now)
    assert refusal.value.error_list[0].code == "still_open"
    keep = commands.tick_item(keep, line=0, done=True, by=responder, now=now)
    assert (keep.status, keep.ticked) == ("in_progress", 1)
    commands.finish_item(keep, by=responder, now=now)
    with pytest.raises(ValidationError) as again:
        commands.finish_item(keep, by=lead, now=now)
    assert again.value.error_list[0].code == "wrong_status"
    take = commands.wait_item(take, waits_for="The platform", by=responder, now=now)
    assert (take.status, take.waits_for) == ("waiting", "The platform")
    take = commands.finish_item(take, by=responder, now=now)
    assert (take.status, take.waits_for, take.settled_at) == ("done", "", now)
    take = commands.reopen_item(take, reason="It is back.", by=lead, now=now)
    assert (take.status, take.settled_at) == ("in_progress", None)
    with pytest.raises(ValidationError):
        commands.drop_item(take, reason=" ", by=lead, now=now)
    assert commands.drop_item(take, reason="Gone by itself.", by=lead, now=now).status == "not_needed"


def test_closing_is_refused_with_the_list_of_open_items(breach, lead, client_of):
    words = close_blockers(breach)
    assert "Action item “Ask the person whether they are safe, and believe the answer”: not started." in words
    assert sum(one.startswith("Action item") for one in words) == 10
    assert "And 4 more action items." in words
    page = client_of(lead).get(f"/incidents/{breach.reference}/close/").content.decode()
    assert "Ask each platform to take it down" in page


def test_a_later_version_and_another_kind_are_offered_and_never_taken_by_themselves(breach, lead, officer):
    now = timezone.now()
    done = commands.finish_item(step(breach, "person-safe"), by=lead, now=now)
    ticked = commands.tick_item(step(breach, "harden-person"), line=1, done=True, by=lead, now=now)
    book = Playbook.objects.get(key="doxxing")
    plain = queries.playbook_for("doxxing").versions.all()[0].content.plain()
    steps = {one["key"]: one for one in plain["steps"]}
    steps["harden-person"] |= {"title": "Help them", "checklist": [steps["harden-person"]["checklist"][1]]}
    steps["person-safe"]["title"] = "Ask"
    del steps["watch"]
    steps["lawyer"] = {"key": "lawyer", "title": "Offer a lawyer", "role": "legal", "after": ["person-safe"]}
    plain["steps"] = list(steps.values())
    draft = commands.write_playbook_draft(book, content=Content.read(plain), revision=0, by=officer, now=now)
    assert queries.offer(breach, queries.run_of(breach)) is None
    with pytest.raises(ValidationError, match="changed meanwhile"):
        commands.write_playbook_draft(book, content=draft.content, revision=0, by=lead, now=now)
    version = commands.put_playbook_in_force(book, revision=1, by=officer, now=now)
    offer = queries.offer(breach, queries.run_of(breach))
    assert [(one.key, one.kind) for one in offer.changes] == [
        ("lawyer", "new"), ("harden-person", "changed"), ("watch", "gone"),
    ]  # fmt: skip
    assert not breach.items.filter(step_key="lawyer").exists()
    with pytest.raises(ValidationError, match="look at the difference again"):
        commands.apply_playbook(breach, version=version, take=["person-safe"], by=lead, now=now)
    commands.apply_playbook(breach, version=version, take=["lawyer", "harden-person"], by=lead, now=now)
    lawyer, helped, watch = (step(breach, key) for key in ("lawyer", "harden-person", "watch"))
    assert [one.pk for one in lawyer.blocked_by.all()] == [done.pk]
    assert (helped.title, helped.ticked, helped.status) == ("Help them", 1, ticked.status)
    assert watch.status == "not_started"
    assert queries.offer(breach, queries.run_of(breach)) is None
    commands.describe_incident(breach, by=lead, now=now, violation="impersonation")
    breach.refresh_from_db()
    other = queries.offer(breach, queries.run_of(breach))
    assert other.version.playbook.key == "impersonation"
    assert {"public-warning", "person-safe"} - {one.key for one in other.changes} == {"person-safe"}
    commands.keep_playbook(breach, version=other.version, by=lead, now=now)
    assert queries.offer(breach, queries.run_of(breach)) is None
    commands.apply_playbook(breach, version=other.version, take=["harden-person"], by=lead, now=now)
    assert step(breach, "harden-person").status == "not_needed"
    assert {"playbook_started", "playbook_applied", "playbook_kept"} <= set(verbs(breach))


def test_only_who_may_see_the_incident_is_mentioned_and_told(
    breach, lead, auditor, legal, stranger, make_user, client_of
):
    now, item = timezone.now(), step(breach, "takedown")
    twin = make_user("auditor.two@lantern.example")
    text = "@Auditor and @Stranger: see @fakeaccount. mail@legal no. (@LEGAL)"
    comment = commands.comment_item(item, text=text, by=lead, now=now)
    assert set(comment.mentioned.all()) == {auditor, legal}
    assert commands.comment_item(item, text=text, by=lead, now=now) == comment  # sent twice
    with pytest.raises(ValidationError) as refusal:
        commands.comment_item(item, text="x", mentioned=[twin], by=lead, now=now)
    assert refusal.value.error_list[0].code == "cannot_see"
    page = client_of(auditor).get("/").content.decode()
    assert "Lead mentions you" in page
    client_of(auditor).post("/work/seen/")
    assert "mentions you" not in client_of(auditor).get("/").content.decode()
    assert stranger.item_alerts.count() == 0
    commands.restrict_incident(breach, by=lead, reason="Sensitive.", now=now)
    assert queries.unread_alerts(legal) == []


def test_an_item_is_added_in_one_line_and_sending_the_form_twice_adds_one(breach, lead, legal, client_of):
    client, at = client_of(lead), f"/incidents/{breach.reference}/work/"
    sent = {"title": "Ring the school", "whose": str(legal.pk), "due_at": "2031-05-06T07:08"}
    for _ in range(2):
        assert client.post(at, sent).status_code == 302
    item = breach.items.get(title="Ring the school")
    assert (item.owner, item.due_at.isoformat()) == (legal, "2031-05-06T07:08:00+00:00")
    for wrong in ({"title": ""}, {"title": "x", "whose": "999999"}, {"title": "x", "due_at": "tomorrow"}):
        answer = client.post(at, wrong)
        assert answer.status_code == 422
        assert not breach.items.filter(title="x").exists()


def test_items_of_whoever_is_away_show_the_stand_in_and_climb_when_nobody_answers(
    breach, legal, responder, lead, client_of
):
    now = timezone.now()
    day = now.date()
    accounts.set_stand_in(
        legal, by=legal, stand_in=responder, away_from=day, away_until=day + timedelta(days=3), now=now
    )
    item = commands.add_item(
        breach, title="Call the registrar", owner=legal, due_at=now + HOUR, by=lead, now=now
    )
    assert [(one.recipient, one.why) for one in item.alerts.all()] == [(responder, "stand_in")]
    page = client_of(lead).get(f"/incidents/{breach.reference}/work/").content.decode()
    assert "away, Responder stands in" in page
    assert "Call the registrar" in client_of(responder).get("/").content.decode()
    ActionItem.objects.exclude(pk=item.pk).filter(incident=breach).update(due_at=None)

    def due_told(at):
        for pk in queries.incidents_with_due_items(now=at):
            commands.raise_item_alerts(pk, now=at)
        return [(one.recipient, one.why) for one in item.alerts.filter(cause="due", at=at)]

    assert due_told(now + HOUR / 2) == []
    assert due_told(now + HOUR) == [(responder, "stand_in")]
    assert due_told(now + HOUR * 1.5) == []
    assert due_told(now + HOUR * 3.1) == [(lead, "lead")]
    commands.have_item(item, by=lead, now=now + HOUR * 3.2)
    assert due_told(now + HOUR * 6) == []
    assert due_told(now + HOUR * 25.1) == [(lead, "has_it")]
    commands.finish_item(item, by=lead, now=now + HOUR * 26)
    assert due_told(now + HOUR * 99) == []
    assert "items_reminded" in verbs(breach)


def test_work_is_given_only_to_people_who_may_work_here(breach, lead, auditor, stranger, legal, responder):
    now, item = timezone.now(), step(breach, "takedown")
    for person in (auditor, stranger):
        with pytest.raises(ValidationError, match="may not work"):
            commands.hand_over_item(item, to=person, by=lead, now=now)
    item = commands.hand_over_item(item, to=legal, note="The number is 4711.", by=lead, now=now)
    assert (item.owner, item.comments.get().text) == (legal, "The number is 4711.")
    with pytest.raises(ValidationError, match="theirs already"):
        commands.hand_over_item(item, to=legal, by=lead, now=now)
    item = commands.hand_over_item(item, to=None, role="responder", by=lead, now=now)
    assert item.owner is None
    assert [
        row.item.pk for row in queries.my_items(responder, queries.NarrowedItems(show="role"), now=now).rows
    ] == [item.pk]
    assert commands.start_item(item, by=responder, now=now).owner == responder


def test_items_do_not_wait_for_each_other_in_a_circle(breach, lead):
    now = timezone.now()
    first, last = step(breach, "preserve-evidence"), step(breach, "de-index")
    with pytest.raises(ValidationError, match="circle"):
        commands.change_item(first, blocked_by=[last], by=lead, now=now)
    assert commands.change_item(last, blocked_by=[], by=lead, now=now).blocked_by.count() == 0


def test_five_hundred_items_cost_no_more_queries_than_ten(
    breach, lead, client_of, django_assert_max_num_queries
):
    now = timezone.now()
    ActionItem.objects.bulk_create(
        ActionItem(incident=breach, title=f"Item {n}", owner=lead, due_at=now + HOUR * n, by=lead, at=now)
        for n in range(500)
    )
    client: Client = client_of(lead)
    for address, most in (("work/", 23), ("work/board/", 26), ("/work/", 17)):
        at = address if address.startswith("/") else f"/incidents/{breach.reference}/{address}"
        client.get(at)
        with django_assert_max_num_queries(most):
            page = client.get(at).content.decode()
        assert "Item 1<" in page
    assert 'rel="next"' in page


def test_every_act_on_an_item_is_in_the_api_with_the_permission_of_the_page(
    breach, lead, legal, auditor, client_of
):
    root = f"/api/incidents/{breach.reference}"
    asked, reads = client_of(lead), client_of(auditor)

    def post(path: str, body: object = None, who: Client = asked) -> tuple[int, dict]:
        answer = who.post(f"{root}{path}", json.dumps(body or {}), content_type="application/json")
        return answer.status_code, answer.json()

    assert post("/items/", {"title": "x"}, reads)[0] == 403
    code, made = post("/items/", {"title": "Ring them", "role": "legal", "checklist": ["Number", "Hours"]})
    assert (code, made["status"], made["owner"]) == (201, "not_started", None)
    at = f"/items/{made['id']}"
    first = step(breach, "takedown").pk
    acts = (
        ("tick", {"line": 2}, 200, ("status", "in_progress")),
        ("tick", {"line": 3}, 409, None),
        ("hand-over", {"to": legal.pk, "note": "Mornings."}, 200, ("owner", legal.pk)),
        ("hand-over", {"to": auditor.pk}, 400, None),
        ("comment", {"text": "@auditor please"}, 200, ("status", "in_progress")),
        ("wait", {"waits_for": "Their lawyer"}, 200, ("waits_for", "Their lawyer")),
        ("wait", {"waits_for": "Their lawyer"}, 409, None),
        ("have", None, 200, ("held_by", lead.pk)),
        ("finish", None, 200, ("status", "done")),
        ("finish", None, 409, None),
        ("reopen", {"reason": "They rang."}, 200, ("status", "in_progress")),
        ("drop", {"reason": ""}, 400, None),
        ("drop", {"reason": "Done elsewhere."}, 200, ("status", "not_needed")),
    )
    for act, body, code, expected in acts:
        answered, told = post(f"{at}/{act}/", body)
        assert answered == code, (act, told)
        if expected:
            assert told[expected[0]] == expected[1], act
    assert [len(one["mentioned"]) for one in told["comments"]] == [0, 1]
    changed = asked.patch(
        f"{root}{at}/", json.dumps({"blocked_by": [first]}), content_type="application/json"
    )
    assert changed.json()["blocked_by"] == [first]
    assert reads.get("/api/items/mentions/").json()[0]["item"] == made["id"]
    assert asked.get(f"{root}/items/?show=settled").json()["counts"]["settled"] == 1
    assert asked.get(f"{root}/items/?page=0").status_code == 400
    assert reads.get(f"{root}/playbook/").json()["run"]["playbook"] == "doxxing"
    assert post("/playbook/start/", {"version": 999})[0] == 409


def test_a_playbook_is_written_on_pages_in_a_draft_and_put_in_force(officer, responder, client_of):
    client, at = client_of(officer), "/settings/playbooks/"
    made = client.post(f"{at}new/", {"name": "Deepfake", "violations": ["impersonation"]})
    assert made.url == f"{at}deepfake/steps/"
    sent = {
        "title": "Keep it",
        "role": "responder",
        "due": "2",
        "unit": "days",
        "due_kind": "started",
    }
    assert client.post(f"{at}deepfake/steps/", sent | {"links": "nonsense"}).status_code == 422
    assert client.post(f"{at}deepfake/steps/", sent | {"due_kind": ""}).status_code == 422
    link = {"links": "Form https://form.example/x", "checklist": "One\nTwo"}
    assert client.post(f"{at}deepfake/steps/", sent | link).status_code == 302
    second = {"title": "Show it", "after": ["keep-it"], "unit": "hours"}
    assert client.post(f"{at}deepfake/steps/", second).status_code == 302
    client.post(f"{at}deepfake/steps/keep-it/remove/", {"revision": 3})
    draft = queries.playbook_for("deepfake").versions.all()[0]
    assert [(one.key, one.after) for one in draft.content.steps] == [("show-it", ())]
    client.post(f"{at}deepfake/in-force/", {"revision": 3})
    assert queries.playbook_for("deepfake").versions.all()[0].status == "draft"
    client.post(f"{at}deepfake/in-force/", {"revision": 4})
    assert queries.playbook_for("deepfake").versions.all()[0].status == "in_force"
    client.post(f"{at}ready/")
    assert not Playbook.objects.filter(key="impersonation").exists()  # ours stays
    assert Playbook.objects.filter(key="doxxing").exists()
    assert client_of(responder).get(f"{at}deepfake/").status_code == 200
    assert client_of(responder).post(f"{at}deepfake/retire/").status_code == 403


def test_a_mail_about_work_names_neither_titles_nor_people(breach, lead, legal, smtp_sink):
    now = timezone.now()
    ItemAlert.objects.all().delete()
    item = commands.add_item(breach, title="Ring Xanthippe", owner=legal, by=lead, now=now)
    commands.comment_item(item, text="@Legal ask Xanthippe", by=lead, now=now)
    assert item_alerts.send_due() == 1
    (mail,) = smtp_sink.messages("legal@lantern.example")
    text = mail.get_content()
    assert f"/incidents/{breach.reference}/items/{item.pk}/" in text
    assert "somebody mentions you" in text
    assert "Xanthippe" not in mail.as_string()
    assert item_alerts.send_due() == 0
