"""The table of schedules."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sync', '0006_action_gist'),
    ]

    operations = [
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rhythm', models.CharField(default='off', max_length=10)),
                ('minute', models.IntegerField(default=0)),
                ('hour', models.IntegerField(default=6)),
                ('weekday', models.IntegerField(default=0)),
                ('applies', models.BooleanField(default=False)),
                ('mails', models.BooleanField(default=True)),
                ('next_at', models.DateTimeField(null=True)),
                ('last_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(default='', max_length=20)),
                ('word', models.TextField(default='')),
                ('told', models.TextField(default='')),
                ('connection', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='schedule', to='sync.connection')),
                ('run', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to='sync.run')),
            ],
        ),
    ]
