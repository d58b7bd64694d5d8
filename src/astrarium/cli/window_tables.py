"""The tables of a birth-time window: likely signs of the angles, likely houses, aspects that hold for a part of it."""

from typing import TYPE_CHECKING, Final

from rich.table import Table
from rich.text import Text

from astrarium.cli import glyphs
from astrarium.cli.terminal import ruled
from astrarium.reading.shares import likeliest, share
from astrarium.sky.bodies import BODIES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from astrarium.chart.structs import WindowAspect, WindowReport

_NAMES: Final = {body.id: body.name for body in BODIES}
MOST_NAMED: Final = 4
"""How many signs or houses a line names; the rest are counted."""


def table_of_likely_angles(window: "WindowReport", zodiac: str) -> Table:
    """Ascendant and midheaven: the likeliest signs of one zodiac with their shares of the window."""
    table = _table()
    for angle in ("ascendant", "midheaven"):
        shares = [
            (glyphs.abbreviation_of(one.sign), one.probability) for one in window.angles[angle].signs[zodiac]
        ]
        table.add_row(glyphs.label_of(angle), likeliest(shares, MOST_NAMED))
    return table


def table_of_likely_houses(window: "WindowReport") -> Table:
    """Every body: the likeliest houses with their shares of the window."""
    table = _table()
    for position in window.positions:
        shares = [(str(one.house), one.probability) for one in position.houses]
        table.add_row(_body(position.body), likeliest(shares, MOST_NAMED))
    return table


def table_of_passing_aspects(aspects: "Iterable[WindowAspect]") -> Table:
    """One line an aspect that comes or goes within the window: the pair and the share of the window."""
    table = _table()
    for aspect in aspects:
        table.add_row(
            _body(aspect.a),
            Text.assemble(
                (glyphs.ASPECTS.get(aspect.aspect, glyphs.NOTHING), "bold"),
                " ",
                glyphs.name_of(aspect.aspect).lower(),
            ),
            _body(aspect.b),
            Text(share(aspect.probability), justify="right"),
        )
    return table


def passing_aspects(window: "WindowReport") -> "tuple[WindowAspect, ...]":
    """The aspects that hold for a part of the window only."""
    return tuple(aspect for aspect in window.aspects if aspect.probability < 1.0)


def _body(identifier: str) -> Text:
    label = glyphs.label_of(identifier, _NAMES.get(identifier))
    return Text.assemble((glyphs.BODIES.get(identifier, glyphs.NOTHING), "bold"), " ", label)


def _table() -> Table:
    return Table(box=ruled(), show_edge=False, show_header=False, pad_edge=False, padding=(0, 0))
