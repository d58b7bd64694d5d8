"""From a table of births to a table of charts: in chunks, in order, nothing lost, in bounded memory.

While one chunk is computed and written by kernels that need no interpreter, the next is read and understood.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import BinaryIO, Final

import msgspec

from astrarium.chart.files.births import PlaceFinder
from astrarium.chart.files.casting import Settings, cast, fallback_of, selection_of
from astrarium.chart.files.fields import Layout, layout_of
from astrarium.chart.files.formats import reader_of, writer_of
from astrarium.chart.files.moments import Moments, understand
from astrarium.chart.files.rows import CHUNK_ROWS, Rows
from astrarium.chart.files.text import Writer
from astrarium.chart.files.values import Chunk, chunk_of
from astrarium.civil.gazetteer import shipped_gazetteer

AHEAD: Final = 2  # chunks that may wait for the writer


class Caster:
    """What every chunk of one table is cast by, looked up once.

    Raises what `selection.select` raises for settings.
    """

    def __init__(self, settings: Settings, columns: tuple[str, ...] | None = None) -> None:
        self.selections: Final = (selection_of(settings), fallback_of(settings))
        self._columns = columns
        self._with_shares = True

    def layout(self, names: Sequence[str]) -> Layout:
        """The columns of the output for an input with columns `names`. Raises `UnknownColumns`."""
        selection, fallback = self.selections
        layout = layout_of(selection, names, self._columns, fallback)
        self._with_shares = any(field.group == "shares" for field in layout.fields)
        return layout

    def cast(self, rows: Rows, moments: Moments) -> Chunk:
        """Rows with their charts; shares only where the last layout has them."""
        selection, fallback = self.selections
        return chunk_of(rows, moments, cast(moments, selection, fallback, with_shares=self._with_shares))


class Tally(msgspec.Struct, frozen=True):
    """What has been written: rows in all, and of them those with an error, by its code."""

    rows: int
    errors: dict[str, int]

    @property
    def bad(self) -> int:
        """Rows with an error."""
        return sum(self.errors.values())


def convert(
    source: BinaryIO,
    source_format: str,
    target: BinaryIO,
    target_format: str,
    settings: Settings | None = None,
    *,
    columns: tuple[str, ...] | None = None,
    chunk_rows: int = CHUNK_ROWS,
) -> Iterator[Tally]:
    """Write a chart for every birth of a table, row for row, and tell how far it is after each chunk.

    Both streams are binary and stay open; Parquet and Arrow sources must be seekable. The conversion goes on as the
    tallies are taken, and the target is whole when the last one has been.

    Args:
        source: the table of births.
        source_format: one of `formats.FORMATS`.
        target: where the table of charts goes.
        target_format: one of `formats.FORMATS`.
        settings: what every chart is asked for.
        columns: names and groups of the output's columns (`fields.layout_of`); all of them by default.
        chunk_rows: how many rows are in hand at a time; about 20 MB for 16,384.

    Raises:
        TableError: one of its kinds, where the table as a whole cannot be read.
        UnknownColumns: `columns` names what there is not.
        Whatever `selection.select` raises for settings. What is wrong with a row stands in the row.
    """
    caster = Caster(settings or Settings(), columns)
    finder = PlaceFinder(shipped_gazetteer())
    counts: dict[str, int] = {}
    total = 0
    writer: Writer | None = None

    def compute_and_write(rows: Rows, moments: Moments, writer: Writer) -> tuple[int, list[str]]:
        chunk = caster.cast(rows, moments)
        writer.write(chunk)
        return rows.count, [fault.code for fault in chunk.faults.values()]

    with ThreadPoolExecutor(1, "astrarium-charts") as computing:
        waiting: deque[Future[tuple[int, list[str]]]] = deque()

        def finished(most: int) -> Iterator[Tally]:
            nonlocal total
            while len(waiting) > most:
                rows, codes = waiting.popleft().result()
                total += rows
                for code in codes:
                    counts[code] = counts.get(code, 0) + 1
                yield Tally(total, dict(counts))

        try:
            for rows in reader_of(source_format, source, chunk_rows):
                if writer is None:
                    layout = caster.layout(rows.header.names)
                    writer = writer_of(target_format, target, layout, rows, caster.selections)
                waiting.append(computing.submit(compute_and_write, rows, understand(rows, finder), writer))
                yield from finished(AHEAD)
            yield from finished(0)
        except BaseException:
            for one in waiting:
                one.cancel()
            raise
    assert writer is not None
    writer.close()
