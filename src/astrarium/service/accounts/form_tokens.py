"""The forgery token that a form carries: read from the beginning of its body, before anything else is."""

from typing import Final
from urllib.parse import parse_qsl

from multipart import (
    MultipartError,
    MultipartSegment,
    PushMultipartParser,
    parse_options_header,
)

FIELD: Final = "csrf_token"
FORM: Final = "application/x-www-form-urlencoded"
FORM_WITH_FILES: Final = "multipart/form-data"


def is_form(content_type: str) -> bool:
    """Whether a browser sends forms so."""
    return content_type.partition(";")[0].strip().lower() in {FORM, FORM_WITH_FILES}


def token_in(beginning: bytes, content_type: str) -> str:
    """The token in the beginning of a form's body; an empty text where there is none.

    In a form with files the token stands before the first of them, as it does in all of ours.
    """
    kind, options = parse_options_header(content_type)
    if kind.lower() == FORM:
        fields = dict(parse_qsl(beginning.decode("utf-8", "replace"), keep_blank_values=True))
        return fields.get(FIELD, "")
    boundary = options.get("boundary", "")
    try:
        return _in_parts(PushMultipartParser(boundary), beginning) if boundary else ""
    except (MultipartError, ValueError):
        return ""


def _in_parts(parser: PushMultipartParser, beginning: bytes) -> str:
    name, text = "", b""
    for part in parser.parse(beginning):
        if isinstance(part, MultipartSegment):
            name, text = part.name, b""
        elif part:
            text += part
        elif name == FIELD:
            return text.decode("utf-8", "replace")
    return ""
