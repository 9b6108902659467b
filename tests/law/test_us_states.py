from datetime import UTC, datetime, timedelta

import pytest

from tests.law.given import NOON, answers, at, duties, facts, people

TAKEN = {"acquisition": True, "access": True, "encrypted": False}
NAMED_SSN = ("name", "ssn")


def end_of_day(text: str) -> datetime:
    return at(text).astimezone(UTC)


class TestCalifornia:
    RULE = "us-ca"

    @pytest.mark.parametrize(("residents", "answer"), [(500, "not_required"), (501, "required")])
    def test_the_attorney_general_wants_a_sample_above_500_residents(self, residents, answer):
        given = facts(people("US-CA", residents, *NAMED_SSN), people("US-NV", 900, *NAMED_SSN), **TAKEN)
        assert answers(given, self.RULE) == {"individuals": "required", "attorney-general": answer}

    @pytest.mark.parametrize(
        ("elements", "answer"),
        [
            (("name", "ssn"), "required"),
            (("ssn",), "not_required"),  # no name
            (("name", "email", "birth_date"), "not_required"),  # no listed element
            (("email", "online_credentials"), "required"),  # stands alone
            (("email_credentials",), "required"),  # credentials of a mailbox are online credentials
            (("name", "financial_account"), "not_required"),  # no code
            (("name", "financial_account_with_code"), "required"),
            (("name", "passport"), "required"),
            (("name", "medical"), "required"),
            (("medical",), "not_required"),
        ],
    )
    def test_the_kinds_of_data_decide(self, elements, answer):
        assert answers(facts(people("US-CA", 1, *elements), **TAKEN), self.RULE)["individuals"] == answer

    def test_different_people_with_different_data_are_counted_apart(self):
        rows = [
            people("US-CA", 400, *NAMED_SSN),
            people("US-CA", 101, "online_credentials"),
            people("US-CA", 999),
        ]
        assert answers(facts(*rows, **TAKEN), self.RULE)["attorney-general"] == "required"
        assert answers(facts(*rows[::2], **TAKEN), self.RULE)["attorney-general"] == "not_required"

    @pytest.mark.parametrize(
        ("known", "answer", "asks"),
        [
            ({"acquisition": True, "encrypted": False}, "required", ()),
            ({"acquisition": False, "encrypted": False}, "not_required", ()),
            ({"encrypted": False}, "undecided", ("acquisition",)),
            ({"acquisition": True}, "undecided", ("encrypted", "key_safe")),
            ({"acquisition": True, "encrypted": True}, "undecided", ("key_safe",)),
            ({"acquisition": True, "encrypted": True, "key_safe": True}, "not_required", ()),
            ({"acquisition": True, "encrypted": True, "key_safe": False}, "required", ()),
            ({"acquisition": True, "encrypted": False, "good_faith_employee": True}, "not_required", ()),
            ({"acquisition": True, "encrypted": False, "medium": "paper"}, "not_required", ()),
            ({"acquisition": True, "encrypted": False, "harm_likely": False}, "required", ()),
        ],
    )
    def test_acquisition_and_the_key_decide_and_harm_does_not(self, known, answer, asks):
        duty = duties(facts(people("US-CA", 1, *NAMED_SSN), **known))["us-ca/individuals"]
        assert (duty.answer, duty.undecided_by) == (answer, asks)

    def test_people_are_told_within_30_days_of_discovery_by_the_end_of_the_day_there(self):
        events = {"aware": NOON, "discovered": at("2026-03-01T23:30:00-08:00")}
        duty = duties(facts(people("US-CA", 1, *NAMED_SSN), events=events, **TAKEN))["us-ca/individuals"]
        assert duty.due_at == end_of_day("2026-03-31T23:59:59-07:00")  # over the change to summer time
        assert duty.due_text == (
            "Discovered Sun 1 Mar 2026 23:30 PST + 30 calendar days (every day counts, the day of the event does not) "
            "= end of Tue 31 Mar 2026 23:59 PDT"
        )

    def test_the_notice_of_a_supplier_starts_the_clock_if_it_came_first(self):
        events = {"vendor_notified": NOON, "discovered": NOON + timedelta(days=2)}
        duty = duties(facts(people("US-CA", 1, *NAMED_SSN), events=events, **TAKEN))["us-ca/individuals"]
        assert (duty.starts_from, duty.starts_at) == ("vendor_notified", NOON)

    def test_awareness_shows_discovery_at_the_latest(self):
        duty = duties(facts(people("US-CA", 1, *NAMED_SSN), **TAKEN))["us-ca/individuals"]
        assert (duty.starts_from, duty.start_implied_by, duty.starts_at) == ("discovered", "aware", NOON)
        assert "at the latest when aware" in duty.due_text

    def test_the_sample_is_blocked_until_the_notice_and_then_due_in_15_days(self):
        given = facts(people("US-CA", 501, *NAMED_SSN), **TAKEN)
        blocked = duties(given)["us-ca/attorney-general"]
        assert (blocked.due_at, blocked.blocked_by) == (None, "us-ca/individuals")
        sent = at("2026-03-20T09:00:00-07:00")
        for known in (
            {"filings": {"us-ca/individuals": sent}},
            {"events": {"aware": NOON, "notice_sent": sent}},
        ):
            duty = duties(facts(people("US-CA", 501, *NAMED_SSN), **known, **TAKEN))["us-ca/attorney-general"]
            assert (duty.blocked_by, duty.due_at) == ("", end_of_day("2026-04-04T23:59:59-07:00"))
            assert any("Sat 4 Apr 2026 is no working day" in note for note in duty.notes)

    def test_before_2026_there_was_no_number(self):
        events = {"discovered": datetime(2025, 12, 31, 20, tzinfo=UTC)}
        duty = duties(facts(people("US-CA", 501, *NAMED_SSN), events=events, **TAKEN))["us-ca/individuals"]
        assert duty.due_at is None
        assert duty.rule_version.startswith("2022-01-01/")
        events = {"discovered": datetime(2026, 1, 1, 20, tzinfo=UTC)}
        duty = duties(facts(people("US-CA", 501, *NAMED_SSN), events=events, **TAKEN))["us-ca/individuals"]
        assert duty.due_at == end_of_day("2026-01-31T23:59:59-08:00")

    def test_the_offer_of_services_depends_on_data_and_source(self):
        def offers(*elements: str, **known: object) -> bool:
            given = facts(people("US-CA", 1, *elements), **TAKEN, **known)
            tags = [content.tag for content in duties(given)["us-ca/individuals"].content]
            return "credit_monitoring_offer" in tags

        assert offers(*NAMED_SSN)
        assert offers(*NAMED_SSN, source_of_breach=True)
        assert not offers(*NAMED_SSN, source_of_breach=False)
        assert not offers("name", "medical")

    def test_a_vendor_tells_the_owner(self):
        found = answers(facts(people("US-CA", 1, *NAMED_SSN), role="processor", **TAKEN), self.RULE)
        assert found == {
            "individuals": "not_required",
            "attorney-general": "not_required",
            "controller": "required",
        }

    def test_people_of_the_country_without_a_state_leave_the_threshold_open(self):
        given = facts(people("US", 600, *NAMED_SSN), **TAKEN)
        duty = duties(given)["us-ca/attorney-general"]
        assert (duty.answer, duty.undecided_by) == ("undecided", ("counts",))
        surely = facts(people("US", 600, *NAMED_SSN), people("US-CA", 501, *NAMED_SSN), **TAKEN)
        assert duties(surely)["us-ca/attorney-general"].answer == "required"
        never = facts(people("US", 400, *NAMED_SSN), people("US-CA", 100, *NAMED_SSN), **TAKEN)
        assert duties(never)["us-ca/attorney-general"].answer == "not_required"

    def test_an_unknown_number_of_people_or_kind_of_data_leaves_it_open(self):
        duty = duties(facts(people("US-CA", None, *NAMED_SSN), **TAKEN))["us-ca/attorney-general"]
        assert (duty.answer, duty.undecided_by) == ("undecided", ("counts",))
        from law.facts import PlaceCount

        duty = duties(facts(PlaceCount("US-CA", 600), **TAKEN))["us-ca/attorney-general"]
        assert (duty.answer, duty.undecided_by) == ("undecided", ("elements",))
        duty = duties(facts(PlaceCount("US-CA", 600), elements=NAMED_SSN, **TAKEN))["us-ca/attorney-general"]
        assert duty.answer == "required"

    def test_a_law_enforcement_request_is_shown_on_the_notice_only(self):
        given = facts(people("US-CA", 501, *NAMED_SSN), law_enforcement_delay=True, **TAKEN)
        found = duties(given, "us-ca/")
        assert found["us-ca/individuals"].delay
        assert not found["us-ca/attorney-general"].delay


