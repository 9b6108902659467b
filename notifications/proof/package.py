"""One person's proof as a file that anybody can check without us: their line, its way to the root, the words, the checker."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Final

from notifications.models import Certificate, Delivery
from notifications.page_codes import Codes
from notifications.proof import leaves, ledger
from notifications.queries import proofs
from stakeholders.models import AffectedParty
from stakeholders.sealing import RosterKeys

READ_ME: Final = """Proof of notice {notice} for one person

proof.json        What became of the notice to this person, and the hashes that lead from there to the certificate's root.
                  They tell nothing about anybody else.
words.txt         The words that went out, made again from the approved text. Missing after the people were erased.
check_notice.py   Checks both. It needs Python 3.11 or later and nothing else: no network, no account.

    python3 check_notice.py

After the people were erased, whoever holds the letter or mail brings the words and the code (what stands behind /n/):

    python3 check_notice.py --code=CODE --words FILE

Spaces and line breaks do not matter. The root it prints stands in the record of incident {incident}, under certificate
{certificate}; the export of that record can be checked in the same way.
"""


def package(delivery: Delivery, party: AffectedParty, certificate: Certificate) -> bytes:
    """The ZIP; the act is recorded before."""
    found = ledger.place_of(certificate, delivery)
    assert found is not None
    entry, path = found
    notice = delivery.notice
    proof = {
        "notice": notice.reference,
        "text_hash": notice.text_hash,
        "certificate": certificate.reference,
        "record": notice.stream,
        "leaves": certificate.leaves,
        "root": certificate.root,
        "entry": entry,
        "path": path,
    }
    words = ""
    if party.roster.erased_at is None:
        details = RosterKeys.open(party.roster).details(party)
        words = proofs.words_of(delivery, party, details)
        proof["code"] = Codes(notice).code(party.id)
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("proof.json", json.dumps(proof, indent=1))
        if words:
            archive.writestr("words.txt", words)
        archive.writestr("check_notice.py", Path(leaves.__file__).read_bytes())
        readme = READ_ME.format(
            notice=notice.reference, incident=notice.incident.reference, certificate=certificate.reference
        )
        archive.writestr("READ-ME.txt", readme)
    return out.getvalue()
