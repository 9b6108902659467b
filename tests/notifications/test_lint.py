"""The check of a notice's text: content by law, fields by sets of people, words, links, sender and subject."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import law
from accounts.models import User
from incidents.models import Incident
from law.content_words import label
from notifications import commands, lint, ready, rules
from notifications.blocks import Block
from notifications.compile import Source
from notifications.lint import contents, wording
from notifications.models import Notice
from notifications.segments import Group, Profile
from notifications.sources import source_of
from stakeholders.sealing import BIT, Details
from tests.notifications.conftest import STATEMENT, add_people, people
from tests.notifications.test_commands import refused
from tests.notifications.test_compile import CONSTANTS

REGIMES = Path(law.__file__).parent / "regimes"
NAMED = BIT["email"] | BIT["name"]
HOSTS = frozenset({"lantern.example"})
SAID = {
    "statement.what_happened": "On 12 November 2026 we discovered that somebody copied our list on 3 November 2026.",
    "statement.consequences": "Somebody may use your number.",
    "statement.measures": "We closed the copy.",
    "statement.advice": "Enrol in free credit monitoring for 24 months.",
}


@cache
def rule_of(rule_id: str) -> dict[str, Any]:
    return dict(yaml.load((REGIMES / f"{rule_id}.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader))


def served(rule_id: str) -> lint.Served:
    """The duty to tell people of a rule of the pack, with all that it can ask for."""
    rule = rule_of(rule_id)
    duty = next(one for one in rule["duties"] if one["recipient"].get("kind") == "individuals")
    tags = [*duty.get("content", ()), *(tag for one in duty.get("content_when", ()) for tag in one["add"])]
    return lint.Served(
        rule_id,
        rule["place"],
        rule["title"],
        duty.get("citation") or rule["citation"],
        tuple((tag, label(tag)) for tag in tags),
        tuple((tag, label(tag)) for tag in duty.get("forbidden", ())),
        tuple(duty.get("format_rules") or ()),
    )


def checked(
    body: str,
    *duties: lint.Served,
    subject: str = "Your data at {{ organisation.name }}",
    language: str = "en",
    groups: tuple[Group, ...] = (Group(("email", "ssn"), NAMED, 10),),
    blocks: tuple[Block, ...] = (),
    said: Mapping[str, str] = SAID,
    sms: str = "",
    **more: Any,
) -> lint.Checked:
    source = Source(subject, body, language, {**CONSTANTS, **said}, blocks=blocks, sms=sms)
    given: dict[str, Any] = {"sender": "Lantern <privacy@mail.lantern.example>", "own_hosts": HOSTS, **more}
    return lint.Checked(source, Profile(groups), served=duties, **given)


def found(one: lint.Checked) -> dict[str, lint.Finding]:
    return {finding.key: finding for finding in lint.lint(one).findings}


def blocking(one: lint.Checked) -> set[str]:
    return {finding.key for finding in lint.lint(one).findings if finding.blocking}


BLOCKS = tuple(
    Block(
        one.about["block"],
        next(version["body"] for version in one.versions if version["language"] == "en"),
        frozenset(one.about.get("elements", ())),
        frozenset(one.about.get("places", ())),
        version=place,
        title=one.name,
        order=one.about["order"],
    )
    for place, one in enumerate(ready.templates(), 1)
    if "block" in one.about
)


@pytest.mark.parametrize(
    ("name", "rule_id", "place", "left"),
    [
        ("High risk to people", "eu-gdpr-33", "", set()),
        ("United Kingdom, high risk", "uk-gdpr-33", "", set()),
        ("California", "us-ca", "US", set()),
        ("Health information (HIPAA)", "us-fed-hipaa", "US", set()),
        ("Health information (HIPAA)", "us-md", "US-MD", set()),
        ("Health information (HIPAA)", "us-nc", "US-NC", set()),
        ("Health information (HIPAA)", "us-nm", "US-NM", set()),
        ("Health information (HIPAA)", "us-ny", "US-NY", set()),
        ("Health information (HIPAA)", "us-dc", "US-DC", set()),
        ("Health information (HIPAA)", "us-or", "US-OR", set()),
        ("Health information (HIPAA)", "us-ia", "US-IA", set()),
        (
            "Health information (HIPAA)",
            "us-ma",
            "US-MA",
            {"forbidden:nature:us-ma", "content:parent_company"},
        ),
        ("Massachusetts", "us-ma", "US-MA", {"content:parent_company"}),
    ],
)
def test_each_ready_text_says_what_its_law_asks_for(
    name: str, rule_id: str, place: str, left: set[str]
) -> None:
    text = next(one for one in ready.templates() if one.name == name)
    mail = next(one for one in text.versions if (one["language"], one["channel"]) == ("en", "email"))
    groups = (Group(("email", "ssn"), NAMED, 10, place),)
    one = checked(mail["body"], served(rule_id), subject=mail["subject"], groups=groups, blocks=BLOCKS)
    assert blocking(one) == left


@pytest.mark.parametrize(
    ("body", "rule_id", "wrong"),
    [
        ("{{ statement.what_happened }}", "eu-gdpr-33", {"consequences", "measures_taken", "mitigation_advice", "dpo_contact"}),
        ("We write to you.", "us-nc", {"incident_general", "info_types", "cra_contacts", "ftc_contact", "state_ag_contact", "vigilance_advice"}),
        ("{{ organisation.name }}", "us-ca", {"info_types", "credit_monitoring_offer", "contact_entity"}),
    ],
)  # fmt: skip
def test_what_a_rule_asks_for_and_the_text_lacks_is_found_with_its_citation(
    body: str, rule_id: str, wrong: set[str]
) -> None:
    said = {**SAID, "statement.advice": ""}
    keys = found(checked(body, served(rule_id), said=said))
    assert {f"content:{tag}" for tag in wrong} <= keys.keys()
    assert served(rule_id).cited in keys[f"content:{min(wrong)}"].rules


def test_headings_title_and_numbers_are_held_against_the_rule() -> None:
    shuffled = "# Notice of Data Breach\n\n## What Information Was Involved\n\n## What Happened\n"
    assert {"form:headings:us-ca"} <= blocking(checked(shuffled, served("us-ca")))
    assert {"form:title:us-ca"} <= blocking(checked("# Hello", served("us-ca")))
    told = "We told 1,240 residents of Illinois."
    assert "forbidden:number:us-il" in blocking(checked(told, served("us-il")))
    assert "forbidden:number:us-il" not in blocking(checked("Call 1-800-555-0100.", served("us-il")))
    page = found(checked("{{ notice.url }}", served("us-ma")))["forbidden:page:us-ma"]
    assert not page.blocking
    mailboxes = (Group(("email_credentials",), NAMED, 7),)
    assert found(checked("x", served("us-md"), groups=mailboxes))["mailboxes"].blocking
    assert not found(checked("x", groups=mailboxes))["mailboxes"].blocking


def test_phrases_of_a_law_are_asked_of_each_place_whose_people_read_another_text() -> None:
    insert = Block("state_insert", "Ask for a police report.", places=frozenset({"US-MA"}), version=1)
    body = "{{ block.state_insert }}"
    there = (Group((), NAMED, 1, "US-MA"), Group((), NAMED, 9, ""))
    massachusetts, rhode_island = served("us-ma"), served("us-ri")
    assert "content:police_report_right" not in blocking(
        checked(body, massachusetts, groups=there, blocks=(insert,))
    )
    assert "content:police_report_right" in blocking(
        checked(body, rhode_island, groups=there, blocks=(insert,))
    )


@pytest.mark.parametrize(
    ("body", "more", "key", "blocks_it"),
    [
        ("[x](https://evil.example/a)", {}, "link:evil.example", True),
        ("www.Evil.example.", {}, "link:evil.example", True),
        ("[x](evil.example)", {}, "link:evil.example", True),
        ("https://lantern.example.evil.example", {}, "link:lantern.example.evil.example", True),
        ("https://user@evil.example:8080/", {}, "link:evil.example", True),
        ("x", {"sender": "Lantern <a@lantern-mail.example>"}, "sender", True),
        ("x", {"reply_to": "a@elsewhere.example"}, "reply-to", False),
        ("x", {"subject": "Act now! Click"}, "subject", True),
        ("x", {"subject": "URGENT notice"}, "subject", True),
        ("x", {"subject": "Dringend: Ihre Daten", "language": "de"}, "subject", True),
        ("x", {"for_counsel": True}, "for-counsel", False),
        ("x", {"languages": {"de-AT": 3, "": 4, "en-IE": 5}}, "language:de-AT", False),
        ("{{ party.reference }}", {}, "field:party.reference", True),
        ("{{ party.elements_list }}", {"groups": (Group((), NAMED, 2),)}, "no-elements", False),
        ("x", {"groups": (Group((), 0, 2),)}, "nobody", True),
        ("x", {"sms": "a" * 500}, "sms", False),
        ("It may have been an incident. We believe so.", {}, "hedges", False),
        ("x", {"closed": "INC-1"}, "closed", True),
    ],
)
def test_what_could_harm_people_is_found(body: str, more: dict[str, Any], key: str, blocks_it: bool) -> None:
    keys = found(checked(body, **more))
    assert key in keys, keys.keys()
    assert keys[key].blocking == blocks_it


@pytest.mark.parametrize(
    ("body", "more", "key"),
    [
        ("https://help.lantern.example/x and [p]({{ notice.url }})", {}, "link"),
        ("{{ block.b }}", {"blocks": (Block("b", "www.equifax.com", version=1),)}, "link"),
        ("x", {"languages": {"de-AT": 3}, "also_in": frozenset({"de"})}, "language"),
        ('{{ party.reference | default: "x" }}', {}, "field"),
        ("x", {"subject": "Notice of Data Breach"}, "subject"),
        ("Wir glauben, it may have been.", {"language": "de"}, "hedges"),
        ("{{ block.b }}", {"blocks": (Block("b", "", places=frozenset({"US"})),)}, "block"),
    ],
)
def test_what_is_right_is_not_found(body: str, more: dict[str, Any], key: str) -> None:
    assert not [one for one in found(checked(body, **more)) if one.startswith(key)]


def test_a_block_without_words_for_people_of_the_segment_blocks_and_a_draft_is_told() -> None:
    none = checked("{{ block.b }}", blocks=(Block("b", "", title="B"),), language="de")
    assert "no text in German" in found(none)["block:B"].text
    assert not found(none)["block:B"].acceptable
    draft = checked("{{ block.b }}", blocks=(Block("b", "x", version=1, title="B", approved=False),))
    assert not found(draft)["block:B"].blocking


def test_reading_level_is_told_for_english_alone() -> None:
    easy = "We lost your name. Call us now. " * 20
    hard = "Notwithstanding considerable organisational countermeasures, unauthorised individuals subsequently obtained identification particulars. "
    plain, heavy = wording.reading(easy), wording.reading(hard * 10)
    assert plain is not None
    assert heavy is not None
    assert plain.words == "easy"
    assert (heavy.words, heavy.grade > 12) == ("very hard", True)
    assert wording.reading("Too short.") is None
    assert lint.lint(checked(easy, language="de")).reading is None
    assert "reading" in found(checked(hard * 10))


def test_every_tag_of_evidence_is_one_of_the_law_and_its_words_can_be_searched() -> None:
    for tag, evidence in contents.EVIDENCE.items():
        assert label(tag)
        assert evidence.fields or evidence.words, tag
        assert wording.re.compile(evidence.words) is not None


@pytest.mark.django_db
@pytest.mark.usefixtures("own_state")
def test_a_finding_stands_only_by_a_named_persons_reason_and_never_what_must_be_mended(
    incident: Incident,
    draft: Callable[..., Notice],
    lead: User,
    officer: User,
    client_of: Callable[[User], Client],
) -> None:
    add_people(incident, people(2))
    add_people(incident, [Details(email="nameless@mail.example")])
    notice = draft(body="{{ party.name }} [x](https://partner.example/) {{ notice.url }}")
    at = reverse("notifications:check_notice", args=[incident.reference, notice.reference])
    accept = reverse("notifications:accept_finding", args=[incident.reference, notice.reference])
    page = client_of(lead).get(at).content.decode()
    assert "partner.example, which is not ours" in page
    assert "empty for 1 person" in page
    assert client_of(lead).get(at.replace("check/", "")).status_code == 200
    officer_browser = client_of(officer)
    now = timezone.now()
    for key, code in (("field:party.name", "must_be_mended"), ("link:other.example", "stale")):
        refused(
            code, lambda key=key: commands.accept_finding(notice, key=key, reason="r", by=officer, now=now)
        )  # type: ignore[misc]
    officer_browser.post(accept, {"key": "link:partner.example", "reason": ""})
    notice.refresh_from_db()
    assert notice.accepted == {}
    answer = officer_browser.post(
        f"/api{at.replace('check', 'findings')}",
        {"key": "link:partner.example", "reason": "Our partner answers calls."},
        "application/json",
    )
    assert answer.json()["accepted"]["link:partner.example"]["reason"] == "Our partner answers calls."
    refusal = refused("not_ready", lambda: commands.submit_notice(notice, by=lead, now=now))
    assert len(refusal.messages) == 1
    notice = commands.edit_notice(
        notice, by=lead, now=now, body="[x](https://partner.example/) {{ notice.url }}"
    )
    notice = commands.submit_notice(notice, by=lead, now=now)
    assert commands.approve_notice(notice, by=officer, now=now).status == "approved"
    assert "Our partner answers calls." in officer_browser.get(at).content.decode()
    report = rules.check(notice, Profile(), source_of(notice))
    assert "nobody" in {one.key for one in report.findings}
    assert STATEMENT["advice"]
