"""The organisation and what holds in every incident."""

from __future__ import annotations

from rest_framework import serializers

from accounts.models import check_zone
from incidents.api.shapes.base import AnyObject, Shape, optional_text


class EstablishmentOut(Shape):
    place = serializers.CharField(help_text="ISO 3166: IE, US-CA.")
    main = serializers.BooleanField()


class OrganisationOut(Shape):
    name = serializers.CharField(source="organisation.name")
    address = serializers.CharField(source="organisation.address")
    zone = serializers.CharField(source="organisation.zone")
    contact_name = serializers.CharField(source="organisation.contact_name")
    contact_email = serializers.CharField(source="organisation.contact_email")
    contact_phone = serializers.CharField(source="organisation.contact_phone")
    establishments = EstablishmentOut(many=True)
    standing_facts = AnyObject(
        source="organisation.standing_facts", help_text="By key; what is missing is not known."
    )
    consequences = serializers.ListField(child=serializers.CharField())
    waiting = serializers.IntegerField(help_text="Incidents that are about to be assessed again.")


class OrganisationIn(Shape):
    name = serializers.CharField(max_length=200)
    address = optional_text(1_000)
    zone = serializers.CharField(max_length=64, validators=[check_zone])
    establishments = serializers.ListField(
        child=serializers.CharField(max_length=6), allow_empty=False, max_length=300
    )
    main = serializers.CharField(max_length=6, default="", allow_blank=True)
    contact_name = optional_text(200)
    contact_email = serializers.EmailField(max_length=254, default="", allow_blank=True)
    contact_phone = optional_text(40)


class StandingFactsIn(Shape):
    facts = AnyObject(help_text="Values by key; null takes a fact back, what is not named stays.")

    def validate_facts(self, facts: object) -> object:
        if not isinstance(facts, dict):
            raise serializers.ValidationError("Give an object of facts by key.")
        return facts
