from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def make_role_groups(sender: AppConfig, using: str, **_: Any) -> None:
    """Role groups are part of the schema: there after each migration, and after a test emptied the tables."""
    from django.contrib.auth.models import Group

    from accounts.models import Role

    for role in Role:
        Group.objects.using(using).get_or_create(name=role.value)


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        post_migrate.connect(make_role_groups, sender=self)
        self._hear_of_sign_ins()

    def _hear_of_sign_ins(self) -> None:
        """The sign-in is another maker's; it tells by signals, and each receiver calls one command or logs."""
        from allauth.mfa import signals as mfa
        from django.contrib.auth.signals import user_logged_in, user_login_failed

        from accounts import second_step

        mfa.authenticator_added.connect(second_step.switched_on)
        mfa.authenticator_removed.connect(second_step.switched_off)
        mfa.authentication_failed.connect(second_step.code_failed)
        user_logged_in.connect(second_step.signed_in)
        user_login_failed.connect(second_step.sign_in_failed)
