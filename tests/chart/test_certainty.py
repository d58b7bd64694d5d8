"""Signs, houses, angles and aspects over a birth-time window, against charts of every moment of it."""

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from astrarium.chart.aspects import ALL, MAJOR, NONE
from astrarium.chart.batch import charts
from astrarium.chart.certainty import angle_passages, aspect_circle, aspect_stays, house_stays, passages
from astrarium.chart.detail import TOLD_ANGLES
from astrarium.chart.selection import Selection, select
from astrarium.chart.status import COMPUTED
from astrarium.chart.stays import fill_stays
from astrarium.chart.tracks import Spot, Tracks, Window, track, value_at
from astrarium.sky.bodies import BODIES
from astrarium.sky.house_systems import SYSTEMS
from astrarium.sky.houses import houses_many
from astrarium.sky.positions import places
from astrarium.sky.timescales import Instants, from_universal

ZODIACS = ("iau13", "tropical", "sidereal:lahiri", "draconic:true")
MOMENTS = 1500

days_of_windows = st.sampled_from([0.0007, 0.04, 0.3, 23 / 24, 1.0, 25 / 24, 2.7, 4.0])
first_days = st.integers(2_390_000, 2_480_000).map(lambda day: day + 0.5)
latitudes = st.one_of(
    st.floats(-66.0, 66.0), st.sampled_from([-90.0, -78.2, 0.0, 66.5, 67.3, 69.6, 84.0, 90.0])
)
longitudes = st.floats(-180.0, 180.0)
systems = st.sampled_from([system.id for system in SYSTEMS])
quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def tracks_of(
    jd_day: float,
    days: float,
    latitude: float = 51.5,
    longitude: float = 0.0,
    houses: str = "placidus",
    bodies: str | tuple[str, ...] = "standard",
    zodiacs: tuple[str, ...] = ZODIACS,
) -> tuple[Tracks, Window]:
    """The tracks of a window from 07:12 UT of a day."""
    ends = from_universal([jd_day, jd_day], [0.3, 0.3 + days])
    length = (ends.tt_day[1] - ends.tt_day[0]) + (ends.tt_fraction[1] - ends.tt_fraction[0])
    window = Window(float(ends.tt_day[0]), float(ends.tt_fraction[0]), float(length))
    spot = Spot(latitude, longitude, (float(ends.delta_t_s[0]), float(ends.delta_t_s[1])))
    return track(select(zodiacs, houses, bodies, "all"), window, spot), window


def moments_of(window: Window, spot: Spot) -> Instants:
    """The middles of many equal parts of a window."""
    share = (np.arange(MOMENTS) + 0.5) / MOMENTS
    first, last = spot.delta_t_s
    return Instants(
        np.full(MOMENTS, window.tt_day),
        window.tt_fraction + share * window.days,
        first + share * (last - first),
    )


def check(codes: np.ndarray, shares: dict[int, float], absent: int, what: object) -> None:
    """The shares of codes among the moments, to half a moment for every change that the moments show."""
    changes = np.count_nonzero(np.diff(codes)) + 1
    for code in {*codes.tolist(), *shares} - {absent}:
        counted = np.count_nonzero(codes == code) / MOMENTS
        assert shares.get(code, 0.0) == pytest.approx(counted, abs=1.01 * changes / MOMENTS), (what, code)


def check_against_moments(tracks: Tracks, window: Window) -> None:
    """Every share that is told of a window, against the charts of all its moments."""
    chosen: Selection = tracks.selection
    found = charts(
        moments_of(window, tracks.spot),
        tracks.spot.latitude_deg,
        tracks.spot.longitude_deg,
        zodiacs=ZODIACS,
        houses=chosen.houses.id,
        bodies=chosen.bodies,
        aspects="all",
    )
    bodies, angles = len(chosen.bodies), angle_passages(tracks)
    defined = found.status == COMPUTED
    for row, zodiac in enumerate(chosen.zodiacs):
        number = {sign: code for code, sign in enumerate(zodiac.signs)}
        for body, stays in enumerate(passages(tracks)[zodiac.id]):
            shares = {number[stay.sign]: stay.share for stay in stays}
            check(found.signs[:, row, body], shares, -1, (zodiac.id, chosen.bodies[body]))
        for angle in range(2):
            shares = {number[stay.sign]: stay.share for stay in angles[angle][zodiac.id]}
            if defined.all():
                check(found.signs[:, row, bodies + angle], shares, -1, (zodiac.id, TOLD_ANGLES[angle]))
    stays_of_bodies, share_defined = house_stays(tracks)
    assert share_defined == pytest.approx(np.count_nonzero(defined) / MOMENTS, abs=3.0 / MOMENTS)
    for body, house in enumerate(stays_of_bodies):
        shares = {stay.house: stay.share for stay in house}
        check(found.houses[:, body], shares, 0, (chosen.houses.id, chosen.bodies[body]))
    kinds = {kind.id: code for code, kind in enumerate(chosen.aspects.kinds)}
    of_pairs: dict[tuple[str, str], dict[int, float]] = {}
    for stay in aspect_stays(tracks):
        of_pairs.setdefault((stay.a, stay.b), {})[kinds[stay.aspect]] = stay.share
    for column, pair in enumerate(found.pairs):
        check(found.aspects[:, column], of_pairs.get(pair, {}), -1, pair)


