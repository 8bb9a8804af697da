"""The database refuses to change or take out what the log holds."""

from django.db import migrations

from tongchi.workbench.log import guards


def put(apps, schema_editor):
    guards.put(schema_editor.connection)


def lift(apps, schema_editor):
    guards.lift(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("workbench", "0001_initial")]
    operations = [migrations.RunPython(put, lift)]
