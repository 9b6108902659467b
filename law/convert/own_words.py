"""What the research says with names of its own (keys, ids of rules), in words that stand by themselves."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from law.convert.common import read_yaml

INSTEAD: Final[dict[str, str]] = {
    "; see deadline_logic": "",
    "combine with cn-ncir when thresholds are met": (
        "the rules on reporting network incidents apply besides once their thresholds are met"
    ),
    "UK kept it in PECR (see uk-pecr-5a)": "the UK kept it in PECR reg. 5A",
    "as eu-gdpr-33": "as for any breach under the GDPR",
    "specialises eu-gdpr-33 (same duty, different recipients)": (
        "a special case of the GDPR's rule on breaches: same duty, different recipients"
    ),
    "not police/prosecution (see eu-led-30) nor EU bodies (see eu-eudpr-34)": (
        "not police or prosecution (national law under Dir. (EU) 2016/680) nor bodies of the EU (Reg. (EU) 2018/1725)"
    ),
    "under Art. 23 (see national_derogations)": "under Art. 23",
    "Pending: eu-digital-omnibus.": "Pending: the Digital Omnibus proposal.",
    "see nis2_national_variants": "the portal that the national law names",
    "as jp-appi-26": "as in the law before this amendment",
    "effective_from is the latest possible": "the start shown here is the latest possible",
    "See jp-appi-2026": "An amendment of 2026 is still to take effect",
    "earlier version (leak only) see kr-pipa-34-2023": (
        "the version before it (leaks only, until 2026-09-10) is held as a rule of its own"
    ),
    "authority reports only by sector rules (tw-sector-72h)": "authorities are told only under the rules of a sector",
    "as uk-pecr-5a": "as in PECR reg. 5A today",
    "see us-ny-dfs-500 for the 72-hour clock": "the 72-hour clock of 23 NYCRR 500.17 runs besides",
    "cra_contacts only when": "contact details of consumer reporting agencies only when",
    "online_credentials sits inside the name+element list": (
        "credentials of online accounts stand among the kinds of data that need a name"
    ),
    "state_id, passport and military_id added": "state IDs, passports and military IDs added",
    "fewer_than_10: ": "for fewer than ten people, ",
    "10_or_more: website home page 90 days": "for ten people or more, the home page of the web site for 90 days",
}  # fmt: skip


def research(file: Path) -> Any:
    """A file of the research in words that stand by themselves."""
    return _in_words(read_yaml(file))


def _in_words(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _in_words(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_in_words(item) for item in value]
    if isinstance(value, str):
        for theirs, ours in INSTEAD.items():
            value = value.replace(theirs, ours)
    return value
