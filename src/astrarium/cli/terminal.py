"""What the terminal can show, and the two ways out of the program: text for people, bytes for programs."""

import io
import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final, TextIO

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from astrarium.cli import glyphs

MINIMUM_WIDTH: Final = 80
_RULED_IN_ASCII: Final = box.Box("    \n    \n -- \n" + "    \n" * 5, ascii=True)
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029")
_IN_ASCII: Final = str.maketrans(
    {
        **dict.fromkeys((*glyphs.BODIES.values(), *glyphs.ASPECTS.values()), glyphs.NOTHING),
        **dict.fromkeys(glyphs.SIGNS.values(), glyphs.NO_SIGN),
        glyphs.RETROGRADE: "R",
        "°": "d",
        "′": "'",
        "″": '"',
        "±": "~",
        "·": "-",
        "─": "-",
        "━": "-",
        "–": "-",
        "−": "-",
        "…": "~",
        "Ł": "L",
        "ł": "l",
        "Ø": "O",
        "ø": "o",
        "Đ": "D",
        "đ": "d",
        "ı": "i",
        "ß": "ss",
        "Æ": "Ae",
        "æ": "ae",
        "Œ": "Oe",
        "œ": "oe",
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
    }
)


def prepare(stream: TextIO) -> None:
    """Let a stream never fail on a character: what it lacks becomes `?`.

    `LC_ALL=C` makes it ASCII. An unset locale says nothing (Python then speaks UTF-8, and so do today's terminals).
    """
    if isinstance(stream, io.TextIOWrapper):
        plain = os.environ.get("LC_ALL", "") in {"C", "POSIX"}
        stream.reconfigure(encoding="ascii" if plain else None, errors="replace")


def is_ascii(stream: TextIO) -> bool:
    """Whether to keep to ASCII: the stream's encoding lacks the signs."""
    try:
        "☉♈⛎°′━".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return True
    return False


def ruled() -> box.Box:
    """The lines of a table: one rule below its heading, as wide in ASCII as in Unicode."""
    return _RULED_IN_ASCII if is_ascii(sys.stdout) else box.SIMPLE_HEAD


def console() -> Console:
    """A Rich console on standard output, never narrower than 80 columns, never in colour on a pipe.

    Rich itself heeds `NO_COLOR`, `FORCE_COLOR`, `TERM=dumb` and `COLUMNS`.
    """
    made = Console(file=sys.stdout, highlight=False, emoji=False, markup=False)
    made.width = max(made.width, MINIMUM_WIDTH)
    return made


def show(parts: Iterable[RenderableType]) -> None:
    """Print the parts of a page one below the other, in colour where the terminal has it, in ASCII where it must be.

    Rendered whole and then written once, so that a reader who went away or a full disk is an ordinary `OSError`.
    """
    made = console()
    with made.capture() as captured:
        for part in parts:
            made.print(part)
    text = "\n".join(line.rstrip() for line in captured.get().split("\n"))
    sys.stdout.write(to_ascii(text) if is_ascii(sys.stdout) else text)


def listing(
    headings: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[int] = (), wraps: int = -1
) -> Table:
    """A plain table with a ruled heading; the columns numbered in `right` hold numbers, the one of `wraps` may wrap."""
    table = Table(box=ruled(), show_edge=False, pad_edge=False, header_style="dim")
    for index, title in enumerate(headings):
        table.add_column(
            title,
            justify="right" if index in right else "left",
            no_wrap=index != wraps % len(headings),
            overflow="fold",
        )
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    return table


def labelled(lines: Iterable[tuple[str, str]]) -> Table:
    """Lines of a label and a text that wraps beside it; an empty label continues the one above."""
    grid = Table.grid(padding=(0, 2), pad_edge=False)
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, text in lines:
        grid.add_row(label, Text(printable(text)))
    return grid


def printable(text: str) -> str:
    """`text` on one line: what could steer the terminal or turn the line around, as backslash escapes."""
    return "".join(
        character.encode("unicode_escape").decode()
        if unicodedata.category(character) in {"Cc", "Cs"} or character in _TURNING
        else character
        for character in text
    )


def to_ascii(text: str) -> str:
    """`text` in ASCII, as wide as before in every table: glyphs as blanks, letters without their marks, else `?`."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_IN_ASCII))
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return bare.encode("ascii", "replace").decode()


def write_json(value: object) -> None:
    """Write `value` to standard output as indented JSON in UTF-8, whatever the locale."""
    import msgspec  # deferred: help and version need none of it

    write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")


def write_bytes(content: bytes) -> None:
    """Write bytes to standard output after what was printed as text."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
