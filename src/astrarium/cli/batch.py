"""`astrarium batch`: a table of births to a table of charts, row for row."""

import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Final, Literal

import typer

from astrarium.cli import options
from astrarium.cli.errors import FileExists, UnreadableFile, UnwritableFile
from astrarium.cli.terminal import is_ascii, to_ascii

if TYPE_CHECKING:
    from astrarium.chart.files.conversion import Tally

STREAM: Final = "-"
Format = Literal["csv", "jsonl", "parquet", "arrow"]


def batch(
    births: Annotated[
        str,
        typer.Argument(
            metavar="FILE",
            help="The births: CSV, JSON Lines, Parquet or Arrow, a row each; - reads standard input.",
        ),
    ],
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Where the charts go, a row each, in the same order; - writes standard output.",
        ),
    ],
    from_format: Annotated[
        Format | None,
        typer.Option("--from", help="The format of the births, if the file's name does not end in it."),
    ] = None,
    to_format: Annotated[
        Format | None,
        typer.Option("--to", help="The format of the charts, if the file's name does not end in it."),
    ] = None,
    zodiac: options.Zodiacs = "iau13,tropical",
    houses: options.HouseSystem = "placidus",
    house_fallback: options.HouseFallback = None,
    bodies: options.Bodies = "standard",
    aspects: options.AspectSet = "major",
    perspective: options.ChartPerspective = "geocentric",
    columns: Annotated[
        str | None,
        typer.Option(
            metavar="NAME[,NAME...]",
            help="Only these columns or groups: input, row, time, positions, signs, shares, houses, angles, aspects.",
            rich_help_panel=options.CHOICES,
        ),
    ] = None,
    force: Annotated[
        bool,
        typer.Option("--force", help="Replace the file of --output.", rich_help_panel=options.OUTPUT),
    ] = False,
) -> None:
    """Cast a chart for every birth of a table: any number of them, in the memory of one chunk.

    A row that cannot be understood stays in its place and says why in `error_code` and `error_detail`. The file of
    charts appears when it is whole.
    """
    # The engine loads its kernels here, so that --help need not wait for them.
    from astrarium.chart.files.casting import Settings, fallback_of, selection_of
    from astrarium.chart.files.conversion import convert
    from astrarium.chart.files.formats import format_of
    from astrarium.cli.zodiac_files import zodiacs_of

    reading = format_of(births, from_format, is_stream=births == STREAM)
    writing = format_of(output, to_format, is_stream=output == STREAM)
    settings = Settings(
        zodiacs_of(options.identifiers(zodiac)),
        houses,
        house_fallback,
        options.bodies_of(bodies),
        aspects,
        perspective,
    )
    selection_of(settings)  # what is wrong with the choices is said before a file is touched
    fallback_of(settings)
    with _source(births) as source, _target(output, force=force) as target:
        tallies = convert(
            source,
            reading,
            target,
            writing,
            settings,
            columns=None if columns is None else options.identifiers(columns),
        )
        done = _watched(tallies, source)
    _tell(done)


@contextmanager
def _source(name: str) -> Iterator[BinaryIO]:
    if name == STREAM:
        yield sys.stdin.buffer
        return
    try:
        file = Path(name).open("rb")  # noqa: SIM115 - closed below; its opening has an error of its own
    except OSError as error:
        raise UnreadableFile(name, error.strerror or str(error)) from error
    with file:
        yield file


@contextmanager
def _target(name: str, *, force: bool) -> Iterator[BinaryIO]:
    """Where the charts go: a file that takes its name only when it is whole, a device or a pipe as it is."""
    if name == STREAM:
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(name)
    try:
        if path.exists() and not stat.S_ISREG(path.stat().st_mode):
            with path.open("wb") as device:
                yield device
            return
        if path.exists() and not force:
            raise FileExists(name)
        path = path.resolve()  # through a symbolic link to the file that it names
        unfinished = path.with_name(f".{path.name}.unfinished")
        file = unfinished.open("wb")
    except OSError as error:
        raise UnwritableFile(name, error.strerror or str(error)) from error
    try:
        with file:
            yield file
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _watched(tallies: "Iterator[Tally]", source: BinaryIO) -> "Tally":
    """Take the tallies, with a bar on a terminal that moves as the source is read; returns the last."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    from astrarium.chart.files.conversion import Tally

    last = Tally(0, {})
    size = _size_of(source)
    bar = Progress(
        TextColumn("{task.fields[rows]:,} charts"),
        BarColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(file=sys.stderr),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    with bar:
        task = bar.add_task("charts", total=size, rows=0)
        for last in tallies:
            bar.update(task, completed=source.tell() if size else last.rows, rows=last.rows)
    return last


def _size_of(source: BinaryIO) -> int | None:
    """The bytes of a file; `None` for what flows."""
    return Path(source.name).stat().st_size if source.seekable() and isinstance(source.name, str) else None


def _tell(done: "Tally") -> None:
    """Say on standard error how it went: the rows, and the errors by their codes."""
    text = f"{done.rows:,} {'row' if done.rows == 1 else 'rows'} written"
    if done.errors:
        counted = ", ".join(
            f"{code} {count:,}" for code, count in sorted(done.errors.items(), key=_most_first)
        )
        text += f", {done.bad:,} with an error (see error_code): {counted}"
    sys.stderr.write((to_ascii(text) if is_ascii(sys.stderr) else text) + "\n")


def _most_first(counted: tuple[str, int]) -> tuple[int, str]:
    return -counted[1], counted[0]
