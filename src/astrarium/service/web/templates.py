"""HTML from Jinja templates: everything escaped, an undefined name is an error."""

from collections.abc import Sequence
from typing import Any, Final

import jinja2
from litestar import Response
from litestar.datastructures import Cookie

from astrarium import __version__
from astrarium.service.web import assets, words
from astrarium.service.web.visitor import AnyRequest, visitor_of

HTML: Final = "text/html; charset=utf-8"

_environment: Final = jinja2.Environment(
    loader=jinja2.PackageLoader("astrarium.service.web"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_environment.globals["asset"] = assets.address
_environment.globals["version"] = __version__
_environment.globals["day_of"] = words.day_of
_environment.globals["instant_of"] = words.instant_of
_environment.globals["size_of"] = words.size_of
_environment.globals["moment_of"] = words.moment_of


def render(template: str, **values: Any) -> str:  # noqa: ANN401  (whatever the template shows)
    """The text of `template` with `values` in it."""
    return _environment.get_template(template).render(values)


def page(
    request: AnyRequest,
    template: str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    cookies: Sequence[Cookie] = (),
    **values: Any,  # noqa: ANN401
) -> Response[str]:
    """A page as a response that browsers ask for again each time, and do not keep at all for somebody signed in."""
    visitor = visitor_of(request)
    keeping = "no-store" if visitor.is_signed_in else "private, no-cache"
    return Response(
        render(template, visitor=visitor, **values),
        status_code=status,
        media_type=HTML,
        headers={"Cache-Control": keeping, **(headers or {})},
        cookies=list(cookies),
    )
