"""CSV and JSON Lines as they are written: the same columns, numbers and instants, each in its own dress."""

from collections.abc import Callable, Iterable, Sequence
from typing import BinaryIO, Final, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from astrarium.chart.digits import MOST_NUMBER_BYTES
from astrarium.chart.files.aspect_lists import MEASURES, ORB, SEPARATION, STRENGTH
from astrarium.chart.files.fields import ASPECT_STRENGTH_DIGITS, ORB_DIGITS, SEPARATION_DIGITS, Layout
from astrarium.chart.files.rows import Carried
from astrarium.chart.files.text_kernel import (
    LIST,
    NO_PIECE,
    NUMBER,
    TIME,
    TIME_BYTES,
    WORD,
    Pieces,
    fill_lines,
)
from astrarium.chart.files.values import Aspects, Categories, Chunk, Numbers, Strings, Times, values_of

Integers = NDArray[np.int64]

_NOTHING: Final = np.iinfo(np.int64).min
_DIGITS: Final = {SEPARATION: SEPARATION_DIGITS, ORB: ORB_DIGITS, STRENGTH: ASPECT_STRENGTH_DIGITS}
_APPLYING: Final = ("separating", "applying")


class Dress(msgspec.Struct, frozen=True):
    """How a format writes what the kernel does not know of.

    `before` makes the piece before a column of its number and name; `word` writes text, `cells` a carried column
    (b"" for nothing in CSV); `aspect` makes the pieces of an aspect (before the first of `measures`, and after each)
    of the bodies, the kind and whether it applies.
    """

    begin: Callable[[Sequence[str]], bytes]
    before: Callable[[int, str], bytes]
    word: Callable[[str], bytes]
    cells: Callable[[Carried], list[bytes | None]]
    aspect: Callable[[str, str, str, int], tuple[bytes, ...]]
    measures: tuple[int, ...]
    list_fixed: tuple[bytes, bytes, bytes]
    nothing: bytes
    quote: bytes
    ending: bytes


def _csv_word(text: str) -> bytes:
    """A cell, in quotes where it needs them."""
    if any(sign in text for sign in ',"\r\n') or text[:1] == " " or text[-1:] == " ":
        text = '"' + text.replace('"', '""') + '"'
    return text.encode("utf-8", "backslashreplace")


def _csv_cells(carried: Carried) -> list[bytes | None]:
    texts = carried.as_text()
    plain = "".join(filter(None, texts))
    if not any(sign in plain for sign in ',"\r\n ') and plain.isascii():
        return [text.encode() if text else None for text in texts]
    return [_csv_word(text) if text else None for text in texts]


CSV: Final = Dress(
    begin=lambda names: b",".join(map(_csv_word, names)) + b"\n",
    before=lambda number, _: b"," if number else b"",
    word=_csv_word,
    cells=_csv_cells,
    aspect=lambda a, b, kind, applies: (f"{a} {kind} {b} ".encode(), f" {_APPLYING[applies]}".encode()),
    measures=(ORB,),
    list_fixed=(b"", b"; ", b""),
    nothing=b"",
    quote=b"",
    ending=b"\n",
)


def _json_cells(carried: Carried) -> list[bytes | None]:
    return list(carried.as_json())


def _json_aspect(a: str, b: str, kind: str, applies: int) -> tuple[bytes, ...]:
    return (
        f'{{"a":"{a}","b":"{b}","aspect":"{kind}","separation":'.encode(),
        b',"orb":',
        b',"strength":',
        b',"applying":true}' if applies else b',"applying":false}',
    )


JSON_LINES: Final = Dress(
    begin=lambda _: b"",
    before=lambda number, name: (b"," if number else b"{") + msgspec.json.encode(name) + b":",
    word=msgspec.json.encode,
    cells=_json_cells,
    aspect=_json_aspect,
    measures=(SEPARATION, ORB, STRENGTH),
    list_fixed=(b"[", b",", b"]"),
    nothing=b"null",
    quote=b'"',
    ending=b"}\n",
)


class Writer(Protocol):
    """What a conversion writes to."""

    def write(self, chunk: Chunk) -> None:
        """Write the rows of a chunk."""

    def close(self) -> None:
        """Write what comes after the last row; the stream stays open."""


class TextWriter:
    """Rows of CSV or JSON Lines into a binary stream."""

    def __init__(self, stream: BinaryIO, layout: Layout, dress: Dress) -> None:
        self._stream = stream
        self._layout = layout
        self._dress = dress
        stream.write(
            dress.begin([*(name for _, name in layout.carried), *(one.name for one in layout.fields)])
        )

    def write(self, chunk: Chunk) -> None:
        """Write the rows of a chunk."""
        self._stream.write(lines_of(chunk, self._layout, self._dress))

    def close(self) -> None:
        """Nothing comes after the last row."""


class _Pool:
    """Pieces of bytes on their way into the kernel's pool."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def add(self, piece: bytes) -> int:
        """The piece's number."""
        self._pieces.append(piece)
        return len(self._pieces) - 1

    def add_all(self, pieces: Iterable[bytes]) -> int:
        """The number of the first; the others follow."""
        first = len(self._pieces)
        self._pieces.extend(pieces)
        return first

    def arrays(self) -> tuple[NDArray[np.uint8], Integers]:
        """The bytes of all pieces, and where each begins, with the end."""
        lengths = np.fromiter(map(len, self._pieces), np.int64, len(self._pieces))
        return np.frombuffer(b"".join(self._pieces), np.uint8).copy(), np.concatenate(
            ([0], np.cumsum(lengths))
        )


