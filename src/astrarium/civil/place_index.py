"""The table of places on disk: read only, opened when first asked, shared by any number of threads."""

import sqlite3
import weakref
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from astrarium.civil.place_errors import GazetteerUnreadable
from astrarium.civil.place_ranking import (
    INNER_WORD,
    TABLE_FORMAT,
    WEIGHT_SQL,
    WHOLE_NAME_FACTOR,
    unpack_places,
)
from astrarium.civil.spans import Span

SHIPPED = Path(__file__).resolve().parent.parent / "data" / "places.sqlite"

LARGEST_INTEGER = 2**63 - 1  # of SQLite
_LAST_KEY = "\U0010ffff"


class PlaceRow(msgspec.Struct, frozen=True):
    """One row of the table of places, with the names of its region, country and zones."""

    number: int
    geoname_id: int
    name: str
    latitude: float
    longitude: float
    population: int
    region: str | None
    region_code: str | None
    country: str
    country_name: str
    zone: str
    other_zones: tuple[str, ...]


class PlaceIndex:
    """Look-ups in one file of places by key; keys are made by `folding.fold`.

    Places are numbered by country and region, so that a country or a region is a span of numbers.

    A connection is opened when one is needed and none is idle, and is kept for the next look-up: threads never share
    one at the same time, and none waits. The file is opened immutable: nobody may write to it while it is open.
    """

    def __init__(self, path: Path = SHIPPED) -> None:
        self.path = path
        self._idle: deque[sqlite3.Connection] = deque()
        self._finalizer = weakref.finalize(self, _close_all, self._idle)

    def close(self) -> None:
        """Close the idle connections; a later look-up opens new ones."""
        _close_all(self._idle)

    def provenance(self) -> dict[str, str]:
        """What the table was made from: sources, licence, counts and the digest of its contents."""
        with self._connection() as connection:
            return dict(connection.execute("SELECT key, value FROM provenance ORDER BY key"))

    def number_of(self, geoname_id: int) -> int | None:
        """The number of a GeoNames id, or `None`."""
        if abs(geoname_id) > LARGEST_INTEGER:
            return None
        with self._connection() as connection:
            row = connection.execute(
                "SELECT number FROM place WHERE geoname_id = ?", (geoname_id,)
            ).fetchone()
        return None if row is None else int(row[0])

    def rows(self, numbers: Sequence[int]) -> list[PlaceRow]:
        """The places of these numbers (at most a few hundred), in their order."""
        marks = ",".join("?" * len(numbers))
        with self._connection() as connection:
            found = connection.execute(f"{_ROWS_SQL} WHERE place.number IN ({marks})", numbers).fetchall()
        by_number = {row[0]: row for row in found}
        return [_row(by_number[number]) for number in numbers]

    def prefixed(self, prefix: str, limit: int, spans: Sequence[Span] | None = None) -> list[int]:
        """The numbers of the places with a name or inner word that begins with the key `prefix`, best first."""
        with self._connection() as connection:
            return ranked(connection, prefix, spans)[:limit]

    def listed(self, prefix: str, country: str = "") -> list[int] | None:
        """The best places of a prefix that very many names share, of the world or a country; `None` if not listed."""
        with self._connection() as connection:
            row = connection.execute(
                "SELECT places FROM best WHERE prefix = ? AND country = ?", (prefix, country)
            ).fetchone()
        return None if row is None else unpack_places(row[0])

    def named(self, keys: Sequence[str], spans: Sequence[Span] | None = None) -> list[tuple[int, int, int]]:
        """(number, weight, kind of name) of every place that bears one of these whole names, the weightiest first.

        A place stands once, by its weightiest name. Inner words are no names.
        """
        within, bounds = _within(spans)
        marks = ",".join("?" * len(keys))
        with self._connection() as connection:
            return connection.execute(
                f"SELECT name.place, max({WEIGHT_SQL}) AS weight, name.kind"  # noqa: S608 - marks only
                " FROM name JOIN place ON place.number = name.place"
                f" WHERE name.key IN ({marks}) AND name.kind < {INNER_WORD}{within}"
                " GROUP BY name.place ORDER BY weight DESC, place.geoname_id",
                (*keys, *bounds),
            ).fetchall()

    def largest(self, spans: Sequence[Span], limit: int) -> list[int]:
        """The numbers of the places with the most people in `spans`, the largest first."""
        return [number for number, _ in self._populations(spans)[:limit]]

    def people_in(self, spans: Sequence[Span]) -> int:
        """How many people the places in `spans` have together; in a district within a town they count twice."""
        return sum(population for _, population in self._populations(spans))

    def _populations(self, spans: Sequence[Span]) -> list[tuple[int, int]]:
        clauses = " OR ".join("number BETWEEN ? AND ?" for _ in spans) or "0"
        with self._connection() as connection:
            return connection.execute(
                f"SELECT number, population FROM place WHERE {clauses} ORDER BY population DESC, geoname_id",  # noqa: S608 - marks only
                [end for span in spans for end in span],
            ).fetchall()

    def spans_of(self, qualifier: str, *, whole: bool) -> list[Span]:
        """The spans of the countries and regions called so (or, not `whole`, whose names begin so)."""
        last = qualifier if whole else qualifier + _LAST_KEY
        with self._connection() as connection:
            return connection.execute(
                "SELECT DISTINCT first, last FROM qualifier WHERE key BETWEEN ? AND ? ORDER BY first, last",
                (qualifier, last),
            ).fetchall()

    def country_of(self, qualifier: str) -> tuple[str, Span | None] | None:
        """The ISO code of the country called so, and the span of its places if it has any; or `None`."""
        with self._connection() as connection:
            row = connection.execute(
                "SELECT country.code, country.first, country.last FROM country_name"
                " JOIN country ON country.code = country_name.country WHERE country_name.key = ?",
                (qualifier,),
            ).fetchone()
        if row is None:
            return None
        code, first, last = row
        return code, None if first is None else (first, last)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._open()
        try:
            yield connection
        except sqlite3.DatabaseError as error:
            connection.close()
            raise GazetteerUnreadable(self.path, str(error)) from error
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)

    def _open(self) -> sqlite3.Connection:
        if not self.path.is_file():
            raise GazetteerUnreadable(self.path, "there is no such file")
        address = f"{self.path.resolve().as_uri()}?mode=ro&immutable=1"
        connection = sqlite3.connect(address, uri=True, check_same_thread=False, isolation_level=None)
        try:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            connection.execute("PRAGMA mmap_size = 67108864")
        except sqlite3.DatabaseError as error:
            connection.close()
            raise GazetteerUnreadable(self.path, str(error)) from error
        if version != TABLE_FORMAT:
            connection.close()
            raise GazetteerUnreadable(
                self.path, f"it has format {version}, and format {TABLE_FORMAT} is read here"
            )
        return connection


