"""Proof of what people were told, through the same commands and the same door as the pages."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from incidents.models import Can
from notifications import certificate_tasks
from notifications.api.bounces import BounceShape
from notifications.api.shapes import ReasonShape
from notifications.commands import certificates as commands
from notifications.filings import files
from notifications.models import Certificate, Delivery
from notifications.permissions import notice_for
from notifications.proof.package import package
from notifications.queries import proofs
from stakeholders.permissions import party_for


class CertificateShape(serializers.ModelSerializer[Certificate]):
    counts = serializers.DictField(child=serializers.IntegerField(), read_only=True)

    class Meta:
        model = Certificate
        fields = ["reference", "asked_at", "done_at", "leaves", "counts", "root", "sha256", "problem"]
        read_only_fields = fields


class ProofShape(serializers.Serializer[Any]):
    """Without the words: they come with the file, whose taking is recorded."""

    delivery = serializers.IntegerField(source="delivery.pk")
    notice = serializers.CharField(source="delivery.notice.reference")
    text_hash = serializers.CharField(source="delivery.notice.text_hash")
    state = serializers.CharField(source="delivery.state")
    sent_at = serializers.DateTimeField(source="delivery.sent_at")
    reply_code = serializers.IntegerField(source="delivery.reply_code")
    reply_text = serializers.CharField(source="delivery.reply_text")
    first_read_on = serializers.DateField(source="delivery.first_read_on")
    letter = serializers.CharField(source="letter.run.reference", default=None)
    bounces = BounceShape(source="delivery.bounces", many=True)
    words_mac = serializers.CharField()
    certificate = serializers.CharField(source="certificate.reference", default=None)


class PartyProofs(APIView):
    @extend_schema(operation_id="incident_person_proofs_list", responses=ProofShape(many=True))
    def get(self, request: ApiRequest, reference: str, number: int) -> Response:
        """What one person was told, newest first."""
        party = party_for(request.user, reference, number)
        return Response(ProofShape(proofs.proofs_of(party), many=True).data)


class TakeProof(APIView):
    @extend_schema(request=ReasonShape, responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def post(self, request: ApiRequest, reference: str, number: int, delivery: int) -> HttpResponse:
        """One person's proof of one notice, with the words and a checker that runs without us."""
        party = party_for(request.user, reference, number, Can.EXPORT)
        found = Delivery.objects.select_related("notice__incident").filter(
            roster_id=party.roster_id, party_id=party.id, pk=delivery
        )
        one = found.first()
        if one is None:
            raise Http404("No such delivery.")
        given = ReasonShape(data=request.data)
        given.is_valid(raise_exception=True)
        reason = given.validated_data["reason"]
        certificate = commands.take_proof(one, reason=reason, by=request.user, now=timezone.now())
        name = f"{one.notice.reference}-person-{party.id}.zip"
        return files.answer(package(one, party, certificate), name, "application/zip")


class Certificates(APIView):
    @extend_schema(operation_id="incident_notice_certificates_list", responses=CertificateShape(many=True))
    def get(self, request: ApiRequest, reference: str, notice: str) -> Response:
        """Certificates of a notice, newest first."""
        found = notice_for(request.user, reference, notice)
        return Response(CertificateShape(found.certificates.all(), many=True).data)

    @extend_schema(request=None, responses={201: CertificateShape})
    def post(self, request: ApiRequest, reference: str, notice: str) -> Response:
        """Ask for a certificate of what became of it so far; it is made in the background."""
        found = notice_for(request.user, reference, notice, Can.EXPORT)
        asked = commands.ask_certificate(found, by=request.user, now=timezone.now())
        certificate_tasks.nudge()
        return Response(CertificateShape(asked).data, status=status.HTTP_201_CREATED)


class CertificatePdf(APIView):
    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: ApiRequest, reference: str, notice: str, certificate: str) -> HttpResponse:
        """The certificate as a PDF."""
        found = notice_for(request.user, reference, notice, Can.EXPORT)
        one = found.certificates.filter(reference=certificate).first()
        if one is None:
            raise Http404("No such certificate.")
        return files.stored_file(one.stored, one.sha256, f"{one.reference}.pdf")
