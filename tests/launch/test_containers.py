"""Image and compose file, as far as that shows without an engine for containers."""

import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
import yaml

from config import entry, environment, health
from config.local import bootstrap, processes
from config.local.engines import free_port
from tests.engines import guard

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
OURS = ("migrate", "web", "worker", "beat", "mail")
SERVICE_KEYS = {
    *(
        "image",
        "build",
        "environment",
        "volumes",
        "read_only",
        "tmpfs",
        "cap_drop",
        "security_opt",
        "restart",
    ),
    *("command", "ports", "depends_on", "healthcheck", "stop_grace_period", "profiles", "shm_size"),
}
HEALTH_KEYS = {"test", "interval", "timeout", "retries", "start_period", "disable"}


def test_every_service_uses_keys_that_compose_knows():
    assert set(COMPOSE) - {"x-product"} == {"services", "volumes"}
    for name, service in COMPOSE["services"].items():
        assert set(service) <= SERVICE_KEYS, name
        assert set(service.get("healthcheck", {})) <= HEALTH_KEYS, name
        assert service.get("restart") in ("unless-stopped", "on-failure"), name


def test_every_reference_between_services_and_volumes_holds():
    services = COMPOSE["services"]
    for name, service in services.items():
        for volume in service.get("volumes", []):
            assert volume.partition(":")[0] in COMPOSE["volumes"], (name, volume)
        for needed, how in service.get("depends_on", {}).items():
            check = services[needed].get("healthcheck", {})
            if how["condition"] == "service_healthy":
                assert "test" in check, (name, needed)
            else:
                assert how["condition"] == "service_completed_successfully"
                assert services[needed]["restart"] != "unless-stopped", "a service that must complete"


def test_no_secret_has_a_default():
    text = (ROOT / "docker-compose.yml").read_text()
    for name in (
        "SECRET_KEY",
        "SEALING_KEYS",
        "POSTGRES_PASSWORD",
        "REDIS_PASSWORD",
        "PUBLIC_URL",
        "SMTP_URL",
    ):
        used = re.findall(rf"\$\{{{name}([^}}]*)\}}", text)
        assert used, name
        assert all(rest.startswith(":?") for rest in used), name


def test_every_variable_of_the_product_can_be_set():
    given = set(COMPOSE["services"]["web"]["environment"])
    assert given == {variable.name for variable in environment.VARIABLES}


def test_the_journal_and_the_files_lie_on_volumes():
    for name in ("web", "worker"):
        service = COMPOSE["services"][name]
        mounted = {volume.partition(":")[2] for volume in service["volumes"]}
        assert {service["environment"]["STATE_DIR"], service["environment"]["FILES_DIR"]} <= mounted


def test_our_services_run_roles_that_exist_and_without_privileges():
    for name in OURS:
        service = COMPOSE["services"][name]
        assert service["command"][0] in entry.ROLES
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]


