"""What only a person can say: asked by a rule, answered with a reason, read by the law."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from incidents import commands, queries, tasks
from incidents.models import Incident
from incidents.queries.judgements import judgements_in
from law.pack import load_pack
from policies import commands as policies
from policies.models import ContractClause
from tests.standing import standing


@standing
def asked(incident: Incident, lead: User) -> tuple[Incident, ContractClause]:
    """A contract asks whether data of a client are affected."""
    now = timezone.now()
    clause = policies.add_clause(
        partner="Beacon Ltd", document="§ 14.2", scope="affected", number=24, unit="hours", event="aware",
        to_send="A mail", in_force_from=date(2024, 1, 1), by=lead, now=now,
    )  # fmt: skip
    commands.describe_incident(incident, by=lead, now=now, own_role="processor")
    tasks.assess_stale_obligations()
    return incident, clause


def key_of(clause: ContractClause) -> str:
    return f"judged.{clause.rule_id}/affected"


def judge(incident, by, key, held, reason="The table of clients"):
    return commands.judge_condition(incident, key=key, held=held, reason=reason, by=by, now=timezone.now())


def test_an_answer_decides_the_duty_and_can_be_taken_back(asked, lead):
    incident, clause = asked
    found = []
    for held in (True, False, None):
        judge(incident, lead, key_of(clause), held)
        found.append(incident.obligations.get(rule_id=clause.rule_id).answer)
    assert found == ["required", "not_required", "undecided"]
    assert incident.judgements.count() == 3
    assert AuditEvent.objects.filter(stream=incident.stream, verb="condition_judged").count() == 3


@pytest.mark.parametrize(
    ("key", "reason", "code"),
    [("judged.eu-none/thing", "Because", "not_asked"), (None, " ", "reason_missing")],
)
def test_what_no_law_asks_or_has_no_reason_is_refused(asked, lead, key, reason, code):
    incident, clause = asked
    with pytest.raises(ValidationError) as refused:
        judge(incident, lead, key or key_of(clause), True, reason)
    assert refused.value.error_list[0].code == code


def test_the_page_leads_from_the_open_condition_to_its_answer(asked, lead, auditor, client_of):
    incident, clause = asked
    page = f"/incidents/{incident.reference}/obligations/"
    url = f"/incidents/{incident.reference}/judge/"
    shown = client_of(lead).get(page).content.decode()
    assert "For a person to judge: Data of Beacon Ltd are affected" in shown
    assert f"{url}?key=judged." in shown
    assert f"{url}?key=" not in client_of(auditor).get(page).content.decode()
    assert client_of(auditor).get(url).status_code == 403
    form = client_of(lead).get(url, {"key": key_of(clause)}).content.decode()
    assert f'<option value="{key_of(clause)}" selected' in form
    given = {"key": key_of(clause), "held": "yes", "reason": "The table of clients"}
    assert client_of(lead).post(url, {**given, "key": "judged.eu-none/thing"}).status_code == 422
    assert client_of(lead).post(url, given).status_code == 302
    assert queries.breach_facts(incident).judgements == {key_of(clause): True}


def test_the_api_lists_what_is_to_judge_and_takes_the_answer(asked, lead, auditor, client_of):
    incident, clause = asked
    api = f"/api/incidents/{incident.reference}/judgements/"
    mine = [one for one in client_of(auditor).get(api).json() if one["key"] == key_of(clause)]
    assert [(one["text"], one["held"]) for one in mine] == [("Data of Beacon Ltd are affected", None)]
    given = {"key": key_of(clause), "held": True, "reason": "The table of clients"}
    assert client_of(auditor).post(api, given, "application/json").status_code == 403
    assert client_of(lead).post(api, {**given, "held": "perhaps"}, "application/json").status_code == 400
    told = client_of(lead).post(api, given, "application/json").json()
    assert [(one["held"], one["by"]) for one in told if one["key"] == key_of(clause)] == [(True, lead.name)]


def test_every_condition_the_pack_leaves_to_a_person_has_words_and_fits_its_column():

    wrong = []
    for rule in load_pack().rules:
        for text, name in judgements_in(rule.data):
            key = f"judged.{rule.id}/{name}"
            if len(key) > 160 or queries.judgement_words(key) != text:
                wrong.append(key)
    assert wrong == []
