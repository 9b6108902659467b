"""The list of incidents as a work list."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from incidents import commands, queries
from incidents.models import Incident
from incidents.queries import Narrowed
from incidents.queries.worklist import ORDERS
from tests.standing import standing

NOT_WHOLE = {"categories": {"simple": 1}, "identifiers": {"email": "0.25"}}


@standing
def several(lead: User) -> Incident:
    now = timezone.now()
    for number in range(7):
        one = commands.open_incident(
            by=lead, title=f"=Number {number}", restricted=number == 6, now=now - timedelta(hours=number)
        )
        level = ("low", "medium", "high", "very_high")[number % 4]
        commands.assess_severity(
            one, factors=NOT_WHOLE, level=level, override_reason="For the list", by=lead, now=now
        )
        priority = ("normal", "raised", "urgent")[number % 3]
        commands.describe_incident(
            one, by=lead, now=now, priority=priority, lead=lead if number % 2 else None
        )
    return one


def found(user: User, **asked: str) -> list[str]:
    rows = queries.incident_list(user, Narrowed.read({"view": "all", **asked})).rows
    return [row.incident.title[-1] for row in rows]


def test_the_list_is_narrowed_and_ordered_as_asked(several: Incident, lead: User, officer: User) -> None:
    assert found(lead, order="newest") == list("0123456")
    assert found(officer, order="newest") == list("012345")
    assert found(lead, order="severity")[:1] == ["3"]
    assert found(lead, order="priority")[:2] == ["5", "2"]
    assert found(lead, severity="very_high") == ["3"]
    assert found(lead, priority="urgent", lead="me") == ["5"]
    assert found(lead, lead="none") == list("0246")
    assert found(lead, restricted="yes") == ["6"]
    assert found(lead, words="NUMBER") == list("0123456")
    assert found(lead, words="number nowhere") == []
    assert found(lead, due="none", status="open", drill="no") == found(lead, due="none")
    assert found(lead, severity="nobody offers this") == list("0123456")


def test_pages_follow_each_other_in_every_order(several: Incident, lead: User) -> None:
    for order in ORDERS:
        wanted, after, seen = Narrowed(view="all", order=order), "", []
        whole = [row.incident.pk for row in queries.incident_list(lead, wanted).rows]
        for _ in range(10):
            page = queries.incident_list(lead, wanted, after=after, size=2)
            seen += [row.incident.pk for row in page.rows]
            if not (after := page.next_cursor):
                break
        assert seen == whole, order
        assert queries.incident_list(lead, wanted, after="bm90IGEgY3Vyc29y").rows


def test_several_are_changed_at_once_and_set_back_where_nobody_changed_them_since(
    several: Incident, lead: User, responder: User, client: Client
) -> None:
    references = list(Incident.objects.order_by("-opened_at").values_list("reference", flat=True))
    client.force_login(responder)
    told = client.post(
        "/incidents/change/?view=all",
        {"incident": [*references, "INC-0000-0000"], "set": "priority", "priority": "urgent"},
        follow=True,
    )
    assert "Changed: 6 incidents." in told.content.decode()
    assert "INC-0000-0000 stays as it was. You may not change it." in told.content.decode()
    assert f"{several.reference} stays as it was. You may not change it." in told.content.decode()
    assert Incident.objects.filter(priority="urgent").count() == 6
    first = Incident.objects.get(reference=references[0])
    commands.describe_incident(first, by=lead, now=timezone.now(), priority="raised")
    back = client.post("/incidents/change/undo/?view=all", follow=True).content.decode()
    assert "Somebody has changed it since." in back
    now = {one.reference: one.priority for one in Incident.objects.all()}
    assert [now[reference] for reference in references[:4]] == ["raised", "raised", "urgent", "normal"]
    assert "nothing to undo" in client.post("/incidents/change/undo/", follow=True).content.decode()
    with pytest.raises(ValidationError):
        commands.change_incidents([], name="priority", value="urgent", by=lead, now=timezone.now())


def test_the_list_is_taken_out_without_formulas_and_kept_in_the_record(
    several: Incident, officer: User, responder: User, client: Client
) -> None:
    client.force_login(officer)
    answer = client.post("/incidents/export/?view=all&severity=low", {"kind": "csv"})
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == ['"\'=Number 0"', '"\'=Number 4"']
    assert several.reference not in client.post("/incidents/export/?view=all").content.decode("utf-8-sig")
    sheet = client.post("/incidents/export/?view=all", {"kind": "xlsx"}).content
    with zipfile.ZipFile(io.BytesIO(sheet)) as book:
        cells = book.read("xl/worksheets/sheet1.xml").decode()
    assert (cells.count("=Number"), cells.count("<f>")) == (6, 0)
    event = AuditEvent.objects.filter(verb="incident_list_exported").order_by("pk").first()
    assert event is not None
    assert '"incidents":2' in event.details
    client.force_login(responder)
    assert client.post("/incidents/export/").status_code == 403
