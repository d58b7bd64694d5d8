"""Writing SVG: elements, escaped text, short numbers. Nothing here knows what is drawn."""

import re
from collections.abc import Mapping
from typing import Final

_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES: Final = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;"}


def escape(text: str) -> str:
    """`text` fit for an attribute or for text content; characters that XML 1.0 cannot carry become U+FFFD."""
    return _NOT_XML.sub("\ufffd", text).translate(_ESCAPES)


def number(value: float) -> str:
    """A coordinate or length to a hundredth of a unit, without idle zeros and without a minus before zero."""
    return f"{round(value, 2) + 0.0:.7g}"


def element(name: str, attributes: Mapping[str, str | float], *children: str) -> str:
    """One element. Attribute values are escaped here; `children` are markup already (see `escape` for text)."""
    written = "".join(
        f' {key}="{escape(value) if isinstance(value, str) else number(value)}"'
        for key, value in attributes.items()
    )
    content = "".join(children)
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"
