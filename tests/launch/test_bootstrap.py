"""From bare Python to `.venv`: the parts that decide, and the words when something is missing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.local import bootstrap

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(scratch, monkeypatch):
    """Another checkout: no `.venv`, locks that name nothing."""
    monkeypatch.setattr(bootstrap, "ROOT", scratch)
    monkeypatch.setattr(bootstrap, "VENV", scratch / ".venv")
    for name in bootstrap.LOCKS.values():
        (scratch / name).write_text("")
    return scratch


def programs(folder, **scripts):
    """A folder of stand-in programs, to be put first on PATH."""
    folder.mkdir()
    for name, text in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)
    return str(folder)


@pytest.mark.parametrize("version", [(3, 10, 9), (3, 14, 0), (2, 7, 18)])
def test_another_python_is_refused_with_the_way_out(monkeypatch, capsys, version):
    monkeypatch.setattr(sys, "version_info", version)
    with pytest.raises(SystemExit):
        bootstrap.check_python()
    said = capsys.readouterr().err
    assert "needs Python 3.11, 3.12 or 3.13" in said
    assert "make PYTHON=python3.11 run" in said


def test_the_bootstrap_needs_the_standard_library_alone():
    done = subprocess.run(
        [sys.executable, "-S", "-E", str(ROOT / "config/local/bootstrap.py"), "nonsense"],
        capture_output=True,
        text=True,
        cwd="/",
    )
    assert (done.returncode, done.stderr) == (1, "Say one of: run, reset, lint, test, bench, setup\n")


def test_a_half_made_venv_is_not_taken_for_a_whole_one(checkout):
    python = checkout / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    (checkout / ".venv/.made-from-local").write_text(bootstrap.stamp_of(checkout / "requirements-local.lock"))
    assert not bootstrap.satisfied("local"), "its Python does not run"
    python.write_text("#!/bin/sh\nexit 0\n")
    assert bootstrap.satisfied("local")
    assert not bootstrap.satisfied("dev"), "made from the smaller lock"
    (checkout / "requirements-local.lock").write_text("django==5.2.1\n")
    assert not bootstrap.satisfied("local"), "the lock changed since"


def test_a_venv_made_for_the_tests_also_runs_the_product(checkout):
    python = checkout / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\nexit 0\n")
    python.chmod(0o755)
    (checkout / ".venv/.made-from-dev").write_text(bootstrap.stamp_of(checkout / "requirements-dev.lock"))
    assert bootstrap.satisfied("local")


@pytest.mark.thorough
@pytest.mark.faults
def test_a_package_without_a_build_for_this_machine_is_said_in_words(checkout, monkeypatch, capsys):
    bootstrap.make_venv()
    (checkout / "requirements-local.lock").write_text(
        "no-such-package-of-ours==1.0 --hash=sha256:" + "0" * 64 + "\n"
    )
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(checkout))
    with pytest.raises(SystemExit):
        bootstrap.prepare("local")
    said = capsys.readouterr().err
    assert "has no build for this machine" in said
    assert not (checkout / ".venv/.made-from-local").exists()


def test_without_rights_the_exact_line_is_printed_and_the_start_goes_on(scratch, monkeypatch, capsys):
    monkeypatch.setenv("PATH", programs(scratch / "bin", **{"apt-get": "exit 0", "sudo": "exit 1"}))
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    monkeypatch.setattr(bootstrap, "pdf_libraries_found", lambda: False)
    bootstrap.check_pdf_libraries()
    line = "sudo apt-get update && sudo apt-get install -y --no-install-recommends libpango-1.0-0"
    assert line in capsys.readouterr().out


def test_apt_that_fails_does_not_stop_the_start(scratch, monkeypatch, capsys):
    monkeypatch.setenv("PATH", programs(scratch / "bin", **{"apt-get": "echo no network >&2; exit 100"}))
    monkeypatch.setattr(os, "getuid", lambda: 0)
    assert not bootstrap.install(bootstrap.PDF_PACKAGES, why="PDFs need Pango")
    said = capsys.readouterr().out
    assert "going on without" in said
    assert "no network" in said


def test_apt_is_updated_before_it_installs(scratch, monkeypatch):
    log = scratch / "log"
    monkeypatch.setenv("PATH", programs(scratch / "bin", **{"apt-get": f'echo "$1 $*" >> {log}'}))
    monkeypatch.setattr(os, "getuid", lambda: 0)
    assert bootstrap.install(("chromium",), why="browser tests")
    assert [line.split()[0] for line in log.read_text().splitlines()] == ["update", "install"]


def test_missing_venv_module_is_installed_or_named(checkout, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(bootstrap, "administrator", lambda: None)
    with pytest.raises(SystemExit):
        bootstrap.make_venv()
    said = capsys.readouterr()
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    assert f"sudo apt-get install -y --no-install-recommends {version}" in said.out
    assert version in said.err


def test_where_pip_was_told_to_look_is_told_to_the_quick_installer(monkeypatch):
    monkeypatch.setattr(bootstrap, "VENV", Path(sys.prefix))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "https://packages.lantern.example/simple")
    monkeypatch.setenv("PIP_FIND_LINKS", "/srv/wheels /srv/more")
    told = bootstrap.where_packages_are()
    assert told["UV_DEFAULT_INDEX"] == "https://packages.lantern.example/simple"
    assert told["UV_FIND_LINKS"] == "/srv/wheels,/srv/more"
