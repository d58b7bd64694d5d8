"""What the columns of a table of births mean: by their names, read forgivingly."""

import re
from difflib import get_close_matches
from typing import Final

import msgspec

from astrarium.chart.files.errors import DuplicateColumns, MissingBirthColumns

BIRTH_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "date": ("birth_date", "birthdate", "birthday", "date_of_birth", "dob"),
    "time": ("birth_time", "birthtime", "local_time", "time_of_birth", "tob"),
    "place": ("birth_place", "birthplace", "city", "place_of_birth", "town"),
    "place_id": ("geoname_id", "geonameid", "geonames_id"),
    "latitude": ("lat", "birth_latitude", "latitude_deg"),
    "longitude": ("lon", "lng", "long", "birth_longitude", "longitude_deg"),
    "altitude_m": ("alt", "altitude", "elevation", "elevation_m"),
    "country": ("birth_country", "country_code"),
    "zone": ("iana_zone", "time_zone", "timezone", "tz", "tzid"),
    "fold": (),
    "calendar": (),
    "instant": ("birth_instant", "instant_utc"),
}
"""The parts of a birth, and the other names that a column of each may bear."""

NEAR: Final = 0.75
"""How alike two names have to be for one to be a slip of the other; 1 is the same."""
_MEANINGS: Final = {
    name: meaning for meaning, synonyms in BIRTH_COLUMNS.items() for name in (meaning, *synonyms)
}


class Header(msgspec.Struct, frozen=True):
    """The columns of a table: their names as they are carried over, and where each part of a birth stands."""

    names: tuple[str, ...]
    births: dict[str, int]


def meaning_of(name: str) -> str | None:
    """The part of a birth that a column's name means, whatever its case, blanks and hyphens; `None` for others."""
    return _MEANINGS.get(_plain(name))


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "_", name.strip().casefold()).strip("_")


def read_header(names: list[str]) -> Header:
    """The header of a table with these column names; one without a name becomes `column_7`.

    Raises `DuplicateColumns` where two names are one or mean the same, `MissingBirthColumns` where they cannot tell
    when and where.
    """
    called = [name.strip() or f"column_{number}" for number, name in enumerate(names, 1)]
    first: dict[str, int] = {}
    births: dict[str, int] = {}
    for number, name in enumerate(called):
        if name in first:
            raise DuplicateColumns((name, name), (first[name] + 1, number + 1), None)
        first[name] = number
        meaning = meaning_of(name)
        if meaning is None:
            continue
        if meaning in births:
            earlier = births[meaning]
            raise DuplicateColumns((called[earlier], name), (earlier + 1, number + 1), meaning)
        births[meaning] = number
    missing = []
    if "date" not in births and "instant" not in births:
        missing.append("the date")
    if not ("place" in births or "place_id" in births or births.keys() >= {"latitude", "longitude"}):
        missing.append("the place")
    if missing:
        found = [name for name in names if name.strip()]
        raise MissingBirthColumns(missing, found, [pair for name in found if (pair := _nearly(name))])
    return Header(tuple(called), births)


def _nearly(name: str) -> tuple[str, str] | None:
    """A column's name and the part of a birth that it may be meant for, where it means none."""
    plain = _plain(name)
    if plain in _MEANINGS:
        return None
    near = get_close_matches(plain, _MEANINGS, n=1, cutoff=NEAR)
    return (name, _MEANINGS[near[0]]) if near else None
