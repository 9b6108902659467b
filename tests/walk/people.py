"""A person at a browser, as the walk needs one: signs in, fills, presses, leaves pictures."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser import NARROW, WIDE, check_fits, picture
from tests.people import PASSWORD, code_of


class Person:
    """One browser of one person; `base` is where the product runs."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base
        self.interactions = 0  # what was pressed or typed into
        page.set_default_timeout(20_000)

    def sign_in(self, email: str) -> Person:
        self.go("/accounts/login/")
        self.page.fill("input[name=login]", email)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.locator("main form button.primary, form button[type=submit]").first.click()
        self.page.wait_for_url(re.compile(r"/accounts/2fa/authenticate/$"))
        self.page.fill("input[name=code]", code_of(email))
        self.page.locator("main form button.primary").first.click()
        self.page.wait_for_url(f"{self.base}/")
        return self

    def go(self, path: str) -> Person:
        self.page.goto(path if path.startswith("http") else self.base + path)
        return self

    def fill(self, **fields: Any) -> Person:
        """By field name, with `__` for the dot: text, a choice, True to tick, or a list of values to tick."""
        for field, value in fields.items():
            self.interactions += 1
            name = field.replace("__", ".")
            control = self.page.locator(f'main [name="{name}"]:visible')
            kind = control.first.evaluate("e => e.tagName + ' ' + (e.type || '')")
            if kind.startswith("SELECT"):
                control.select_option(value)
            elif "checkbox" in kind or "radio" in kind:
                for one in value if isinstance(value, list) else [value]:
                    wanted = "" if one is True else f'[value="{one}"]'
                    self.page.locator(f'main [name="{name}"]{wanted}').first.check()
            else:
                control.fill(str(value))
        return self

    def choose(self, name: str, words: str) -> Person:
        """One of a list, by what it reads."""
        self.page.locator(f'main select[name="{name}"]').select_option(label=words)
        return self

    def press(self, words: str) -> Person:
        """A button or a link, by keyboard; confirms where the page asks again."""
        self.interactions += 1
        named = re.compile(words)
        button = self.page.locator("main").get_by_role("button", name=named)
        target = (
            button.first
            if button.count()
            else self.page.locator("main").get_by_role("link", name=named).first
        )
        expect(target).to_be_enabled()
        target.press("Enter")
        asked = self.page.locator("dialog[open] button.primary, dialog[open] button.danger")
        if asked.count():
            asked.first.press("Enter")
        self.page.wait_for_load_state("load")
        return self

    def opens(self, place: str) -> Person:
        """A place of the list at the side."""
        self.interactions += 1
        self.page.get_by_role("navigation").get_by_role("link", name=re.compile(f"^{place}")).first.press(
            "Enter"
        )
        self.page.wait_for_load_state("load")
        return self

    def sees(self, *words: str) -> Person:
        for one in words:
            expect(self.page.locator("main")).to_contain_text(re.compile(one))
        return self

    def waits_for(self, words: str, *, seconds: int = 60) -> Person:
        """Until the page says so; it is loaded again, as a person without JavaScript would."""
        for _ in range(seconds):
            if re.search(words, self.page.locator("main").inner_text()):
                return self
            self.page.wait_for_timeout(1000)
            self.page.reload()
        raise AssertionError(
            f"{words!r} did not appear on {self.page.url}:\n{self.page.locator('main').inner_text()[:2000]}"
        )

    def looks(self, name: str) -> Person:
        """Keep the page as a picture at both widths; it must not scroll sideways."""
        for suffix, size in (("390", NARROW), ("1440", WIDE)):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            check_fits(self.page)
            picture(self.page, f"walk-{name}-{suffix}")
        return self