def ranked(connection: sqlite3.Connection, prefix: str, spans: Sequence[Span] | None = None) -> list[int]:
    """Every place with a name or inner word that begins with the key `prefix`, the weightiest first.

    Reads as many rows as there are such names: `PlaceIndex.listed` has the answer for the prefixes of very many.
    """
    within, bounds = _within(spans)
    rows = connection.execute(
        f"SELECT name.place, max({WEIGHT_SQL}"  # noqa: S608 - numbers and marks only
        f" * CASE WHEN name.key = ? AND name.kind < {INNER_WORD} THEN {WHOLE_NAME_FACTOR} ELSE 1 END) AS weight"
        " FROM name JOIN place ON place.number = name.place"
        f" WHERE name.key >= ? AND name.key < ?{within}"
        " GROUP BY name.place ORDER BY weight DESC, place.geoname_id",
        (prefix, prefix, prefix + _LAST_KEY, *bounds),
    )
    return [number for number, _ in rows]


_ROWS_SQL = """
SELECT place.number, geoname_id, place.name, latitude_e5, longitude_e5, population,
       region.name, region.code, region.country, country.name, zone.name, place.other_zones
FROM place JOIN region ON region.number = place.region JOIN country ON country.code = region.country
     JOIN zone ON zone.number = place.zone
"""


def _row(row: tuple[int, int, str, int, int, int, str | None, str, str, str, str, str | None]) -> PlaceRow:
    (
        number,
        geoname_id,
        name,
        latitude,
        longitude,
        population,
        region,
        code,
        country,
        country_name,
        zone,
        others,
    ) = row
    return PlaceRow(
        number=number,
        geoname_id=geoname_id,
        name=name,
        latitude=latitude / 100_000,
        longitude=longitude / 100_000,
        population=population,
        region=region,
        region_code=code or None,
        country=country,
        country_name=country_name,
        zone=zone,
        other_zones=tuple(others.split(" ")) if others else (),
    )


def _within(spans: Sequence[Span] | None) -> tuple[str, list[int]]:
    if spans is None:
        return "", []
    clauses = " OR ".join("name.place BETWEEN ? AND ?" for _ in spans) or "0"
    return f" AND ({clauses})", [end for span in spans for end in span]


def _close_all(connections: deque[sqlite3.Connection]) -> None:
    while connections:
        connections.pop().close()
