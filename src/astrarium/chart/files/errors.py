"""What can be wrong with a table of births: with the table as a whole, which stops, and with one row, which does not.

A `RowError` is never raised out of a conversion: its code and detail stand in the row's own columns.
"""

from collections.abc import Sequence
from typing import ClassVar, TypeVar

from astrarium.civil.errors import quoted, shortened
from astrarium.errors import AstrariumError

PLACE_COLUMNS = "place, place_id, or latitude and longitude"
LISTED = 12


Fault = TypeVar("Fault", bound=AstrariumError)


def without_frames(fault: Fault) -> Fault:
    """The fault as a value that may be kept.

    The frames that it passed hold the whole chunk, and with it the fault itself: a circle that would keep some 50 MB
    until the collector happens to come by.
    """
    fault.__traceback__ = fault.__context__ = fault.__cause__ = None
    return fault


class TableError(AstrariumError):
    """Any fault of a table as a whole."""


class UnknownFormat(TableError):
    """A format that is none of those read and written, or that cannot be told from a name."""

    code: ClassVar[str] = "unknown_format"

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(
            f"The format of {quoted(name)} is not known.",
            hint=f"Name it, or end the file's name in it: {', '.join(known)}.",
            data={"name": shortened(name), "known": list(known)},
        )


class UnstreamableFormat(TableError):
    """A format whose reader or writer has to move about in the file, on a stream that only flows."""

    code: ClassVar[str] = "unstreamable_format"

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(
            f"{name} needs a file: it cannot flow through standard input or output.",
            hint=f"Name a file, or choose {' or '.join(known)}.",
            data={"format": name, "known": list(known)},
        )


class EmptyTable(TableError):
    """There is nothing to read, not even a header."""

    code: ClassVar[str] = "empty_table"

    def __init__(self) -> None:
        super().__init__(
            "The table is empty: it has no header.",
            hint=f"Give the columns' names in the first line, such as id,date,time,place; needed are date and "
            f"{PLACE_COLUMNS}.",
        )


class MissingBirthColumns(TableError):
    """The columns do not tell when or where; `found` are those that there are, `near` those that may be meant."""

    code: ClassVar[str] = "missing_columns"

    def __init__(
        self, missing: Sequence[str], found: Sequence[str], near: Sequence[tuple[str, str]] = ()
    ) -> None:
        meant = "".join(f"Did you mean `{name}` by {quoted(column)}? " for column, name in near)
        listed = ", ".join(map(quoted, found[:LISTED])) + (", …" if len(found) > LISTED else "")
        super().__init__(
            f"The table has no column for {' and none for '.join(missing)} (found: {listed or 'none'}).",
            hint=f"{meant}A birth needs date (and time, if it is known) or instant; and {PLACE_COLUMNS}.",
            data={"missing": list(missing), "found": list(found), "near": [list(pair) for pair in near]},
        )


class DuplicateColumns(TableError):
    """Two columns have one name, or mean the same part of a birth."""

    code: ClassVar[str] = "duplicate_columns"

    def __init__(self, names: Sequence[str], positions: Sequence[int], meaning: str | None) -> None:
        both = " and ".join(
            f"column {position} ({quoted(name)})" for name, position in zip(names, positions, strict=True)
        )
        what = f"both say `{meaning}`" if meaning else "have one name"
        super().__init__(
            f"Line 1: {both} {what}.",
            hint="Leave one of them out, or rename it: other columns are carried over untouched.",
            data={"names": list(names), "positions": list(positions), "meaning": meaning},
        )


class UnreadableTable(TableError):
    """The table cannot be read on: not its format, not text, a line without an end."""

    code: ClassVar[str] = "unreadable_table"

    def __init__(self, reason: str, *, line: int | None = None, hint: str = "") -> None:
        where = f"Line {line}: " if line else ""
        super().__init__(
            f"{where}{reason}.",
            hint=hint
            or "Check that the file is whole, and that it has the format that its name or --from says.",
            data={"reason": reason, "line": line},
        )


class UnknownColumns(TableError):
    """Columns were asked for that neither the input nor the charts have."""

    code: ClassVar[str] = "unknown_columns"

    def __init__(self, unknown: Sequence[str], groups: Sequence[str], near: Sequence[str]) -> None:
        meant = f" Did you mean {' or '.join(near)}?" if near else ""
        super().__init__(
            f"There is no column {', '.join(map(quoted, unknown[:LISTED]))}.{meant}",
            hint=f"Name columns of the output, or whole groups: {', '.join(groups)}.",
            data={"unknown": list(unknown), "groups": list(groups), "near": list(near)},
        )


class ArrowExtraMissing(TableError):
    """Parquet and Arrow need pyarrow, an extra of the package, and it is not installed."""

    code: ClassVar[str] = "arrow_extra_missing"

    def __init__(self) -> None:
        super().__init__(
            "Parquet and Arrow need the package pyarrow, which is not installed.",
            hint="Install it: `pip install astrarium[arrow]`; CSV and JSON Lines need nothing more.",
        )


class RowError(AstrariumError):
    """Any fault of one row as it stands in the table, before anything is made of its birth."""


class InvalidRow(RowError):
    """The row is not written in the table's format; its text is kept in `unread`."""

    code: ClassVar[str] = "invalid_row"

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line} {reason}", hint="mend the line; it is kept in the column `unread`")


class RaggedRow(RowError):
    """The row has fewer or more cells than the header; the surplus is kept in `unread`."""

    code: ClassVar[str] = "ragged_row"

    def __init__(self, line: int, cells: int, columns: int) -> None:
        super().__init__(
            f"line {line} has {cells} cells where the header has {columns}",
            hint="put quotes around cells that hold the separator, and write every separator of an empty cell",
        )


class InvalidText(RowError):
    """A cell is not text: bytes that are not UTF-8, or a NUL."""

    code: ClassVar[str] = "invalid_text"

    def __init__(self, line: int, column: int, name: str, reason: str) -> None:
        super().__init__(
            f"line {line}, column {column} ({shortened(name)}) {reason}",
            hint="save the table as UTF-8; the bytes at fault are carried over as \\x escapes",
        )


class InvalidCell(RowError):
    """A cell of a birth holds what its column cannot mean."""

    code: ClassVar[str] = "invalid_cell"

    def __init__(self, column: str, value: object, expected: str) -> None:
        super().__init__(f"{quoted(value)} is not {expected}", hint=f"mend `{column}`", pointer=f"/{column}")
