from __future__ import annotations

import re
from datetime import date

import pytest

from insights import queries
from insights.queries import Wanted
from insights.queries.law_words import STATUSES, deadline_words, standing_of
from law.pack import load_pack

TODAY = date(2026, 11, 22)


def text_of(response) -> str:
    assert response.status_code == 200, response.status_code
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_every_rule_can_be_told_without_raw_words():
    wrong = []
    for rule in load_pack().rules:
        page = queries.rule_page(rule.id, TODAY)
        told = [page.row.title, *page.row.tells, *(text for _, text in page.scope)]
        told += [text for _, lines in page.more for text in lines]
        for duty in page.duties:
            told += [
                duty.title,
                duty.to,
                duty.by_when,
                *duty.more,
                *duty.counts,
                *(one.text for one in duty.when),
            ]
        wrong += [(rule.id, text) for text in told if not text or "{" in text]
        if not page.duties or not page.sources:
            wrong.append((rule.id, "no duty or no source"))
    assert wrong == []


def test_every_authority_can_be_told():
    wrong = []
    for one in load_pack().authorities.values():
        page = queries.authority_page(one.id, TODAY)
        if not (page and page.row.kind_name and page.row.place_name and all(page.confidence)):
            wrong.append(one.id)
    assert wrong == []


def test_a_rule_tells_recipient_time_condition_excuse_and_source(lead, client_of):
    page = text_of(client_of(lead).get("/law/rules/us-tx/"))
    for words in (
        "Notify Texas Attorney General",
        "at the latest 30 calendar days from determining that there was a breach",
        "At least 250 affected residents",
        "The data were encrypted and the key was safe.",
        "Tex. Bus. & Com. Code § 521.053(i)".replace("&", "&amp;"),
        "Wed 1 Sep 2021 to Thu 31 Aug 2023",
        "Brought by HB 3746 (2021)",
        "https://statutes.capitol.texas.gov/Docs/BC/htm/BC.521.htm",
    ):
        assert words in page, words


def test_a_rule_links_those_to_read_beside_it(lead, client_of):
    page = client_of(lead).get("/law/rules/eu-gdpr-33/").content.decode()
    for one in ("eu-led-30", "eu-eudpr-34", "eu-gdpr-33-no-establishment", "eu-digital-omnibus"):
        assert f'href="/law/rules/{one}/"' in page
    assert "Read beside it" not in client_of(lead).get("/law/rules/us-gu/").content.decode()


def test_an_authority_lists_the_rules_that_name_it(lead, client_of):
    page = client_of(lead).get("/law/authorities/ie-dpc/").context["page"]
    assert "eu-gdpr-33" in [row.id for row, _ in page.rules]


def test_what_the_pack_does_not_hold_does_not_exist(lead, client_of):
    client = client_of(lead)
    for url in ("rules/us-zz", "authorities/us-zz"):
        assert client.get(f"/law/{url}/").status_code == 404
        assert client.get(f"/api/law/{url}/").status_code == 404


def test_a_country_shows_its_own_and_its_common_rules():
    assert "eu-gdpr-33" in ids(place="IE")
    assert "uk-gdpr-33" not in ids(place="IE")
    assert "us-ca" in ids(place="US-CA")
    assert "us-tx" not in ids(place="US-CA")


def ids(**wanted: str) -> list[str]:
    return [row.id for row, _ in queries.rules_wanted(Wanted.read(wanted), TODAY)]


def test_filters_narrow_by_words_region_kind_and_status():
    assert ids(words="521.053 texas") == ["us-tx"]
    assert "us-ca" in ids(region="us")
    assert "eu-gdpr-33" not in ids(region="us")
    assert "us-fed-hipaa" in ids(family="health")
    assert "us-ca" not in ids(family="health")
    assert "us-ca" in ids(status="in_force")
    assert "us-ca" not in ids(status="proposal")


def test_a_filter_that_does_not_exist_narrows_nothing():
    assert ids(region="mars", family="x", status="y") == ids()


