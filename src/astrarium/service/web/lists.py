"""The address of a list, with what it is narrowed to and the order that it stands in."""

from collections.abc import Mapping
from urllib.parse import urlencode

import msgspec


class ListAddress(msgspec.Struct, frozen=True):
    """A list's path, and the choices that its query holds."""

    path: str
    choices: Mapping[str, str] = {}

    def chosen(self, name: str) -> str:
        """One choice; an empty text where none was made."""
        return self.choices.get(name, "")

    def changed(self, **changes: str) -> str:
        """The address with some choices changed; an empty text takes one away."""
        chosen = {name: text for name, text in {**self.choices, **changes}.items() if text}
        return f"{self.path}?{urlencode(chosen)}" if chosen else self.path

    @property
    def is_narrowed(self) -> bool:
        """Whether the list is of some things only."""
        return any(text for name, text in self.choices.items() if name != "sort")
