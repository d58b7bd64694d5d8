"""A chart as the page shows it: rows of words, ready for the template."""

from collections.abc import Iterator
from itertools import repeat
from typing import Final

import msgspec

from astrarium.chart.structs import Aspect, Chart, Position, SignPlacement, WindowReport
from astrarium.draw.bodies import uncertainty
from astrarium.draw.glyphs import symbol_name
from astrarium.reading import time_words
from astrarium.service.charts.window_view import WindowView, shares_of, summary_of, window_view
from astrarium.service.web.words import arc, duration, listed, named, signed_arc, signed_motion
from astrarium.sky.bodies import BODIES
from astrarium.sky.house_systems import SYSTEMS
from astrarium.sky.zodiacs import Zodiac, zodiac

CLOSE_MINUTES: Final = 60.0
CLOSE_ANGLE_MINUTES: Final = 5.0
"""A boundary that a body, or an angle, crosses within this much of birth time is marked: a recorded time may be that
wrong."""

SHORT_NAMES: Final = {"iau13": "True sky", "tropical": "Tropical"}

_BODY_NAMES: Final = {body.id: body.name for body in BODIES}
_HOUSE_NAMES: Final = {system.id: system.name for system in SYSTEMS}
_ANGLES_SHOWN: Final = ("ascendant", "midheaven", "descendant", "imum_coeli", "vertex")


class Column(msgspec.Struct, frozen=True):
    """One zodiac of the table."""

    id: str
    name: str
    explanation: str


class Cell(msgspec.Struct, frozen=True):
    """A place in one zodiac: the sign, the degree, the nearer boundary, and its shares where the sign is open."""

    sign: str
    glyph: str | None
    degree: str
    boundary: str
    time_to_boundary: str
    is_close: bool
    shares: str


class Row(msgspec.Struct, frozen=True):
    """A body, angle or house cusp in every zodiac; `spread` is how far its degree is uncertain, such as `±7°`."""

    name: str
    glyph: str | None
    cells: tuple[Cell, ...]
    spread: str = ""
    house: str = ""
    retrograde: bool = False
    speed: str = ""
    declination: str = ""
    out_of_bounds: bool = False


class HighlightLine(msgspec.Struct, frozen=True):
    """What a reader looks for first, in one zodiac: the sign and degree, or the likeliest signs."""

    frame: str
    glyph: str | None
    words: str
    degree: str = ""
    spread: str = ""


class Highlight(msgspec.Struct, frozen=True):
    """Sun, Moon or ascendant in the compared zodiacs."""

    name: str
    glyph: str | None
    lines: tuple[HighlightLine, ...]


class AspectRow(msgspec.Struct, frozen=True):
    """An angle between two bodies."""

    a: str
    a_glyph: str | None
    aspect: str
    glyph: str | None
    b: str
    b_glyph: str | None
    orb: str
    phase: str
    strength: float


class ChartView(msgspec.Struct, frozen=True):
    """Everything that the page says of a chart."""

    title: str
    when: str
    where: str
    coordinates: str
    time: tuple[str, ...]
    time_facts: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]
    highlights: tuple[Highlight, ...]
    positions: tuple[Row, ...]
    angles: tuple[Row, ...]
    house_system: str
    houses: tuple[Row, ...]
    aspects: tuple[AspectRow, ...]
    notes: tuple[str, ...]
    window: WindowView | None
    receipt: str
    glyphs: tuple[str, ...]


def view(chart: Chart) -> ChartView:
    """Put a chart into words."""
    zodiacs = [zodiac(versioned) for versioned in chart.settings.zodiacs]
    columns = tuple(Column(one.id, SHORT_NAMES.get(one.id, one.name), one.name) for one in zodiacs)
    window = window_view(chart)
    positions = tuple(
        _body_row(position, zodiacs, shares_of(chart, position)) for position in chart.positions
    )
    angles = tuple(
        Row(named(name), None, _cells(chart.angles[name].signs, zodiacs, CLOSE_ANGLE_MINUTES))
        for name in _ANGLES_SHOWN
        if chart.angles and name in chart.angles
    )
    houses = tuple(
        Row(str(cusp.house), None, _cells(cusp.signs, zodiacs, CLOSE_ANGLE_MINUTES))
        for cusp in (chart.houses.cusps if chart.houses else ())
    )
    aspects = tuple(_aspect_row(aspect) for aspect in chart.aspects)
    return ChartView(
        title=chart.name or "Birth chart",
        when=time_words.headline(chart.time),
        where=listed(chart.place.name, chart.place.region, chart.place.country),
        coordinates=_coordinates(chart.place.latitude, chart.place.longitude),
        time=tuple(time_words.sentences(chart)),
        time_facts=tuple(time_words.facts(chart)),
        columns=columns,
        highlights=tuple(_highlights((*positions[:2], *angles[:1]), columns, chart.window or None)),
        positions=positions,
        angles=angles,
        house_system=_HOUSE_NAMES.get(chart.settings.houses, named(chart.settings.houses)),
        houses=houses,
        aspects=aspects,
        notes=chart.notes,
        window=window,
        receipt=chart.receipt.id,
        glyphs=tuple(
            dict.fromkeys(
                (*_glyphs((*positions, *angles, *houses), aspects), *(window.glyphs if window else ()))
            )
        ),
    )


