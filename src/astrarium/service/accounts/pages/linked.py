"""Pages that the links of letters lead to: for whom, or that the link does not work."""

from typing import Any

from litestar import Response

from astrarium.service.accounts.letter_links import LinkKind, reader_of
from astrarium.service.accounts.means import Means
from astrarium.service.accounts.pages.showing import show
from astrarium.service.errors import RequestError
from astrarium.service.web.visitor import AnyRequest


async def link_page(
    request: AnyRequest,
    means: Means,
    template: str,
    kind: LinkKind,
    token: str,
    error: RequestError | None = None,
) -> Response[Any]:
    """The page of a letter's link, again with what was wrong; a link that is dead by now is told before all else."""
    email = ""
    try:
        email = await reader_of(means, token, kind)
    except RequestError as dead:
        error = dead
    least = means.rules.password_least
    return show(request, means, template, error=error, token=token, email=email, least=least)
