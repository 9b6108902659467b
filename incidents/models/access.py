"""Grants: guardian's permission models with direct foreign keys, and an end."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from incidents.models.incident import Incident


class IncidentUserGrant(UserObjectPermissionBase):
    """One permission of one person on one incident."""

    content_object = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="user_grants")
    ends_at = models.DateTimeField(null=True, blank=True)
    granted_at = models.DateTimeField(auto_now_add=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(UserObjectPermissionBase.Meta):
        indexes = [models.Index(fields=["user", "permission", "content_object"], name="user_grant_reader")]


class IncidentGroupGrant(GroupObjectPermissionBase):
    """One permission of one role group or team on one incident."""

    # Its index is the door's: beside one of the incident alone PostgreSQL would take that and read all of its grants.
    content_object = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="group_grants", db_index=False
    )
    ends_at = models.DateTimeField(null=True, blank=True)
    granted_at = models.DateTimeField(auto_now_add=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(GroupObjectPermissionBase.Meta):
        # The door asks by incident; guardian's own constraint serves who asks by group.
        indexes = [
            models.Index(
                fields=["content_object", "permission", "group"],
                include=["ends_at"],
                name="group_grant_of_incident",
            )
        ]
