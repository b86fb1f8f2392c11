"""The form by which a file is handed in."""

from __future__ import annotations

from typing import Any

from django import forms

from meihao.documents.workbook import Limits
from meihao.records.accounts.acting import Acting
from meihao.records.registry import queries
from meihao.records.registry.form_parts import UnitField
from meihao.records.registry.importing.queries import IMPORT
from meihao.records.registry.importing.reading import PUPIL_FORM, UNIT_FORM
from meihao.records.registry.models import Kind, Organisation
from meihao.ui.language import words

MOST_MB = Limits().file_mb  # what the reader takes


class HandInForm(forms.Form):
    """A file, for an authority, as of a day."""

    def __init__(self, by: Acting, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files, initial={"on": by.day})
        self.by = by
        self.fields["organisation"] = UnitField(by, [Kind.AUTHORITY], words("教育行政部门", "Authority"))
        self.fields["on"] = forms.DateField(
            label=words("生效日期", "Effective from"),
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        )
        self.fields["file"] = forms.FileField(
            label=words("登记表", "List"),
            help_text=words(
                "机构登记表或学生登记表（.xlsx，一个文件一张表，空白表由 meihao template 写出），"
                f"或 OneRoster 1.2 的 CSV 压缩包（.zip）；小于 {MOST_MB} MB。",
                "A list of institutions or of pupils (.xlsx, one list a file; meihao template writes the "
                f"blanks), or a OneRoster 1.2 package of CSV files (.zip); less than {MOST_MB} MB.",
            ),
            widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.zip"}),
            error_messages={
                "empty": words(
                    "是空文件（0 字节）。请确认数据已保存后再交。",
                    "The file is empty (0 bytes). Make sure the data was saved before handing it in.",
                )
            },
        )

        self.fields["form"] = forms.ChoiceField(
            label=words("压缩包里导入什么", "What of a package"),
            help_text=words("工作簿不必选。", "Not needed for a workbook."),
            choices=(
                ("", words("有学生就导入学生，否则导入机构", "pupils where it has any, else institutions")),
                (UNIT_FORM, words("机构", "Institutions")),
                (PUPIL_FORM, words("学生", "Pupils")),
            ),
            required=False,
        )

    def clean_file(self) -> Any:
        """A file of a size that is read."""
        file = self.cleaned_data["file"]
        if file.size > MOST_MB * 2**20:
            raise forms.ValidationError(
                words(f"所选文件须小于 {MOST_MB} MB，请拆成几个文件。", f"Choose a file below {MOST_MB} MB.")
            )
        return file

    @property
    def authority(self) -> Organisation:
        """The authority chosen."""
        return queries.unit(self.by, self.cleaned_data["organisation"], IMPORT)
