"""What every page shows around itself: menu, day, banner."""

from __future__ import annotations

from typing import Any

from meihao.web.guard import Request


def shell(request: Request) -> dict[str, Any]:
    """The context of the shell; empty before the guard has seen the request."""
    if not hasattr(request, "by"):
        return {}
    return {"by": request.by, "as_of": request.as_of, "past": request.as_of != request.by.day}
