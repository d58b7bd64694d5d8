"""Where glyphs, degrees and leaders go: nothing over anything else, for any crowd."""

import math
import re
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from astrarium.draw.bodies import PlacedRow, place_stacks, rows_of, uncertainty
from astrarium.draw.dial import CENTRE, Dial
from astrarium.draw.layout import COMPACT, FULL, Layout

anywhere = st.lists(st.floats(0.0, 359.99), min_size=1, max_size=24)
stellium = st.tuples(st.integers(0, 35999), st.lists(st.integers(0, 200), min_size=13, max_size=16)).map(
    lambda made: [(made[0] + offset) % 36000 / 100 for offset in made[1]]
)
"""Thirteen bodies and more within two degrees, anywhere, in hundredths of a degree."""

layouts = st.sampled_from([FULL, COMPACT])


def overlap(a: PlacedRow, b: PlacedRow) -> float:
    """By how much two upright boxes overlap in the direction in which they overlap least; negative when clear."""
    in_x = (a.row.width + b.row.width) / 2 - abs(a.x - b.x)
    in_y = (a.row.height + b.row.height) / 2 - abs(a.y - b.y)
    return min(in_x, in_y)


@settings(deadline=None, max_examples=150)
@given(st.one_of(anywhere, stellium), st.floats(0.0, 360.0), layouts)
def test_no_glyph_or_text_touches_another(crowd, longitudes, left_deg, layout):
    stacks = place_stacks(crowd(longitudes), "iau13", Dial(left_deg), layout)
    for a, b in combinations([(stack.position.body, row) for stack in stacks for row in stack.rows], 2):
        assert overlap(a[1], b[1]) < 0.0, (a, b)


@settings(deadline=None, max_examples=100)
@given(st.one_of(anywhere, stellium), st.floats(0.0, 360.0), layouts)
def test_everything_of_a_body_stays_between_the_marks_and_the_house_ring(crowd, longitudes, left_deg, layout):
    for stack in place_stacks(crowd(longitudes), "iau13", Dial(left_deg), layout):
        for placed in stack.rows:
            across, down = abs(placed.x - CENTRE), abs(placed.y - CENTRE)
            half_width, half_height = placed.row.width / 2, placed.row.height / 2
            farthest = math.hypot(across + half_width, down + half_height)
            nearest = math.hypot(max(0.0, across - half_width), max(0.0, down - half_height))
            assert layout.house_outer < nearest < farthest < layout.mark_inner


def spiral_points(dial: Dial, start: float, end: float, layout: Layout) -> list[tuple[float, float]]:
    path = dial.spiral(start, end, layout.mark_inner, layout.leader_inner)
    return [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", path)]


@settings(deadline=None)
@given(stellium, layouts)
def test_leaders_run_from_the_true_degree_to_the_glyph_above_all_glyphs(crowd, longitudes, layout):
    dial = Dial(0.0)
    for stack in place_stacks(crowd(longitudes), "iau13", dial, layout):
        points = spiral_points(dial, stack.position.longitude, stack.shown_deg, layout)
        assert points[0] == pytest.approx(dial.point(stack.position.longitude, layout.mark_inner), abs=0.06)
        assert points[-1] == pytest.approx(dial.point(stack.shown_deg, layout.leader_inner), abs=0.06)
        for (x1, y1), (x2, y2) in pairwise(points):
            middle = math.hypot((x1 + x2) / 2 - CENTRE, (y1 + y2) / 2 - CENTRE)
            assert layout.leader_inner - 0.6 <= middle <= layout.mark_inner + 0.1


@settings(deadline=None, max_examples=50)
@given(stellium)
def test_leaders_fan_out_without_crossing(crowd, longitudes):
    stacks = place_stacks(crowd(longitudes), "iau13", Dial(0.0), FULL)
    by_place = sorted(stacks, key=lambda stack: (stack.position.longitude - longitudes[0] + 90.0) % 360.0)
    for a, b in pairwise(by_place):
        for share in (0.0, 0.25, 0.5, 0.75, 1.0):
            at = []
            for stack in (a, b):
                way = (stack.shown_deg - stack.position.longitude + 180.0) % 360.0 - 180.0
                at.append(stack.position.longitude + share * way)
            assert (at[1] - at[0] + 180.0) % 360.0 - 180.0 >= -1e-9


def test_a_circle_with_too_many_bodies_shrinks_them_all(crowd):
    stacks = place_stacks(crowd([6.0 * index for index in range(60)]), "iau13", Dial(0.0), FULL)
    sizes = {placed.row.size for stack in stacks for placed in stack.rows if placed.row.kind == "glyph"}
    assert len(sizes) == 1
    assert 0.4 * FULL.glyph < sizes.pop() < FULL.glyph
    rows = [row for stack in stacks for row in stack.rows]
    assert all(overlap(a, b) < 0.0 for a, b in combinations(rows, 2))


def test_an_exact_time_shows_degree_and_minute(einstein):
    sun = einstein.positions[0]
    assert [row.content for row in rows_of(sun, "iau13", FULL)] == ["sun", "3°", "32′"]
    assert [row.content for row in rows_of(sun, "tropical", FULL)] == ["sun", "23°", "30′"]
    assert [row.content for row in rows_of(sun, "iau13", COMPACT)] == ["sun", "3°"]


def test_a_retrograde_body_has_the_mark_and_a_direct_one_has_not(einstein):
    marked = {at.body for at in einstein.positions if rows_of(at, "iau13", FULL)[-1].kind == "retrograde"}
    assert marked == {"uranus", "true_node"}


def test_an_unknown_time_shows_how_far_a_body_may_be_off_instead_of_minutes(timeless):
    doubts = {at.body: uncertainty(at) for at in timeless.positions}
    assert doubts["moon"] == "±7°"
    assert doubts["sun"] == "±30′"
    assert doubts["venus"] == "±38′"
    assert doubts["pluto"] is None
    assert [row.content for row in rows_of(timeless.positions[1], "iau13", COMPACT)] == ["moon", "8°", "±7°"]
    assert [row.content for row in rows_of(timeless.positions[0], "iau13", COMPACT)] == ["sun", "3°"]
