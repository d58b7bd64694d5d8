"""The builder of the constellation map: the same source gives what ships, and nothing of the grid is lost."""

from importlib.resources import files
from pathlib import Path

import numpy as np
import skyfield

from astrarium.sky.constellations import constellation_of_b1875, constellation_table, list_constellations
from builders import constellations as builder


def test_builder_makes_what_ships():
    assert builder.build() == files("astrarium").joinpath("data", "constellations.json").read_bytes()


def test_every_cell_of_the_source_has_its_constellation():
    with np.load(Path(skyfield.__file__).parent / "data" / "constellations.npz") as grid:
        ra_edges = np.array([0.0, *grid["sorted_ra"], 24.0])
        dec_edges = np.array([-90.0, *grid["sorted_dec"], 90.0])
        cells, names = grid["radec_to_index"], grid["indexed_abbreviations"]
    ours = [entry.abbreviation for entry in list_constellations()]
    table = constellation_table()
    for column in range(len(ra_edges) - 1):
        ra = np.pi / 12.0 * (ra_edges[column] + ra_edges[column + 1]) / 2.0
        for row in range(len(dec_edges) - 1):
            dec = np.radians((dec_edges[row] + dec_edges[row + 1]) / 2.0)
            assert ours[constellation_of_b1875(ra, dec, table)] == names[cells[column, row]]
