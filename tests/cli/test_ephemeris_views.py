"""`astrarium ephemeris print` from elsewhere than the Earth's middle, and with what bodies look like."""

import csv
import io

import numpy as np
import pytest

import astrarium
from astrarium.cli.ephemeris_views import HORIZON_COLUMNS, OBSERVABLE_COLUMNS, PLACE_COLUMNS
from astrarium.sky.heliocentric import PLANETS_AND_EARTH, SEEN_FROM_SUN

EVENING = (2460676.5, 0.75)
GREENWICH = ("--latitude", "51.4779", "--longitude", "0", "--altitude", "30")


@pytest.fixture
def printed(run, tmp_path):
    """The rows and the columns that are printed for two evenings."""
    path = tmp_path / "instants.csv"
    path.write_text("jd_tt_day,jd_tt_fraction\n2460676.5,0.75\n2460677.5,0.75\n")

    def go(*options):
        code, out, err = run("ephemeris", "print", "--instants", str(path), *options)
        assert (code, err) == (0, "")
        reader = csv.DictReader(io.StringIO(out))
        return list(reader), tuple(reader.fieldnames[3:])

    return go


def column(rows, name, bodies):
    cells = [float(row[name]) if row[name] else np.nan for row in rows]
    return np.array(cells).reshape(-1, bodies)


def test_a_topocentric_view_has_the_library_s_places_with_azimuth_and_altitude(printed):
    bodies = ("moon", "venus", "mean_node")
    rows, columns = printed("--perspective", "topocentric", *GREENWICH, "--bodies", ",".join(bodies))
    assert columns == (*PLACE_COLUMNS, *HORIZON_COLUMNS)
    instants = astrarium.from_terrestrial([2460676.5, 2460677.5], 0.75)
    expected = astrarium.topocentric_places(instants, 51.4779, 0.0, 30.0, bodies)
    for name in PLACE_COLUMNS:
        np.testing.assert_array_equal(column(rows, name, 3), getattr(expected, name))
    for name in HORIZON_COLUMNS:
        np.testing.assert_array_equal(column(rows, name, 3), getattr(expected.horizontal, name))


def test_a_place_by_name_is_the_place_by_its_coordinates(printed):
    from astrarium.civil.gazetteer import shipped_gazetteer

    london = shipped_gazetteer().find("London, GB")
    named, _ = printed("--perspective", "topocentric", "--place", "London, GB")
    by_number, _ = printed("--perspective", "topocentric", "--place", str(london.geoname_id))
    at = ("--latitude", repr(london.latitude), "--longitude", repr(london.longitude))
    assert named == by_number == printed("--perspective", "topocentric", *at)[0]


def test_a_heliocentric_view_has_the_earth_and_no_sun(printed):
    rows, columns = printed("--perspective", "heliocentric")
    assert columns == PLACE_COLUMNS
    assert tuple(row["body"] for row in rows) == PLANETS_AND_EARTH * 2
    expected = astrarium.heliocentric_places([2460676.5, 2460677.5], 0.75, PLANETS_AND_EARTH)
    np.testing.assert_array_equal(
        column(rows, "longitude_deg", len(PLANETS_AND_EARTH)), expected.longitude_deg
    )
    every, _ = printed("--perspective", "heliocentric", "--bodies", "all")
    assert tuple(row["body"] for row in every) == SEEN_FROM_SUN * 2


@pytest.mark.parametrize("site", [None, astrarium.Site(51.4779, 0.0, 30.0)])
def test_observables_are_those_of_the_same_standpoint(printed, site):
    where = () if site is None else ("--perspective", "topocentric", *GREENWICH)
    bodies = ("sun", "moon", "venus", "true_node")
    rows, columns = printed("--observables", *where, "--bodies", ",".join(bodies))
    assert columns[-len(OBSERVABLE_COLUMNS) :] == OBSERVABLE_COLUMNS
    instants = astrarium.from_terrestrial([2460676.5, 2460677.5], 0.75)
    expected = astrarium.observables(instants, bodies, site)
    for name in OBSERVABLE_COLUMNS:
        np.testing.assert_array_equal(column(rows, name, 4), getattr(expected, name))
    node = rows[3]
    assert (node["magnitude"], node["phase_angle_deg"]) == ("", "")
    assert node["elongation_deg"] != ""


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (("--perspective", "topocentric"), 1, "error[missing_place]: "),
        (("--perspective", "topocentric", "--place", "Xyzzyville"), 1, "error[unknown_place]: "),
        (
            ("--perspective", "topocentric", "--latitude", "91", "--longitude", "0"),
            1,
            "error[invalid_coordinates]: ",
        ),
        (
            ("--perspective", "topocentric", "--latitude", "nan", "--longitude", "0"),
            1,
            "error[invalid_coordinates]: ",
        ),
        (("--perspective", "heliocentric", "--bodies", "sun"), 1, "error[not_seen_from_sun]: "),
        (("--perspective", "heliocentric", "--bodies", "eart"), 1, "error[unknown_body]: "),
        (
            ("--perspective", "heliocentric", "--observables"),
            2,
            "error[usage]: Invalid value for --observables: ",
        ),
        (("--place", "London, GB"), 2, "error[usage]: Invalid value for --place: "),
        (("--perspective", "barycentric"), 2, "error[usage]: "),
    ],
)
def test_what_cannot_be_seen_is_told_before_anything_is_printed(run, tmp_path, options, code, told):
    path = tmp_path / "instants.csv"
    path.write_text("jd_tt_day,jd_tt_fraction\n2460676.5,0.75\n")
    outcome = run("ephemeris", "print", "--instants", str(path), *options)
    assert (outcome.code, outcome.out) == (code, "")
    assert outcome.err.startswith(told)


@pytest.mark.parametrize("perspective", [("topocentric", *GREENWICH), ("heliocentric",)])
def test_a_bad_instant_is_told_by_its_line_and_the_others_are_printed(run, tmp_path, perspective):
    path = tmp_path / "instants.csv"
    path.write_text("jd_tt_day,jd_tt_fraction\n2460676.5,0.75\n9e9,0\nnan,0\n2460677.5,0\n")
    code, out, err = run(
        "ephemeris", "print", "--instants", str(path), "--bodies", "mars", "--perspective", *perspective
    )
    assert code == 1
    assert [line.split(",")[0] for line in out.splitlines()[1:]] == ["2460676.5", "2460677.5"]
    assert [line.split(":")[1] for line in err.splitlines()[:2]] == ["3", "4"]
