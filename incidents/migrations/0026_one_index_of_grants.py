import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0025_report_drafts'),
    ]

    operations = [
        migrations.AlterField(
            model_name='incidentgroupgrant',
            name='content_object',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='group_grants', to='incidents.incident'),
        ),
    ]
