from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("incidents", "0001_initial")]

    operations = [
        AddIndexConcurrently(
            "incident",
            models.Index(
                condition=models.Q(("assessed_hash", ""), ("historic", False)), fields=["id"], name="incident_stale"
            ),
        ),
    ]