class _Columns:
    """The columns of a chunk, as they are put into the kernel's arrays."""

    def __init__(self, count: int, dress: Dress) -> None:
        self.count = count
        self.dress = dress
        self.pool = _Pool()
        self.fixed = Pieces(
            self.pool.add(dress.nothing), self.pool.add(dress.quote), self.pool.add(dress.ending)
        )
        self.list_fixed = np.array([self.pool.add(piece) for piece in dress.list_fixed])
        self.kinds: list[int] = []
        self.slots: list[int] = []
        self.prefixes: list[int] = []
        self.numbers: list[Numbers] = []
        self.words: list[Integers] = []
        self.times: list[Integers] = []
        self.list_offsets = np.zeros(count + 1, np.int64)
        self.list_pieces = np.empty((1 + len(dress.measures), 0), np.int64)
        self.list_numbers = np.empty((len(dress.measures), 0))
        self.list_there = np.zeros(count, bool)

    def column(self, name: str, kind: int, slot: int) -> None:
        self.prefixes.append(self.pool.add(self.dress.before(len(self.kinds), name)))
        self.kinds.append(kind)
        self.slots.append(slot)

    def add_cells(self, name: str, cells: Sequence[bytes | None]) -> None:
        """A column of text, each cell a piece of its own."""
        there = np.array([cell is not None for cell in cells], bool)
        first = self.pool.add_all(cell for cell in cells if cell is not None)
        self._add_words(name, np.where(there, first + np.cumsum(there) - 1, NO_PIECE))

    def add_words(self, name: str, codes: Integers, words: Sequence[str]) -> None:
        """A column of few different words."""
        first = self.pool.add_all(map(self.dress.word, words))
        self._add_words(name, np.where(codes < 0, NO_PIECE, first + codes))

    def _add_words(self, name: str, pieces: Integers) -> None:
        self.column(name, WORD, len(self.words))
        self.words.append(pieces)

    def add_number(self, name: str, numbers: Numbers) -> None:
        self.column(name, NUMBER, len(self.numbers))
        self.numbers.append(numbers)

    def add_times(self, name: str, times: Times) -> None:
        self.column(name, TIME, len(self.times))
        self.times.append(np.where(times.there, times.microseconds, _NOTHING))

    def add_aspects(self, name: str, aspects: Aspects) -> None:
        self.column(name, LIST, 0)
        lists, kinds = aspects.lists, len(aspects.kinds)
        pieces = [
            self.dress.aspect(a, b, kind.id, applies)
            for a, b in aspects.pairs
            for kind in aspects.kinds
            for applies in (0, 1)
        ]
        numbers = (lists.pairs * kinds + lists.kinds) * 2 + lists.applying
        first = [
            self.pool.add_all(one[part] for one in pieces) for part in range(1 + len(self.dress.measures))
        ]
        self.list_there = aspects.there
        self.list_offsets = lists.offsets
        self.list_pieces = np.array([start + numbers for start in first], np.int64)
        self.list_numbers = np.ascontiguousarray(lists.measures[list(self.dress.measures)])
        assert lists.measures.shape[0] == MEASURES

    def text(self) -> memoryview:
        """All rows as bytes."""
        pool, bounds = self.pool.arrays()
        words = _stacked(self.words, self.count, np.int64)
        lengths = np.diff(bounds)
        fixed = int(
            lengths[self.prefixes].sum() + lengths[self.fixed.ending] + lengths[self.list_fixed].sum()
        )
        fixed += len(self.kinds) * (len(self.dress.nothing) + 2 * len(self.dress.quote))
        fixed += len(self.numbers) * MOST_NUMBER_BYTES + len(self.times) * TIME_BYTES
        size = self.count * fixed + int(lengths[words[words != NO_PIECE]].sum())
        size += int(lengths[self.list_pieces].sum())
        size += self.list_numbers.size * MOST_NUMBER_BYTES + self.list_pieces.shape[1] * len(
            self.dress.list_fixed[1]
        )
        out = np.empty(size, np.uint8)
        written = fill_lines(
            np.array(self.kinds, np.int64),
            np.array(self.slots, np.int64),
            np.array(self.prefixes, np.int64),
            (self.fixed.nothing, self.fixed.quote, self.fixed.ending),
            _stacked([one.values for one in self.numbers], self.count, np.float64),
            np.array([one.digits for one in self.numbers], np.int64),
            words,
            _stacked(self.times, self.count, np.int64),
            self.list_offsets,
            self.list_pieces,
            self.list_numbers,
            np.array([_DIGITS[measure] for measure in self.dress.measures], np.int64),
            self.list_fixed,
            self.list_there,
            pool,
            bounds,
            out,
        )
        return out[:written].data


def _stacked(columns: list[NDArray], count: int, kind: type) -> NDArray:  # type: ignore[type-arg] # of either kind
    return np.array(columns, kind).reshape(len(columns), count)


def lines_of(chunk: Chunk, layout: Layout, dress: Dress) -> memoryview:
    """The rows of a chunk as text."""
    columns = _Columns(chunk.rows.count, dress)
    for at, name in layout.carried:
        columns.add_cells(name, dress.cells(chunk.rows.carried[at]))
    for field in layout.fields:
        match values_of(field, chunk):
            case Numbers() as numbers:
                columns.add_number(field.name, numbers)
            case Categories(codes, words):
                columns.add_words(field.name, codes, words)
            case Strings(values):
                word = dress.word
                columns.add_cells(field.name, [None if one is None else word(one) for one in values])
            case Times() as times:
                columns.add_times(field.name, times)
            case Aspects() as aspects:
                columns.add_aspects(field.name, aspects)
    return columns.text()
