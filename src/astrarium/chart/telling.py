"""From a sheet to words: the structs of one chart.

What stands at a place of the sheet comes from `Leaves`: the values of a chart, or the marks from which `template`
learns the shape of their JSON. Either way the structs are put together here and only here.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import repeat
from typing import Any, Final, Protocol

import msgspec
import numpy as np

from astrarium.chart.batch import ChartArrays
from astrarium.chart.certainty import Passage
from astrarium.chart.columns import ASPECT_DIGITS, PLACEMENT_DIGITS, POSITION_DIGITS
from astrarium.chart.detail import TOLD_ANGLES
from astrarium.chart.receipt import ANGLE_DIGITS
from astrarium.chart.selection import Selection
from astrarium.chart.sheet import (
    CONSTELLATION,
    HOUSE,
    OUT_OF_BOUNDS,
    RETROGRADE,
    Sheet,
    sheet_layout,
)
from astrarium.chart.structs import Angle, Aspect, Cusp, Frame, Houses, Position, SignPlacement
from astrarium.sky.constellations import list_constellations

SHARE_DIGITS: Final = 6
ANGLE_NAMES: Final = tuple(name for name, _, _ in TOLD_ANGLES)
NO_OR_YES: Final = (False, True)


class Leaves(Protocol):
    """What stands in the columns of a sheet, `count` rows from `at` on."""

    def numbers(self, at: int, count: int, digits: int) -> list[Any]:
        """Numbers that are rounded to `digits`; NaN where there is none."""

    def words(self, at: int, count: int, words: Sequence[Any]) -> list[Any]:
        """The words that codes stand for."""

    def each(self, words: Sequence[Any]) -> Sequence[Any]:
        """One word per row, in their order."""

    def run(self, at: int, count: int, digits: int) -> list[Any]:
        """Numbers that all belong to one row."""


class Values(msgspec.Struct, frozen=True):
    """The leaves of a chart."""

    all_numbers: list[float]
    all_codes: list[int]

    def numbers(self, at: int, count: int, digits: int) -> list[Any]:  # noqa: ARG002 - they are rounded
        return self.all_numbers[at : at + count]

    def words(self, at: int, count: int, words: Sequence[Any]) -> list[Any]:
        return [words[code] for code in self.all_codes[at : at + count]]

    def each(self, words: Sequence[Any]) -> Sequence[Any]:
        return words

    def run(self, at: int, count: int, digits: int) -> list[Any]:
        return self.numbers(at, count, digits)


def values_of(sheet: Sheet) -> Values:
    """The leaves of a sheet."""
    return Values(sheet.numbers.tolist(), sheet.codes.tolist())


def tell_positions(leaves: Leaves, selection: Selection) -> tuple[Position, ...]:
    """The positions of a chart; those of a chart that is not exact have houses that mean nothing."""
    layout = sheet_layout(selection)
    bodies = layout.bodies
    longitude, latitude, distance, speed, latitude_speed, right_ascension, declination = _columns(
        leaves, 0, bodies, bodies, POSITION_DIGITS
    )
    return tuple(
        map(
            Position,
            leaves.each(selection.bodies),
            longitude,
            latitude,
            _without_nan(distance),
            speed,
            latitude_speed,
            leaves.words(RETROGRADE * bodies, bodies, NO_OR_YES),
            right_ascension,
            declination,
            leaves.words(OUT_OF_BOUNDS * bodies, bodies, NO_OR_YES),
            leaves.words(HOUSE * bodies, bodies, (None, *range(1, selection.layout.cusps + 1))),
            _placements(leaves, selection, layout.signs_at, layout.placements_at, bodies),
            leaves.words(CONSTELLATION * bodies, bodies, _abbreviations()),
        )
    )


def with_shares(
    positions: tuple[Position, ...],
    arrays: ChartArrays,
    stays: dict[str, tuple[tuple[Passage, ...], ...]],
) -> tuple[Position, ...]:
    """The positions of a birth-time window: row 0 of the arrays is its middle, rows 1 and 2 its start and end.

    `stays` are the signs of the window with their shares (`certainty.passages`). Houses are left out.
    """
    ends = np.round(arrays.places.longitude_deg[1:], ANGLE_DIGITS)
    ends[ends >= 360.0] -= 360.0
    told = []
    for number, (position, longitude_range) in enumerate(zip(positions, ends.T.tolist(), strict=True)):
        signs = {}
        for frame, placement in position.signs.items():
            shares = stays[frame][number]
            signs[frame] = msgspec.structs.replace(
                placement,
                probability=round(
                    sum(one.share for one in shares if one.sign == placement.sign), SHARE_DIGITS
                ),
                alternatives=tuple(one.sign for one in shares if one.sign != placement.sign),
            )
        told.append(
            msgspec.structs.replace(position, house=None, signs=signs, longitude_range=tuple(longitude_range))
        )
    return tuple(told)


def tell_angles(leaves: Leaves, selection: Selection) -> dict[str, Angle]:
    """The angles of a chart whose time is exact, each in every frame."""
    names = leaves.each(ANGLE_NAMES)
    return dict(zip(names, map(Angle, *_points(leaves, selection, 0, len(ANGLE_NAMES))), strict=True))


def tell_houses(leaves: Leaves, selection: Selection) -> Houses:
    """The cusps of a chart whose time is exact, each in every frame."""
    count = selection.layout.cusps
    numbers = leaves.each(range(1, count + 1))
    cusps = map(Cusp, numbers, *_points(leaves, selection, len(ANGLE_NAMES), count))
    return Houses(selection.houses.id, tuple(cusps))


def tell_aspects(leaves: Leaves, selection: Selection, count: int) -> tuple[Aspect, ...]:
    """The aspects of a chart, closest first."""
    layout = sheet_layout(selection)
    kinds = [kind.id for kind in selection.aspects.kinds]
    first, second, kind, applying = (
        leaves.words(layout.aspect_codes_at + column * layout.pairs, count, words)
        for column, words in enumerate((selection.bodies, selection.bodies, kinds, NO_OR_YES))
    )
    separation, orb, strength = _columns(leaves, layout.aspects_at, layout.pairs, count, ASPECT_DIGITS)
    return tuple(map(Aspect, first, second, kind, separation, orb, applying, strength))


def tell_frames(leaves: Leaves, selection: Selection) -> dict[str, Frame]:
    """The signs of every frame with the longitudes of date where they began, at the first instant."""
    layout = sheet_layout(selection)
    width = layout.widths.shape[1]
    return {
        frame.id: Frame(
            frame.signs,
            tuple(leaves.run(layout.boundaries_at + width * row, len(frame.signs), ANGLE_DIGITS)),
        )
        for row, frame in enumerate(selection.zodiacs)
    }


def _points(
    leaves: Leaves, selection: Selection, first: int, count: int
) -> tuple[list[Any], Iterator[dict[str, SignPlacement]]]:
    """Longitudes and placements of some of a sheet's points."""
    layout = sheet_layout(selection)
    return (
        leaves.numbers(layout.points_at + first, count, ANGLE_DIGITS),
        _placements(
            leaves,
            selection,
            layout.point_signs_at + first,
            layout.point_placements_at + first,
            layout.points,
            count,
        ),
    )


