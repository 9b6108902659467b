"""Tokens for programs (made in a signed-in session, shown once, kept as a hash) and the people who work here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from knox.models import AuthToken
from rest_framework import serializers, status
from rest_framework.authentication import SessionAuthentication
from rest_framework.decorators import api_view
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import commands, drawing, queries, second_step
from accounts.letters import LetterNotSent, send_password_link
from accounts.models import Organisation, Role, User, check_zone
from accounts.permissions import check_manage_people
from accounts.requests import ApiRequest


class TokenOut(serializers.Serializer[Any]):
    token = serializers.CharField(help_text="Shown this once. Send it as `Authorization: Token …`.")
    expiry = serializers.DateTimeField()


class Token(APIView):
    def get_authenticators(self) -> list[Any]:
        # A token is not a way to make more tokens.
        if self.request is not None and self.request.method == "POST":
            return [SessionAuthentication()]
        return super().get_authenticators()

    @extend_schema(operation_id="token_create", request=None, responses={201: TokenOut})
    def post(self, request: ApiRequest) -> Response:
        """Make a token for yourself."""
        if settings.MFA_REQUIRED and not second_step.passed(request):
            raise PermissionDenied("Set up two-step sign-in first; a token must not go around it.")
        instance, token = commands.make_token(request.user, by=request.user)
        return Response(
            TokenOut({"token": token, "expiry": instance.expiry}).data, status=status.HTTP_201_CREATED
        )

    @extend_schema(operation_id="token_delete", request=None, responses={204: None})
    def delete(self, request: ApiRequest) -> Response:
        """End the token that this request carries, or all of yours in a signed-in session."""
        only = request.auth if isinstance(request.auth, AuthToken) else None
        commands.end_tokens(request.user, by=request.user, only=only)
        return Response(status=status.HTTP_204_NO_CONTENT)


class PersonIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=150)
    email = serializers.EmailField(max_length=254)
    roles = serializers.ListField(child=serializers.ChoiceField(choices=Role.choices), default=list)
    zone = serializers.CharField(max_length=64, required=False, validators=[check_zone])


class RolesIn(serializers.Serializer[Any]):
    roles = serializers.ListField(child=serializers.ChoiceField(choices=Role.choices))


class PersonOut(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.EmailField()
    zone = serializers.CharField()
    roles = serializers.SerializerMethodField()
    active = serializers.BooleanField(source="is_active")
    administrator = serializers.BooleanField(source="is_superuser")
    has_password = serializers.BooleanField(source="has_usable_password")
    last_sign_in = serializers.DateTimeField(source="last_login", allow_null=True)

    def get_roles(self, person: User) -> list[str]:
        return sorted(person.roles)


class PersonAddedOut(PersonOut):
    letter_sent = serializers.BooleanField(
        help_text="False: mail did not work; ask for the link again later."
    )


class PeopleOut(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    people = PersonOut(many=True)


class PageIn(serializers.Serializer[Any]):
    page = serializers.IntegerField(min_value=1, max_value=1_000_000, default=1)
    q = serializers.CharField(max_length=100, default="", allow_blank=True)


class People(APIView):
    @extend_schema(
        operation_id="people_list",
        parameters=[
            OpenApiParameter("q", str, description="Part of a name or e-mail address."),
            OpenApiParameter("page", int, description="From 1; 50 people a page."),
        ],
        responses=PeopleOut,
    )
    def get(self, request: ApiRequest) -> Response:
        """Everybody with an account; those who may sign in first."""
        check_manage_people(request.user)
        asked = PageIn(data=request.query_params)
        asked.is_valid(raise_exception=True)
        found = queries.people_page(asked.validated_data["q"], number=asked.validated_data["page"])
        return Response(PeopleOut({"total": found.total, "people": found.people}).data)

    @extend_schema(operation_id="people_add", request=PersonIn, responses={201: PersonAddedOut})
    def post(self, request: ApiRequest) -> Response:
        """Add a person; a link to set a password goes to them by mail."""
        check_manage_people(request.user)
        given = PersonIn(data=request.data)
        given.is_valid(raise_exception=True)
        data = {"zone": Organisation.current().zone, **given.validated_data}
        person = commands.add_user(by=request.user, **data)
        return Response(_told(person, sent=_sent(request, person)), status=status.HTTP_201_CREATED)


class OnePerson(APIView):
    @extend_schema(operation_id="people_read", responses=PersonOut)
    def get(self, request: ApiRequest, pk: int) -> Response:
        check_manage_people(request.user)
        return Response(PersonOut(get_object_or_404(User, pk=pk)).data)


def _act(
    operation: str, *, takes: type[serializers.Serializer[Any]] | None = None, tells: Any = PersonOut
) -> Callable[[Callable[..., Response]], Any]:
    """A POST that runs one command on one person, for those who manage people."""

    def wrap(view: Callable[..., Response]) -> Any:
        def checked(request: ApiRequest, pk: int) -> Response:
            check_manage_people(request.user)
            return view(request, get_object_or_404(User, pk=pk))

        checked.__doc__ = view.__doc__
        as_view: Any = api_view(["POST"])
        return extend_schema(operation_id=operation, request=takes, responses=tells)(as_view(checked))

    return wrap


@_act("people_change_roles", takes=RolesIn)
def change_roles(request: ApiRequest, person: User) -> Response:
    """Give exactly these roles."""
    given = RolesIn(data=request.data)
    given.is_valid(raise_exception=True)
    person = commands.change_roles(person, by=request.user, roles=given.validated_data["roles"])
    return Response(PersonOut(person).data)


@_act("people_send_link", tells=PersonAddedOut)
def send_link(request: ApiRequest, person: User) -> Response:
    """Send a link to set a password."""
    person = commands.ask_password_link(person, by=request.user)
    return Response(_told(person, sent=_sent(request, person)))


@_act("people_take_second_step")
def take_second_step(request: ApiRequest, person: User) -> Response:
    """Take somebody's two-step sign-in away, for a lost telephone; sessions and tokens end."""
    return Response(PersonOut(commands.take_second_step_away(person, by=request.user)).data)


@_act("people_lift_limits")
def lift_limits(request: ApiRequest, person: User) -> Response:
    """Let somebody go on who reached a limit of exports, look-ups or searches."""
    drawing.let_go_on(person, by=request.user, now=timezone.now())
    return Response(PersonOut(person).data)


@_act("people_deactivate")
def deactivate(request: ApiRequest, person: User) -> Response:
    """End somebody's sign-in with all sessions and tokens."""
    return Response(PersonOut(commands.deactivate_user(person, by=request.user)).data)


@_act("people_reactivate")
def reactivate(request: ApiRequest, person: User) -> Response:
    """Let somebody sign in again."""
    return Response(PersonOut(commands.reactivate_user(person, by=request.user)).data)


def _told(person: User, *, sent: bool) -> dict[str, Any]:
    return {**PersonOut(person).data, "letter_sent": sent}


def _sent(request: ApiRequest, person: User) -> bool:
    plain: HttpRequest = request._request
    try:
        send_password_link(person, by=request.user, request=plain)
    except LetterNotSent:
        return False
    return True
