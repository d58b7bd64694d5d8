"""The JSON of a chart's tables, written from its sheet without making their structs.

A template holds what is the same in the JSON of all charts of a selection. It is learnt, not written down: one row of
each table is put together by `telling` from marks instead of values, encoded by msgspec, and cut at the marks. So the
fields, their order and their names are those of the structs, and the bytes those that msgspec would have made.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from astrarium.chart.digits import MOST_NUMBER_BYTES
from astrarium.chart.selection import Selection
from astrarium.chart.sheet import Sheet
from astrarium.chart.table_text import AS_MANY_AS_THERE_ARE, EACH, NUMBER, TEXT, WORD, fill_tables
from astrarium.chart.telling import (
    ANGLE_NAMES,
    tell_angles,
    tell_aspects,
    tell_frames,
    tell_houses,
    tell_positions,
)

MARK: Final = re.compile(rb'"<(\d+) (\d+) (\d+)>"')  # no id holds such brackets


TableRow = tuple[object, bytes, int]
"""A table, one row of it in JSON, and how many rows it has."""
NO_ROW: Final = b"\n"  # no JSON that msgspec makes holds one


class Tables(NamedTuple):
    """The tables of a chart in JSON."""

    positions: msgspec.Raw
    angles: msgspec.Raw
    houses: msgspec.Raw
    aspects: msgspec.Raw
    frames: msgspec.Raw


class Template(msgspec.Struct, frozen=True, eq=False):
    """What `table_text.fill_tables` needs beside a sheet.

    `room` holds the longest answer without aspects, `aspect_room` each aspect more.
    """

    tables: NDArray[np.int64]
    steps: NDArray[np.int64]
    words: NDArray[np.int64]
    pool: NDArray[np.uint8]
    room: int
    aspect_room: int


def write_tables(sheet: Sheet) -> Tables:
    """The tables of a chart whose time is exact, as JSON."""
    template = template_of(sheet.selection)
    out = np.empty(template.room + template.aspect_room * sheet.aspects, np.uint8)
    ends = np.empty(len(Tables._fields), np.int64)
    fill_tables(
        template.tables,
        template.steps,
        template.words,
        template.pool,
        sheet.numbers,
        sheet.codes,
        sheet.aspects,
        out,
        ends,
    )
    text = out.data
    first, second, third, fourth, fifth = ends.tolist()
    return Tables(
        msgspec.Raw(text[:first]),
        msgspec.Raw(text[first:second]),
        msgspec.Raw(text[second:third]),
        msgspec.Raw(text[third:fourth]),
        msgspec.Raw(text[fourth:fifth]),
    )


@lru_cache(maxsize=128)
def template_of(selection: Selection) -> Template:
    """The template of a selection, learnt from one row of each table."""
    marks = Marks()
    (position,) = positions = tell_positions(marks, selection)
    angles, houses = _points(marks, selection)
    (aspect,) = aspects = tell_aspects(marks, selection, 1)
    frames = tell_frames(marks, selection)
    return _cut(
        (
            (positions, msgspec.json.encode(position), len(selection.bodies)),
            angles,
            houses,
            (aspects, msgspec.json.encode(aspect), AS_MANY_AS_THERE_ARE),
            (frames, msgspec.json.encode(frames), 1),
        ),
        marks,
    )


def _points(marks: "Marks", selection: Selection) -> tuple[TableRow, TableRow]:
    """The tables of angles and houses, which a heliocentric chart has not."""
    if not selection.has_houses:
        return (None, NO_ROW, 0), (None, NO_ROW, 0)
    angles, houses = tell_angles(marks, selection), tell_houses(marks, selection)
    return (
        (angles, msgspec.json.encode(angles)[1:-1], len(ANGLE_NAMES)),
        (houses, msgspec.json.encode(houses.cusps[0]), selection.layout.cusps),
    )


def _cut(tables: Sequence[TableRow], marks: "Marks") -> Template:
    """The template of some tables: each with a row of it in JSON, and the number of its rows."""
    pool = Pool()
    words = [pool.add(word) for word in marks.known]
    longest = max(end - start for start, end in words)
    rows: list[tuple[int, ...]] = []
    steps: list[tuple[int, ...]] = []
    room, aspect_room = 0, 0
    for table, row, count in tables:
        opening, _, closing = msgspec.json.encode(table).partition(row)
        first = len(steps)
        for text, mark in _pieces(row):
            steps.append((*pool.add(text), *mark))
        rows.append((first, len(steps), *pool.add(opening), *pool.add(closing), count))
        row_room = len(row) + (len(steps) - first) * max(longest, MOST_NUMBER_BYTES)
        room += len(opening) + len(closing) + row_room * max(count, 0)
        if count == AS_MANY_AS_THERE_ARE:
            aspect_room = row_room
    return Template(
        np.array(rows, np.int64),
        np.array(steps, np.int64),
        np.array(words, np.int64),
        np.frombuffer(bytes(pool.text), np.uint8).copy(),
        room,
        aspect_room,
    )


def _pieces(row: bytes) -> Iterator[tuple[bytes, tuple[int, ...]]]:
    """The text before each mark with the mark; what comes after the last one has none."""
    start = 0
    for mark in MARK.finditer(row):
        yield row[start : mark.start()], tuple(map(int, mark.groups()))
        start = mark.end()
    yield row[start:], (TEXT, 0, 0)


class Pool:
    """Text that is gathered, the same piece once."""

    def __init__(self) -> None:
        self.text = bytearray()
        self.places: dict[bytes, tuple[int, int]] = {}

    def add(self, piece: bytes) -> tuple[int, int]:
        """Where the piece begins and ends."""
        if piece not in self.places:
            self.places[piece] = (len(self.text), len(self.text) + len(piece))
            self.text += piece
        return self.places[piece]


class Marks:
    """Leaves that name their place in the sheet: text in brackets, one row of each column.

    `known` are the words of all columns in JSON, those of one column in a row.
    """

    def __init__(self) -> None:
        self.known: list[bytes] = []
        self._first: dict[tuple[bytes, ...], int] = {}

    def numbers(self, at: int, count: int, digits: int) -> list[str]:  # noqa: ARG002 - one row stands for all
        return [f"<{NUMBER} {at} {digits}>"]

    def words(self, at: int, count: int, words: Sequence[Any]) -> list[str]:  # noqa: ARG002 - one row stands for all
        return [f"<{WORD} {at} {self._number(words)}>"]

    def each(self, words: Sequence[Any]) -> list[str]:
        return [f"<{EACH} 0 {self._number(words)}>"]

    def run(self, at: int, count: int, digits: int) -> list[str]:
        return [f"<{NUMBER} {at + place} {digits}>" for place in range(count)]

    def _number(self, words: Sequence[Any]) -> int:
        """The number of the first of some words."""
        encoded = tuple(map(msgspec.json.encode, words))
        if encoded not in self._first:
            self._first[encoded] = len(self.known)
            self.known += encoded
        return self._first[encoded]