@pytest.mark.skipif(
    not shutil.which("docker")
    or subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode != 0,
    reason="docker compose is not installed here; the tests above read the file themselves",
)
def test_compose_itself_accepts_the_file():
    names = {
        "SECRET_KEY",
        "SEALING_KEYS",
        "POSTGRES_PASSWORD",
        "REDIS_PASSWORD",
        "PUBLIC_URL",
        "SMTP_URL",
        "MAIL_FROM",
    }
    done = subprocess.run(
        ["docker", "compose", "config", "--quiet"],
        cwd=ROOT,
        env={**os.environ, **dict.fromkeys(names, "x")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_the_image_runs_as_an_ordinary_user_from_hashed_wheels():
    assert re.search(r"^USER 10001:10001$", DOCKERFILE, re.M)
    assert "--require-hashes --only-binary :all:" in DOCKERFILE
    assert DOCKERFILE.index("USER 10001") < DOCKERFILE.index("ENTRYPOINT")
    assert (
        'HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["python", "-m", "config.entry", "probe"]'
        in (DOCKERFILE)
    )


def test_everything_the_image_copies_is_there_and_tests_are_not():
    kept = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert "tests" not in kept
    for name in (
        "accounts",
        "audit",
        "config",
        "incidents",
        "insights",
        "law",
        "notifications",
        "policies",
        "static",
    ):
        assert name in kept
    for package in ROOT.glob("*/apps.py"):
        assert package.parent.name in kept, f"{package.parent.name} is missing from .dockerignore"


def test_launcher_doctor_and_image_install_the_same_libraries():
    image = re.search(r"no-install-recommends \\\n\s+(.+) \\\n", DOCKERFILE)[1].split()
    assert tuple(image) == bootstrap.PDF_PACKAGES
    assert health.PDF_LINE.endswith(" ".join(bootstrap.PDF_PACKAGES))


@pytest.mark.slow
@pytest.mark.faults
@pytest.mark.skipif(not shutil.which("dpkg-query"), reason="asks Debian's package list")
@pytest.mark.skipif(not health.check_pdf().ok, reason="Pango is not installed here")
def test_the_libraries_of_the_image_cover_what_weasyprint_loads():
    """What a drawn PDF has loaded and Python did not bring belongs to the image's packages and what they need."""
    script = (
        "import weasyprint; weasyprint.HTML(string='<p>Grüße').write_pdf()\n"
        "print('\\n'.join({line.split()[-1] for line in open('/proc/self/maps') if '.so' in line}))"
    )
    loaded = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True, check=True
    )
    outside = [path for path in loaded.stdout.split() if path.startswith(("/lib", "/usr/lib"))]
    names = {path for path in outside if re.search(r"pango|harfbuzz|gobject|fontconfig", path)}
    assert {"libpango-1.0", "libpangoft2-1.0", "libharfbuzz-subset"} <= {
        Path(path).name.partition(".so")[0] for path in names
    }
    # `python:3.11-slim` brings what Python itself links; the rest must come with the image's packages.
    covered = dependencies(set(bootstrap.PDF_PACKAGES)) | dependencies({"python3.11"})
    for path in outside:
        owner = owner_of(path)
        assert owner is None or owner in covered, (
            f"{path} comes from {owner}, which the image does not install"
        )


def owner_of(path):
    for candidate in (
        path,
        path.removeprefix("/usr"),
        str(Path(path).resolve()),
        str(Path(path).resolve()).removeprefix("/usr"),
    ):
        found = subprocess.run(["dpkg-query", "-S", candidate], capture_output=True, text=True)
        if found.returncode == 0:
            return found.stdout.partition(":")[0]
    return None


def dependencies(packages):
    found, wanted = set(), set(packages)
    while wanted:
        asked = subprocess.run(
            ["dpkg-query", "-W", "-f", "${Package}\\t${Depends}, ${Pre-Depends}\\n", *sorted(wanted)],
            capture_output=True,
            text=True,
        )
        found |= wanted
        wanted = set()
        for line in asked.stdout.splitlines():
            for part in re.split(r"[,|]", line.partition("\t")[2]):
                if name := part.strip().partition(" ")[0].partition(":")[0]:
                    wanted.add(name)
        wanted -= found
    return found


# --- every command of image and compose file is run, outside a container


def test_the_migrate_role_brings_a_database_up_to_date(celery_worker_env):
    command = [sys.executable, "-m", "config.entry", "migrate"]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **celery_worker_env}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "No migrations to apply" in done.stdout


@pytest.fixture
def role(celery_worker_env, scratch):
    """Start a role of the image on the test's database."""
    started = []

    def start(name, **more):
        env = {**os.environ, **celery_worker_env, **more}
        command = [sys.executable, "-m", "config.entry", name]
        child = processes.start(name, command, env=env, cwd=ROOT, log=scratch / f"{name}.log", guard=guard())
        started.append(child)
        return child

    yield start
    processes.end_children(started)


def text_of(child):
    return child.log.read_text(errors="replace")


