"""The only files a PDF may load: our own fonts, by name."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from io import BytesIO
from typing import Any, Final

from django.conf import settings

SCHEME: Final = "asset:"
FONTS: Final = {
    "plex-regular": "IBMPlexSans-Regular.woff2",
    "plex-italic": "IBMPlexSans-Italic.woff2",
    "plex-medium": "IBMPlexSans-Medium.woff2",
    "plex-semibold": "IBMPlexSans-SemiBold.woff2",
    "plex-mono": "IBMPlexMono-Regular.woff2",
}
LAYOUT: Final = ("pdf/filing.html", "pdf/filing.css")


@lru_cache(maxsize=len(FONTS))
def font(name: str) -> bytes:
    """The bytes of one of our fonts."""
    return bytes((settings.BASE_DIR / "static" / "vendor" / "plex" / FONTS[name]).read_bytes())


@lru_cache(maxsize=len(FONTS))
def unpacked(name: str) -> bytes:
    """The same font as WeasyPrint reads it. It would unpack all of them anew for every report: half its time."""
    from fontTools.ttLib import woff2

    plain = BytesIO()
    woff2.decompress(BytesIO(font(name)), plain)
    return plain.getvalue()


@lru_cache(maxsize=1)
def layout_hash() -> str:
    """SHA-256 over template, style and fonts: part of what gives the same bytes again."""
    digest = hashlib.sha256()
    for name in LAYOUT:
        digest.update((settings.BASE_DIR / "templates" / name).read_bytes())
    for name in FONTS:
        digest.update(font(name))
    return digest.hexdigest()


def closed_fetcher() -> Any:
    """A fetcher that serves our fonts and stops the drawing at any other address."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class Assets(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            name = url.removeprefix(SCHEME)
            if not url.startswith(SCHEME) or name not in FONTS:
                raise FatalURLFetchingError("a report asked for a file that is not ours")
            return URLFetcherResponse(url, unpacked(name), {"Content-Type": "font/ttf"})

    return Assets(allowed_protocols=(), allow_redirects=False)
