"""NIS2 in thirty states: the start of the clock, the fuller and the final report, and who gets them."""

from datetime import UTC, datetime, timedelta

from tests.law.given import at, duties, facts, people

RULE = "eu-nis2-23"
ENTITY = {"capacities": ("nis2_annex_i",), "incident_classes": ("significant",), "breach_kinds": ("service",)}
DETECTED = at("2026-10-12T08:15:00+02:00")  # Monday
AWARE = DETECTED + timedelta(hours=5)
DETERMINED = DETECTED + timedelta(hours=9)
EVENTS = {"detected": DETECTED, "aware": AWARE, "determined": DETERMINED}
BY_DETECTION = {"BG", "FI", "LV", "PL", "SI", "SK"}
BY_DETERMINATION = {"CZ", "PT"}
NO_LAW = {"AT", "CY", "ES", "FR", "IE", "LI", "MT"}
STATES = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE NO IS LI"


def found(state, *, filed=None, **known):
    given = facts(
        people(state, 3),
        events=known.pop("events", EVENTS),
        filings={f"{RULE}/{duty}@{state.lower()}-nis2": when for duty, when in (filed or {}).items()},
        **{**ENTITY, "establishments": (state,), "main_establishment": state, **known},
    )
    told = duties(given, f"{RULE}/")
    return {key.removeprefix(f"{RULE}/").partition("@")[0]: duty for key, duty in told.items()}


def test_each_state_starts_its_early_warning_from_its_own_event():
    wrong = []
    for state in STATES.split():
        duty = found(state)["authority"]
        start = DETECTED if state in BY_DETECTION else DETERMINED if state in BY_DETERMINATION else AWARE
        hours = 6 if state == "CY" else 24
        due = None if state in NO_LAW | {"IS"} else start + timedelta(hours=hours)
        aim = start + timedelta(hours=hours) if state in NO_LAW else None
        if (duty.due_at, duty.starts_at) != (due, start) or (aim and duty.target_at != aim):
            wrong.append((state, duty.due_at, duty.target_at, duty.starts_at))
        if duty.binding == (state in NO_LAW) or duty.answer != "required":
            wrong.append((state, duty.binding, duty.answer))
        if duty.recipient.authority != f"{state.lower()}-nis2":
            wrong.append((state, duty.recipient.authority))
    assert wrong == []


def test_the_fuller_report_has_72_hours_where_the_state_asks_for_it():
    wrong = []
    for state in STATES.split():
        duty = found(state).get("authority-notification")
        if state in {"CZ", "IS"}:
            wrong += [state] if duty else []
        elif state == "PT":
            wrong += [state] if duty and duty.due_at else []
        else:
            start = DETECTED if state in BY_DETECTION else AWARE
            told = duty.target_at if state in NO_LAW else duty.due_at
            wrong += [(state, told)] if told != start + timedelta(hours=72) else []
    assert wrong == []


def test_trust_service_providers_have_24_hours_for_the_fuller_report():
    duty = found("BE", capacities=("qualified_trust_provider",))["authority-notification"]
    assert duty.due_at == AWARE + timedelta(hours=24)


def end(day: str, offset: str = "+01:00") -> datetime:
    return at(f"{day}T23:59:59{offset}").astimezone(UTC)


def test_the_final_report_follows_the_filing_that_the_state_names():
    warned, fuller = at("2026-10-13T07:00:00+02:00"), at("2026-10-15T09:00:00+02:00")  # Tuesday, Thursday
    filed = {"authority": warned, "authority-notification": fuller}
    assert found("BE")["authority-final"].blocked_by.startswith(f"{RULE}/authority-notification")
    assert found("BE", filed=filed)["authority-final"].due_at == end("2026-11-16")  # the 15th is a Sunday
    assert found("HR", filed=filed)["authority-final"].due_at == end(
        "2026-11-16"
    )  # 30 days: the 14th is a Saturday
    assert found("NO", filed=filed)["authority-final"].due_at == end("2026-11-13")
    resolved = {**EVENTS, "resolved": at("2026-10-20T10:00:00+02:00")}
    assert found("CZ", events=resolved)["authority-final"].due_at == end("2026-11-19")
    assert "authority-final" not in found("IS")


def test_a_running_incident_owes_a_progress_report_and_the_final_one_when_it_is_handled():
    filed = {"authority": AWARE, "authority-notification": at("2026-10-15T09:00:00+02:00")}
    told = found("BE", filed=filed, ongoing=True)
    assert told["authority-progress"].due_at == end("2026-11-16")
    assert (told["authority-final"].due_at, told["authority-final"].waits_for) == (None, ("resolved",))
    assert "authority-progress" not in found("BE", filed=filed, ongoing=False)


def test_portugal_asks_to_be_told_that_the_impact_ended_and_then_for_the_final_report():
    ended = at("2026-10-14T12:00:00+01:00")
    told = found("PT", events={**EVENTS, "impact_ended": ended})
    assert told["authority-end-of-impact"].due_at == ended + timedelta(hours=24)
    assert told["authority-final"].blocked_by.startswith(f"{RULE}/authority-end-of-impact")
    assert "authority-end-of-impact" not in found("BE", events={**EVENTS, "impact_ended": ended})


def test_a_national_law_that_is_not_yet_in_force_is_guidance():
    early = {"aware": at("2026-08-14T10:00:00+02:00")}
    assert found("NL", events=early)["authority"].binding is False
    assert found("NL", events={"aware": at("2026-08-15T10:00:00+02:00")})["authority"].binding is True


def test_financial_entities_report_under_dora_instead():
    told = found("BE", capacities=("nis2_annex_i", "financial_entity"))
    assert {duty.answer for duty in told.values()} == {"not_required"}


def test_an_incident_that_is_not_significant_asks_nothing_and_an_unknown_class_is_asked():
    assert found("BE", incident_classes=())["authority"].answer == "not_required"
    given = facts(
        people("BE", 3), forget=("incident_classes",), capacities=("nis2_annex_i",), establishments=("BE",)
    )
    duty = duties(given, f"{RULE}/")[f"{RULE}/authority@be-nis2"]
    assert (duty.answer, duty.undecided_by) == ("undecided", ("incident_classes",))
