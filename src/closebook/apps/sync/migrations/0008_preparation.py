"""The table of preparations, and an index by which a plan of any size is grouped."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sync', '0007_schedule'),
    ]

    operations = [
        migrations.CreateModel(
            name='Preparation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=10)),
                ('wish', models.JSONField(default=dict)),
                ('by', models.CharField(default='', max_length=200)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('working', 'Working'), ('done', 'Done'), ('refused', 'Refused'), ('dropped', 'Dropped')], default='waiting', max_length=10)),
                ('step', models.CharField(default='', max_length=20)),
                ('done', models.IntegerField(default=0)),
                ('total', models.IntegerField(default=0)),
                ('answer', models.JSONField(default=dict)),
                ('error', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(null=True)),
                ('step_at', models.DateTimeField(null=True)),
                ('told_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddIndex(
            model_name='actionrow',
            index=models.Index(fields=['run', 'kind', 'what', 'position', 'amount_minor'], name='action_group'),
        ),
        migrations.AddField(
            model_name='preparation',
            name='connection',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='sync.connection'),
        ),
        migrations.AddField(
            model_name='preparation',
            name='made',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='sync.run'),
        ),
        migrations.AddField(
            model_name='preparation',
            name='run',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='preparations', to='sync.run'),
        ),
    ]
