"""A form that was sent: known by its key, so that sending it twice writes once."""

from __future__ import annotations

from django.db import models


class Submission(models.Model):
    """One form that wrote something. `about` is what it wrote, as the trail names it: `person:<key>`.

    `key` is a fingerprint of the form's key, and `asked` one of what was asked and by whom, under the form's
    key, which stands nowhere: whether the same is sent again can be told, and no name can be tried on it.
    """

    key = models.CharField(max_length=64, unique=True)
    action = models.CharField(max_length=64)
    asked = models.CharField(max_length=64)
    about = models.CharField(max_length=96, blank=True)
    made_at = models.DateTimeField(db_index=True)
    made_by = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.action} {self.about}"
