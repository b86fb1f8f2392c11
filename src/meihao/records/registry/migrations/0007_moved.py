"""Two words more for how an enrolment begins and ends: within the school."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0006_erased"),
    ]

    operations = [
        migrations.AlterField(
            model_name="enrolment",
            name="came_by",
            field=models.CharField(
                choices=[
                    ("admitted", "招生"),
                    ("transferred", "转入"),
                    ("resumed", "复学"),
                    ("promoted", "升级"),
                    ("moved", "校内调整"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="enrolment",
            name="left_by",
            field=models.CharField(
                blank=True,
                choices=[
                    ("graduated", "毕业"),
                    ("completed", "结业"),
                    ("transferred", "转学"),
                    ("suspended", "休学"),
                    ("withdrawn", "退学"),
                    ("promoted", "升级"),
                    ("moved", "校内调整"),
                    ("other", "其他"),
                ],
                max_length=12,
            ),
        ),
    ]
