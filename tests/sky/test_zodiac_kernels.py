"""The kernels that place a longitude in a sign frame."""

from math import inf, isnan, nan, pi, radians

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.sky.precession import ecliptic_to_j2000
from astrarium.sky.zodiacs import frame_table, list_zodiacs, zodiac
from astrarium.sky.zodiacs.kernels import (
    STARS,
    TROPICAL,
    ayanamsa_rad,
    boundary_of_date_rad,
    frame_offset_rad,
    longitude_in_frame,
    place_in_signs,
)

NEAR_DEG = 0.0005
FULL_CIRCLE = 2.0 * pi
FRAMES = list_zodiacs()
STAR_FRAMES = [frame for frame in FRAMES if frame.kind == "stars"]


def starts_of(frame):
    return np.array([radians(start) for start in frame.starts])


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: frame.id)
def test_start_opens_its_sign_and_a_hair_before_it_belongs_to_the_last(frame):
    starts = starts_of(frame)
    n = len(starts)
    for index, start in enumerate(starts):
        before = np.nextafter(start, -inf) if start > 0.0 else np.nextafter(FULL_CIRCLE, 0.0)
        for longitude, sign in (
            (start, index),
            (start + radians(NEAR_DEG), index),
            (before, (index - 1) % n),
            ((start - radians(NEAR_DEG)) % FULL_CIRCLE, (index - 1) % n),
        ):
            assert place_in_signs(longitude, starts, n)[0] == sign, (frame.signs[index], longitude)


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: frame.id)
def test_widths_make_a_full_circle(frame):
    starts = starts_of(frame)
    widths = [place_in_signs(start, starts, len(starts))[2] for start in starts]
    assert sum(widths) == pytest.approx(FULL_CIRCLE, abs=1e-14)
    assert sum(frame.widths) == pytest.approx(360.0, abs=1e-10)


def test_last_sign_reaches_over_the_wrap():
    pisces = zodiac("iau13")
    starts = starts_of(pisces)
    width = radians(360.0 - 351.64999 + 28.6868)
    for longitude_deg, degree in ((351.64999, 0.0), (359.9999, 8.34991), (0.0, 8.35001), (28.6867, 37.03671)):
        index, arc, wide = place_in_signs(radians(longitude_deg), starts, 13)
        assert pisces.signs[index] == "pisces"
        assert arc == pytest.approx(radians(degree), abs=1e-12)
        assert wide == pytest.approx(width, abs=1e-12)


@given(st.floats(0.0, FULL_CIRCLE, exclude_max=True), st.sampled_from(FRAMES))
def test_every_longitude_lies_within_its_sign(longitude, frame):
    starts = starts_of(frame)
    index, arc, width = place_in_signs(longitude, starts, len(starts))
    assert 0 <= index < len(starts)
    assert 0.0 <= arc < width
    assert (starts[index] + arc - longitude) % FULL_CIRCLE == pytest.approx(0.0, abs=1e-14) or (
        starts[index] + arc - longitude
    ) % FULL_CIRCLE == pytest.approx(FULL_CIRCLE, abs=1e-14)


@pytest.mark.parametrize("longitude", [nan, inf, FULL_CIRCLE])
def test_what_is_no_longitude_has_no_sign(longitude):
    index, arc, width = place_in_signs(longitude, starts_of(zodiac("iau13")), 13)
    assert index == -1
    assert isnan(arc)
    assert isnan(width)


@given(st.floats(-4.0, 2.01), st.sampled_from(STAR_FRAMES), st.floats(-1e-4, 1e-4))
def test_boundary_of_date_is_where_the_sign_changes_on_the_ecliptic_of_date(centuries, frame, nutation):
    rotation = ecliptic_to_j2000(centuries)
    starts = starts_of(frame)
    for index, start in enumerate(starts):
        boundary = boundary_of_date_rad(STARS, start, nutation, rotation)
        for step, sign in ((1e-11, index), (-1e-11, (index - 1) % len(starts))):
            longitude = longitude_in_frame(STARS, nutation, boundary + step, 0.0, rotation)
            assert place_in_signs(longitude, starts, len(starts))[0] == sign


def test_tropical_frame_counts_from_the_true_equinox_unchanged():
    frames = frame_table([zodiac("tropical")])
    rotation = ecliptic_to_j2000(1.0)
    offset = frame_offset_rad(TROPICAL, frames.parameters[0], 1.0, rotation, 8e-5, nan, nan)
    assert offset == 0.0
    assert longitude_in_frame(TROPICAL, offset, 1.25, 0.3, rotation) == 1.25


def test_draconic_frames_count_from_their_own_node():
    frames = frame_table([zodiac("draconic:mean"), zodiac("draconic:true")])
    rotation = ecliptic_to_j2000(0.0)
    offsets = [
        frame_offset_rad(frames.kinds[i], frames.parameters[i], 0.0, rotation, 8e-5, 1.5, 1.51)
        for i in range(2)
    ]
    assert offsets == [1.5, 1.51]


def test_ayanamsa_of_a_frame_that_has_none_is_not_a_number():
    assert isnan(ayanamsa_rad(TROPICAL, np.zeros(7), 0.0, ecliptic_to_j2000(0.0)))


def test_frame_table_pads_with_infinity_so_that_kernels_may_scan_it_whole():
    table = frame_table([zodiac("tropical"), zodiac("iau13")])
    assert table.counts.tolist() == [12, 13]
    assert table.starts.shape == (2, 13)
    assert table.starts[0, 12] == inf
    assert place_in_signs(radians(359.0), table.starts[0], 12)[0] == 11


def test_frame_table_of_no_zodiacs_is_empty():
    table = frame_table([])
    assert table.kinds.shape == (0,)
    assert table.parameters.shape == (0, 7)