class TestTexas:
    RULE = "us-tx"

    @pytest.mark.parametrize(("residents", "answer"), [(249, "not_required"), (250, "required")])
    def test_the_attorney_general_is_told_at_250_residents(self, residents, answer):
        given = facts(people("US-TX", residents, *NAMED_SSN), people("US-OK", 900, *NAMED_SSN), **TAKEN)
        assert answers(given, self.RULE)["attorney-general"] == answer

    @pytest.mark.parametrize(("told", "answer"), [(10_000, "not_required"), (10_001, "required")])
    def test_credit_agencies_are_told_above_10_000_people_anywhere(self, told, answer):
        given = facts(people("US-TX", 1, *NAMED_SSN), people("US-OK", told - 1, *NAMED_SSN), **TAKEN)
        assert answers(given, self.RULE)["credit-agencies"] == answer

    @pytest.mark.parametrize(
        ("elements", "answer"),
        [
            (("medical",), "required"),  # health data count without a name
            (("name", "health_insurance"), "not_required"),
            (("name", "tribal_id"), "required"),  # any number on a government document
            (("name", "biometric"), "not_required"),
            (("name", "ssn"), "required"),
        ],
    )
    def test_the_kinds_of_data_decide(self, elements, answer):
        assert answers(facts(people("US-TX", 1, *elements), **TAKEN), self.RULE)["individuals"] == answer

    def test_clocks_run_from_determination_30_days_to_the_attorney_general_and_60_to_people(self):
        events = {"aware": NOON, "determined": at("2026-03-12T09:00:00-05:00")}
        found = duties(facts(people("US-TX", 250, *NAMED_SSN), events=events, **TAKEN))
        assert found["us-tx/attorney-general"].due_at == end_of_day("2026-04-11T23:59:59-05:00")
        assert found["us-tx/individuals"].due_at == end_of_day("2026-05-11T23:59:59-05:00")

    def test_awareness_does_not_stand_in_for_determination(self):
        duty = duties(facts(people("US-TX", 250, *NAMED_SSN), **TAKEN))["us-tx/attorney-general"]
        assert (duty.answer, duty.due_at, duty.waits_for) == ("required", None, ("determined",))

    def test_before_september_2023_it_was_60_days(self):
        events = {"determined": at("2023-08-31T12:00:00-05:00")}
        duty = duties(facts(people("US-TX", 250, *NAMED_SSN), events=events, **TAKEN))[
            "us-tx/attorney-general"
        ]
        assert duty.due_at == end_of_day("2023-10-30T23:59:59-05:00")


