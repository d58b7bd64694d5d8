"""How sure a chart is when the birth time is not: what holds for which share of the window.

Exact, not sampled: the instants at which anything changes are found by root finding, on the cubics of `tracks` for the
signs of bodies and for aspects (`stays`), in closed form for the signs of angles (`angle_certainty`), on cusp minus
longitude for houses (`house_certainty`). The lengths between them are added up. A share is a probability for someone
to whom every instant of the window is as likely as any other.
"""

from functools import cache
from itertools import pairwise
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from astrarium.chart.angle_certainty import angle_shares
from astrarium.chart.aspects import AspectSet, aspect_at, aspect_table
from astrarium.chart.batch import pairs_of
from astrarium.chart.house_certainty import house_shares
from astrarium.chart.stays import fill_pair_stays, fill_stays
from astrarium.chart.tracks import Tracks

Array = NDArray[np.float64]

HALF_TURN: Final = 180.0


class Passage(msgspec.Struct, frozen=True, gc=False):
    """The stay of one body or angle in one sign of one frame, as a share of the window."""

    sign: str
    share: float


class HouseStay(msgspec.Struct, frozen=True, gc=False):
    """The stay of one body in one house, counted from 1, as a share of the window."""

    house: int
    share: float


class AspectStay(msgspec.Struct, frozen=True, gc=False):
    """How long an aspect holds, its orb within the limit, as a share of the window."""

    a: str
    b: str
    aspect: str
    share: float


Passages = tuple[Passage, ...]


def passages(tracks: Tracks) -> dict[str, tuple[Passages, ...]]:
    """For every frame (by id) and body in order: the signs of the window with their shares, largest share first.

    Shares of one body in one frame add up to 1; a body without a place in these years has none.
    """
    found = {}
    for number, zodiac in enumerate(tracks.selection.zodiacs):
        shares = np.empty((len(tracks.selection.bodies), len(zodiac.signs)))
        fill_stays(tracks.counted(number), np.array(zodiac.starts), len(zodiac.signs), shares)
        found[zodiac.id] = tuple(_passages(zodiac.signs, row) for row in shares.tolist())
    return found


def angle_passages(tracks: Tracks) -> tuple[dict[str, Passages], ...]:
    """For every told angle (`detail.TOLD_ANGLES`) by frame: the signs of the window, largest share first."""
    zodiacs = tracks.selection.zodiacs
    return tuple(
        {zodiac.id: _passages(zodiac.signs, row) for zodiac, row in zip(zodiacs, angle, strict=True)}
        for angle in angle_shares(tracks).tolist()
    )


def house_stays(tracks: Tracks) -> tuple[tuple[tuple[HouseStay, ...], ...], float]:
    """For every body the houses of the window with their shares, largest first; and the share that has houses at all.

    The latter is less than 1 where the system is undefined at the latitude, for the whole window (0) or a part; from
    the Sun there are no houses.
    """
    if not tracks.selection.has_houses:
        return ((),) * tracks.selection.layout.bodies, 0.0
    shares, defined = house_shares(tracks)
    return tuple(
        tuple(HouseStay(house + 1, row[house]) for house in _largest_first(row)) for row in shares.tolist()
    ), defined


def aspect_stays(tracks: Tracks) -> tuple[AspectStay, ...]:
    """Every aspect that holds at some time of the window, longest first; it may hold several times over."""
    selection = tracks.selection
    starts, codes = aspect_circle(selection.aspects)
    pairs = pairs_of(selection.bodies)
    kinds = [kind.id for kind in selection.aspects.kinds]
    of_parts = np.zeros((len(pairs), codes.size))
    fill_pair_stays(tracks.longitudes, starts, codes.size, of_parts)
    shares = of_parts @ (codes[:, None] == np.arange(len(kinds)))
    stays = [
        AspectStay(*pairs[pair], kinds[kind], float(shares[pair, kind]))
        for pair, kind in np.argwhere(shares > 0.0).tolist()
    ]
    return tuple(sorted(stays, key=lambda stay: -stay.share))


@cache
def aspect_circle(chosen: AspectSet) -> tuple[Array, NDArray[np.int8]]:
    """The circle of how far one body is ahead of another, cut where orbs end.

    Returns where its parts begin (degrees in [0, 360), ascending) and the number of each part's aspect, or
    `NO_ASPECT`.
    """
    table = aspect_table(chosen)
    edges = np.concatenate(
        [[0.0, HALF_TURN], table.angles_deg - table.orbs_deg, table.angles_deg + table.orbs_deg]
    )
    edges = np.unique(edges[(edges >= 0.0) & (edges <= HALF_TURN)])
    starts = np.unique(np.concatenate([edges, (2.0 * HALF_TURN - edges) % (2.0 * HALF_TURN)]))
    codes = []
    for start, end in pairwise([*starts.tolist(), 2.0 * HALF_TURN]):
        middle = 0.5 * (start + end)
        separation = min(middle, 2.0 * HALF_TURN - middle)
        codes.append(aspect_at(separation, table))
    return starts, np.array(codes, dtype=np.int8)


def _passages(signs: tuple[str, ...], shares: list[float]) -> Passages:
    return tuple(Passage(signs[sign], shares[sign]) for sign in _largest_first(shares))


def _largest_first(shares: list[float]) -> list[int]:
    return sorted((number for number, share in enumerate(shares) if share > 0.0), key=lambda n: -shares[n])
