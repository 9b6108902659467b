"""What browser tests share: widths, schemes, axe, pictures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

WIDE: Any = {"width": 1440, "height": 900}
NARROW: Any = {"width": 390, "height": 844}
ARTIFACTS = Path(__file__).parent / "artifacts"
# Chromium writes a console error for any answer of 400 and above; a refused form is an ordinary 422.
ORDINARY = "status of 422"

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text()
# Only what was found comes back: all that axe says of a page is a megabyte. Frames are mails shown without scripts.
ASK = """async options => {
  const {violations} = await axe.run(document, {resultTypes: ['violations'], preload: false, iframes: false, ...options});
  return violations.filter(one => ['critical', 'serious'].includes(one.impact)).map(one =>
    `axe ${one.id}: ${one.help}: ` + one.nodes.slice(0, 5).map(node => node.html.slice(0, 200)).join('\\n    '));
}"""
CONTRAST = Path(__file__).with_name("contrast.js").read_text()
ALL_BUT_COLOURS: dict[str, Any] = {"rules": {"color-contrast": {"enabled": False}}}


def views(page: Page) -> Iterator[str]:
    """The page in turn at both widths, light and dark; yields a name for each."""
    for width, size in (("1440", WIDE), ("390", NARROW)):
        page.set_viewport_size(size)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            yield f"{width}-{scheme}"
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light")


def picture(page: Page, name: str) -> Path:
    """Keep a picture of the whole page in tests/artifacts."""
    ARTIFACTS.mkdir(exist_ok=True)
    path = ARTIFACTS / f"{name}.jpg"
    page.screenshot(path=path, type="jpeg", quality=80, full_page=True)
    return path


def complaints(page: Page, options: dict[str, Any] | None = None) -> list[str]:
    """What axe finds critical or serious."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: list[str] = page.evaluate(ASK, options or {})
    return found


class Colours:
    """The contrast of many pages: what one page has shown is not asked again on the next."""

    def __init__(self) -> None:
        self.seen: set[str] = set()

    def complaints(self, page: Page) -> list[str]:
        """What axe finds in the colours that are new; the page was asked for the rest before."""
        judged, found = page.evaluate(CONTRAST, sorted(self.seen))
        self.seen.update(judged)
        return list(found)


def check_fits(page: Page) -> None:
    """Fail when the page scrolls sideways."""
    page.wait_for_load_state()  # a page that has only just begun has no element to measure
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert over <= 1, f"{page.url} is {over} px too wide"


def check_look(page: Page, name: str = "") -> None:
    """It fits at both widths; axe reads it whole, wide and light, and its other colours narrow and dark.

    PICTURES=1 keeps pictures of all four views of what has a name.
    """
    for view in views(page):
        if name and os.environ.get("PICTURES"):
            picture(page, f"{name}-{view}")
        check_fits(page)
        if view in ("1440-light", "390-dark"):
            found = complaints(page, ALL_BUT_COLOURS) if view == "1440-light" else []
            found += Colours().complaints(page)
            assert not found, f"{view} of {page.url}:\n" + "\n".join(found)