def _placements(
    leaves: Leaves,
    selection: Selection,
    signs_at: int,
    columns_at: int,
    stride: int,
    count: int | None = None,
) -> Iterator[dict[str, SignPlacement]]:
    """Each point's placement in every frame, by frame id; a column begins every `stride`."""
    count = stride if count is None else count
    rows = []
    for number, frame in enumerate(selection.zodiacs):
        degree, width, boundary, minutes = _columns(
            leaves, columns_at + number * len(PLACEMENT_DIGITS) * stride, stride, count, PLACEMENT_DIGITS
        )
        signs = leaves.words(signs_at + number * stride, count, frame.signs)
        rows.append(map(SignPlacement, signs, degree, width, boundary, _without_nan(minutes)))
    ids = tuple(frame.id for frame in selection.zodiacs)
    return map(dict, map(zip, repeat(ids), zip(*rows, strict=True)))


def _columns(leaves: Leaves, at: int, stride: int, count: int, digits: Sequence[int]) -> Iterator[list[Any]]:
    return (leaves.numbers(at + number * stride, count, each) for number, each in enumerate(digits))


def _without_nan(values: list[Any]) -> list[Any]:
    return [value if value == value else None for value in values]  # noqa: PLR0124 - NaN is not itself


@cache
def _abbreviations() -> tuple[str | None, ...]:
    """The words for the codes of constellations: nowhere first."""
    return (None, *(one.abbreviation for one in list_constellations()))
