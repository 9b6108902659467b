"""Routes of local mode; each answers 404 in any other."""

from django.urls import re_path

from config.local import mailbox

urlpatterns = [
    re_path(r"^mail/$", mailbox.mailbox, name="local-mailbox"),
    re_path(r"^mail/(\d+\.[0-9a-f]+)/$", mailbox.mail, name="local-mail"),
    re_path(r"^mail/(\d+\.[0-9a-f]+)/html/$", mailbox.mail_html, name="local-mail-html"),
]