@pytest.mark.parametrize("url", ["/law/", "/law/authorities/", "/api/law/rules/", "/api/law/authorities/"])
@pytest.mark.parametrize("words", ["", "\x00", "%", "<b>x</b>", "a" * 3000, "\u202e"])
def test_any_words_can_be_asked_for(url, words, lead, client_of):
    answer = client_of(lead).get(url, {"words": words, "place": words, "status": words})
    assert answer.status_code in (200, 400)
    assert b"<b>x</b>" not in answer.content or "api" in url


def test_what_is_not_law_is_never_shown_as_law_in_force():
    rule = {"status": "in_force", "effective_from": "2027-01-01", "effective_to": None}
    assert standing_of(rule, TODAY).key == "not_yet_effective"
    assert standing_of(rule, date(2027, 1, 1)).is_law
    over = {"status": "in_force", "effective_from": "2018-01-01", "effective_to": "2026-11-21"}
    assert standing_of(over, TODAY).key == "repealed"
    for status in STATUSES.keys() - {"in_force", "partly_effective"}:
        standing = standing_of({"status": status, "effective_from": "2018-01-01"}, TODAY)
        assert not standing.is_law, status
        assert standing.warning, status
        assert standing.tone != "ok", status


def test_times_are_told_with_their_start():
    chained = {"number": 30, "unit": "calendar_days", "from": {"after": "first"}, "binding": True}
    assert (
        deadline_words(chained, {"first": "Tell us"})
        == "30 calendar days from the actual filing of “Tell us”"
    )
    several = {
        "earliest": [
            {"number": 24, "unit": "hours", "from": "aware"},
            {"number": 72, "unit": "hours", "from": "detected"},
        ]
    }
    assert (
        deadline_words(several, {})
        == "whichever is first: 24 hours from becoming aware; or 72 hours from its detection"
    )
    yearly = {"number": 0, "unit": "calendar_days", "from": {"date_of_year": "02-01", "event": "determined"}}
    assert "1 February of the year after" in deadline_words(yearly, {})


def test_the_law_stands_in_the_navigation_of_people_with_a_role(lead, employee, client_of):
    def labels(user) -> set[str]:
        groups = client_of(user).get("/search/").context["nav"].groups
        return {item["label"] for group in groups for item in group["items"]}

    assert "The law" in labels(lead)
    assert "The law" not in labels(employee)


def test_the_law_needs_a_session(client, organisation):
    assert client.get("/law/").status_code == 302
    assert client.get("/api/law/rules/").status_code == 401


def test_the_api_tells_the_same_rules_as_the_page(lead, client_of):
    client = client_of(lead)
    told = client.get("/api/law/rules/", {"place": "US-TX"}).json()
    shown = client.get("/law/", {"place": "US-TX"}).context["found"]
    assert [rule["id"] for rule in told["rules"]] == [row.id for row, _ in shown]
    assert told["pack"]["hash"] == load_pack().hash
    one = client.get("/api/law/rules/us-tx/").json()
    assert one["law_in_force"] is True
    assert one["rule"]["citation"] == one["citation"]
    assert "us-tx-ag" in [body for duty in one["duties"] for body in duty["authorities"]]


def test_a_list_of_all_rules_asks_the_database_no_more_than_a_page_without_any(
    lead, client_of, django_assert_max_num_queries
):
    client = client_of(lead)
    with django_assert_max_num_queries(10):
        assert client.get("/law/?all").status_code == 200


def test_an_obligation_leads_to_its_rule_and_its_authority(breach, lead, client_of):
    obligation = breach.obligations.filter(authority_id="ie-dpc").first()
    page = client_of(lead).get(f"/incidents/{breach.reference}/obligations/{obligation.pk}/").content.decode()
    assert 'href="/law/rules/eu-gdpr-33/"' in page
    assert 'href="/law/authorities/ie-dpc/"' in page
