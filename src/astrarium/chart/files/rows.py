"""A chunk of a table of births as every reader hands it on, whatever its format."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import msgspec

from astrarium.chart.files.header import Header
from astrarium.errors import AstrariumError

CHUNK_ROWS: Final = 16_384

BirthValue = str | float | dict[str, Any] | None
"""What a cell of a birth holds: text (never empty), a number, an object (a window in JSON), or nothing."""


class Carried(Protocol):
    """One column of the input on its way to the output, in the form of its format."""

    def as_text(self) -> list[str | None]:
        """The cells as text, `None` where there is none."""

    def as_json(self) -> list[bytes]:
        """The cells as JSON."""

    def as_arrow(self) -> Any:  # noqa: ANN401 - a pyarrow.Array
        """The column as an Arrow array."""

    def as_births(self, part: str) -> list[BirthValue]:
        """The cells as a part of a birth, without blanks around them."""


class Rows(msgspec.Struct, frozen=True, eq=False):
    """Some rows of a table, in order.

    `lines` says where each stands: its first line in text, its number in Parquet and Arrow, both from 1. `carried`
    are all columns of the input, `births` the cells of the parts of a birth that the header has. `faults` and
    `unread` (what has no column) are by row.
    """

    header: Header
    lines: Sequence[int]
    carried: Sequence[Carried]
    births: Mapping[str, Sequence[BirthValue]]
    faults: dict[int, AstrariumError]
    unread: dict[int, str]

    @property
    def count(self) -> int:
        """How many."""
        return len(self.lines)


class Texts(msgspec.Struct, frozen=True, eq=False):
    """A carried column of text."""

    cells: list[str | None]

    def as_text(self) -> list[str | None]:
        """The cells themselves."""
        return self.cells

    def as_json(self) -> list[bytes]:
        """JSON strings, `null` for a cell that is missing."""
        encode = msgspec.json.encode
        return [encode(cell) for cell in self.cells]

    def as_arrow(self) -> Any:  # noqa: ANN401 - a pyarrow.Array
        """An array of strings."""
        import pyarrow as pa  # an extra, and the only format that needs it

        return pa.array(self.cells, pa.string())

    def as_births(self, part: str) -> list[BirthValue]:  # noqa: ARG002 - text is read alike for every part
        """The texts."""
        return [(cell.strip() or None) if cell else None for cell in self.cells]


class JsonValues(msgspec.Struct, frozen=True, eq=False):
    """A carried column of JSON values, each as it was written."""

    cells: list[bytes | None]

    def as_text(self) -> list[str | None]:
        """Strings as they are, nothing for `null`, other values as JSON."""
        decode = msgspec.json.decode
        return [
            None if cell is None or cell == b"null" else decode(cell) if cell[:1] == b'"' else cell.decode()
            for cell in self.cells
        ]

    def as_json(self) -> list[bytes]:
        """The values as they were written."""
        return [b"null" if cell is None else cell for cell in self.cells]

    def as_arrow(self) -> Any:  # noqa: ANN401 - a pyarrow.Array
        """An array of strings: one type for whatever the column may hold further on."""
        import pyarrow as pa  # an extra, and the only format that needs it

        return pa.array(self.as_text(), pa.string())

    def as_births(self, part: str) -> list[BirthValue]:  # noqa: ARG002 - JSON tells the type itself
        """The values."""
        return [None if cell is None else _value(cell) for cell in self.cells]


def _value(cell: bytes) -> BirthValue:
    value: Any = msgspec.json.decode(cell)
    return (value.strip() or None) if isinstance(value, str) else value


def births_of(header: Header, carried: Sequence[Carried]) -> dict[str, list[BirthValue]]:
    """The parts of births that the columns hold."""
    return {part: carried[at].as_births(part) for part, at in header.births.items()}


def no_rows(header: Header, carried: Sequence[Carried]) -> Rows:
    """The chunk of a table that has a header alone."""
    return Rows(header, [], carried, {name: [] for name in header.births}, {}, {})