@quick
@given(first_days, days_of_windows, latitudes, longitudes, systems)
@example(2448028.5, 1.0, 51.5, -0.12, "placidus")
@example(2416714.5, 1.0, 66.0, 10.0, "polich_page")  # cusps in no order
@example(2435319.5, 2.7, 89.0, -72.0, "apc")  # cusps that turn back
@example(2455725.5, 0.3, -78.0, 0.0, "sunshine")  # no Sun all day
@example(2393309.5, 10.0, 89.0, 122.862, "alcabitius")  # a node that begins to rise within the window
@example(2436179.5, 1.0, 68.0, 150.0, "whole_sign")
@example(2451625.5, 1.0, 12.0, 20.0, "azimuthal")  # the cusps go both ways
def test_shares_of_a_window_agree_with_the_charts_of_its_moments(
    jd_day: float, days: float, latitude: float, longitude: float, system: str
) -> None:
    check_against_moments(*tracks_of(jd_day, days, latitude, longitude, system))


@settings(quick, max_examples=6)
@given(first_days, st.sampled_from([1.0, 4.0]))
def test_shares_of_every_body_agree_with_the_charts_of_its_moments(jd_day: float, days: float) -> None:
    bodies = tuple(body.id for body in BODIES)[:24]
    check_against_moments(*tracks_of(jd_day, days, 40.0, -74.0, "porphyry", bodies))


@quick
@given(first_days, days_of_windows, latitudes, longitudes, systems)
def test_shares_add_up_to_the_whole_window(
    jd_day: float, days: float, latitude: float, longitude: float, system: str
) -> None:
    tracks, _ = tracks_of(jd_day, days, latitude, longitude, system)

    for of_bodies in passages(tracks).values():
        for stays in of_bodies:
            assert sum(stay.share for stay in stays) == pytest.approx(1.0, abs=1e-9)
            assert [stay.share for stay in stays] == sorted((stay.share for stay in stays), reverse=True)
    for of_frames in angle_passages(tracks):
        for stays in of_frames.values():
            assert sum(stay.share for stay in stays) == pytest.approx(1.0, abs=1e-9)
    houses, defined = house_stays(tracks)
    for stays in houses:
        assert sum(stay.share for stay in stays) == pytest.approx(defined, abs=1e-9)


def codes_at(tracks: Tracks, window: Window, days: list[float]) -> tuple[np.ndarray, np.ndarray]:
    """The Moon's sign in the first frame and its house at instants of a window, by whole charts."""
    count, spot = len(days), tracks.spot
    moments = Instants(
        np.full(count, window.tt_day), window.tt_fraction + np.array(days), np.full(count, spot.delta_t_s[0])
    )
    found = charts(moments, spot.latitude_deg, spot.longitude_deg, zodiacs=ZODIACS, bodies=("moon",))
    return found.signs[:, 0, 0], found.houses[:, 0]


def test_a_passage_is_found_to_the_millisecond() -> None:
    tracks, window = tracks_of(2448028.5, 1.0, bodies=("moon",))
    signs = tracks.selection.zodiacs[0].signs
    shares = {stay.sign: stay.share for stay in passages(tracks)["iau13"][0]}
    assert set(shares) == {"capricorn", "aquarius"}

    change = shares["capricorn"] * window.days
    before, after = codes_at(tracks, window, [change - 1e-8, change + 1e-8])[0]

    assert (signs[before], signs[after]) == ("capricorn", "aquarius")


def test_a_passage_of_a_cusp_is_found_to_a_hundredth_of_a_second() -> None:
    tracks, window = tracks_of(2448028.5, 0.1, bodies=("moon",))
    shares = {stay.house: stay.share for stay in house_stays(tracks)[0][0]}
    first = int(codes_at(tracks, window, [0.0])[1][0])
    assert set(shares) >= {first, first - 1}

    change = shares[first] * window.days
    before, after = codes_at(tracks, window, [change - 1e-7, change + 1e-7])[1]

    assert (before, after) == (first, first - 1)


