from django.db import migrations, models

from closebook.apps.sync.codec import gist_of

CHUNK = 2000


def gist_fill(apps, schema_editor):
    """Say of the actions that are there already what they are about and what they move."""
    actions = apps.get_model("sync", "ActionRow").objects.using(schema_editor.connection.alias)
    chunk = []
    for row in actions.only("pk", "target", "link").order_by("pk").iterator(CHUNK):
        row.what, row.amount_minor = gist_of(row.target, row.link)
        chunk.append(row)
        if len(chunk) == CHUNK:
            actions.bulk_update(chunk, ["what", "amount_minor"], 200)
            chunk = []
    actions.bulk_update(chunk, ["what", "amount_minor"], 200)


class Migration(migrations.Migration):

    dependencies = [
        ("sync", "0005_no_row_group"),
    ]

    operations = [
        migrations.AddField("actionrow", "what", models.CharField(max_length=20, db_default="")),
        migrations.AddField("actionrow", "amount_minor", models.BigIntegerField(db_default=0)),
        migrations.RunPython(gist_fill, migrations.RunPython.noop),
    ]
