"""The list of the Department of Health against the pack's rule; the real list only where it is at hand."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bench import hhs
from law.pack import load_pack

HEAD = "name_of_covered_entity,state,covered_entity_type,individuals_affected,breach_submission_date\n"
PROVIDER, ASSOCIATE = "Healthcare Provider", "Business Associate"


def judged(tmp_path: Path, *rows: tuple[str, str, str]) -> list[hhs.Judged]:
    path = tmp_path / "list.csv"
    path.write_text(HEAD + "".join(f"Somebody,TX,{','.join(row)}\n" for row in rows))
    return list(hhs.judge(hhs.read(path), load_pack()))


def test_each_row_gets_the_tier_of_its_number_and_of_who_holds_the_data(tmp_path):
    cases = [
        ((PROVIDER, "499", "2014-06-02"), ("hhs-log", "not_required")),
        ((PROVIDER, "500", "2014-06-02"), ("hhs-500", "not_required")),
        ((PROVIDER, "501", "2014-06-02"), ("hhs-500", "undecided")),  # in which states is not in the list
        ((ASSOCIATE, "501", "2014-06-02"), ("controller", "")),
        ((PROVIDER, "", "2014-06-02"), ("undecided", "undecided")),
        (("", "501", "2014-06-02"), ("undecided", "")),  # whether the rule applies at all
        ((PROVIDER, "501", "2013-09-22"), ("not_held", "")),
        ((PROVIDER, "501", "soon"), ("no_date", "")),
    ]
    found = judged(tmp_path, *(row for row, _ in cases))
    assert [(one.answer, one.media) for one in found] == [answer for _, answer in cases]
    assert [bool(one.why) for one in found] == [True, False, False, True, True, True, False, False]
    assert "not explained" not in {one.why for one in found}


def test_a_row_that_an_earlier_text_may_govern_is_marked(tmp_path):
    days = ("2013-09-22", "2013-09-23", "2013-11-21", "2013-11-22")
    found = judged(tmp_path, *((PROVIDER, "501", day) for day in days))
    assert [one.early for one in found] == [False, True, True, False]


@pytest.mark.skipif(not hhs.LIST.is_file(), reason="the list of the Department of Health is not here")
def test_the_real_list_is_judged_to_the_last_row_and_each_disagreement_explained():
    rows = hhs.read(hhs.LIST)
    found = list(hhs.judge(rows, load_pack()))
    numbers = Counter(one.answer for one in found)
    assert len(found) == len(rows) == 1701
    assert numbers["no_date"] == sum(row.submitted is None for row in rows)
    before = [row for row in rows if row.submitted and row.submitted.isoformat() < "2013-09-23"]
    assert numbers["not_held"] == len(before)
    assert numbers["no_duty"] == 0
    assert "not explained" not in {one.why for one in found}
