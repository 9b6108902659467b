from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from law.diff import authority_differences, report, rule_differences
from law.pack import HOME, load_pack


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Our pack in a folder of its own, with few rules."""
    home = tmp_path / "pack"
    (home / "regimes").mkdir(parents=True)
    shutil.copy(HOME / "pack.yaml", home)
    shutil.copy(HOME / "authorities.yaml", home)
    shutil.copytree(HOME / "authorities", home / "authorities", dirs_exist_ok=True) if (
        HOME / "authorities"
    ).is_dir() else None
    for rule in ("eu-gdpr-33", "us-tx", "us-ca"):
        shutil.copy(HOME / "regimes" / f"{rule}.yaml", home / "regimes")
    return home


def edited(home: Path, tmp_path: Path, file: str, old: str, new: str) -> Path:
    other = tmp_path / "other"
    shutil.copytree(home, other)
    text = (other / file).read_text()
    assert old in text
    (other / file).write_text(text.replace(old, new, 1))
    return other


def test_two_equal_packs_do_not_differ(copied, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(copied, other)
    assert not rule_differences(load_pack(copied), load_pack(other))
    assert not authority_differences(load_pack(copied), load_pack(other))


def test_a_changed_number_is_named_with_its_duty_before_and_after(copied, tmp_path):
    other = edited(copied, tmp_path, "regimes/eu-gdpr-33.yaml", "number: 72", "number: 96")
    (changed,) = rule_differences(load_pack(copied), load_pack(other)).changed
    assert changed.id == "eu-gdpr-33"
    assert [str(change) for change in changed.changes] == ["duties, authority, deadline, number: 72 → 96"]


def test_rules_that_came_and_went_are_listed(copied, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(copied, other)
    (other / "regimes" / "us-tx.yaml").unlink()
    shutil.copy(HOME / "regimes" / "us-ny.yaml", other / "regimes")
    found = rule_differences(load_pack(copied), load_pack(other))
    assert [key for key, _ in found.new] == ["us-ny"]
    assert [key for key, _ in found.gone] == ["us-tx"]
    assert found.changed == ()


def test_an_authority_that_moved_its_portal_is_told(copied, tmp_path):
    other = edited(
        copied, tmp_path, "authorities.yaml", "portal: https://dsb.gv.at", "portal: https://new.example"
    )
    (changed,) = authority_differences(load_pack(copied), load_pack(other)).changed
    assert "portal: https://dsb.gv.at → https://new.example" in [str(change) for change in changed.changes]
    assert "Authorities: 0 new, 0 gone, 1 changed" in report(load_pack(copied), load_pack(other))


def test_the_command_prints_differences_and_refuses_what_is_no_pack(copied, tmp_path):
    other = edited(copied, tmp_path, "regimes/us-tx.yaml", "min: 250", "min: 500")

    def run(*given: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "law.diff", *map(str, given)], capture_output=True, text=True
        )

    told = run(copied, other)
    assert told.returncode == 0
    assert "duties, attorney-general, count, min: 250 → 500" in told.stdout
    refused = run(copied, tmp_path / "nowhere")
    assert refused.returncode == 2
    assert "nowhere" in refused.stderr
