"""The tables of access to services and of their calls."""

import closebook.apps.companies.encryption
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sync', '0008_preparation'),
    ]

    operations = [
        migrations.CreateModel(
            name='ServiceAccess',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('base_url', models.CharField(max_length=300)),
                ('client_id', models.CharField(default='', max_length=200)),
                ('client_secret', closebook.apps.companies.encryption.EncryptedTextField(default='')),
                ('access_token', closebook.apps.companies.encryption.EncryptedTextField(default='')),
                ('refresh_token', closebook.apps.companies.encryption.EncryptedTextField(default='')),
                ('previous_refresh_token', closebook.apps.companies.encryption.EncryptedTextField(default='')),
                ('access_expires_at', models.DateTimeField(null=True)),
                ('broken', models.BooleanField(default=False)),
                ('webhook_key', closebook.apps.companies.encryption.EncryptedTextField(default='')),
                ('state', models.JSONField(default=dict)),
                ('wanted', models.BooleanField(default=False)),
                ('busy_until', models.DateTimeField(null=True)),
                ('pulled_at', models.DateTimeField(null=True)),
                ('problem', models.TextField(default='')),
                ('connection', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='access', to='sync.connection')),
            ],
        ),
        migrations.CreateModel(
            name='ServiceCall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event_id', models.CharField(max_length=120)),
                ('kind', models.CharField(max_length=80)),
                ('received_at', models.DateTimeField()),
                ('connection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='sync.connection')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('connection', 'event_id'), name='service_call_once')],
            },
        ),
    ]
