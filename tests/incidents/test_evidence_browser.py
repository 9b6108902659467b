"""A large file sent by a real browser: the connection breaks, the page is loaded anew, and it goes on where it stood."""

from __future__ import annotations

import hashlib
import os
import re

import pytest
from django.urls import reverse

from accounts import sealed_files
from incidents.models import Evidence, Upload
from tests.browser import WIDE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_upload_goes_on_after_a_lost_connection_and_a_reload(
    incident, responder, client_of, live_server, browser, monkeypatch, settings, tmp_path
):
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    monkeypatch.setattr(sealed_files, "PART_BYTES", 40_000)
    settings.MEDIA_ROOT, settings.MFA_REQUIRED = tmp_path / "files", False
    path = tmp_path / "disk.img"
    path.write_bytes(os.urandom(150_000))
    cookie = client_of(responder).cookies[settings.SESSION_COOKIE_NAME]
    # Not watched for complaints: a broken connection is one.
    context = browser.new_context(viewport=WIDE, base_url=live_server.url)
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page, sent = context.new_page(), []

    def carry(route) -> None:
        if route.request.method == "PUT":
            sent.append(route.request.headers["upload-offset"])
            if len(sent) in (2, 3):
                return route.abort("connectionreset")
        return route.continue_()

    page.route(re.compile("/evidence/uploads/UPL-"), carry)
    page.goto(reverse("incidents:add_evidence", args=[incident.reference]))
    page.set_input_files("[name=file]", path)
    page.click("text=Keep this file")
    page.get_by_text("The connection is lost").wait_for()
    page.reload()
    assert "39.1 KB of 146.5 KB" in page.inner_text(".tasks").replace("\xa0", " ")
    page.set_input_files("[name=file]", path)
    page.click("text=Keep this file")
    page.get_by_text("The connection is lost").wait_for()
    page.wait_for_url(re.compile("/evidence/EVD-"))
    assert sent == ["0", "40000", "40000", "40000", "80000", "120000"]
    evidence = Evidence.objects.select_related("file").get()
    assert evidence.file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert Upload.objects.count() == 0
    context.close()
