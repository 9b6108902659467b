"""What browser tests share: widths, schemes, axe, pictures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 390, "height": 844}
ARTIFACTS = Path(__file__).parent / "artifacts"
# Chromium writes a console error for any answer of 400 and above; a refused form is an ordinary 422.
ORDINARY = "status of 422"


def views(page: Page) -> Iterator[str]:
    """The page in turn at both widths, light and dark; yields a name for each."""
    for width, size in (("1440", WIDE), ("390", NARROW)):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            yield f"{width}-{scheme}"
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="light")


def picture(page: Page, name: str) -> Path:
    """Keep a picture of the whole page in tests/artifacts."""
    ARTIFACTS.mkdir(exist_ok=True)
    path = ARTIFACTS / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path


def check_accessible(page: Page) -> None:
    """Fail on any critical or serious finding of axe."""
    found = Axe().run(page).response["violations"]
    bad = [
        f"{entry['impact']} {entry['id']}: {entry['help']}\n    "
        + "\n    ".join(node["html"][:200] for node in entry["nodes"][:5])
        for entry in found
        if entry["impact"] in ("critical", "serious")
    ]
    assert not bad, f"axe on {page.url}:\n" + "\n".join(bad)


def check_fits(page: Page) -> None:
    """Fail when the page scrolls sideways."""
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert over <= 1, f"{page.url} is {over} px too wide"
