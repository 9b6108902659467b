"""Tokens for programs: made in a signed-in session, shown once, kept as a hash, ended by themselves."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from knox.models import AuthToken
from rest_framework import serializers, status
from rest_framework.authentication import SessionAuthentication
from rest_framework.response import Response
from rest_framework.views import APIView

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
        instance, token = AuthToken.objects.create(user=request.user)
        return Response(
            TokenOut({"token": token, "expiry": instance.expiry}).data, status=status.HTTP_201_CREATED
        )

    @extend_schema(operation_id="token_delete", request=None, responses={204: None})
    def delete(self, request: ApiRequest) -> Response:
        """End the token that this request carries, or all of yours in a signed-in session."""
        if isinstance(request.auth, AuthToken):
            request.auth.delete()
        else:
            AuthToken.objects.filter(user=request.user).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)
