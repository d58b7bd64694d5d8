"""A failure as its reader wants it: a page for a browser, a problem for a program."""

from typing import Any

from litestar import Request, Response

from astrarium.service import problems
from astrarium.service.web.templates import page


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """The exception handler of the whole service."""
    path = request.scope["path"]
    is_api = path.startswith("/api/") and not path.startswith("/api/docs")
    if is_api or "text/html" not in request.headers.get("accept", ""):
        return problems.response(request, error)
    problem = problems.from_error(error, instance=path, request_id=problems.request_id_of(request))
    headers = {"Cache-Control": "no-store", **(getattr(error, "headers", None) or {})}
    return page("failure.html", status=problem.status, headers=headers, problem=problem)
