from django.db import migrations, models


def keep_sectors(apps, schema_editor):
    for organisation in apps.get_model("accounts", "Organisation").objects.exclude(sectors=[]):
        organisation.standing_facts = {"sectors": organisation.sectors}
        organisation.save(update_fields=["standing_facts"])


def give_back_sectors(apps, schema_editor):
    for organisation in apps.get_model("accounts", "Organisation").objects.all():
        organisation.sectors = organisation.standing_facts.get("sectors", [])
        organisation.save(update_fields=["sectors"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_extensions")]

    operations = [
        migrations.AddField(
            "organisation", "standing_facts", models.JSONField(blank=True, default=dict)
        ),
        migrations.RunPython(keep_sectors, give_back_sectors),
        migrations.RemoveField("organisation", "sectors"),
    ]
