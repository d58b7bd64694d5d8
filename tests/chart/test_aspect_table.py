"""The table over the separation finds what comparing with every angle finds."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.chart.aspects import NO_ASPECT, SETS, AspectSet, aspect_at, aspect_table


def compared(chosen: AspectSet, separation_deg: float) -> list[int]:
    return [
        code for code, kind in enumerate(chosen.kinds) if abs(separation_deg - kind.angle_deg) <= kind.orb_deg
    ]


def looked_up(chosen: AspectSet, separation_deg: float) -> int:
    return aspect_at(separation_deg, aspect_table(chosen))


@pytest.mark.parametrize("chosen", SETS.values(), ids=SETS.keys())
@given(separation_deg=st.floats(0.0, 180.0))
def test_any_separation_has_the_aspect_that_comparing_finds(chosen: AspectSet, separation_deg: float) -> None:
    assert [looked_up(chosen, separation_deg)] == (compared(chosen, separation_deg) or [NO_ASPECT])


@pytest.mark.parametrize(
    ("chosen", "edge_deg"),
    [
        (chosen, edge_deg)
        for chosen in SETS.values()
        for kind in chosen.kinds
        for edge_deg in (kind.angle_deg - kind.orb_deg, kind.angle_deg + kind.orb_deg)
        if 0.0 < edge_deg < 180.0
    ],
)
def test_an_orb_ends_where_comparing_ends_it(chosen: AspectSet, edge_deg: float) -> None:
    for separation_deg in (edge_deg, math.nextafter(edge_deg, 0.0), math.nextafter(edge_deg, 180.0)):
        assert [looked_up(chosen, separation_deg)] == (compared(chosen, separation_deg) or [NO_ASPECT])
