"""The one place that draws PDFs. The same snapshot gives the same bytes, whenever and wherever it is drawn
with the same versions."""

from __future__ import annotations

import hashlib
import re
import warnings
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from django.template.loader import render_to_string

from notifications.filings.state import canonical
from notifications.pdf import assets, finish

MENDING: Final = "apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core"
CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


class PdfUnavailable(Exception):
    """This machine lacks Pango; the text says which line mends it. Trying again helps once it is there."""


def draw(snapshot: dict[str, Any]) -> bytes:
    """The report as an accessible PDF/A-3 with the snapshot itself attached."""
    check_available()
    from weasyprint import HTML, Attachment

    attached = canonical(snapshot)
    identifier = hashlib.sha256(attached.encode()).digest()[:16]
    declared = datetime.fromisoformat(snapshot["declared_at"]).astimezone(UTC)
    shown = _printable(snapshot)
    html = render_to_string("pdf/filing.html", {"doc": shown, "declared": f"{declared:%Y-%m-%dT%H:%M:%SZ}"})
    fetcher = assets.closed_fetcher()
    attachment = Attachment(
        string=attached,
        base_url="asset:",
        url_fetcher=fetcher,
        name=f"{snapshot['reference']}.json",
        description="The data this report was drawn from",
        created=declared.replace(tzinfo=None),
        modified=declared.replace(tzinfo=None),
        relationship="Source",
    )
    document = HTML(string=html, base_url=None, url_fetcher=fetcher)
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", ResourceWarning
        )  # WeasyPrint 70 leaves its colour profile's file open
        drawn: bytes = document.write_pdf(
            pdf_variant="pdf/a-3a", pdf_identifier=identifier, attachments=[attachment]
        )
    return finish.finished(drawn)


def laid_out(html: str) -> Any:
    """Pages of ours laid out, with their boxes and nothing fetched but our fonts."""
    check_available()
    from weasyprint import HTML

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        return HTML(string=html, base_url=None, url_fetcher=assets.closed_fetcher()).render()


def _printable(value: Any) -> Any:
    """The same data without characters that no page can show."""
    if isinstance(value, str):
        return CONTROLS.sub("\ufffd", value)
    if isinstance(value, dict):
        return {key: _printable(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_printable(one) for one in value]
    return value


def check_available() -> None:
    try:
        import weasyprint  # noqa: F401
    except OSError as error:  # the wheel is there, a library of the system is not
        raise PdfUnavailable(f"PDFs need Pango, which this machine lacks. Run: {MENDING}") from error


@lru_cache(maxsize=1)
def software() -> dict[str, str]:
    """All that the bytes depend on beside the snapshot."""
    check_available()
    import pikepdf
    import pydyf  # type: ignore[import-untyped]
    import weasyprint
    from weasyprint.text.ffi import pango

    return {
        "weasyprint": weasyprint.__version__,
        "pydyf": pydyf.__version__,
        "pikepdf": pikepdf.__version__,
        "qpdf": pikepdf.__libqpdf_version__,
        "pango": ".".join(str(pango.pango_version() // step % 100) for step in (10_000, 100, 1)),
        "layout": assets.layout_hash(),
    }
