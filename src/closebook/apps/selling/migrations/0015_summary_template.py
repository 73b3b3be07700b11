import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0006_form_use"),
        ("selling", "0014_targets_and_forecast"),
    ]

    operations = [
        migrations.CreateModel(
            name="SummaryTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("data", models.BinaryField()),
                ("by", models.CharField(max_length=150)),
                ("made_at", models.DateTimeField()),
                (
                    "company",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="companies.company"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("company",), name="selling_one_template")],
            },
        ),
    ]
