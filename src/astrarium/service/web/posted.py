"""Forms that a browser sends by POST: names and texts, read as leniently as people type."""

from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

import msgspec
from litestar.datastructures import UploadFile

from astrarium.service.errors import BadRequest, FieldError, RequestError
from astrarium.service.http.bodies import decode
from astrarium.service.web.visitor import AnyRequest

MOST_FIELDS: Final = 200
Shape = TypeVar("Shape", bound=msgspec.Struct)


class EmptyField(RequestError):
    """A field of a form that has to be filled in was left empty."""

    code = "invalid_body"

    def __init__(self, name: str) -> None:
        detail = "This was left empty."
        super().__init__(detail, hint="Fill it in.", errors=[FieldError("missing_field", detail, f"/{name}")])


class Posted(msgspec.Struct, frozen=True):
    """The fields of a form as they came, each name with its texts in order."""

    fields: tuple[tuple[str, str], ...]

    def typed(self, name: str) -> str:
        """The text of a field to the letter, as passwords have to be; of several the last, of none an empty one."""
        return next((text for known, text in reversed(self.fields) if known == name), "")

    def text(self, name: str) -> str:
        """The text of a field without blanks at its ends."""
        return self.typed(name).replace("\0", "").strip()

    def choices(self, name: str) -> tuple[str, ...]:
        """The texts of all the boxes of that name that were ticked."""
        return tuple(text for known, text in self.fields if known == name)


def filled(shape: type[Shape], **values: Any) -> Shape:  # noqa: ANN401  (texts, and what a page made of them)
    """The struct that a route of the API takes, from the fields of a form; `None` leaves a field out.

    Raises `EmptyField`, or `InvalidBody` in the API's own words.
    """
    given = {name: value for name, value in values.items() if value is not None}
    for name, value in given.items():
        if value in ("", ()):
            raise EmptyField(name)
    filled: Shape = decode(msgspec.json.encode(given), shape)
    return filled


async def uploaded(request: AnyRequest, name: str) -> tuple[Posted, bytes]:
    """The form with a file in a request's body: its fields, and the content of the file called `name`.

    Raises `EmptyField` where no file was chosen, or an empty one.
    """
    form = await request.form()
    file = form.get(name)
    fields = tuple((key, value) for key, value in form.multi_items() if isinstance(value, str))
    content = await file.read() if isinstance(file, UploadFile) else b""
    if not content:
        raise EmptyField(name)
    return Posted(fields), content


async def posted(request: AnyRequest) -> Posted:
    """The form in a request's body.

    Raises `BadRequest` where it has more fields than any form of ours.
    """
    text = (await request.body()).decode("utf-8", "replace")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise BadRequest("The form has too many fields") from error
    return Posted(tuple(pairs))
