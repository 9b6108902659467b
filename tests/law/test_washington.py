"""The list of Washington's Attorney General against the pack's rule; the real list only where it is at hand."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bench import washington
from law.pack import load_pack

HEAD = "Id,Name,DateAware,DateSubmitted,WashingtoniansAffected\n"


def judged(tmp_path: Path, *rows: str) -> list[str]:
    path = tmp_path / "list.csv"
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows))
    return [one.answer for one in washington.judge(washington.read(path), load_pack())]


def row(aware: str, submitted: str, residents: str = '"1,200"') -> str:
    return f'"10,001",Somebody,{aware},{submitted},{residents}'


def test_the_thirtieth_day_is_in_time_and_the_next_is_late(tmp_path):
    rows = [row("2024 Jan 10 12:00:00 AM", f"2024 Feb {day:02} 12:00:00 AM") for day in (9, 10)]
    assert judged(tmp_path, *rows) == ["on_time", "late"]


def test_from_501_residents_on_there_is_a_filing(tmp_path):
    dates = ("2024 Jan 10 12:00:00 AM", "2024 Feb 01 12:00:00 AM")
    assert judged(tmp_path, row(*dates, "500"), row(*dates, "501")) == ["no_duty", "on_time"]


def test_a_day_before_the_held_version_is_never_judged_by_todays_rule(tmp_path):
    rows = [row(f"2020 {day} 12:00:00 AM", "2020 Mar 20 12:00:00 AM") for day in ("Feb 29", "Mar 01")]
    assert judged(tmp_path, *rows) == ["not_held", "on_time"]


def test_what_cannot_be_read_decides_nothing(tmp_path):
    dates = ("2024 Jan 10 12:00:00 AM", "2024 Feb 01 12:00:00 AM")
    rows = [row("", dates[1]), row(dates[0], "soon"), "", row(*dates, "")]
    assert judged(tmp_path, *rows) == ["no_dates", "no_dates", "undecided"]


@pytest.mark.skipif(not washington.LIST.is_file(), reason="the list of Washington is not here")
def test_the_real_list_is_judged_to_the_last_row_and_agrees_with_its_own_dates():
    rows = washington.read(washington.LIST)
    found = list(washington.judge(rows, load_pack()))
    numbers = Counter(one.answer for one in found)
    assert len(found) == len(rows) == 1618
    dated = [one for one in rows if one.aware and one.submitted]
    assert numbers["no_dates"] == len(rows) - len(dated)
    before = [one for one in dated if one.aware.date().isoformat() < "2020-03-01"]
    assert numbers["not_held"] == len(before)
    assert numbers["on_time"] > 0
    assert numbers["late"] > 0
    assert washington.disagreements(found) == []
