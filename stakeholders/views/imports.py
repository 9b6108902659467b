"""Import of affected people: upload, match columns, follow, take out what was refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.keyring import CannotUnseal
from accounts.models import SignedInRequest
from incidents.models import Can
from incidents.permissions import incident_for
from incidents.views.answers import done, page, posted
from stakeholders import commands, queries, tasks
from stakeholders.forms import ColumnsForm, UploadForm
from stakeholders.importing import columns, reasons, rejects, sealedfile, sniff
from stakeholders.lifecycle import ImportState
from stakeholders.models import RosterImport, SavedMapping
from stakeholders.permissions import import_for
from stakeholders.sealing import RosterKeys, mask_email, mask_phone, mask_word

SHOWN_AS_IS = frozenset(columns.CLEAR) - {"birth_date"}


@require_http_methods(["GET", "POST"])
def upload_import(request: SignedInRequest, reference: str) -> HttpResponse:
    incident = incident_for(request.user, reference, Can.WRITE)
    form = UploadForm(posted(request), request.FILES or None)
    made: list[RosterImport] = []

    def act() -> None:
        file = form.cleaned_data["file"]
        made.append(
            commands.upload_import(
                incident, name=file.name, chunks=file.chunks(), by=request.user, now=timezone.now()
            )
        )

    if done(form, act):
        return redirect("stakeholders:match_columns", reference, made[0].pk)
    context = {"incident": incident, "tab": "people"}
    return page(request, "stakeholders/upload.html", context, form=form)


def _masked(cell: str, target: str) -> str:
    if target in SHOWN_AS_IS or target.startswith(columns.ELEMENT_PREFIX):
        return cell[:60]
    if target == "email" or "@" in cell:
        return mask_email(cell)
    return mask_phone(cell) if target == "phone" else mask_word(cell.strip())


def _table(rows: Sequence[Sequence[str]], dialect: sniff.Dialect, mapping: dict[str, str]) -> dict[str, Any]:
    width = max((len(row) for row in rows), default=0)
    headings = [cell.strip()[:60] for cell in rows[0]] if dialect.has_header and rows else []
    headings += [""] * (width - len(headings))
    body = rows[1:] if dialect.has_header else rows
    preview = [
        [_masked(cell, mapping.get(str(place), "")) for place, cell in enumerate(row)] for row in body[:5]
    ]
    return {"headings": headings, "preview": preview}


def _dialect(request: SignedInRequest, job: RosterImport) -> sniff.Dialect:
    """As the person says, else as guessed."""
    said = request.POST
    if said.get("encoding") in sniff.ENCODINGS and said.get("delimiter") in sniff.DELIMITERS:
        return sniff.Dialect(said["encoding"], said["delimiter"], "has_header" in said)
    return sniff.Dialect(**job.dialect)


@never_cache
@require_http_methods(["GET", "POST"])
def match_columns(request: SignedInRequest, reference: str, number: int) -> HttpResponse:
    """What each column holds; the preview is masked. "Read again" only looks, "Import" queues."""
    job = import_for(request.user, reference, number, Can.WRITE)
    if not job.may_be_matched:
        return redirect("stakeholders:import", reference, number)
    try:
        head = sealedfile.read_head(job.stored, RosterKeys.open(job.roster), sniff.HEAD_BYTES)
    except CannotUnseal:
        return redirect("stakeholders:import", reference, number)
    dialect = _dialect(request, job)
    rows = sniff.preview(head, dialect)
    saved = _saved(request)
    again = request.method == "POST" and ("again" in request.POST or saved is not None)
    mapping, defaults = job.mapping, job.defaults
    if saved is not None and rows:
        mapping, defaults = columns.by_heading(rows[0], saved.targets), saved.defaults
    elif again and rows:
        mapping = sniff.guess_columns(rows, dialect)
    table = _table(rows, dialect, mapping)
    initial = ColumnsForm.initial_of(mapping, defaults, dialect.as_dict())
    form = ColumnsForm(None if again else posted(request), headings=table["headings"], initial=initial)
    if not again and done(form, lambda: _start(request, job, form)):
        return redirect("stakeholders:import", reference, number)
    queries.with_names(job.roster, [job])
    context = {
        "incident": job.roster.incident,
        "tab": "people",
        "job": job,
        "matched_by": saved or (None if again else job.saved_mapping),
        "kept": SavedMapping.objects.all(),
        **table,
    }
    return page(request, "stakeholders/match_columns.html", context, form=form)


def _saved(request: SignedInRequest) -> SavedMapping | None:
    """The kept matching that was asked for with "Match like this"."""
    return _kept(request) if "use" in request.POST else None


def _kept(request: SignedInRequest) -> SavedMapping | None:
    wanted = request.POST.get("kept", "")
    if not wanted.isascii() or not wanted.isdecimal() or len(wanted) > 18:
        return None
    return SavedMapping.objects.filter(pk=int(wanted)).first()


def _start(request: SignedInRequest, job: RosterImport, form: ColumnsForm) -> None:
    with transaction.atomic():
        started = commands.start_import(
            job,
            mapping=form.mapping,
            defaults=form.defaults,
            dialect=form.dialect,
            by=request.user,
            now=timezone.now(),
        )
        if name := form.cleaned_data["keep_as"]:
            commands.keep_mapping(started, name=name, by=request.user, now=timezone.now())
        transaction.on_commit(tasks.run_due_imports.delay, robust=True)


@require_POST
def forget_mapping(request: SignedInRequest, reference: str, number: int) -> HttpResponse:
    """Forget a kept matching; whoever may import may."""
    import_for(request.user, reference, number, Can.WRITE)
    if (saved := _kept(request)) is not None:
        commands.forget_mapping(saved, by=request.user, now=timezone.now())
    return redirect("stakeholders:match_columns", reference, number)


def _context(job: RosterImport) -> dict[str, Any]:
    incident = job.roster.incident
    queries.with_names(job.roster, [job])
    kinds = (
        job.rejects.values("field", "code")
        .annotate(lines=Count("pk"))
        .order_by("-lines", "field", "code")[:20]
    )
    return {
        "incident": incident,
        "tab": "people",
        "job": job,
        "failure": reasons.FILE_REASONS.get(job.failure, reasons.FILE_REASONS["unreadable"])
        if job.failure
        else "",
        "pace": queries.pace(job, now=timezone.now()),
        "kinds": [(reasons.words(row["field"], row["code"]), row["lines"]) for row in kinds],
        "first_rejects": [(row.line, reasons.words(row.field, row.code)) for row in job.rejects.all()[:20]],
        "may_write": Can.WRITE in incident.held,  # type: ignore[attr-defined]
        "may_resume": job.state == ImportState.CANCELLED
        and not job.may_be_matched
        and not job.roster.erased_at,
        "poll_url": reverse("stakeholders:import_progress", args=[incident.reference, job.pk]),
    }


@require_GET
def import_page(request: SignedInRequest, reference: str, number: int) -> HttpResponse:
    """Where an import stands, and what came of it; safe to leave and come back."""
    job = import_for(request.user, reference, number, Can.VIEW)
    return render(request, "stakeholders/import.html", _context(job))


@never_cache
@require_GET
def import_progress(request: SignedInRequest, reference: str, number: int) -> HttpResponse:
    """The part of the page that moves; when the import is over the browser is told to load the whole page."""
    job = import_for(request.user, reference, number, Can.VIEW)
    response = render(request, "stakeholders/_progress.html", _context(job))
    if not job.is_waiting:
        response["HX-Refresh"] = "true"
    return response


@require_POST
def resume_import(request: SignedInRequest, reference: str, number: int) -> HttpResponse:
    job = import_for(request.user, reference, number, Can.WRITE)
    try:
        with transaction.atomic():
            commands.resume_import(job, by=request.user, now=timezone.now())
            transaction.on_commit(tasks.run_due_imports.delay, robust=True)
    except ValidationError as refusal:
        context = {**_context(job), "refusal": refusal.messages}
        return render(request, "stakeholders/import.html", context, status=409)
    return redirect("stakeholders:import", reference, number)


@require_POST
def cancel_import(request: SignedInRequest, reference: str, number: int) -> HttpResponse:
    job = import_for(request.user, reference, number, Can.WRITE)
    try:
        commands.cancel_import(job, by=request.user, now=timezone.now())
    except ValidationError as refusal:
        context = {**_context(job), "refusal": refusal.messages}
        return render(request, "stakeholders/import.html", context, status=409)
    return redirect("stakeholders:import", reference, number)


@never_cache
@require_POST
def download_rejects(
    request: SignedInRequest, reference: str, number: int
) -> HttpResponse | StreamingHttpResponse:
    """The refused lines in clear, to mend and import again; who took them out is recorded."""
    job = import_for(request.user, reference, number, Can.WRITE)
    try:
        keys = RosterKeys.open(job.roster)
    except CannotUnseal:
        return redirect("stakeholders:import", reference, number)
    commands.download_rejects(job, by=request.user, now=timezone.now())

    def encoded() -> Iterator[bytes]:
        yield b"\xef\xbb\xbf"
        for line in rejects.lines(job, keys):
            yield line.encode()

    return StreamingHttpResponse(
        encoded(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="refused-lines-{job.pk}.csv"'},
    )