def _highlights(
    rows: tuple[Row, ...], columns: tuple[Column, ...], window: WindowReport | None
) -> Iterator[Highlight]:
    """The first rows in the first two zodiacs; over a window the ascendant's likeliest signs stand in for it."""
    for row in rows:
        yield Highlight(
            row.name, row.glyph, tuple(map(_highlight_line, columns[:2], row.cells, repeat(row.spread)))
        )
    if window is not None:
        signs = window.angles["ascendant"].signs
        lines = (
            HighlightLine(column.name, symbol_name(signs[column.id][0].sign), summary_of(signs[column.id]))
            for column in columns[:2]
        )
        yield Highlight("Ascendant", None, tuple(lines))


def _highlight_line(column: Column, cell: Cell, spread: str) -> HighlightLine:
    if cell.shares:
        return HighlightLine(column.name, cell.glyph, cell.shares)
    return HighlightLine(column.name, cell.glyph, cell.sign, cell.degree, spread)


def _body_row(position: Position, zodiacs: list[Zodiac], shares: dict[str, str]) -> Row:
    return Row(
        name=_BODY_NAMES.get(position.body, named(position.body)),
        glyph=symbol_name(position.body),
        cells=tuple(
            _cell(position.signs[one.id], one, CLOSE_MINUTES, shares.get(one.id, "")) for one in zodiacs
        ),
        spread=uncertainty(position) or "",
        house="" if position.house is None else str(position.house),
        retrograde=position.retrograde,
        speed=f"{signed_motion(position.speed)} a day",
        declination=signed_arc(position.declination),
        out_of_bounds=position.out_of_bounds,
    )


def _cells(signs: dict[str, SignPlacement], zodiacs: list[Zodiac], close_minutes: float) -> tuple[Cell, ...]:
    return tuple(_cell(signs[one.id], one, close_minutes) for one in zodiacs)


def _cell(at: SignPlacement, frame: Zodiac, close_minutes: float, shares: str = "") -> Cell:
    index = frame.signs.index(at.sign)
    is_behind = at.degree <= at.width - at.degree
    neighbour = frame.signs[(index + (-1 if is_behind else 1)) % len(frame.signs)]
    minutes = at.boundary_minutes
    return Cell(
        sign=named(at.sign),
        glyph=symbol_name(at.sign),
        degree=arc(at.degree),
        boundary=f"{arc(at.boundary_deg)} from {named(neighbour)}",
        time_to_boundary="" if minutes is None else duration(minutes),
        is_close=not shares and minutes is not None and minutes < close_minutes,
        shares=shares,
    )


def _aspect_row(aspect: Aspect) -> AspectRow:
    return AspectRow(
        a=_BODY_NAMES.get(aspect.a, named(aspect.a)),
        a_glyph=symbol_name(aspect.a),
        aspect=named(aspect.aspect).lower(),
        glyph=symbol_name(aspect.aspect),
        b=_BODY_NAMES.get(aspect.b, named(aspect.b)),
        b_glyph=symbol_name(aspect.b),
        orb=arc(aspect.orb),
        phase="applying" if aspect.applying else "separating",
        strength=round(aspect.strength, 2),
    )


def _glyphs(rows: tuple[Row, ...], aspects: tuple[AspectRow, ...]) -> Iterator[str]:
    """Every glyph that the tables refer to."""
    for row in rows:
        yield from (glyph for glyph in (row.glyph, *(cell.glyph for cell in row.cells)) if glyph)
    for aspect in aspects:
        yield from (glyph for glyph in (aspect.a_glyph, aspect.glyph, aspect.b_glyph) if glyph)


def _coordinates(latitude: float, longitude: float) -> str:
    north = f"{arc(latitude)} {'N' if latitude >= 0 else 'S'}"
    east = f"{arc(longitude)} {'E' if longitude >= 0 else 'W'}"
    return f"{north}, {east}"
