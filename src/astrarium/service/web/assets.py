"""Static files: read once, served under names that carry their digest, so that caches keep them for good."""

import hashlib
from functools import cache
from importlib.resources import files
from pathlib import PurePath
from typing import Final

import msgspec
from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from astrarium.service.permissions import EVERYONE
from astrarium.service.web import wheel_colours

_MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_FOR_GOOD: Final = "public, max-age=31536000, immutable"


class Asset(msgspec.Struct, frozen=True):
    """A file of `static/` with its public name, such as `page.3f9a1c04.css`."""

    public_name: str
    media_type: str
    content: bytes


@cache
def assets() -> dict[str, Asset]:
    """Every static file by its plain name, and the wheel's dark colours."""
    found = {}
    for file in files(__package__).joinpath("static").iterdir():
        path = PurePath(file.name)
        if path.suffix in _MEDIA_TYPES:
            found[file.name] = _asset(path, file.read_bytes())
    stylesheet = wheel_colours.stylesheet().encode()
    found["wheel.css"] = _asset(PurePath("wheel.css"), stylesheet)
    return found


def _asset(path: PurePath, content: bytes) -> Asset:
    digest = hashlib.sha256(content).hexdigest()[:12]
    return Asset(f"{path.stem}.{digest}{path.suffix}", _MEDIA_TYPES[path.suffix], content)


@cache
def _by_public_name() -> dict[str, Asset]:
    return {asset.public_name: asset for asset in assets().values()}


def address(name: str) -> str:
    """Where a page finds the static file `name`."""
    return f"/static/{assets()[name].public_name}"


@get("/robots.txt", include_in_schema=False, sync_to_thread=False, permission=EVERYONE)
def robots() -> Response[str]:
    """What search engines may read: everything but charts, whose addresses hold births or the right to see one."""
    return Response("User-agent: *\nDisallow: /chart\nDisallow: /shared/\n", media_type="text/plain")


@get("/static/{name:str}", include_in_schema=False, sync_to_thread=False, permission=EVERYONE)
def asset(name: FromPath[str]) -> Response[bytes]:
    """One static file; a name of another version is not found."""
    found = _by_public_name().get(name)
    if found is None:
        raise NotFoundException
    return Response(found.content, media_type=found.media_type, headers={"Cache-Control": _FOR_GOOD})
