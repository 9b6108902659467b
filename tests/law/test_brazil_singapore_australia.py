from datetime import UTC, timedelta

import pytest

from tests.law.given import NOON, answers, at, duties, facts, people


class TestBrazil:
    RULE = "br-lgpd-48"
    AFFECTED = {"interests_significantly_affected": True}
    PLAIN = {"minors": False, "elderly": False, "professional_secrecy": False, "large_scale": False}

    @pytest.mark.parametrize(
        ("elements", "known", "answer"),
        [
            (("name",), {}, "not_required"),
            (("name", "medical"), {}, "required"),
            (("name", "transactions"), {}, "required"),
            (("online_credentials",), {}, "required"),
            (("name",), {"minors": True}, "required"),
            (("name",), {"elderly": True}, "required"),
            (("name",), {"professional_secrecy": True}, "required"),
            (("name",), {"large_scale": True}, "required"),
            (("name", "medical"), {"interests_significantly_affected": False}, "not_required"),
        ],
    )
    def test_both_conditions_are_needed(self, elements, known, answer):
        given = facts(people("BR", 5, *elements), **{**self.AFFECTED, **self.PLAIN, **known})
        assert set(answers(given, self.RULE).values()) == {answer}

    def test_unknown_findings_are_asked_for_the_most_telling_first(self):
        duty = duties(facts(people("BR", 5, "name")))["br-lgpd-48/authority"]
        assert duty.answer == "undecided"
        assert duty.undecided_by[0] == "interests_significantly_affected"
        assert duty.due_at is not None

    @pytest.mark.parametrize(
        ("small", "told", "declared"),
        [(False, "2026-11-25", "2026-11-30"), (True, "2026-11-30", "2026-12-03")],
    )
    def test_3_business_days_and_6_for_small_agents(self, small, told, declared):
        events = {"aware": at("2026-11-19T22:00:00-03:00")}  # Thursday; Friday 20 November is a holiday
        known = {**self.AFFECTED, **self.PLAIN, "small_agent": small}
        found = duties(facts(people("BR", 5, "medical"), events=events, **known))
        for name, day in (("authority", told), ("individuals", told), ("authority-declaration", declared)):
            assert found[f"br-lgpd-48/{name}"].due_at == at(f"{day}T23:59:59-03:00").astimezone(UTC)

    def test_an_unknown_size_leaves_the_shorter_term_and_says_so(self):
        duty = duties(facts(people("BR", 5, "medical"), **self.AFFECTED))["br-lgpd-48/authority"]
        assert "3 business days" in duty.due_text
        assert any(note.startswith("Not known: For small processing agents") for note in duty.notes)

    @pytest.mark.parametrize(("small", "due"), [(False, "2026-12-21"), (True, "2027-01-20")])
    def test_the_filing_is_completed_20_business_days_after_it_was_made(self, small, due):
        known = {**self.AFFECTED, "small_agent": small}
        assert "br-lgpd-48/authority-update" not in duties(facts(people("BR", 5, "medical"), **known))
        filed = {"br-lgpd-48/authority": at("2026-11-23T10:00:00-03:00")}
        duty = duties(facts(people("BR", 5, "medical"), **known, filings=filed))[
            "br-lgpd-48/authority-update"
        ]
        assert duty.due_at == at(f"{due}T23:59:59-03:00").astimezone(UTC)


