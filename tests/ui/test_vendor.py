import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "static" / "vendor"
ROWS = re.findall(
    r"^\| (\S+) \| .+? \| .+? \| .+? \| ([0-9a-f]{64}) \|$", (VENDOR / "VENDOR.md").read_text(), re.M
)


@pytest.mark.parametrize(("name", "digest"), ROWS)
def test_a_vendored_file_is_what_the_list_says(name, digest):
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest


def test_every_vendored_file_is_listed():
    files = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}
    assert files == {name for name, _digest in ROWS} | {"VENDOR.md"}


def test_every_package_at_run_time_is_listed_with_its_licence():
    locked = {
        line.split("==")[0].split("[")[0].lower()
        for line in (ROOT / "requirements.lock").read_text().splitlines()
        if re.match(r"[A-Za-z0-9].*==", line)
    }
    listed = set(re.findall(r"^\| ([a-z0-9-]+) \| \S", (ROOT / "THIRD_PARTY.md").read_text(), re.M))
    assert locked <= listed, sorted(locked - listed)