@pytest.mark.slow
@pytest.mark.faults
def test_the_web_role_shows_the_code_serves_and_answers_its_probe(role):
    bind = f"127.0.0.1:{free_port()}"
    web = role("web", BIND=bind, WEB_WORKERS="1", LOG_LEVEL="INFO")
    assert processes.wait_until(lambda: "Booting worker" in text_of(web), seconds=90), text_of(web)
    assert "Set-up code: " in text_of(web)

    def probe():
        env = {**os.environ, "BIND": bind, "PUBLIC_URL": "http://testserver"}
        return subprocess.run(
            [sys.executable, "-m", "config.entry", "probe"], cwd=ROOT, env=env, capture_output=True
        )

    assert processes.wait_until(lambda: probe().returncode == 0, seconds=90, pause=0.3), text_of(web)
    with urllib.request.urlopen(f"http://{bind}/healthz", timeout=5) as reply:
        assert reply.status == 200
    web.process.send_signal(signal.SIGTERM)
    assert web.process.wait(timeout=60) == 0
    assert probe().returncode != 0


@pytest.mark.slow
@pytest.mark.faults
def test_worker_and_beat_roles_bring_the_heartbeat_their_health_checks_ask_for(role, celery_worker_env):
    from django.core.cache import cache

    cache.delete(health.HEARTBEAT_KEY)
    worker = role("worker", WORKER_CONCURRENCY="1")
    beat = role("beat", BEAT_SCHEDULE=str(worker.log.with_name("schedule")))
    env = {**os.environ, **celery_worker_env}
    assert processes.wait_until(lambda: " ready." in text_of(worker), seconds=90), text_of(worker)
    asked = subprocess.run(
        [sys.executable, "-m", "config.entry", "probe-worker"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
    )
    assert asked.returncode == 0, asked.stdout + asked.stderr
    assert processes.wait_until(lambda: health.check_worker().ok, seconds=90), text_of(beat) + text_of(worker)
    command = COMPOSE["services"]["beat"]["healthcheck"]["test"][2:]
    done = subprocess.run([sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    processes.end_children([beat, worker], grace=60)
    ended = {child.name: child.process.returncode for child in (beat, worker)}
    assert -signal.SIGKILL not in ended.values(), f"both end on SIGTERM: {ended}"


@pytest.mark.slow
@pytest.mark.faults
def test_the_catcher_role_answers_its_health_check(role, scratch):
    port = free_port()
    role("catcher", CATCHER_PORT=str(port), MAIL_CATCHER_DIR=str(scratch / "mail"))
    (command,) = [part for part in COMPOSE["services"]["mail"]["healthcheck"]["test"] if "smtplib" in part]
    command = command.replace("1025", str(port))

    def answers():
        return subprocess.run([sys.executable, "-c", command], capture_output=True).returncode == 0

    assert processes.wait_until(answers, seconds=90, pause=0.3)


def test_the_database_of_compose_takes_the_flags_of_its_collation():
    """The same flags made the engine of this run, so the image's PostgreSQL 18 knows them too."""
    from config.local.engines import INITDB

    flags = COMPOSE["services"]["db"]["environment"]["POSTGRES_INITDB_ARGS"].split()
    assert set(flags) <= set(INITDB)


@pytest.mark.slow
@pytest.mark.faults
def test_static_files_can_be_collected_as_the_image_does(scratch):
    values = re.search(
        r"RUN (FORTHRIGHT_MODE=production.*?)python manage.py collectstatic", DOCKERFILE, re.S
    )[1]
    env = dict(pair.split("=", 1) for pair in values.replace("\\\n", " ").split())
    # Without the compression, which takes minutes and cannot fail on a file's contents.
    script = (
        "import sys; from django.conf import settings\n"
        "settings.STATIC_ROOT = sys.argv[1]\n"
        "storage = 'django.contrib.staticfiles.storage.ManifestStaticFilesStorage'\n"
        "settings.STORAGES = {**settings.STORAGES, 'staticfiles': {'BACKEND': storage}}\n"
        "from django.core.management import execute_from_command_line as run\n"
        "run(['manage.py', 'collectstatic', '--noinput'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(scratch / "static")],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", **env},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert (scratch / "static" / "staticfiles.json").is_file()
