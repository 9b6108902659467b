import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import policies.models


class Migration(migrations.Migration):
    dependencies = [
        ("policies", "0002_writers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ContractClause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reference",
                    models.CharField(default=policies.models.clause_reference, max_length=20, unique=True),
                ),
                ("partner", models.CharField(max_length=120)),
                ("document", models.CharField(max_length=160)),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            (
                                "affected",
                                "when data of this partner are affected; a person says so in the incident",
                            ),
                            ("every", "in every incident"),
                        ],
                        max_length=8,
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "unit",
                    models.CharField(
                        choices=[("hours", "hours"), ("calendar_days", "calendar days")], max_length=13
                    ),
                ),
                ("event", models.CharField(max_length=32)),
                ("zone", models.CharField(max_length=64)),
                ("to_send", models.TextField()),
                ("in_force_from", models.DateField()),
                ("in_force_until", models.DateField(blank=True, null=True)),
                ("added_at", models.DateTimeField()),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["partner", "in_force_from", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="clause_gives_some_time"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("in_force_until", None))
                        | models.Q(("in_force_until__gte", models.F("in_force_from"))),
                        name="clause_ends_after_it_began",
                    ),
                ],
            },
        ),
    ]