class TestNewYork:
    RULE = "us-ny"
    REGULATORS = ("attorney-general", "department-of-state", "state-police")
    EXCUSED = {"inadvertent_by_authorised": True, "harm_likely": False}

    def test_one_resident_is_enough_for_three_offices(self):
        found = answers(facts(people("US-NY", 1, *NAMED_SSN), **TAKEN, dfs_covered_entity=False), self.RULE)
        assert {name: found[name] for name in self.REGULATORS} == dict.fromkeys(self.REGULATORS, "required")
        assert (found["financial-services"], found["credit-agencies"]) == ("not_required", "not_required")

    @pytest.mark.parametrize(
        ("known", "answer"),
        [
            ({}, "undecided"),
            ({"dfs_covered_entity": True}, "required"),
            ({"dfs_covered_entity": False}, "not_required"),
        ],
    )
    def test_financial_services_hear_from_their_covered_entities(self, known, answer):
        found = answers(facts(people("US-NY", 1, *NAMED_SSN), **TAKEN, **known), self.RULE)
        assert found["financial-services"] == answer

    @pytest.mark.parametrize(("residents", "answer"), [(5_000, "not_required"), (5_001, "required")])
    def test_credit_agencies_are_told_above_5_000_residents(self, residents, answer):
        given = facts(people("US-NY", residents, *NAMED_SSN), **TAKEN)
        assert answers(given, self.RULE)["credit-agencies"] == answer

    @pytest.mark.parametrize(
        ("elements", "answer"),
        [
            (("ssn",), "required"),  # the number identifies
            (("email", "medical"), "required"),  # any identifier
            (("usage", "medical"), "not_required"),  # nothing identifies
            (("phone", "financial_account"), "required"),
            (("name", "passport"), "not_required"),
            (("online_credentials",), "required"),
        ],
    )
    def test_any_identifier_with_a_listed_element_counts(self, elements, answer):
        assert answers(facts(people("US-NY", 1, *elements), **TAKEN), self.RULE)["individuals"] == answer

    def test_access_alone_is_enough(self):
        given = facts(people("US-NY", 1, *NAMED_SSN), access=True, acquisition=False, encrypted=False)
        assert answers(given, self.RULE)["individuals"] == "required"

    @pytest.mark.parametrize(("residents", "filed"), [(500, False), (501, True)])
    def test_the_harm_exemption_is_filed_above_500_residents(self, residents, filed):
        events = {"aware": NOON, "no_harm_determined": NOON}
        given = facts(people("US-NY", residents, *NAMED_SSN), **TAKEN, **self.EXCUSED, events=events)
        found = duties(given, "us-ny/")
        assert {found[f"us-ny/{name}"].answer for name in ("individuals", *self.REGULATORS)} == {
            "not_required"
        }
        determination = found.get("us-ny/no-harm-determination")
        assert bool(determination) == filed
        if determination:
            assert determination.due_at == end_of_day("2026-03-20T23:59:59-04:00")

    def test_harm_that_is_not_judged_excuses_nobody(self):
        given = facts(people("US-NY", 1, *NAMED_SSN), **TAKEN, inadvertent_by_authorised=True)
        assert answers(given, self.RULE)["individuals"] == "required"

    def test_federal_notice_spares_the_people_but_not_the_regulators(self):
        given = facts(people("US-NY", 5_001, *NAMED_SSN), **TAKEN, notified_under_federal_rules=True)
        found = answers(given, self.RULE)
        assert (found["individuals"], found["attorney-general"]) == ("not_required", "required")
        assert found["credit-agencies"] == "required"

    def test_regulators_are_told_alongside_and_never_blocked(self):
        found = duties(facts(people("US-NY", 1, *NAMED_SSN), **TAKEN))
        duty = found["us-ny/attorney-general"]
        assert (duty.due_at, duty.blocked_by) == (None, "")
        assert duty.target_at == found["us-ny/individuals"].due_at == end_of_day("2026-04-09T23:59:59-04:00")
        assert found["us-ny/state-police"].recipient.kind == "police"

    def test_a_hospital_copies_its_federal_notice_in_5_business_days(self):
        known = {"hipaa_role": "covered_entity", "hhs_notice_required": True}
        key = "us-ny/attorney-general-hipaa"
        assert (
            duties(facts(people("US-NY", 1, "phi"), **TAKEN, **known))[key].blocked_by
            == "us-fed-hipaa/hhs-500"
        )
        filed = {"us-fed-hipaa/hhs-500": at("2026-11-20T10:00:00-05:00")}
        duty = duties(facts(people("US-NY", 1, "phi"), **TAKEN, **known, filings=filed))[key]
        assert duty.due_at == end_of_day("2026-11-30T23:59:59-05:00")  # Thanksgiving lies between

    @pytest.mark.parametrize(
        ("day", "elements", "dfs", "dated"),
        [
            ("2024-12-20", NAMED_SSN, None, False),
            ("2024-12-21", NAMED_SSN, "required", True),
            ("2025-02-13", NAMED_SSN, "required", True),
            ("2025-02-14", NAMED_SSN, "not_required", True),
            ("2025-03-21", ("name", "medical"), "not_required", True),
        ],
    )
    def test_the_version_of_the_day_of_discovery_governs(self, day, elements, dfs, dated):
        events = {"discovered": at(f"{day}T12:00:00-05:00")}
        known = {**TAKEN, "dfs_covered_entity": False, "events": events}
        found = duties(facts(people("US-NY", 1, *elements), **known), "us-ny/")
        assert found["us-ny/individuals"].answer == "required"
        assert bool(found["us-ny/individuals"].due_at) == dated
        services = found.get("us-ny/financial-services")
        assert (services.answer if services else None) == dfs

    def test_medical_data_did_not_count_before_march_2025(self):
        events = {"discovered": at("2025-03-20T12:00:00-05:00")}
        given = facts(people("US-NY", 1, "name", "medical"), events=events, **TAKEN)
        assert answers(given, self.RULE)["individuals"] == "not_required"
