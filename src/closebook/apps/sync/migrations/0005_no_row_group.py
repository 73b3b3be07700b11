from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('sync', '0004_missing_rows'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='sourcerow',
            name='row_group',
        ),
    ]
