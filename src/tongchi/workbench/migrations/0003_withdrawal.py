"""A word for withdrawal is an approval with a purpose of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workbench", "0002_log_guards"),
    ]

    operations = [
        migrations.AlterField(
            model_name="approval",
            name="purpose",
            field=models.CharField(
                choices=[("review", "审查 / review"), ("issue", "发布 / issue"), ("withdraw", "废止 / withdrawal")],
                max_length=10,
            ),
        ),
    ]
