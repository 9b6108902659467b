"""Lists narrowed, named and shared; and several action items at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from incidents import commands, queries
from incidents.models import ActionItem, Door, Incident, SavedView
from tests.standing import standing

JSON = "application/json"


@standing
def work(lead: User) -> Incident:
    now = timezone.now()
    incident = commands.open_incident(by=lead, title="Profiles shown", now=now)
    for number, title in enumerate(("Ask the host", "Turn it off", "Tell the desk")):
        commands.add_item(
            incident,
            title=title,
            role="responder",
            due_at=now + timedelta(hours=40 * number + 1),
            by=lead,
            now=now,
        )
    return incident


def save(by: User, which: str = "incidents", **more: Any) -> SavedView:
    told = {"query": {"lead": "none", "order": "newest"}, "name": "Nobody leads"} | more
    return commands.save_view(which, by=by, now=timezone.now(), **told)


def test_a_view_is_named_opens_the_list_and_is_found_by_colleagues_once_it_is_shared(
    lead: User, responder: User, employee: User, client_of: Any
) -> None:
    own, colleague, outside = client_of(lead), client_of(responder), client_of(employee)
    narrowed = "view=all&lead=none&order=newest"
    assert "Save this view" in own.get(f"/incidents/?{narrowed}").content.decode()
    page = own.get(f"/views/new/incidents/?{narrowed}&nonsense=1").content.decode()
    assert "Nobody yet" in page
    assert "Newest" in page
    assert own.post(f"/views/new/incidents/?{narrowed}", {"name": " "}).status_code == 422
    made = own.post(f"/views/new/incidents/?{narrowed}", {"name": "Nobody leads", "default": "on"})
    assert made.url == "/incidents/?view=all&lead=none&order=newest"
    view = SavedView.objects.get()
    assert own.get("/incidents/").url == made.url, "the list opens with it"
    assert own.get("/incidents/?view=needs").status_code == 200, (
        "an address that asks for something is left alone"
    )
    shown = own.get(made.url).content.decode()
    assert 'aria-current="page">Nobody leads' in shown
    assert "Change this view" in shown
    assert "Nobody leads" not in colleague.get("/incidents/?view=all").content.decode()

    told = {"name": "Without lead", "shared": "on"}
    assert own.post(f"/views/{view.pk}/", told).status_code == 302
    assert own.get("/incidents/").status_code == 200, "and no longer opens with it"
    seen = colleague.get(f"/incidents/?{narrowed}").content.decode()
    assert "Without lead" in seen
    assert str(lead) in seen
    assert "Change this view" not in seen
    assert "Without lead" not in outside.get("/incidents/?view=all").content.decode()
    for method, at in (("get", ""), ("post", ""), ("post", "delete/")):
        assert getattr(colleague, method)(f"/views/{view.pk}/{at}").status_code == 404
    assert own.post(f"/views/{view.pk}/delete/").url == "/incidents/?all="
    assert not SavedView.objects.exists()
    acts = AuditEvent.objects.filter(verb__startswith="list_view_")
    assert [act.verb for act in acts.order_by("pk")] == ["list_view_saved"] * 2 + ["list_view_deleted"]
    assert "leads" not in "".join(act.details for act in acts), "names may be about people"


def test_a_name_is_one_view_and_a_list_opens_with_one(lead: User, employee: User, auditor: User) -> None:
    first = save(lead, default=True)
    again = save(lead, query={"words": "x", "order": "nonsense"}, default=True)
    assert (again.pk, again.query) == (first.pk, {"words": "x"})
    second = save(lead, name="Mine", default=True)
    first.refresh_from_db()
    assert (first.default, second.default) == (False, True)
    with pytest.raises(ValidationError, match="another view of this name"):
        commands.change_view(
            second, name="Nobody leads", shared=False, default=False, by=lead, now=timezone.now()
        )
    with pytest.raises(ValidationError, match="cannot share"):
        save(employee, shared=True)
    with pytest.raises(PermissionDenied):
        save(auditor, "intake")
    save(lead, "items", query={"due": "week"}, default=True)
    SavedView.objects.bulk_create(
        SavedView(person=lead, list="items", name=f"View {n}", saved_at=timezone.now()) for n in range(29)
    )
    with pytest.raises(ValidationError, match="at most 30"):
        save(lead, "items", name="One more")


def test_the_api_keeps_views_for_whoever_made_them(lead: User, responder: User, client_of: Any) -> None:
    own, other = client_of(lead), client_of(responder)
    body = {"list": "items", "name": "This week", "query": {"due": "week", "show": "open"}, "shared": True}
    made = own.post("/api/views/", body, JSON)
    assert (made.status_code, made.json()["query"]) == (201, {"due": "week", "show": "open"})
    here = f"/api/views/{made.json()['id']}/"
    assert own.patch(here, {"default": True}, JSON).json()["shared"] is True
    assert [one["name"] for one in other.get("/api/views/?list=items").json()] == ["This week"]
    assert other.patch(here, {"name": "Theirs"}, JSON).status_code == 404
    assert other.delete(here).status_code == 404
    assert other.get("/api/views/?list=people").status_code == 400
    assert own.delete(here).status_code == 204


def test_the_inbox_and_the_items_are_narrowed_and_keep_it_on_the_way(
    work: Incident, responder: User, client_of: Any
) -> None:
    now = timezone.now()
    for door, title in ((Door.PUBLIC, "My number is online"), (Door.STAFF, "Laptop stolen from car")):
        commands.file_report(
            door=door, title=title, words=f"{title}, it seems.", violation="other", whose="own", now=now
        )
    client = client_of(responder)
    client.post("/views/new/intake/?door=public", {"name": "From outside", "default": "on"})
    inbox = client.get(client.get("/intake/").url).content.decode()
    assert "My number is online" in inbox
    assert "Laptop stolen from car" not in inbox
    assert "From outside" in inbox
    report = queries.inbox(responder, queries.NarrowedInbox(door="public")).get()
    assert f"/intake/{report.reference}/dismiss/?door=public" in inbox
    settled = client.post(f"/intake/{report.reference}/dismiss/?door=public", {"reason": "Ours.", "back": ""})
    assert settled.url == "/intake/?door=public"
    assert "Nothing fits" in client.get(settled.url).content.decode()

    def titles(**asked: str) -> list[str]:
        rows = queries.my_items(responder, queries.NarrowedItems(show="role", **asked), now=now).rows
        return [row.item.title for row in rows]

    assert titles() == ["Ask the host", "Turn it off", "Tell the desk"]
    assert titles(order="newest") == ["Tell the desk", "Turn it off", "Ask the host"]
    assert (titles(due="day"), titles(due="none")) == (["Ask the host"], [])
    assert (titles(words="PROFILES desk"), titles(drill="yes")) == (["Tell the desk"], [])
    assert client.get("/api/items/?due=sometime").json()["errors"][0]["code"] == "unknown_due"


def test_several_items_are_taken_started_and_done_at_once(
    work: Incident, responder: User, auditor: User, employee: User, client_of: Any
) -> None:
    keys = list(ActionItem.objects.order_by("pk").values_list("pk", flat=True))
    client = client_of(responder)
    told = client.post("/work/several/?show=role", {"item": keys[:2], "act": "take"}, follow=True)
    assert "Yours now: 2 items." in told.content.decode()
    assert told.redirect_chain[0][0] == "/work/?show=role"
    assert ActionItem.objects.filter(owner=responder).count() == 2
    of = {"item": keys, "act": "take", "of": work.reference}
    told = client.post("/work/several/", of, follow=True)
    assert "theirs already" in told.content.decode()
    assert told.redirect_chain[0][0].endswith("/work/")
    assert "at least one" in client.post("/work/several/", {"act": "take"}, follow=True).content.decode()

    def asked(who: User, act: str, *which: int) -> dict[str, Any]:
        answer = client_of(who).post("/api/items/several/", {"items": which, "act": act}, JSON)
        assert answer.status_code == 200, answer.content
        return dict(answer.json())

    assert asked(responder, "finish", *keys, 2**40) == {
        "done": keys, "refused": {str(2**40): "You may not change it."}
    }  # fmt: skip
    for person in (auditor, employee):
        assert asked(person, "start", *keys)["done"] == []
