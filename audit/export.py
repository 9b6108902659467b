"""A stream as a file that anybody can check: the events, the anchors that cover them, and the checker."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Final

from audit import chain, queries

READ_ME: Final = """The record of {label}

record.jsonl     Every act, one JSON object a line, in order. Each carries the SHA-256 of itself and of the one before.
anchors.json     When and how these events were taken into a root that left the system, each with its path.
check_record.py  Checks both. It needs Python 3.11 or later and nothing else: no network, no database, no account.

    python3 check_record.py

It ends with "The record holds", or names the first event that was altered, removed or put in. Compare a root it prints
with the copy that the organisation sent out on that day: whoever holds that copy knows that the events up to there
have not been written anew since.
"""


def write(stream: str, label: str) -> BytesIO:
    """The export as a ZIP, open at its beginning."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        with package.open("record.jsonl", "w", force_zip64=True) as lines:
            for event in queries.events_of(stream):
                lines.write((json.dumps(event, ensure_ascii=False, sort_keys=True) + "\n").encode())
        package.writestr("anchors.json", json.dumps(queries.anchors_of(stream), indent=1))
        package.writestr("check_record.py", Path(chain.__file__).read_bytes())
        package.writestr("READ-ME.txt", READ_ME.format(label=label))
    file.seek(0)
    return file
