"""The root of every error that the engine raises.

An engine error is a value: a stable `code`, one sentence that says what is wrong, a `hint` that says what to do
next, the `pointer` (JSON Pointer, RFC 6901) of the input it speaks of where there is one, and public `data` for
programs. It never knows how it will be shown: `service/problems.py` makes HTTP of it, `cli` makes a line of it.
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class AstrariumError(Exception):
    """Base of all engine errors; subclasses set `code` and build `detail`, `hint` and `data` from typed arguments."""

    code: ClassVar[str]

    def __init__(
        self,
        detail: str,
        *,
        hint: str,
        pointer: str | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.hint = hint
        self.pointer = pointer
        self.data: Mapping[str, Any] = data or {}


def as_sentence(text: str) -> str:
    """`text` with a capital and a full stop, whichever way the author of an error left it."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?", ":")) or not text else f"{text}."
