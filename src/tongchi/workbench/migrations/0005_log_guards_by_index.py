"""On PostgreSQL the guard of the log finds the last entry by its index, however short the log was when the connection began."""

from django.db import migrations

from tongchi.workbench.log import guards


def put(apps, schema_editor):
    guards.put(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("workbench", "0004_token")]
    operations = [migrations.RunPython(put, migrations.RunPython.noop)]
