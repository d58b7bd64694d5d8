"""Chebyshev pieces fitted to the direct reduction, block by block.

A piece is interpolated at Chebyshev nodes (which is within a small factor of the best polynomial, Trefethen,
*Approximation Theory and Approximation Practice*, theorem 16.1), cut to the coefficients that its tolerance needs
and rounded to whole quanta. How many coefficients each series keeps is settled once, on a sample of blocks spread
over the whole span, and written into the layout, so that every record has the same size.
"""

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from astrarium.sky.bodies import BODIES
from astrarium.sky.building.reduction import Array, Ephemeris, place_of
from astrarium.sky.layout import (
    BLOCK_DAYS,
    LARGEST_MIDDLE,
    LARGEST_TAIL,
    LEAD_COUNT,
    Coordinate,
    Offsets,
    Series,
)

ARCSEC_PER_RAD: Final = 180.0 * 3600.0 / np.pi
TURN_ARCSEC: Final = 360.0 * 3600.0
SAMPLE_BLOCKS: Final = 1500
SPARE: Final = 1.25  # how much worse than the sample's worst block the whole span may be


class CoordinatePlan(msgspec.Struct, frozen=True):
    """What is asked of one coordinate: `tolerance` of the value and `rate_tolerance` per day, in its own unit."""

    name: str
    unit: str
    quantum: float
    tolerance: float
    rate_tolerance: float


class SeriesPlan(msgspec.Struct, frozen=True):
    """One body to be fitted: `parts` pieces per block, `nodes` Chebyshev nodes per piece."""

    body: str
    parts: int
    nodes: int
    coordinates: tuple[CoordinatePlan, ...]


def _angle(
    name: str, tolerance_arcsec: float, rate_tolerance: float, quantum: float = 1e-5
) -> CoordinatePlan:
    return CoordinatePlan(name, "arcsec", quantum, tolerance_arcsec, rate_tolerance)


_DISTANCE: Final = CoordinatePlan("distance", "au", 5e-11, 4e-10, 4e-9)


def _body(body: str, *, parts: int = 1, nodes: int = 22) -> SeriesPlan:
    # 0.7 mas/day is a fifth of the tolerance of speeds, 1e-6 °/day.
    return SeriesPlan(
        body, parts, nodes, (_angle("longitude", 1e-4, 7e-4), _angle("latitude", 1e-4, 7e-4), _DISTANCE)
    )


PLANETS: Final = (
    SeriesPlan(
        "earth_orientation",
        1,
        24,
        (
            _angle("nutation_in_longitude", 1e-5, 1e-4, 1e-6),
            _angle("nutation_in_obliquity", 1e-5, 1e-4, 1e-6),
            _angle("equation_of_equinoxes", 1e-5, 1e-4, 1e-6),
        ),
    ),
    _body("sun"),
    _body("moon", parts=2, nodes=24),
    *(
        _body(name)
        for name in ("mercury", "venus", "mars", "jupiter", "saturn", "uranus", "neptune", "pluto")
    ),
    SeriesPlan("true_node", 2, 28, (_angle("longitude", 2e-4, 7e-4),)),
    SeriesPlan(
        "osculating_apogee",
        4,
        28,
        (_angle("longitude", 2e-3, 1e-2, 1e-4), _angle("latitude", 2e-3, 1e-2, 1e-4)),
    ),
)
"""The default table's series in order. The osculating apogee amplifies the last digits of the Moon's velocity."""

_MINOR_COORDINATES: Final = (
    _angle("longitude", 5e-4, 2e-3, 2e-5),
    _angle("latitude", 5e-4, 2e-3, 2e-5),
    CoordinatePlan("distance", "au", 1e-10, 4e-9, 2e-8),
)
MINOR: Final = tuple(
    SeriesPlan(body.id, 1, 22, _MINOR_COORDINATES) for body in BODIES if body.table == "minor"
)
"""The minor bodies: a twentieth of their tolerance, 0.01″, goes to the fit."""


