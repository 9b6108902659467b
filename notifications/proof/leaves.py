"""Checks one person's proof of a notice. It needs Python 3.11 or later and nothing else: no network, no account.

    python3 check_notice.py                          beside proof.json, and words.txt where that was given
    python3 check_notice.py --code=CODE --words FILE  with the letter or mail at hand, also after the people were erased

Bare Python, for this file itself is what the export of a proof carries as `check_notice.py`.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

FIELDS = ("delivery", "words", "fate", "route", "at", "answer", "page_read")


def bare(text: str) -> str:
    """Words without the spaces and breaks that ways of mail and paper change."""
    return "".join(unicodedata.normalize("NFC", text).split())


def words_mac(code: str, text: str) -> str:
    """What binds a person's words: whoever has code and words can make it again, nobody else can guess it."""
    return hmac.new(code.encode(), bare(text).encode(), hashlib.sha256).hexdigest()


def _framed(*values: str) -> bytes:
    return b"".join(str(len(one)).encode() + b":" + one for one in (value.encode() for value in values))


def leaf(entry: Sequence[str]) -> bytes:
    """The hash of what became of one delivery."""
    return hashlib.sha256(b"\x00" + _framed(*entry)).digest()


def climb(start: bytes, steps: Iterable[Sequence[str]]) -> bytes:
    """The top that a leaf and its path lead to; the neighbours tell nothing of their persons."""
    for side, beside in steps:
        other = bytes.fromhex(beside)
        start = hashlib.sha256(b"\x01" + (other + start if side == "left" else start + other)).digest()
    return start


def root(notice: str, text_hash: str, leaves: int, tree: bytes) -> str:
    """The one hash that stands in the record: notice, approved text, number of people, and all that became of them."""
    return hashlib.sha256(b"\x03" + _framed(notice, text_hash, str(leaves)) + tree).hexdigest()


def check(proof: Mapping[str, object], code: str, text: str) -> tuple[bool, list[str]]:
    """Whether a proof holds, and what to tell a reader."""
    entry = [str(one) for one in proof["entry"]]  # type: ignore[attr-defined]
    steps: list[list[str]] = proof["path"]  # type: ignore[assignment]
    tree = climb(leaf(entry), steps)
    if root(str(proof["notice"]), str(proof["text_hash"]), int(str(proof["leaves"])), tree) != proof["root"]:
        return False, ["BROKEN: this person's line does not lead to the root. One of them was altered."]
    told = dict(zip(FIELDS, entry, strict=True))
    said = [
        f"Holds: notice {proof['notice']}, one of {proof['leaves']} people. {told['fate']} by {told['route'] or 'no route'}"
        f" on {told['at'] or 'no day'}; the other server answered: {told['answer'] or 'nothing'}.",
        f"Root: {proof['root']}",
        f"It stands in the record {proof['record']} as certificate {proof['certificate']}: compare it with that.",
    ]
    if not told["words"]:
        return True, [
            *said,
            "The words are not part of this proof: nothing was sent, or the people were erased before.",
        ]
    if not code or not text:
        return True, [
            *said,
            "The words were not checked: give --code=CODE and --words FILE, from the mail or letter.",
        ]
    if not hmac.compare_digest(words_mac(code, text), told["words"]):
        return False, ["BROKEN: these are not the words that went out with this code."]
    return True, [*said, "The words are those that went out, letter by letter."]


def main() -> int:
    parser = argparse.ArgumentParser(description="Check one person's proof of a notice.")
    parser.add_argument("folder", nargs="?", default=str(Path(__file__).parent))
    parser.add_argument("--code", default="")
    parser.add_argument("--words", default="")
    given = parser.parse_args()
    folder = Path(given.folder)
    words = Path(given.words) if given.words else folder / "words.txt"
    try:
        proof = json.loads((folder / "proof.json").read_text(encoding="utf-8"))
        text = words.read_text(encoding="utf-8") if words.exists() or given.words else ""
        holds, told = check(proof, given.code or str(proof.get("code", "")), text)
    except (OSError, ValueError, KeyError, TypeError) as problem:
        holds, told = False, [f"This is no proof that can be read: {problem}"]
    print("\n".join(told))
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
