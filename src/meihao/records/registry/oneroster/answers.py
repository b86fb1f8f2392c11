"""How OneRoster says that something went wrong: `imsx_StatusInfo`, and a query that cannot be answered."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse

from meihao.base.text import Refused, Text

FILTER, SELECTION = "invalid_filter_field", "invalid_selection_field"
_MINOR = {
    401: "unauthorisedrequest",
    403: "forbidden",
    404: "unknownobject",
    429: "server_busy",
    500: "internal_server_error",
}


class BadQuery(Refused):
    """A filter, an order or a choice of fields that there is not; `minor` is the word of the standard."""

    def __init__(self, minor: str, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.minor = minor


def status(code: int, text: Text, minor: str = "") -> dict[str, Any]:
    """The body of an error; `text` in both languages, as the standard has one place for it."""
    field = {
        "imsx_codeMinorFieldName": "TargetEndSystem",
        "imsx_codeMinorFieldValue": minor or _MINOR.get(code, "invaliddata"),
    }
    return {
        "imsx_codeMajor": "failure",
        "imsx_severity": "error",
        "imsx_description": f"{text.zh} {text.en}",
        "imsx_CodeMinor": {"imsx_codeMinorField": [field]},
    }


def bad(error: BadQuery) -> HttpResponse:
    """400 for a query that cannot be answered."""
    body = status(400, error.text, error.minor)
    return JsonResponse(body, status=400, json_dumps_params={"ensure_ascii": False})
