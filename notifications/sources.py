"""What a notice's text is made from: its words, the values that are the same for all, and shared blocks."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import Organisation
from notifications.blocks import PREFIX, Block
from notifications.compile import Source
from notifications.lifecycle import VersionStatus
from notifications.merge_fields import STATEMENT
from notifications.models import Notice, NoticeTemplate, Purpose, TemplateVersion


def source_of(notice: Notice) -> Source:
    """A notice's words with all that goes into them."""
    organisation = Organisation.current()
    constants = {
        "notice.reference": notice.reference,
        "organisation.name": organisation.name,
        "organisation.contact_name": organisation.contact_name,
        "organisation.contact_email": organisation.contact_email,
        "organisation.contact_phone": organisation.contact_phone,
        "organisation.address": " ".join(organisation.address.split()),
        **{f"statement.{key}": str(notice.statement.get(key, "")).strip() for key in STATEMENT},
    }
    return Source(
        notice.subject,
        notice.body,
        notice.language,
        constants,
        letter=notice.letter,
        sms=notice.sms,
        blocks=blocks_of(notice),
    )


def blocks_of(notice: Notice) -> tuple[Block, ...]:
    """The shared blocks its words may insert: those it was submitted with, else the newest of each.

    An approved version goes before a newer draft; a block without a text in the language has no words.
    """
    if PREFIX not in notice.body + notice.letter:
        return ()
    versions = TemplateVersion.objects.filter(template__purpose=Purpose.BLOCK)
    if notice.blocks is not None:
        chosen = versions.filter(pk__in=notice.blocks).select_related("template")
        return tuple(sorted((_block(one.template, one) for one in chosen), key=_order))
    written = versions.filter(language=notice.language).order_by("number")
    newest = {one.template_id: one for one in written}
    newest |= {one.template_id: one for one in written if one.status == VersionStatus.APPROVED}
    standing = NoticeTemplate.objects.filter(purpose=Purpose.BLOCK, retired_at=None)
    return tuple(sorted((_block(one, newest.get(one.pk)) for one in standing), key=_order))


def block_names() -> frozenset[str]:
    """Names that texts may insert."""
    standing = NoticeTemplate.objects.filter(purpose=Purpose.BLOCK, retired_at=None)
    return frozenset(standing.order_by().values_list("block", flat=True))


def _block(template: NoticeTemplate, version: TemplateVersion | None) -> Block:
    return Block(
        name=template.block,
        body=version.body if version else "",
        elements=frozenset(template.elements),
        places=frozenset(template.places),
        version=version.pk if version else 0,
        title=template.name,
        approved=bool(version and version.status == VersionStatus.APPROVED),
        order=template.order,
    )


def _order(block: Block) -> tuple[str, int, str]:
    return block.name, block.order, block.title


def versions_of(blocks: Iterable[Block]) -> list[int]:
    """The versions that go into a text."""
    return sorted(block.version for block in blocks if block.version)


def told_apart(notice: Notice) -> frozenset[str]:
    """Places between which its text differs, as approved or as it would be."""
    if notice.compiled is not None:
        return frozenset(notice.compiled.get("places", ()))
    return source_of(notice).places