def chebyshev_coefficients(
    ephemeris: Ephemeris, plan: SeriesPlan, block_starts: Array
) -> list[NDArray[np.float64]]:
    """Coefficients of every piece of `plan` in the blocks that begin at `block_starts` (JD TT, x.5).

    One array per coordinate, shape (blocks, parts, nodes), in the coordinate's unit, longitudes unwrapped within
    the piece and their first coefficient in [0, 1296000) arcseconds.
    """
    nodes = plan.nodes
    part_days = BLOCK_DAYS / plan.parts
    angles = np.pi * (np.arange(nodes) + 0.5) / nodes
    order = np.arange(nodes)
    transform = np.cos(np.outer(order, angles)) * (2.0 / nodes)
    transform[0] *= 0.5
    within = (
        part_days * np.arange(plan.parts)[:, None] + 0.5 * part_days * (1.0 + np.cos(angles))[None, :]
    ).ravel()
    day = np.repeat(block_starts, within.size)
    fraction = np.tile(within, block_starts.size)
    whole = np.floor(fraction)
    values = place_of(plan.body)(ephemeris, day + whole, fraction - whole)
    result = []
    for number, coordinate in enumerate(plan.coordinates):
        grid = values[number].reshape(block_starts.size, plan.parts, nodes)
        if coordinate.unit == "arcsec":
            grid = np.unwrap(grid, axis=2) * ARCSEC_PER_RAD
        # einsum without BLAS sums in one order everywhere, so that the same sources give the same bytes.
        coefficients = np.einsum("bpn,kn->bpk", grid, transform, optimize=False)
        if coordinate.name == "longitude":
            coefficients[:, :, 0] -= TURN_ARCSEC * np.floor(coefficients[:, :, 0] / TURN_ARCSEC)
        result.append(coefficients)
    return result


def settle(ephemeris: Ephemeris, plan: SeriesPlan, first_jd: float, blocks: int) -> Series:
    """Choose how many coefficients of each width the series keeps, from a sample of blocks over the whole span."""
    sample = np.unique(np.linspace(0, blocks - 1, min(blocks, SAMPLE_BLOCKS)).astype(np.int64))
    fitted = chebyshev_coefficients(ephemeris, plan, np.asarray(first_jd + BLOCK_DAYS * sample, np.float64))
    half_days = BLOCK_DAYS / plan.parts / 2.0
    coordinates = []
    for coordinate, coefficients in zip(plan.coordinates, fitted, strict=True):
        sizes = SPARE * np.abs(coefficients).reshape(-1, plan.nodes)
        order = np.arange(plan.nodes)
        cut_value = np.cumsum(sizes[:, ::-1], axis=1)[:, ::-1].max(axis=0)
        cut_rate = np.cumsum((sizes * order**2)[:, ::-1], axis=1)[:, ::-1].max(axis=0) / half_days
        good = (cut_value < coordinate.tolerance) & (cut_rate < coordinate.rate_tolerance)
        if not good.any():
            raise ValueError(
                f"{plan.body} {coordinate.name}: {plan.nodes} nodes leave "
                f"{cut_value[-1]:.2e} {coordinate.unit}, more than {coordinate.tolerance:.2e}"
            )
        count = max(int(np.argmax(good)), LEAD_COUNT)
        small = sizes.max(axis=0)[:count] < 0.5 * LARGEST_TAIL * coordinate.quantum
        tail_count = min(count - LEAD_COUNT, int(np.argmin(small[::-1])) if not small.all() else count)
        coordinates.append(
            Coordinate(
                name=coordinate.name,
                unit=coordinate.unit,
                quantum=coordinate.quantum,
                middle_count=count - LEAD_COUNT - tail_count,
                tail_count=tail_count,
            )
        )
    return Series(plan.body, plan.parts, tuple(coordinates))


def fit_records(
    ephemeris: Ephemeris,
    plans: tuple[SeriesPlan, ...],
    series: tuple[Series, ...],
    offsets: Offsets,
    block_starts: Array,
) -> bytes:
    """The records of some blocks as bytes, ready to be written one after another.

    Raises `OverflowError` when a coefficient does not fit its width: the sample that settled the layout was too thin.
    """
    records = np.zeros((block_starts.size, offsets.record_bytes), dtype=np.uint8)
    leads, middles, tails = records.view("<f8"), records.view("<i4"), records.view("<i2")
    piece = 0
    for plan, one in zip(plans, series, strict=True):
        fitted = chebyshev_coefficients(ephemeris, plan, block_starts)
        for part in range(one.parts):
            for coordinate, coefficients in zip(one.coordinates, fitted, strict=True):
                lead, middle, middle_count, tail, tail_count = offsets.pieces[piece]
                units = np.rint(coefficients[:, part, : coordinate.count] / coordinate.quantum)
                leads[:, lead : lead + LEAD_COUNT] = units[:, :LEAD_COUNT] * coordinate.quantum
                units = units[:, LEAD_COUNT:]
                if (
                    np.abs(units[:, :middle_count]).max(initial=0.0) > LARGEST_MIDDLE
                    or np.abs(units[:, middle_count:]).max(initial=0.0) > LARGEST_TAIL
                ):
                    raise OverflowError(f"{one.body} {coordinate.name}: a coefficient outgrows its width")
                middles[:, middle : middle + middle_count] = units[:, :middle_count]
                tails[:, tail : tail + tail_count] = units[:, middle_count:]
                piece += 1
    return records.tobytes()
