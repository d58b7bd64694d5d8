"""A table on its way from a request into the storage: never held whole, counted and digested as it passes."""

from collections.abc import AsyncIterator
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final, cast

import msgspec
from litestar import Request
from litestar.exceptions import HTTPException
from litestar.status_codes import HTTP_413_REQUEST_ENTITY_TOO_LARGE
from multipart import (
    MultipartError,
    MultipartSegment,
    PushMultipartParser,
    parse_options_header,
)

from astrarium.chart.files.csv_rows import ENCODINGS, UTF_8
from astrarium.chart.files.formats import ENDINGS
from astrarium.service.batches.errors import MalformedForm, NoTable, UnknownEncoding
from astrarium.service.batches.schemas import SourceFormat
from astrarium.service.errors import BodyTooLarge
from astrarium.service.http.time_limit import more_time

if TYPE_CHECKING:
    from astrarium.service.http.asgi import Scope

MEDIA_TYPES: Final[dict[str, SourceFormat]] = {
    "text/csv": "csv",
    "text/tab-separated-values": "csv",
    "application/x-ndjson": "jsonl",
    "application/jsonl": "jsonl",
    "application/vnd.apache.parquet": "parquet",
    "application/vnd.apache.arrow.file": "arrow",
    "application/vnd.apache.arrow.stream": "arrow",
}
FORM: Final = "multipart/form-data"
_ALSO_CALLED: Final = {
    "latin-1": "iso-8859-1", "latin1": "iso-8859-1", "cp1252": "windows-1252", "utf8": "utf-8", "ascii": "us-ascii",
}  # fmt: skip
_FORMATS: Final[dict[str, SourceFormat]] = dict(ENDINGS)  # type: ignore[arg-type]  # its values are these words
_FEWEST: Final = 1 << 18
"""Bytes that are handed on at once: the server's pieces are small, and each costs a turn."""


class Kind(msgspec.Struct, frozen=True):
    """What a table is said to be."""

    format: SourceFormat
    encoding: str


class Upload:
    """One table as it arrives: `pieces` is to be taken once, and tells its kind, length and digest at its end."""

    def __init__(self, request: Request[Any, Any, Any]) -> None:
        self._request = request
        self._digest = blake2b(digest_size=32)
        self.size = 0
        self.kind: Kind | None = None
        self._type, self._options = parse_options_header(request.headers.get("content-type", ""))
        if self._type != FORM:
            self.kind = kind_of(self._type, self._options.get("charset"))

    @property
    def digest(self) -> bytes:
        """The digest of what has passed."""
        return self._digest.digest()

    async def pieces(self) -> AsyncIterator[bytes]:
        """The bytes of the table. Raises `BodyTooLarge`, `MalformedForm`, `NoTable`, `UnknownEncoding`."""
        source = self._of_form() if self._type == FORM else self._body()
        waiting: list[bytes] = []
        length = 0
        async for piece in source:
            self._digest.update(piece)
            self.size += len(piece)
            waiting.append(piece)
            length += len(piece)
            if length >= _FEWEST:
                yield b"".join(waiting)
                waiting.clear()
                length = 0
        yield b"".join(waiting)

    async def _body(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._request.stream():
                more_time(cast("Scope", self._request.scope))
                yield piece
        except HTTPException as error:
            if error.status_code == HTTP_413_REQUEST_ENTITY_TOO_LARGE:
                raise BodyTooLarge(
                    self._request.route_handler.resolve_request_max_body_size() or 0
                ) from error
            raise

    async def _of_form(self) -> AsyncIterator[bytes]:
        """The first file of a form; other fields are passed over."""
        is_file = False
        try:
            with PushMultipartParser(self._options.get("boundary", "")) as parser:
                async for piece in self._body():
                    for found in parser.parse(piece):
                        if isinstance(found, MultipartSegment):
                            is_file = self.kind is None and found.filename is not None
                            if is_file:
                                self.kind = kind_of_file(found.filename, found.content_type)
                        elif found and is_file:
                            yield bytes(found)
        except MultipartError as error:
            raise MalformedForm(str(error).rstrip(".").lower()) from error
        if self.kind is None:
            raise MalformedForm("it has no file")


def kind_of(media_type: str, charset: str | None) -> Kind:
    """What a media type and a charset say. Raises `NoTable`, `UnknownEncoding`."""
    known = MEDIA_TYPES.get(media_type.casefold())
    if known is None:
        said = f"is {media_type[:100]!r}" if media_type else "has no Content-Type"
        raise NoTable(said, [*MEDIA_TYPES, FORM])
    return Kind(known, _encoding(charset) if known == "csv" else UTF_8)


def kind_of_file(filename: str | None, content_type: str | None) -> Kind:
    """What the file of a form is: by its type, else by the end of its name. Raises `NoTable`, `UnknownEncoding`."""
    media_type, options = parse_options_header(content_type or "")
    known = MEDIA_TYPES.get(media_type)
    if known is None:
        ending = "." + (filename or "").rpartition(".")[2].casefold()
        known = _FORMATS.get(ending)
    if known is None:
        raise NoTable("is a form whose file has neither a known type nor a known ending", [*MEDIA_TYPES])
    return Kind(known, _encoding(options.get("charset")) if known == "csv" else UTF_8)


def _encoding(charset: str | None) -> str:
    name = (charset or UTF_8).casefold()
    name = _ALSO_CALLED.get(name, name)
    if name not in ENCODINGS:
        raise UnknownEncoding(name, list(ENCODINGS))
    return name
