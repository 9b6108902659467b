import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models.expressions import RawSQL


def take_versions_from_duties(apps, schema_editor):
    """Each row was written with the version of its rule inside its duty."""
    rows = apps.get_model("incidents", "Obligation").objects
    rows.update(rule_version=RawSQL("left(coalesce(duty->>'rule_version', pack_version), 64)", ()))


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0002_incident_stale"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("incident", "assessed_law", models.CharField(blank=True, max_length=64)),
        migrations.AddField(
            "obligation", "rule_version", models.CharField(default="", max_length=64), preserve_default=False
        ),
        migrations.AddField("obligation", "last_change", models.JSONField(blank=True, null=True)),
        migrations.AlterField("obligation", "place", models.CharField(blank=True, max_length=12)),
        migrations.RunPython(take_versions_from_duties, migrations.RunPython.noop),
        migrations.CreateModel(
            name="Difference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200)),
                ("title", models.CharField(max_length=200)),
                ("rule_id", models.CharField(max_length=64)),
                ("rule_version", models.CharField(max_length=64)),
                (
                    "kind",
                    models.CharField(
                        choices=[("new", "New"), ("moved", "Moved"), ("gone", "No longer asked")], max_length=5
                    ),
                ),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("seen_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True, choices=[("accepted", "Accepted"), ("kept", "Kept as it was")], max_length=8
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="differences",
                        to="incidents.incident",
                    ),
                ),
                (
                    "obligation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="differences",
                        to="incidents.obligation",
                    ),
                ),
            ],
            options={
                "ordering": ["settled_at", "title", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("incident", "key", "rule_version"), name="one_difference_a_duty_and_text"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome", ""), ("settled_at", None))
                        | (~models.Q(("outcome", "")) & models.Q(("settled_at__isnull", False))),
                        name="a_settled_difference_has_its_time",
                    ),
                ],
            },
        ),
    ]
