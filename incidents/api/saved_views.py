"""Views of lists by API."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import ApiRequest
from incidents import commands, queries
from incidents.api import shapes
from incidents.models import ListName
from incidents.permissions import check_list

LIST = OpenApiParameter("list", str, enum=ListName.values, description="`incidents` when left out.")


class SavedViewOut(shapes.Shape):
    id = serializers.IntegerField()
    list = serializers.ChoiceField(choices=ListName.choices)
    name = serializers.CharField()
    query = serializers.DictField(
        child=serializers.CharField(), help_text="Parameters of the list's address."
    )
    shared = serializers.BooleanField()
    default = serializers.BooleanField(help_text="The list opens with it, for whoever made it.")
    person = serializers.CharField(source="person.name", help_text="Who made it, and alone may change it.")
    saved_at = serializers.DateTimeField()


class SavedViewIn(shapes.Shape):
    list = serializers.ChoiceField(choices=ListName.choices)
    query = serializers.DictField(child=serializers.CharField(max_length=200, allow_blank=True))
    name = serializers.CharField(max_length=60)
    shared = serializers.BooleanField(default=False)
    default = serializers.BooleanField(default=False)


class ChangeViewIn(shapes.Shape):
    name = serializers.CharField(max_length=60, required=False)
    shared = serializers.BooleanField(required=False)
    default = serializers.BooleanField(required=False)


class SavedViews(APIView):
    @extend_schema(operation_id="views_list", parameters=[LIST], responses=SavedViewOut(many=True))
    def get(self, request: ApiRequest) -> Response:
        """Your views of a list, and those that colleagues share."""
        which = request.query_params.get("list", ListName.INCIDENTS.value)
        if which not in ListName.values:
            raise serializers.ValidationError({"list": f"One of {', '.join(ListName.values)}."})
        check_list(request.user, which)
        return Response(SavedViewOut(queries.saved_views(request.user, which), many=True).data)

    @extend_schema(operation_id="views_save", request=SavedViewIn, responses={201: SavedViewOut})
    def post(self, request: ApiRequest) -> Response:
        """Name what a list is narrowed to; the name of one of your views changes what that one shows."""
        data = shapes.given(SavedViewIn, request)
        view = commands.save_view(data.pop("list"), by=request.user, now=timezone.now(), **data)
        return Response(SavedViewOut(view).data, status=status.HTTP_201_CREATED)


class OneView(APIView):
    @extend_schema(operation_id="views_change", request=ChangeViewIn, responses=SavedViewOut)
    def patch(self, request: ApiRequest, pk: int) -> Response:
        """Rename it, share it, open the list with it."""
        view = queries.saved_view_for(request.user, pk)
        standing = {"name": view.name, "shared": view.shared, "default": view.default}
        data = {**standing, **shapes.given(ChangeViewIn, request)}
        return Response(
            SavedViewOut(commands.change_view(view, by=request.user, now=timezone.now(), **data)).data
        )

    @extend_schema(operation_id="views_delete", responses={204: None})
    def delete(self, request: ApiRequest, pk: int) -> Response:
        commands.delete_view(queries.saved_view_for(request.user, pk), by=request.user)
        return Response(status=status.HTTP_204_NO_CONTENT)
