"""ΔT against `delta_t.csv`, whose README names the sources: 0.01 s from 1962, the standard error before."""

import csv
from pathlib import Path

import numpy as np

from astrarium.sky.timescales import delta_t, delta_t_sigma

ROWS = list(
    csv.DictReader((Path(__file__).parent / "data" / "delta_t.csv").read_text(encoding="utf-8").splitlines())
)


def column(name: str) -> np.ndarray:
    return np.array([float(row[name]) for row in ROWS])


def test_delta_t_within_a_hundredth_of_a_second() -> None:
    difference = np.abs(delta_t(column("jd_tt"), 0.0) - column("tt_minus_ut1_s"))

    assert difference.max() < 0.01


def test_standard_error_is_of_the_same_size() -> None:
    ours, theirs = delta_t_sigma(column("jd_tt"), 0.0), column("sigma_s")
    settled = column("year") >= 1800

    assert (np.abs(ours - theirs)[settled] <= np.maximum(0.12, 0.02 * theirs[settled])).all()
