from datetime import UTC, date, datetime, timedelta

import pytest
from django.template import engines

from config.ui import times

NOW = datetime(2026, 11, 23, 6, 22, tzinfo=UTC)
DUBLIN = "Europe/Dublin"


def render(source, **context):
    return engines["django"].from_string(source).render({"now": NOW, **context})


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(0), "less than a minute"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=1), "1 h 00 min"),
        (timedelta(hours=2, minutes=5), "2 h 05 min"),
        (timedelta(hours=95, minutes=59), "95 h 59 min"),
        (timedelta(days=4), "4 days 0 h"),
        (timedelta(days=13, hours=23), "13 days 23 h"),
        (timedelta(days=14), "14 days"),
        (timedelta(days=-14), "14 days"),
        (None, ""),
    ],
)
def test_a_span_is_told_in_the_units_people_use(span, words):
    assert times.duration(span) == words


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        (DUBLIN, "Mon 23 Nov 2026 06:22 GMT"),
        ("Europe/Berlin", "Mon 23 Nov 2026 07:22 CET"),
        ("America/Sao_Paulo", "Mon 23 Nov 2026 03:22 UTC−3"),
        ("Asia/Kolkata", "Mon 23 Nov 2026 11:52 IST"),
        ("Asia/Dubai", "Mon 23 Nov 2026 10:22 UTC+4"),
        ("Asia/Vladivostok", "Mon 23 Nov 2026 16:22 UTC+10"),
        ("Asia/Kathmandu", "Mon 23 Nov 2026 12:07 UTC+5:45"),
        (None, "Mon 23 Nov 2026 06:22 UTC"),
    ],
)
def test_an_instant_is_told_with_its_zone(zone, words):
    assert times.in_words(NOW, zone) == words


def test_the_zone_follows_summer_time():
    assert times.in_words(datetime(2026, 7, 1, 12, tzinfo=UTC), "Europe/Berlin").endswith("14:00 CEST")


def test_an_instant_carries_its_machine_form_and_utc():
    html = render('{% when at "Europe/Berlin" %}', at=NOW)
    assert 'datetime="2026-11-23T06:22:00Z"' in html
    assert 'title="2026-11-23 06:22 UTC"' in html
    assert ">Mon 23 Nov 2026 07:22 CET<" in html


def test_what_is_not_known_is_said():
    assert "Unknown yet" in render("{% when at %}", at=None)
    assert "Unknown yet" in render("{% day on %}", on=None)


def test_a_day_has_no_time():
    assert (
        render("{% day on %}", on=date(2026, 11, 23)) == '<time datetime="2026-11-23">Mon 23 Nov 2026</time>'
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (-3 * 3600, "3 h 00 min ago"),
        (1800, "in 30 min"),
        (-59, "just now"),
        (-60, "1 min ago"),
    ],
)
def test_relative_time_stands_beside(seconds, words):
    assert times.ago(NOW + timedelta(seconds=seconds), NOW) == words


@pytest.mark.parametrize(
    ("left", "state", "words"),
    [
        (timedelta(hours=24), "running", "24 h 00 min left"),
        (timedelta(hours=24) - timedelta(seconds=1), "soon", "23 h 59 min left"),
        (timedelta(0), "soon", "less than a minute left"),
        (timedelta(seconds=-1), "late", "less than a minute overdue"),
        (timedelta(hours=-2, minutes=-5), "late", "2 h 05 min overdue"),
    ],
)
def test_a_clock_turns_soon_below_a_day_and_late_after_its_due_time(left, state, words):
    reading = times.read_clock(due_at=NOW + left, started_at=None, met_at=None, now=NOW)
    assert (reading.state, reading.words, reading.used is None or reading.used == 1) == (state, words, True)


@pytest.mark.parametrize(
    ("met_after", "state", "words"),
    [
        (timedelta(hours=-3), "met", "met, 3 h 00 min before it was due"),
        (timedelta(0), "met", "met, less than a minute before it was due"),
        (timedelta(hours=2), "met-late", "met late, 2 h 00 min after it was due"),
    ],
)
def test_a_met_clock_stands_still_and_late_stays_late(met_after, state, words):
    due = NOW - timedelta(days=9)
    reading = times.read_clock(
        due_at=due, started_at=due - timedelta(hours=72), met_at=due + met_after, now=NOW
    )
    assert (reading.state, reading.words) == (state, words)


@pytest.mark.parametrize(("passed", "used"), [(-1, 0.0), (0, 0.0), (18, 0.25), (72, 1.0), (99, 1.0)])
def test_the_bar_shows_the_share_of_time_used(passed, used):
    start = NOW - timedelta(hours=passed)
    reading = times.read_clock(due_at=start + timedelta(hours=72), started_at=start, met_at=None, now=NOW)
    assert reading.used == used


CLOCK = '{% clock due_at=due started_at=start zone="Europe/Dublin" met_at=met label="Art. 33" %}'


def clock(**given):
    start = NOW - timedelta(hours=54)
    return render(CLOCK, **{"due": start + timedelta(hours=72), "start": start, "met": None, **given})


def test_a_clock_tells_due_time_words_and_bar_without_script_or_style():
    html = clock()
    assert "Art. 33" in html
    assert "Due" in html
    assert ">Tue 24 Nov 00:22 GMT<" in html
    assert "18 h 00 min left" in html
    assert '<rect width="75.0%"' in html
    assert "style=" not in html


def test_a_running_clock_gives_the_script_the_servers_time():
    assert 'data-now="2026-11-23T06:22:00Z"' in clock()
    assert "data-due" not in clock(met=NOW)


def test_a_clock_in_another_year_names_it():
    assert "Thu 7 Jan 2027 06:22 GMT" in clock(due=NOW + timedelta(days=45))


def test_a_clock_without_due_time_says_so():
    assert "No due time" in clock(due=None)


def test_a_compact_clock_has_no_bar():
    assert "<svg" not in render(
        "{% clock due_at=due started_at=start compact=True %}", due=NOW, start=NOW - times.DAY
    )


def test_a_label_is_escaped():
    assert "<b>" not in render("{% clock due_at=due label=label %}", due=NOW, label="<b>x</b>")


def test_an_instant_is_told_twice_only_where_clocks_differ():
    winter, summer = datetime(2026, 11, 24, 4, 50, tzinfo=UTC), datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert times.told_alike(winter, "Europe/London", "Europe/Dublin")
    assert times.told_alike(summer, "Europe/London", "Europe/Dublin")
    assert not times.told_alike(winter, "Europe/Dublin", "Europe/Paris")
    assert times.told_alike(winter, "UTC", "Europe/London")
    assert not times.told_alike(summer, "UTC", "Europe/London")
