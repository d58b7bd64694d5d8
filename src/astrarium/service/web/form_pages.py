"""What pages share that change something by a form: where they lead on to, and the sentence that is said there."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from litestar.response import Redirect

from astrarium.service.web.visitor import AnyRequest

UNLISTED: Final = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
"""What somebody keeps is nothing for caches or search engines."""


def lead(path: str, **query: object) -> Redirect:
    """Go on to another page after a form was taken, so that loading that one again sends nothing twice."""
    told = {name: value for name, value in query.items() if value}
    address = f"{path}?{urlencode(told)}" if told else path
    return Redirect(address, status_code=303, headers=UNLISTED)


def notice(request: AnyRequest, sentences: Mapping[str, str]) -> str:
    """The sentence that `?done=…` stands for; nothing for a name that there is not."""
    return sentences.get(request.query_params.get("done", ""), "")
