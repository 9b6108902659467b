"""What two texts may have in common beside their words: addresses of pages, accounts, mail addresses, hashes."""

from __future__ import annotations

import re
from typing import Final

MOST: Final = 40
LONGEST: Final = 200
MOST_READ: Final = 30_000  # characters; a pasted log is not searched to its end
_URL: Final = re.compile(r"\b(?:https?://|www\.)[^\s<>\"'()\[\]{}|\\^`]{3,400}", re.IGNORECASE)
_MAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_HANDLE: Final = re.compile(r"(?<![\w@./-])@[A-Za-z0-9_][A-Za-z0-9_.]{1,38}[A-Za-z0-9_]")
_HASH: Final = re.compile(r"\b(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})\b", re.IGNORECASE)


def marks_of(*texts: str) -> list[str]:
    """All marks in the texts, each in one spelling, sorted; at most forty."""
    text = "\n".join(texts)[:MOST_READ]
    found = {_page(url) for url in _URL.findall(text)}
    rest = _URL.sub(" ", text)
    found |= {mail.lower() for mail in _MAIL.findall(rest)}
    found |= {handle.lower() for handle in _HANDLE.findall(_MAIL.sub(" ", rest))}
    found |= {digest.lower() for digest in _HASH.findall(rest)}
    return sorted(mark[:LONGEST] for mark in found if mark)[:MOST]


def mail_in(text: str) -> str:
    """The first mail address in a text, as it is written; empty when there is none."""
    found = _MAIL.search(text)
    return found.group(0).rstrip(".") if found else ""


def mark_words(mark: str) -> str:
    """What kind of thing two texts share: "account @lantern"."""
    if mark.startswith("@"):
        return f"account {mark}"
    if _HASH.fullmatch(mark):
        return f"file hash {mark[:12]}…"
    if _MAIL.fullmatch(mark):
        return f"address {mark}"
    return f"link {mark}"


def _page(url: str) -> str:
    """A page's address without what differs from visit to visit; nothing for a bare host, which says too little."""
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", url.strip(), flags=re.IGNORECASE)
    bare = re.split(r"[?#]", bare, maxsplit=1)[0].rstrip("/.,;:!")
    host, slash, path = bare.partition("/")
    return f"{host.lower()}/{path}" if slash and path else ""
