"""The API's documentation as pages: rendered here, without scripts."""

from functools import cache
from typing import Any

from litestar import Litestar, Request, Response, get

from astrarium.service.permissions import EVERYONE
from astrarium.service.problems import KINDS
from astrarium.service.reference import outline
from astrarium.service.reference.openapi import description_of
from astrarium.service.web.templates import page


@cache
def _outline(application: Litestar) -> tuple[str, tuple[outline.Group, ...], tuple[outline.Shape, ...]]:
    schema = description_of(application)
    return schema["info"]["description"], outline.groups(schema), outline.shapes(schema)


@get("/api/docs", include_in_schema=False, sync_to_thread=False, permission=EVERYONE)
def documentation(request: Request[Any, Any, Any]) -> Response[str]:
    """Every route, its parameters, bodies and answers."""
    description, groups, shapes = _outline(request.app)
    return page(
        request,
        "documentation.html",
        paragraphs=outline.paragraphs(description),
        groups=groups,
        shapes=shapes,
    )


@get("/api/docs/errors", include_in_schema=False, sync_to_thread=False, permission=EVERYONE)
def errors(request: Request[Any, Any, Any]) -> Response[str]:
    """Every code of a problem: what `type` of a problem points to."""
    return page(request, "errors.html", kinds=KINDS)
