"""The fixtures others build on: a real worker, a watched browser, engines under xdist."""

import time

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.cache import cache
from django.test import TransactionTestCase

from accounts.models import Role, User
from audit.models import AuditEvent
from config import health
from tests.browser import check_look


@pytest.mark.slow
@pytest.mark.faults
def test_a_running_worker_works_is_killed_and_comes_back(running_worker):
    for _ in range(2):
        cache.delete(health.HEARTBEAT_KEY)
        health.beat.delay()
        running_worker.wait_for(lambda: cache.get(health.HEARTBEAT_KEY) is not None)
        running_worker.kill()
        cache.delete(health.HEARTBEAT_KEY)
        health.beat.delay()  # waits in the broker
        time.sleep(0.5)
        assert cache.get(health.HEARTBEAT_KEY) is None
        running_worker.start(concurrency=1)
        running_worker.wait_for(lambda: cache.get(health.HEARTBEAT_KEY) is not None)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("changes_ours", [False, True])
def test_what_a_test_committed_is_gone_and_what_a_migration_left_stands(lead, incident, changes_ours):
    kinds = set(Permission.objects.values_list("codename", flat=True))
    if changes_ours:
        Group.objects.create(name="of this test")
        Permission.objects.all()[0].delete()
    TransactionTestCase()._fixture_teardown()
    assert not User.objects.exists()
    assert not AuditEvent.objects.exists(), "append-only for the product, not for its tests"
    assert set(Group.objects.values_list("name", flat=True)) == {role.value for role in Role}
    assert set(Permission.objects.values_list("codename", flat=True)) == kinds


@pytest.fixture
def one_mail(scratch, settings):
    settings.LOCAL = True
    settings.MAIL_CATCHER_DIR = str(scratch / "mail")
    (scratch / "mail/new").mkdir(parents=True)

    def keep(html):
        head = "Delivered-To: ana@example.org\r\nFrom: privacy@lantern.example\r\nSubject: Your data\r\n"
        head += "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        (scratch / "mail/new/1732270000000000000.00ff00ff").write_text(head + html)

    return keep


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_link_in_a_caught_mail_opens_in_the_whole_window(page, live_server, one_mail):
    one_mail(f"<p style='color:#123'>This is real: <a href='{live_server.url}/setup/'>check it</a></p>")
    page.goto(f"{live_server.url}/mail/")
    check_look(page)
    page.get_by_role("link", name="Your data").click()
    page.wait_for_url("**/mail/*/")
    check_look(page, "mail")
    page.frame_locator("iframe").get_by_role("link", name="check it").click()
    page.wait_for_url("**/setup/")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_first_account_is_made_in_the_browser(page, live_server):
    from accounts import setup

    page.goto(f"{live_server.url}/setup/")
    check_look(page, "setup")
    page.get_by_label("Set-up code").fill(setup.setup_code())
    page.get_by_label("Name of your organisation").fill("Lantern")
    page.get_by_label("Country of its main establishment").select_option("IE")
    page.get_by_label("Time zone").select_option("Europe/Dublin")
    page.get_by_label("Your name").fill("Ana Ruiz")
    page.get_by_label("Your e-mail address").fill("ana@lantern.example")
    page.get_by_label("Password").fill("tall-quiet-river-9")
    page.get_by_role("button", name="Make the first account").click()
    page.wait_for_url(lambda url: not url.endswith("/setup/"))
    assert User.objects.get().name == "Ana Ruiz"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_what_the_browser_complains_of_is_noticed(page, live_server, one_mail, browser_problems):
    one_mail("<p>Hello <script>alert(1)</script></p>")
    page.goto(f"{live_server.url}/mail/1732270000000000000.00ff00ff/")
    page.frame_locator("iframe").get_by_text("Hello").wait_for()
    page.wait_for_timeout(200)
    assert any("Blocked script execution" in problem for problem in browser_problems)
    browser_problems.clear()
