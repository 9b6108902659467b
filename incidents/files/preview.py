"""A picture of a picture: decoded within limits and drawn anew, so that nothing of the file itself reaches a browser."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable
from typing import Final

from PIL import Image

LARGEST: Final = 25_000_000  # bytes of a picture that is decoded at all
MOST_PIXELS: Final = 30_000_000
LONGEST_SIDE: Final = 1200
QUALITY: Final = 80
# Decoders that run on what strangers sent; no other is ever asked.
DECODERS: Final = {"png": "PNG", "jpeg": "JPEG", "gif": "GIF", "webp": "WEBP"}


class NoPicture(Exception):
    """It cannot be shown; why is said in words."""


def drawn_anew(kind: str, size: int, chunks: Iterable[bytes]) -> bytes:
    """A JPEG of at most `LONGEST_SIDE` pixels a side, of the first frame, without any of the file's own data."""
    if kind not in DECODERS or size > LARGEST:
        raise NoPicture("too large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(b"".join(chunks)), formats=[DECODERS[kind]]) as picture:
                return _small(picture)
    except NoPicture:
        raise
    except Exception as error:
        # A decoder of broken pictures raises nearly anything; none of it is ours to mend.
        raise NoPicture(type(error).__name__) from error


def _small(picture: Image.Image) -> bytes:
    width, height = picture.size
    if width * height > MOST_PIXELS:  # known before a single pixel is decoded
        raise NoPicture("too many pixels")
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    plain = Image.new("RGB", picture.size, "white")
    clear = picture.convert("RGBA")
    plain.paste(clear, mask=clear)
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
