"""What the page on safety names as proof is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
RESEARCH = ROOT.parent / "shared" / "reference" / "limits-faults-security.md"
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def test_every_test_that_the_page_names_exists() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    tests = set(re.findall(r"def (test_\w+)", sources))
    gone = [
        name
        for name, open_end in re.findall(r"\b(test_\w+)(?!\w|\.py)(…?)", TEXT)
        if not (any(one.startswith(name) for one in tests) if open_end else name in tests)
    ]
    assert not gone


def test_every_file_and_setting_that_the_page_names_exists() -> None:
    files = re.findall(r"`((?:tests|docs|config|notifications|incidents)/[\w/]+\.(?:py|md))", TEXT)
    assert files
    assert not [name for name in files if not (ROOT / name).is_file()]
    table = TEXT.partition("## Requirement by requirement")[2].partition("## To set up")[0]
    named = re.findall(r"`([A-Z][A-Z_]{4,})`", table)
    assert named
    assert not [name for name in named if not hasattr(settings, name)]


@pytest.mark.skipif(not RESEARCH.exists(), reason="the research (../shared/reference) is not here")
def test_every_special_risk_of_the_research_stands_in_the_table() -> None:
    section = RESEARCH.read_text(encoding="utf-8").partition("## 10.")[2].partition("### Testers")[0]
    risks = [one.rstrip(".") for one in re.findall(r"\*\*([A-Za-z][\w/ -]+)\.?\*\*", section)]
    table = TEXT.partition("## The special risks")[2].partition("## To set up")[0].lower()
    named = [risk for risk in risks if (risk[0].isupper() and not risk.isupper()) or risk in ("IDOR", "MFA")]
    assert len(named) >= 12
    assert not [risk for risk in named if risk.replace("/", " and ").lower() not in table]
