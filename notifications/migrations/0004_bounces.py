"""Bounces with their kind and reason; the table they stood in before was never written to."""

import django.db.models.deletion
from django.db import migrations, models

FATES = [
    ("queued", "Queued"),
    ("in_flight", "Being sent"),
    ("sent", "Sent"),
    ("deferred", "Put off, tried again later"),
    ("bounced", "Bounced"),
    ("failed", "Failed"),
    ("uncertain", "Uncertain: the answer was lost"),
    ("parked", "Parked for a person"),
    ("withdrawn", "Withdrawn"),
    ("letter", "A letter is being made"),
    ("posted", "Told by letter"),
    ("returned", "The letter came back"),
    ("given_up", "Given up: cannot be reached"),
]


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_sending")]

    operations = [
        migrations.AlterField(
            "delivery", "state", models.CharField(choices=FATES, default="queued", max_length=10)
        ),
        migrations.DeleteModel("Bounce"),
        migrations.CreateModel(
            name="Bounce",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("event_key", models.BinaryField(unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("hard", "Will never arrive"),
                            ("soft", "Could not be delivered for now"),
                            ("delayed", "Still being tried by the mail servers"),
                            ("auto", "Automatic answer"),
                            ("complaint", "Marked as unwanted"),
                            ("unclear", "Came back without a reason we can read"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("mailbox", "Mailbox for bounces"),
                            ("maildir", "Mail folder"),
                            ("intake", "Mailbox that reports come to"),
                            ("webhook", "Mail provider"),
                        ],
                        max_length=8,
                    ),
                ),
                ("status_code", models.CharField(blank=True, max_length=12)),
                ("words", models.CharField(blank=True, max_length=120)),
                ("received_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("moved_to", models.CharField(blank=True, choices=FATES, max_length=10)),
                (
                    "delivery",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bounces",
                        to="notifications.delivery",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("delivery__isnull", False), ("settled_at", None)),
                        fields=["id"],
                        name="bounce_unsettled",
                    )
                ],
            },
        ),
    ]