def test_the_cubics_follow_the_table() -> None:
    bodies = tuple(body.id for body in BODIES if body.kind in {"luminary", "planet", "node", "apsis"})
    random = np.random.default_rng(1)
    for jd_day in random.integers(2_330_000, 2_500_000, 60) + 0.5:
        tracks = track(
            select(("tropical",), "equal_ascendant", bodies, "none"),
            Window(jd_day, 0.0, 1.0),
            Spot(0.0, 0.0, (0.0, 0.0)),
        )
        shares = random.uniform(0.0, 1.0, 20)
        truth = places(np.full(20, jd_day), shares, bodies).longitude_deg
        for body, name in enumerate(bodies):
            found = np.array([value_at(tracks.longitudes[body], 4.0 * share) for share in shares])
            off = np.abs((found - truth[:, body] + 180.0) % 360.0 - 180.0).max()
            assert off < (5e-6 if name == "osculating_apogee" else 1e-6), name


@pytest.mark.parametrize("system", [system.id for system in SYSTEMS if system.id != "whole_sign"])
def test_cusps_go_one_way_and_little_between_two_looks(system: str) -> None:
    sidereal_time = np.arange(0.0, 361.0)
    for latitude in (-66.0, -60.0, -45.0, -23.0, 0.0, 10.0, 35.0, 52.0, 60.0, 64.0, 66.0):
        if (system == "azimuthal" and abs(latitude) < 24.0) or (system == "apc" and abs(latitude) > 64.0):
            continue  # their cusps turn back, which is looked for
        cusps, _ = houses_many(system, sidereal_time, latitude, 23.44, sun_declination_deg=10.0)
        moved = (np.diff(cusps, axis=0) + 180.0) % 360.0 - 180.0
        assert moved.max() < 90.0
        assert moved.min() > 0.1  # the Moon moves 0.04° in that time


@settings(max_examples=300, deadline=None)
@given(
    st.floats(0.0, 360.0, exclude_max=True),
    *(st.floats(-400.0, 400.0),) * 3,
    st.lists(st.floats(0.0, 359.0), min_size=1, max_size=14, unique=True),
)
def test_stays_of_any_cubic_agree_with_its_values(
    at: float, speed: float, bend: float, twist: float, starts: list[float]
) -> None:
    cubic = np.array([[[at, speed, bend, twist]]])
    bounds = np.sort(np.array(starts))
    shares = np.empty((1, bounds.size))
    fill_stays(cubic, bounds, bounds.size, shares)

    s = (np.arange(20_000) + 0.5) / 20_000
    values = (at + s * (speed + s * (bend + s * twist))) % 360.0
    parts = (np.searchsorted(bounds, values, side="right") - 1) % bounds.size
    counted = np.bincount(parts, minlength=bounds.size) / s.size
    changes = np.count_nonzero(np.diff(parts)) + 4
    assert shares[0].sum() == pytest.approx(1.0, abs=1e-9)
    assert shares[0] == pytest.approx(counted, abs=changes / s.size)


def test_a_body_without_a_place_has_no_signs_and_no_houses() -> None:
    tracks, _ = tracks_of(2_340_000.5, 1.0, bodies=("sun", "chiron"))

    assert passages(tracks)["iau13"][0]
    assert passages(tracks)["iau13"][1] == ()
    assert house_stays(tracks)[0][1] == ()
    assert aspect_stays(tracks) == ()


def test_undefined_houses_have_no_shares() -> None:
    tracks, _ = tracks_of(2448028.5, 1.0, 70.0)

    houses, defined = house_stays(tracks)

    assert defined == 0.0
    assert set(houses) == {()}
    assert len(angle_passages(tracks)[0]["tropical"]) > 1


@pytest.mark.parametrize("chosen", [MAJOR, ALL, NONE], ids=lambda chosen: chosen.id)
def test_the_circle_of_aspects_holds_every_aspect_on_both_sides(chosen: object) -> None:
    starts, codes = aspect_circle(chosen)

    assert np.all(np.diff(starts) > 0.0)
    for number, kind in enumerate(chosen.kinds):
        widths = np.diff([*starts, 360.0])[codes == number]
        sides = 1.0 if kind.angle_deg in (0.0, 180.0) else 2.0
        assert widths.sum() == pytest.approx(sides * 2.0 * kind.orb_deg)
