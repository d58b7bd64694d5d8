"""A failure as its reader wants it: a page for a browser, a problem for a program."""

from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response
from litestar.response import Redirect

from astrarium.service import problems
from astrarium.service.errors import NotSignedIn
from astrarium.service.web.returning import SIGN_IN, safe_path, sign_in_path
from astrarium.service.web.templates import page

_FOR_PEOPLE: Final = {
    "forged_request": (
        "This page was open for too long, or was sent by another site: nothing was changed."
        " Go back, load it again, and send it once more; cookies have to be allowed."
    ),
}
"""What a page says where the problem's own words are for programs."""


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """The exception handler of the whole service. Who needs an account for a page is led to where one signs in."""
    path = request.scope["path"]
    is_api = path.startswith("/api/") and not path.startswith("/api/docs")
    if is_api or "text/html" not in request.headers.get("accept", ""):
        return problems.response(request, error)
    if isinstance(error, NotSignedIn):
        return Redirect(_entrance(request), status_code=303, headers={"Cache-Control": "no-store"})
    problem = problems.from_error(error, instance=path, request_id=problems.request_id_of(request))
    problem = msgspec.structs.replace(problem, detail=_FOR_PEOPLE.get(problem.code, problem.detail))
    headers = {"Cache-Control": "no-store", **(getattr(error, "headers", None) or {})}
    return page(request, "failure.html", status=problem.status, headers=headers, problem=problem)


def _entrance(request: Request[Any, Any, Any]) -> str:
    """Where one signs in, and from there back to the page; what was sent to it by a form is not sent again."""
    if request.scope["method"] != "GET":
        return f"{SIGN_IN}?{urlencode({'done': 'ended'})}"
    query = request.scope["query_string"].decode("latin-1")
    path = request.scope["path"]
    return sign_in_path(safe_path(f"{path}?{query}" if query else path))
