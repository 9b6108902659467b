"""Pages and API of policies: who may, what is shown, what is refused."""

from __future__ import annotations

import pytest
from django.urls import reverse

from policies import commands
from policies.markdown import rendered
from policies.models import Policy
from policies.queries import comparison
from tests.policies.conftest import NOW


@pytest.fixture
def signed_in(client):
    def enter(user):
        client.force_login(user)
        return client

    return enter


def url(name: str, *args: object) -> str:
    return reverse(f"policies:{name}", args=args)


def test_everybody_signed_in_reads_the_version_in_force(signed_in, reader, write, policy):
    write(upto="in_force", text="# Rule\n\nTell **the lead**.")
    page = signed_in(reader).get(url("policy", policy.reference))
    assert "<h2>Rule</h2>" in page.content.decode()
    assert "<strong>the lead</strong>" in page.content.decode()


def test_nobody_reads_without_signing_in(client, policy):
    assert client.get(url("policy", policy.reference)).status_code == 302
    assert client.get(url("api_policy", policy.reference)).status_code in (401, 403)


def test_the_list_keeps_its_number_of_queries(
    signed_in, reader, writer, write, django_assert_max_num_queries
):
    write(upto="in_force")
    for number in range(5):
        commands.create_policy(title=f"Policy {number}", by=writer, now=NOW)
    client = signed_in(reader)
    with django_assert_max_num_queries(20):
        assert client.get(url("list")).status_code == 200


@pytest.mark.parametrize("name", ["create", "write_version", "edit_draft", "submit_version"])
def test_an_employee_writes_no_policy(signed_in, reader, write, policy, name):
    version = write()
    args = {"create": [], "write_version": [policy.reference]}.get(name, [policy.reference, version.number])
    assert signed_in(reader).post(url(name, *args), {"title": "X", "text": "Y"}).status_code == 403


@pytest.mark.parametrize("name", ["approve_version", "return_version", "put_in_force"])
def test_an_incident_lead_approves_nothing(signed_in, writer, write, policy, name):
    version = write(upto="in_review")
    page = signed_in(writer).post(url(name, policy.reference, version.number), {"reason": "No"})
    version.refresh_from_db()
    assert (page.status_code, version.status) == (403, "in_review")


def test_a_policy_goes_its_way_by_pages(signed_in, writer, approver):
    client = signed_in(writer)
    client.post(url("create"), {"title": "Clean desk", "purpose": "Paper"})
    policy = Policy.objects.get()
    client.post(url("write_version", policy.reference), {"text": "Lock it away.", "change": ""})
    client.post(url("submit_version", policy.reference, 1))
    client = signed_in(approver)
    client.post(url("approve_version", policy.reference, 1))
    page = client.post(url("put_in_force", policy.reference, 1), {"review_on": ""}, follow=True)
    assert "Lock it away." in page.content.decode()
    assert policy.versions.get().status == "in_force"


def test_a_refused_approval_shows_why_on_the_version(signed_in, policy, approver):
    version = commands.write_version(policy, text="Words", by=approver, now=NOW)
    commands.submit_version(version, by=approver, now=NOW)
    client = signed_in(approver)
    assert "disabled" in client.get(url("version", policy.reference, 1)).content.decode()
    page = client.post(url("approve_version", policy.reference, 1))
    assert page.status_code == 422
    assert "somebody else approves it" in page.content.decode()


def test_a_title_that_is_taken_is_refused_beside_the_form(signed_in, writer, policy):
    page = signed_in(writer).post(url("create"), {"title": policy.title})
    assert page.status_code == 422
    assert "There is a policy of this title already." in page.content.decode()


def test_a_version_is_compared_with_the_one_in_force(signed_in, reader, write, policy):
    write(upto="in_force", text="One\nTwo")
    write(text="One\nThree")
    page = signed_in(reader).get(url("version", policy.reference, 2)).content.decode()
    assert "Removed: </span>Two</del>" in page
    assert "Added: </span>Three</ins>" in page


@pytest.mark.parametrize("name", ["policy", "write_version"])
def test_an_unknown_policy_is_not_found(signed_in, writer, name):
    assert signed_in(writer).get(url(name, "POL-0000-0000")).status_code == 404


HOSTILE = """
<script>alert(1)</script> <img src=x onerror=alert(1)>

[click](javascript:alert(1)) ![pixel](https://evil.example/p.png) [file](file:///etc/passwd) <a href="file:///etc/passwd">x</a>
"""


def test_hostile_markdown_is_shown_as_words():
    html = rendered(HOSTILE)
    for harm in ("<script", "<img", "<a href"):
        assert harm not in html


def test_a_comparison_of_equal_texts_keeps_every_line():
    assert {line.kind for line in comparison("a\nb", "a\nb")} == {"kept"}


def test_the_api_takes_a_policy_the_same_way(signed_in, writer, approver):
    client = signed_in(writer)
    made = client.post(url("api_list"), {"title": "Keys"}, content_type="application/json")
    reference = made.json()["reference"]
    text = {"text": "Rotate them."}
    client.post(url("api_versions", reference), text, content_type="application/json")
    assert (
        client.put(url("api_version", reference, 1), text, content_type="application/json").status_code == 200
    )
    assert client.post(url("api_submit", reference, 1)).json()["status"] == "in_review"
    assert client.post(url("api_approve", reference, 1)).status_code == 403
    client = signed_in(approver)
    assert client.post(url("api_approve", reference, 1)).json()["status"] == "approved"
    assert client.post(url("api_in_force", reference, 1)).json()["status"] == "in_force"
    assert client.post(url("api_in_force", reference, 1)).status_code == 409
    assert client.get(url("api_policy", reference)).json()["versions"][0]["text"] == "Rotate them."


def test_the_api_refuses_a_return_without_reason(signed_in, approver, write, policy):
    version = write(upto="in_review")
    answer = signed_in(approver).post(
        url("api_return", policy.reference, version.number), {"reason": ""}, content_type="application/json"
    )
    assert answer.status_code == 400
