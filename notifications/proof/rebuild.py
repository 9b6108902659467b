"""The words that one person got, made again from the approved text and the person."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from notifications import compile as text
from notifications import merge_fields
from notifications.letters.draw import blocks_of_form
from notifications.letters.kept import kept_of
from notifications.models import LetterRun, Notice
from notifications.page_codes import Codes
from stakeholders.models import AffectedParty
from stakeholders.sealing import Details, RosterKeys


@dataclass
class Rebuilder:
    """One notice's words for many people."""

    notice: Notice
    keys: RosterKeys
    _runs: dict[int, text.Compiled] = field(default_factory=dict)

    @cached_property
    def codes(self) -> Codes:
        return Codes(self.notice)

    @cached_property
    def _approved(self) -> text.Compiled:
        assert self.notice.compiled is not None
        return text.Compiled.from_json(self.notice.compiled)

    def details(self, party: AffectedParty) -> Details:
        return self.keys.details(party)

    def words(self, party: AffectedParty, details: Details, *, run: int | None = None, url: str = "") -> str:
        """Subject and text, of the letter where `run` names one; empty when the approved text does not cover the person."""
        compiled = self._of_run(run) if run else self._approved
        form = compiled.forms.get(compiled.variant(party.elements, party.present, party.place))
        if form is None:
            return ""
        named = merge_fields.values_of(details)
        values = {path: text.clean(named[path]) for path in compiled.used}
        url = url or self.codes.url(party.id)
        values[merge_fields.LINK.path] = url.partition("://")[2] if run else url
        if not run:
            return f"{text.join(form.subject, values)}\n\n{text.join(form.text, values)}"
        blocks = blocks_of_form(form)
        return "\n\n".join(
            block.bullet + " " * bool(block.bullet) + "".join(part.text for part in block.filled(values))
            for block in blocks
        )

    def _of_run(self, run: int) -> text.Compiled:
        if run not in self._runs:
            self._runs[run] = kept_of(LetterRun.objects.get(pk=run))[1]
        return self._runs[run]
