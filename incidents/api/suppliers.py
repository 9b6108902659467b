"""Suppliers' own addresses, by API."""

from __future__ import annotations

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from incidents import commands, queries
from incidents.api import shapes
from incidents.api.endpoints import act
from incidents.api.shapes.base import Shape
from incidents.models import SupplierLink
from incidents.permissions import check_describe_organisation


class SupplierLinkOut(Shape):
    reference = serializers.CharField()
    supplier = serializers.CharField()
    made_by = serializers.CharField(source="made_by.name")
    made_at = serializers.DateTimeField()
    used_at = serializers.DateTimeField(help_text="The last report that came by it.")
    revoked_at = serializers.DateTimeField()


class NewLinkOut(SupplierLinkOut):
    address = serializers.URLField(help_text="Told this once: give it to the supplier.")


class NewLinkIn(Shape):
    supplier = serializers.CharField(max_length=120)


class SupplierLinks(APIView):
    @extend_schema(operation_id="suppliers_list", responses=SupplierLinkOut(many=True))
    def get(self, request: ApiRequest) -> Response:
        """Addresses of suppliers, revoked ones too."""
        check_describe_organisation(request.user)
        return Response(SupplierLinkOut(queries.supplier_links(), many=True).data)

    @extend_schema(operation_id="suppliers_make_link", request=NewLinkIn, responses={201: NewLinkOut})
    def post(self, request: ApiRequest) -> Response:
        """Make one."""
        check_describe_organisation(request.user)
        data = shapes.given(NewLinkIn, request)
        link, code = commands.make_supplier_link(by=request.user, now=timezone.now(), **data)
        told = SupplierLinkOut(link).data
        address = settings.PUBLIC_URL + reverse("incidents:report_supplier", args=[code])
        return Response({**told, "address": address}, status=status.HTTP_201_CREATED)


@act("suppliers_revoke_link", takes=None, tells=SupplierLinkOut)
def revoke_supplier_link(request: ApiRequest, reference: str) -> Response:
    """End an address at once."""
    check_describe_organisation(request.user)
    link = get_object_or_404(SupplierLink, reference=reference)
    return Response(
        SupplierLinkOut(commands.revoke_supplier_link(link, by=request.user, now=timezone.now())).data
    )
