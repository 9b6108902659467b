from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from law.calendars import Calendars, calendar_version
from law.deadlines import Period, due, moment
from tests.law.given import at

CALENDARS = Calendars()
ZONES = st.sampled_from(
    ["Europe/Dublin", "America/Sao_Paulo", "Asia/Singapore", "Australia/Sydney", "America/New_York"]
)
INSTANTS = st.datetimes(datetime(2018, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))
PLACES = st.sampled_from(["IE", "BR", "SG", "AU-NSW", "US-NY", "GB-ENG", "AE", "EG"])


@settings(max_examples=40)
@given(INSTANTS, st.integers(1, 400), ZONES)
def test_hours_are_hours_whatever_the_clocks_on_the_wall_do(start, hours, zone):
    for counting in ("elapsed_hours", "eu_1182_71", "uk_periods_of_time"):
        found = due(start, "Aware", Period(hours, "hours", counting, zone, "IE"), CALENDARS)
        assert found.at - start == timedelta(hours=hours)


@settings(max_examples=40)
@given(INSTANTS, st.integers(1, 400), ZONES)
def test_days_end_at_the_end_of_a_local_day_that_many_days_later(start, days, zone):
    found = due(start, "Aware", Period(days, "calendar_days", "calendar_days", zone), CALENDARS)
    local = found.at.astimezone(ZoneInfo(zone))
    assert (local.hour, local.minute, local.second) == (23, 59, 59)
    assert (local.date() - start.astimezone(ZoneInfo(zone)).date()).days == days


@settings(max_examples=40)
@given(INSTANTS, st.integers(1, 40), ZONES, PLACES)
def test_business_days_end_on_a_working_day_with_that_many_between(start, days, zone, place):
    found = due(start, "Aware", Period(days, "business_days", "business_days_local", zone, place), CALENDARS)
    first, last = (instant.astimezone(ZoneInfo(zone)).date() for instant in (start, found.at))
    between = [first + timedelta(days=step) for step in range(1, (last - first).days + 1)]
    assert sum(CALENDARS.is_working_day(place, day) for day in between) == days
    assert CALENDARS.is_working_day(place, last)


@settings(max_examples=40)
@given(INSTANTS, st.integers(1, 60), ZONES)
def test_more_days_are_never_due_earlier(start, days, zone):
    for unit, counting in (
        ("calendar_days", "eu_1182_71"),
        ("months", "months"),
        ("business_days", "business_days_local"),
    ):
        shorter, longer = (
            due(start, "", Period(n, unit, counting, zone, "IE"), CALENDARS).at for n in (days, days + 1)
        )
        assert shorter <= longer


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        # over both changes of the clocks
        ("2026-03-27T23:30:00+00:00", Period(72, "hours", "eu_1182_71", "Europe/Dublin", "IE"), "2026-03-31T00:30:00+01:00"),
        ("2026-10-23T23:30:00+01:00", Period(72, "hours", "eu_1182_71", "Europe/Dublin", "IE"), "2026-10-26T22:30:00+00:00"),
        # a period in days ends with the next working day, one in hours does not
        ("2026-11-17T10:00:00+00:00", Period(4, "calendar_days", "eu_1182_71", "Europe/Dublin", "IE"), "2026-11-23T23:59:59+00:00"),
        ("2026-11-18T10:00:00+00:00", Period(72, "hours", "eu_1182_71", "Europe/Dublin", "IE"), "2026-11-21T10:00:00+00:00"),
        # months: same date, or the last day of a shorter month
        ("2027-01-31T10:00:00+01:00", Period(1, "months", "months", "Europe/Berlin"), "2027-02-28T23:59:59+01:00"),
        ("2028-01-31T10:00:00+01:00", Period(1, "months", "months", "Europe/Berlin"), "2028-02-29T23:59:59+01:00"),
        ("2026-12-15T10:00:00+01:00", Period(2, "months", "months", "Europe/Berlin"), "2027-02-15T23:59:59+01:00"),
        ("2026-12-15T10:00:00+01:00", Period(1, "weeks", "calendar_days", "Europe/Berlin"), "2026-12-22T23:59:59+01:00"),
        ("2026-12-15T10:00:00+01:00", Period(90, "minutes", "elapsed_hours", "Europe/Berlin"), "2026-12-15T11:30:00+01:00"),
        # the local day of the event decides, not the day in UTC
        ("2026-11-20T01:00:00+00:00", Period(3, "calendar_days", "calendar_days", "America/Los_Angeles"), "2026-11-22T23:59:59-08:00"),
        # Friday and Saturday are the weekend in Egypt
        ("2026-11-18T10:00:00+02:00", Period(3, "business_days", "business_days_local", "Africa/Cairo", "EG"), "2026-11-23T23:59:59+02:00"),
    ],
)  # fmt: skip
def test_periods_end_as_the_laws_count(start, period, end):
    assert due(at(start), "Aware", period, CALENDARS).at == at(end)


@pytest.mark.parametrize(
    ("aware", "legal_end"),
    [
        ("2026-11-16T10:20:00+00:00", "Thu 19 Nov 2026 11:00 GMT"),
        ("2026-11-16T10:00:00+00:00", "Thu 19 Nov 2026 11:00 GMT"),
    ],
)
def test_the_last_counted_hour_is_told_beside_the_strict_end(aware, legal_end):
    found = due(at(aware), "Aware", Period(72, "hours", "eu_1182_71", "Europe/Dublin", "IE"), CALENDARS)
    assert found.at == at(aware) + timedelta(hours=72)
    assert f"The last counted hour ends {legal_end}" in found.notes[0]


def test_an_announced_holiday_is_left_out():
    period = Period(1, "business_days", "business_days_local", "Europe/Dublin", "IE")
    extra = Calendars({"IE": frozenset({date(2026, 11, 17)})})
    start = at("2026-11-16T10:00:00+00:00")
    assert due(start, "", period, extra).at - due(start, "", period, CALENDARS).at == timedelta(days=1)


@pytest.mark.parametrize(("place", "known"), [("AE-DIFC", True), ("US-CA", True), ("XX", False), ("", False)])
def test_a_place_without_listed_holidays_is_said_aloud(place, known):
    period = Period(5, "business_days", "business_days_local", "UTC", place)
    found = due(at("2026-11-16T10:00:00+00:00"), "Aware", period, CALENDARS)
    assert any("are not known here" in note for note in found.notes) is not known


def test_the_source_of_holidays_names_its_version():
    assert calendar_version().startswith("holidays 0.")


@settings(max_examples=40)
@given(INSTANTS, st.sampled_from(sorted(available_timezones() - {"localtime"})))
def test_an_instant_is_never_told_without_its_zone(instant, zone):
    assert len(moment(instant, zone).split()) == 6
