"""The builder of the zodiacs: the same sources give what ships, and a wrong source is refused."""

import csv
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest

from builders import ayanamsas
from builders import zodiacs as builder

REFERENCE = Path(__file__).parents[1] / "reference" / "data"


def shipped(name):
    return msgspec.json.decode(files("astrarium").joinpath("data", name).read_bytes())


def test_builder_makes_what_ships():
    """Numbers to 1e-12, since the last bit of a sine may differ between machines; everything else exactly."""
    catalogue, proof = (msgspec.json.decode(content) for content in builder.build())
    assert_alike(catalogue, shipped("zodiacs.json"))
    assert_alike(proof, shipped("zodiacs-proof.json"))


def assert_alike(ours, theirs):
    assert type(ours) is type(theirs)
    if isinstance(ours, dict):
        assert list(ours) == list(theirs)
        for key, value in ours.items():
            assert_alike(value, theirs[key])
    elif isinstance(ours, list):
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            assert_alike(one, other)
    elif isinstance(ours, float):
        assert ours == pytest.approx(theirs, abs=1e-12, rel=1e-14)
    else:
        assert ours == theirs


def refusal(monkeypatch, field, value):
    edges = builder.rows("edges.csv")
    edges[3][field] = value
    monkeypatch.setattr(builder, "rows", lambda name: edges)
    with pytest.raises(builder.Disagreement) as caught:
        builder.edge_boundaries()
    return str(caught.value)


def test_builder_refuses_a_boundary_that_armagh_places_elsewhere(monkeypatch):
    assert refusal(monkeypatch, "armagh_deg", "117.987") == "cancer begins at 117.98786°, Armagh has 117.987°"


def test_builder_refuses_an_edge_where_the_map_has_none(monkeypatch):
    assert "does not change from Gem to Cnc" in refusal(monkeypatch, "b1875_deg", "118.2501")


def test_delta_t_is_the_spline_of_the_reference():
    """`delta_t.csv` follows table S15.2020 from 1800 to 1947; the spline begins with 20371.848 s in the year -720."""
    rows = csv.DictReader((REFERENCE / "delta_t.csv").read_text(encoding="utf-8").splitlines())
    before_1948 = [row for row in rows if float(row["year"]) < 1948.0]
    assert len(before_1948) == 148
    for row in before_1948:
        assert ayanamsas.delta_t_s(float(row["jd_tt"])) == pytest.approx(
            float(row["tt_minus_ut1_s"]), abs=0.01
        )
    assert ayanamsas.delta_t_s(2451545.0 - 2720.0 * 365.25) == pytest.approx(20371.848, abs=1e-6)


def test_older_precessions_join_the_modern_one_at_j2000():
    for name in ayanamsas.OLDER_PRECESSIONS:
        assert ayanamsas.older_precession_deg(name, 2451545.0) == pytest.approx(0.0, abs=1e-12)
        assert 0.05 < abs(ayanamsas.older_precession_deg(name, 2415020.0)) * 3600.0 < 1.0