class TestSingapore:
    RULE = "sg-pdpa-26d"
    ASSESSED = {"events": {"aware": NOON, "assessment_completed": at("2026-03-13T15:00:00+08:00")}}

    @pytest.mark.parametrize(
        ("number", "harm", "authority", "individuals"),
        [
            (499, False, "not_required", "not_required"),
            (500, False, "required", "not_required"),
            (1, True, "required", "required"),
            (499, None, "undecided", "undecided"),
            (500, None, "required", "undecided"),
        ],
    )
    def test_scale_or_harm_for_the_commission_and_harm_alone_for_people(
        self, number, harm, authority, individuals
    ):
        known = {} if harm is None else {"significant_harm_likely": harm}
        found = answers(facts(people("SG", number), **known), self.RULE)
        assert (found["authority"], found["individuals"]) == (authority, individuals)

    def test_3_calendar_days_after_the_assessment_over_the_weekend(self):
        duty = duties(facts(people("SG", 500), **self.ASSESSED))["sg-pdpa-26d/authority"]
        assert duty.due_at == at("2026-03-16T23:59:59+08:00").astimezone(UTC)

    def test_without_an_assessment_the_clock_waits_for_it(self):
        duty = duties(facts(people("SG", 500)))["sg-pdpa-26d/authority"]
        assert (duty.due_at, duty.waits_for) == (None, ("assessment_completed",))

    def test_the_30_days_of_assessment_are_guidance(self):
        duty = duties(facts(people("SG", 5)))["sg-pdpa-26d/assessment"]
        assert (duty.due_at, duty.binding, duty.met_by) == (None, False, "assessment_completed")
        assert duty.target_text.startswith("Guidance, not law:")
        assert duty.target_at == at("2026-04-09T23:59:59+08:00").astimezone(UTC)

    def test_people_are_told_on_or_after_the_commission(self):
        given = facts(people("SG", 5), significant_harm_likely=True)
        assert duties(given)["sg-pdpa-26d/individuals"].blocked_by == "sg-pdpa-26d/authority"
        filed = {"sg-pdpa-26d/authority": NOON}
        duty = duties(facts(people("SG", 5), significant_harm_likely=True, filings=filed))[
            "sg-pdpa-26d/individuals"
        ]
        assert (duty.blocked_by, duty.starts_at) == ("", NOON)

    @pytest.mark.parametrize(
        ("known", "authority", "individuals"),
        [
            ({"internal_only": True}, "not_required", "not_required"),
            ({"remedial_action": True}, "required", "not_required"),
            ({"encrypted": True, "key_safe": True}, "required", "not_required"),
            ({"enforcement_prejudice": True}, "required", "not_required"),
        ],
    )
    def test_excuses_reach_only_whom_the_law_says(self, known, authority, individuals):
        found = answers(facts(people("SG", 500), significant_harm_likely=True, **known), self.RULE)
        assert (found["authority"], found["individuals"]) == (authority, individuals)


class TestAustralia:
    RULE = "au-ndb"
    BOUND = {"app_entity": True}

    @pytest.mark.parametrize(
        ("harm", "answer"), [(True, "required"), (False, "not_required"), (None, "undecided")]
    )
    def test_serious_harm_decides_the_statement(self, harm, answer):
        known = self.BOUND | ({} if harm is None else {"serious_harm_likely": harm})
        found = answers(facts(people("AU", 5), **known), self.RULE)
        assert (found["authority"], found["individuals"]) == (answer, answer)

    def test_the_assessment_has_30_days_from_suspicion(self):
        events = {"suspected": at("2026-03-01T10:00:00+11:00")}
        duty = duties(facts(people("AU", 5), events=events, **self.BOUND))["au-ndb/assessment"]
        assert (duty.answer, duty.recipient.kind, duty.met_by) == (
            "required",
            "internal",
            "assessment_completed",
        )
        assert duty.due_at == at("2026-03-31T23:59:59+11:00").astimezone(UTC)

    def test_the_statement_has_no_number_and_people_follow_it(self):
        known = {**self.BOUND, "serious_harm_likely": True}
        found = duties(facts(people("AU", 5), events={"reasonable_belief": NOON}, **known))
        statement = found["au-ndb/authority"]
        assert (statement.due_at, statement.starts_at) == (None, NOON)
        assert statement.target_at == NOON + timedelta(hours=72)
        assert found["au-ndb/individuals"].blocked_by == "au-ndb/authority"

    @pytest.mark.parametrize(
        ("fact", "authority", "individuals"),
        [
            ("remedial_action", "not_required", "not_required"),
            ("other_entity_notified", "not_required", "not_required"),
            ("secrecy_provision", "not_required", "not_required"),
            ("my_health_records", "not_required", "not_required"),
            ("authority_waived", "not_required", "not_required"),
            ("enforcement_prejudice", "required", "not_required"),
            ("encrypted", "required", "required"),
        ],
    )
    def test_excuses_reach_only_whom_the_law_says(self, fact, authority, individuals):
        given = facts(people("AU", 5), **self.BOUND, serious_harm_likely=True, **{fact: True})
        found = answers(given, self.RULE)
        assert (found["authority"], found["individuals"]) == (authority, individuals)

    def test_an_organisation_outside_the_act_owes_nothing_and_an_unknown_one_is_asked(self):
        given = facts(people("AU", 5), app_entity=False, serious_harm_likely=True)
        assert set(answers(given, self.RULE).values()) == {"not_required"}
        duty = duties(facts(people("AU", 5), serious_harm_likely=True))["au-ndb/authority"]
        assert (duty.answer, duty.undecided_by) == ("undecided", ("app_entity",))
