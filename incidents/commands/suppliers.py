"""Suppliers' own addresses: made, revoked, used."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import codes
from accounts.models import User
from audit.commands import record
from audit.events import ORGANISATION
from incidents.commands.reporting import FiledReport, file_report
from incidents.events import ReportEvent
from incidents.models import Door, SupplierLink

MOST_LINKS: Final = 2_000


class MadeLink(NamedTuple):
    """A new link and its code, which is told once."""

    link: SupplierLink
    code: str


@transaction.atomic
def make_supplier_link(*, supplier: str, by: User, now: datetime) -> MadeLink:
    """Make an address by which one supplier reports to us. It lasts until it is revoked."""
    supplier = " ".join(supplier.split())
    if not supplier or len(supplier) > 120 or "\x00" in supplier:
        raise ValidationError("Name the supplier, in at most 120 characters.", code="supplier_missing")
    if SupplierLink.objects.filter(revoked_at=None).count() >= MOST_LINKS:
        raise ValidationError("Revoke links that nobody needs first.", code="too_many")
    code = codes.new_code()
    link = SupplierLink.objects.create(
        supplier=supplier, code_hash=codes.digest(code), made_by=by, made_at=now
    )
    record(ReportEvent.LINK_MADE, link, by=by, stream=ORGANISATION, details={"link": link.reference})
    return MadeLink(link, code)


@transaction.atomic
def revoke_supplier_link(link: SupplierLink, *, by: User, now: datetime) -> SupplierLink:
    """End an address at once; what came by it stays."""
    link = SupplierLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if link.revoked_at is not None:
        raise ValidationError("This link is revoked already.", code="wrong_status")
    link.revoked_by, link.revoked_at = by, now
    link.save(update_fields=["revoked_by", "revoked_at"])
    record(ReportEvent.LINK_REVOKED, link, by=by, stream=ORGANISATION, details={"link": link.reference})
    return link


@transaction.atomic
def file_supplier_report(supplier: SupplierLink, *, now: datetime, **told: Any) -> FiledReport:
    """Take a supplier's report; refused when its link was revoked meanwhile."""
    supplier = SupplierLink.objects.select_for_update(of=("self",)).get(pk=supplier.pk)
    if supplier.revoked_at is not None:
        raise ValidationError("This link is no longer valid. Ask us for a new one.", code="revoked")
    filed = file_report(door=Door.SUPPLIER, supplier=supplier, now=now, **told)
    supplier.used_at = now
    supplier.save(update_fields=["used_at"])
    return filed
