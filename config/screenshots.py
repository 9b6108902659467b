"""Pictures of the running demonstration for the README: `make run`, then `make screenshots`."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

from config import environment

FOLDER: Final = environment.ROOT / "docs" / "images"
SIZES: Final = {"": {"width": 1440, "height": 900}, "-390": {"width": 390, "height": 844}}
PAGES: Final = (
    ("lead", "my-day", "/"),
    ("lead", "overview", "{incident}"),
)


def sign_ins(folder: Path) -> dict[str, str]:
    """E-mail to password, as the demonstration wrote them."""
    path = folder / "sign-ins"
    if not path.is_file():
        raise SystemExit(f"{path} is missing: start the demonstration with `make run` first.")
    return dict(re.findall(r"(\S+@\S+)\s+(\S+)", path.read_text(encoding="utf-8")))


def launch(playwright: Any) -> Browser:
    found = next(
        filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "google-chrome"))), None
    )
    arguments = ["--disable-gpu", *(["--no-sandbox"] if os.getuid() == 0 else [])]
    browser: Browser = playwright.chromium.launch(executable_path=found, args=arguments)
    return browser


def signed_in(
    browser: Browser, url: str, email: str, password: str, size: dict[str, int], scheme: str
) -> Page:
    page = browser.new_context(viewport=size, locale="en-GB", color_scheme=scheme).new_page()  # type: ignore[arg-type]
    page.goto(f"{url}/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.click("main button[type=submit], form button.primary")
    page.wait_for_url(f"{url}/")
    return page


def breach_of(page: Page, url: str) -> str:
    """The path of the incident that the demonstration is about."""
    page.goto(f"{url}/incidents/")
    href = page.get_by_role("link", name=re.compile("Contact-import tool")).first.get_attribute("href")
    return href or "/"


def take(
    url: str, folder: Path, to: Path, pages: Any = PAGES, scheme: str = "light", full: bool = False
) -> None:
    """Take every page at both widths."""
    people = sign_ins(folder)
    to.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for suffix, size in SIZES.items():
            by_person: dict[str, Page] = {}
            for person, name, path in pages:
                email = f"{person}@lantern.example"
                if person not in by_person:
                    by_person[person] = signed_in(browser, url, email, people[email], size, scheme)
                page = by_person[person]
                page.goto(url + (path.format(incident=breach_of(page, url)) if "{" in path else path))
                page.screenshot(path=to / f"{name}{suffix}.png", full_page=full)
        browser.close()


if __name__ == "__main__":
    take(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000", environment.local_dir(), FOLDER)
