"""The tables of a printed chart: bodies and angles in their signs, houses, aspects."""

from math import ceil
from typing import TYPE_CHECKING, Final

from rich.table import Table
from rich.text import Text

from astrarium.cli import glyphs, measures
from astrarium.cli.terminal import ruled
from astrarium.reading.shares import share
from astrarium.sky.bodies import BODIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from astrarium.chart.structs import Angle, Aspect, Chart, Houses, Position, SignPlacement

_NAMES: Final = {body.id: body.name for body in BODIES}
_LONGEST_SIGN: Final = len("Sagittarius")
ZODIACS_PER_TABLE: Final = 4
"""How many narrow sign columns fit beside the names in 80 columns."""


def zodiac_ids(chart: "Chart") -> tuple[str, ...]:
    """The chart's zodiacs by the keys of its placements, in the order that was asked for."""
    return tuple(versioned.split("@")[0] for versioned in chart.settings.zodiacs)


def table_of_bodies(chart: "Chart") -> Table:
    """Bodies and angles: the first two zodiacs side by side, then what an exact or an uncertain time can say."""
    zodiacs = zodiac_ids(chart)[:2]
    exact = chart.time.known == "exact"
    table = _table()
    table.add_column("", no_wrap=True)
    table.add_column(_heading(zodiacs[0]), no_wrap=True)
    table.add_column("", no_wrap=True)
    for zodiac in zodiacs[1:]:
        table.add_column(_heading(zodiac), no_wrap=True)
    if exact:
        table.add_column("H", justify="right", no_wrap=True)
        table.add_column("°/day", justify="right", no_wrap=True)
        table.add_column("to boundary", justify="right", no_wrap=True)
    else:
        table.add_column("moves", justify="right", no_wrap=True)
        table.add_column("in this sign", no_wrap=True)
    for position in chart.positions:
        ending = _exact_cells(position) if exact else _window_cells(position, zodiacs[0])
        if exact:
            ending = (*ending, _to_boundary(position.signs[zodiacs[0]]))
        table.add_row(
            _body(position.body),
            _wide_sign(position.signs[zodiacs[0]]),
            glyphs.RETROGRADE if position.retrograde else "",
            *(_narrow_sign(position.signs[zodiac]) for zodiac in zodiacs[1:]),
            *ending,
        )
    table.add_section()
    for name, angle in (chart.angles or {}).items():
        ending = ("", "", _to_boundary(angle.signs[zodiacs[0]])) if exact else ("", "")
        table.add_row(
            _named(glyphs.NOTHING, glyphs.label_of(name)),
            _wide_sign(angle.signs[zodiacs[0]]),
            "",
            *(_narrow_sign(angle.signs[zodiac]) for zodiac in zodiacs[1:]),
            *ending,
        )
    return table


def tables_of_other_zodiacs(chart: "Chart") -> "Iterator[Table]":
    """The third zodiac and those after it, a few to a table."""
    others = zodiac_ids(chart)[2:]
    rows: list[tuple[Text, Position | Angle]] = [(_body(one.body), one) for one in chart.positions]
    rows += [
        (_named(glyphs.NOTHING, glyphs.label_of(name)), angle) for name, angle in (chart.angles or {}).items()
    ]
    for start in range(0, len(others), ZODIACS_PER_TABLE):
        group = others[start : start + ZODIACS_PER_TABLE]
        table = _table()
        table.add_column("", no_wrap=True)
        for zodiac in group:
            table.add_column(_heading(zodiac), no_wrap=True)
        for label, placed in rows:
            table.add_row(label, *(_narrow_sign(placed.signs[zodiac]) for zodiac in group))
        yield table


def table_of_houses(houses: "Houses", zodiacs: "Sequence[str]") -> Table:
    """The cusps in two blocks, the second half beside the first."""
    table = _table()
    for _ in range(2):
        table.add_column("", justify="right", no_wrap=True)
        table.add_column(_heading(zodiacs[0]), no_wrap=True)
        for zodiac in zodiacs[1:2]:
            table.add_column(_heading(zodiac), no_wrap=True)
    rows: list[list[str]] = [
        [
            str(cusp.house),
            _wide_sign(cusp.signs[zodiacs[0]]),
            *(_narrow_sign(cusp.signs[zodiac]) for zodiac in zodiacs[1:2]),
        ]
        for cusp in houses.cusps
    ]
    half = ceil(len(rows) / 2)
    for index, left in enumerate(rows[:half]):
        right = rows[half + index] if half + index < len(rows) else []
        table.add_row(*left, *right)
    return table


def table_of_aspects(aspects: "Sequence[Aspect]") -> Table:
    """One line an aspect: the pair, the orb, whether it is forming, how strong."""
    table = _table()
    table.add_column("", no_wrap=True)
    table.add_column("aspect", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("orb", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("strength", justify="right", no_wrap=True)
    for aspect in aspects:
        table.add_row(
            _body(aspect.a),
            _named(glyphs.ASPECTS.get(aspect.aspect, glyphs.NOTHING), glyphs.name_of(aspect.aspect).lower()),
            _body(aspect.b),
            measures.degrees_minutes(abs(aspect.orb)),
            "applying" if aspect.applying else "separating",
            f"{aspect.strength * 100:.0f} %",
        )
    return table


def _table() -> Table:
    return Table(
        box=ruled(),
        show_edge=False,
        pad_edge=False,
        padding=(0, 0),
        header_style="dim",
        collapse_padding=True,
    )


def _heading(zodiac: str) -> str:
    return zodiac.replace(":", ":\n")


def _exact_cells(position: "Position") -> tuple[str, ...]:
    house = str(position.house) if position.house is not None else ""
    return (house, f"{position.speed:+.3f}")


def _window_cells(position: "Position", zodiac: str) -> tuple[str, ...]:
    placement = position.signs[zodiac]
    moves = ""
    if position.longitude_range is not None:
        start, end = position.longitude_range
        moves = measures.degrees_minutes((end - start + 180.0) % 360.0 - 180.0)
    others = ", ".join(glyphs.abbreviation_of(sign) for sign in placement.alternatives)
    return (moves, f"{share(placement.probability)}{f', else {others}' if others else ''}")


def _to_boundary(placement: "SignPlacement") -> str:
    span = measures.birth_time_span(placement.boundary_minutes)
    return f"{measures.degrees_minutes(placement.boundary_deg):>6} {span:>8}"


def _wide_sign(placement: "SignPlacement") -> str:
    name = glyphs.name_of(placement.sign)[:_LONGEST_SIGN].ljust(_LONGEST_SIGN)
    return f"{glyphs.glyph_of(placement.sign)} {name} {_degree(placement)}"


def _narrow_sign(placement: "SignPlacement") -> str:
    name = glyphs.abbreviation_of(placement.sign).ljust(3)
    return f"{glyphs.glyph_of(placement.sign)} {name} {_degree(placement)}"


def _degree(placement: "SignPlacement") -> str:
    doubt = "?" if placement.probability < 1.0 else ""
    return f"{measures.degrees_minutes(placement.degree):>6}{doubt}"


def _body(identifier: str) -> Text:
    label = glyphs.label_of(identifier, _NAMES.get(identifier))
    return _named(glyphs.BODIES.get(identifier, glyphs.NOTHING), label)


def _named(glyph: str, name: str) -> Text:
    return Text.assemble((glyph, "bold"), " ", name)
