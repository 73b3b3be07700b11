"""Tax forms as rows of their own, out of what payees had typed; reads of them are noted."""

import json

import django.db.models.deletion
from django.db import migrations, models

import closebook.apps.companies.encryption


def typed_before(apps, schema_editor):
    """Keep what each payee had typed as their first form; its signed file is still to be handed in."""
    alias = schema_editor.connection.alias
    rows = apps.get_model("workforce", "Payee").objects.using(alias)
    papers = apps.get_model("workforce", "TaxPaper").objects.using(alias)
    # A new database has no payees; its tables have no column for what was typed either.
    for payee in rows.iterator():
        facts = json.loads(payee.tax or "{}")
        kind, signed = facts.pop("paper", ""), facts.pop("signed_on", "")
        if kind:
            papers.create(
                company_id=payee.company_id, payee=payee, kind=kind, signed_on=signed or None,
                facts=json.dumps(facts, sort_keys=True, ensure_ascii=False), actor=payee.actor,
                made_at=payee.made_at,
            )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0006_form_use"),
        ("workforce", "0024_profiles"),
    ]

    operations = [
        migrations.CreateModel(
            name="TaxPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("actor", models.CharField(blank=True, default="", max_length=200)),
                ("made_at", models.DateTimeField()),
                ("kind", models.CharField(max_length=3)),
                ("signed_on", models.DateField(null=True)),
                ("facts", closebook.apps.companies.encryption.EncryptedTextField(default="")),
                ("file", models.FileField(blank=True, max_length=200, upload_to="workforce/tax")),
                ("media", models.CharField(blank=True, default="", max_length=3)),
                ("forgotten_at", models.DateTimeField(null=True)),
                ("company", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="companies.company")),
                ("payee", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="papers", to="workforce.payee")),
                ("supersedes", models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="superseded_by", to="workforce.taxpaper")),
            ],
            options={
                "constraints": [models.UniqueConstraint(condition=models.Q(("supersedes", None)), fields=("payee",), name="workforce_one_first_tax_paper")],
            },
        ),
        migrations.CreateModel(
            name="TinMatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("actor", models.CharField(blank=True, default="", max_length=200)),
                ("made_at", models.DateTimeField()),
                ("result", models.CharField(max_length=9)),
                ("checked_on", models.DateField()),
                ("company", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="companies.company")),
                ("paper", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="matches", to="workforce.taxpaper")),
            ],
            options={"abstract": False},
        ),
        migrations.RunPython(typed_before, migrations.RunPython.noop),
        migrations.RemoveField(model_name="payee", name="tax"),
        migrations.AddField(
            model_name="accesslog",
            name="payee",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="reads", to="workforce.payee"),
        ),
        migrations.AlterField(
            model_name="accesslog",
            name="contract",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="reads", to="workforce.contract"),
        ),
        migrations.AddConstraint(
            model_name="accesslog",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("contract", None), ("payee__isnull", False)), models.Q(("contract__isnull", False), ("payee", None)), _connector="OR"),
                name="workforce_read_of_one",
            ),
        ),
    ]
