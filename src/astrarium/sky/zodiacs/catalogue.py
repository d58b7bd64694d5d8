"""The zodiacs that Astrarium knows, by id: read from `data/zodiacs.json`, which `builders/zodiacs.py` makes."""

from difflib import get_close_matches
from functools import cache
from hashlib import sha256
from importlib.resources import files

import msgspec

from astrarium.sky.zodiacs.errors import UnknownZodiac, UnknownZodiacVersion
from astrarium.sky.zodiacs.frames import TWELVE_SIGNS, TWELVE_STARTS, Ayanamsa, Zodiac

ALIASES = {"draconic": "draconic:mean"}


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The contents of `data/zodiacs.json`."""

    format: int
    zodiacs: tuple[Zodiac, ...]
    ayanamsas: tuple[Ayanamsa, ...]


@cache
def _catalogue() -> Catalogue:
    return msgspec.json.decode(
        files("astrarium").joinpath("data", "zodiacs.json").read_bytes(), type=Catalogue, strict=False
    )


@cache
def zodiacs_digest() -> str:
    """The SHA-256 of `data/zodiacs.json`, `sha256:…`: for receipts."""
    return f"sha256:{sha256(files('astrarium').joinpath('data', 'zodiacs.json').read_bytes()).hexdigest()}"


@cache
def _versions() -> dict[str, dict[int, Zodiac]]:
    """Every zodiac by id and version, ids in the order they are listed, versions ascending."""
    catalogue = _catalogue()
    known: dict[str, dict[int, Zodiac]] = {}
    for frame in (*catalogue.zodiacs, *map(sidereal_zodiac, catalogue.ayanamsas)):
        known.setdefault(frame.id, {})[frame.version] = frame
    return {id_: dict(sorted(versions.items())) for id_, versions in known.items()}


def sidereal_zodiac(ayanamsa: Ayanamsa) -> Zodiac:
    """Twelve equal signs from an ayanamsa."""
    return Zodiac(
        id=f"sidereal:{ayanamsa.id}",
        version=ayanamsa.version,
        name=f"Sidereal, {ayanamsa.name}",
        kind="sidereal",
        signs=TWELVE_SIGNS,
        starts=TWELVE_STARTS,
        reference="mean ecliptic of date, counted from the ayanamsa",
        source=ayanamsa.source,
        description=f"{ayanamsa.definition} {ayanamsa.description}".strip(),
        good_for=ayanamsa.good_for,
        counting=ayanamsa.counting,
    )


def list_ayanamsas() -> tuple[Ayanamsa, ...]:
    """Every ayanamsa, in the customary order."""
    return _catalogue().ayanamsas


def list_zodiacs() -> tuple[Zodiac, ...]:
    """The newest version of every zodiac, those of the stars first, the ayanamsas last."""
    return tuple(versions[max(versions)] for versions in _versions().values())


def zodiac(id_: str) -> Zodiac:
    """The zodiac of an id: `iau13`, `sidereal:lahiri`, or with a version, `iau13@1`; else the newest version.

    `draconic` alone means `draconic:mean`. Raises `UnknownZodiac` with the nearest ids, or
    `UnknownZodiacVersion` with the versions that exist.
    """
    name, separator, version = id_.partition("@")
    name = ALIASES.get(name, name)
    versions = _versions().get(name)
    if versions is None:
        raise UnknownZodiac(id_, _nearest(name))
    if not separator:
        return versions[max(versions)]
    if not (version.isascii() and version.isdigit() and int(version) in versions):
        raise UnknownZodiacVersion(name, version, tuple(versions))
    return versions[int(version)]


def _nearest(name: str) -> tuple[str, ...]:
    """Up to three ids that a mistyped one may have meant, bare names of ayanamsas included."""
    candidates: dict[str, str] = {}
    for id_ in (*ALIASES, *_versions()):
        candidates[id_] = id_
        candidates.setdefault(id_.rpartition(":")[2], id_)
    wanted = name.strip().casefold().replace("-", "_").replace(" ", "_")
    found = (candidates[match] for match in get_close_matches(wanted[:64], candidates, n=6, cutoff=0.6))
    return tuple(dict.fromkeys(found))[:3]
