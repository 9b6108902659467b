"""django-post_office on the same mails: queued in its table and sent by one process, in settings of its own.

`python -m bench.post_office PORT MAILS.json` prints how many seconds it took.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

AT_ONCE = 500


def main(port: int, mails: dict[str, Any]) -> None:
    import environ
    from django.conf import settings

    settings.configure(
        SECRET_KEY="bench", USE_TZ=True, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port,
        DATABASES={"default": environ.Env().db("DATABASE_URL")},
        INSTALLED_APPS=["django.contrib.contenttypes", "post_office"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        POST_OFFICE={
            "BATCH_SIZE": 1000, "LOG_LEVEL": 1,
            "BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"},
        },
    )  # fmt: skip
    import django

    django.setup()
    from django.core.management import call_command
    from post_office import mail
    from post_office.models import STATUS, Email, EmailTemplate

    call_command("migrate", verbosity=0)
    Email.objects.all().delete()
    EmailTemplate.objects.all().delete()
    template = EmailTemplate.objects.create(
        name="notice", subject=mails["subject"], content=mails["text"], html_content=mails["html"]
    )
    people = mails["people"]
    started = time.perf_counter()
    for start in range(0, len(people), AT_ONCE):
        mail.send_many(
            [
                {
                    "recipients": person["to"], "sender": mails["sender"], "template": template,
                    "context": person, "render_on_delivery": True,
                }
                for person in people[start : start + AT_ONCE]
            ]
        )  # fmt: skip
    while Email.objects.filter(status=STATUS.queued).exists():
        mail.send_queued(processes=1)
    took = time.perf_counter() - started
    assert Email.objects.filter(status=STATUS.sent).count() == len(people)
    print(took)


if __name__ == "__main__":
    main(int(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text()))
