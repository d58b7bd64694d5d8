"""The sums of a piece's coefficients, four at a time, against NumPy's Chebyshev series."""

import numpy as np
import pytest
from numpy.polynomial import chebyshev

from astrarium.sky.chebyshev import BASIS_SHAPE, fill_basis, value_and_rate
from astrarium.sky.layout import BLOCK_DAYS, Coordinate, Series, offsets_of

QUANTUM = 1e-3
COUNTS = [(middles, tails) for middles in range(10) for tails in range(9)]


def piece_of(middle_count: int, tail_count: int, part: int, days_in_block: float) -> tuple[float, float]:
    """Value and rate of the second of two pieces a part, whose neighbours hold large numbers, of the second record."""
    coordinates = (
        Coordinate("a", "au", QUANTUM, 7, 5),
        Coordinate("b", "au", QUANTUM, middle_count, tail_count),
    )
    offsets = offsets_of((Series("body", 2, coordinates),))
    record = np.frombuffer(np.random.default_rng(1).bytes(3 * offsets.record_bytes), np.uint8).copy()
    leads, middles, tails = record.view("<f8"), record.view("<i4"), record.view("<i2")
    words, piece = offsets.record_bytes // 8, 2 * part + 1
    lead, middle, _, tail, _ = offsets.pieces[piece].tolist()
    leads[words + lead : words + lead + 2] = 3.25, -1.5
    coefficients = np.concatenate(
        [
            leads[words + lead : words + lead + 2],
            QUANTUM * middles[2 * words + middle :][:middle_count],
            QUANTUM * tails[4 * words + tail :][:tail_count],
        ]
    )
    for array in (leads, middles, tails):
        array.flags.writeable = False
    basis = np.empty(BASIS_SHAPE)
    fill_basis(days_in_block, basis)
    found = value_and_rate(leads, middles, tails, offsets.pieces, offsets.quanta, words, piece, 1, basis)
    x = (days_in_block - part * BLOCK_DAYS / 2) * 4.0 / BLOCK_DAYS - 1.0
    value = chebyshev.chebval(x, coefficients)
    rate = chebyshev.chebval(x, chebyshev.chebder(coefficients)) * 4.0 / BLOCK_DAYS
    scale = np.abs(coefficients).sum() * coefficients.size**2
    return (found[0] - value) / scale, (found[1] - rate) / scale


@pytest.mark.parametrize(("middle_count", "tail_count"), COUNTS)
def test_a_piece_is_its_own_coefficients_and_nothing_of_its_neighbours(
    middle_count: int, tail_count: int
) -> None:
    for part, days in ((0, 0.0), (0, 3.3), (1, 8.0), (1, 12.7), (1, 16.0)):
        assert piece_of(middle_count, tail_count, part, days) == pytest.approx((0.0, 0.0), abs=1e-15)
