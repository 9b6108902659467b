"""Look-ups for superusers; incidents are not managed here."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin

from accounts.models import Establishment, Organisation, User

admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


@admin.register(User)
class UserAdmin(admin.ModelAdmin[User]):
    list_display = ["name", "email", "is_active", "is_superuser"]
    fields = ["email", "name", "zone", "is_active", "is_staff", "is_superuser", "groups"]
    search_fields = ["name", "email"]


admin.site.register(Organisation)
admin.site.register(Establishment)
