from django.db import migrations, models


class Migration(migrations.Migration):
    """When the counts of a roster were last checked against its people, and how many numbers were wrong."""

    dependencies = [("stakeholders", "0001_people_and_inquiries")]

    operations = [
        migrations.AddField("roster", "recounted_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("roster", "miscounted", models.PositiveIntegerField(default=0)),
    ]
