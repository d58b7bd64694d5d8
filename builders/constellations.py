"""The map of the 88 constellations: `python -m builders.constellations` → `src/astrarium/data/constellations.json`.

E. Delporte drew the borders of the constellations along hour circles and parallels of the equator and equinox B1875.0
(IAU 1930); N. Roman (1987, Publ. Astron. Soc. Pacific 99, 695; CDS VI/42) listed the areas between them. skyfield (MIT)
carries that list as a grid of right ascensions and declinations. Here the grid is folded into bands of declination:
neighbouring rows that are alike become one band, and a band names its right ascensions only where the constellation
changes. Latin names are those of the IAU.
"""

from pathlib import Path

import msgspec
import numpy as np
import skyfield

from astrarium.sky.constellations import Band, Constellation, Map

OUTPUT = Path(__file__).parent.parent / "src" / "astrarium" / "data" / "constellations.json"
FORMAT = 1
SOURCE = (
    "E. Delporte 1930, borders on the equator and equinox B1875.0; N. Roman 1987, Publ. Astron. Soc. Pacific 99, 695 "
    "(CDS VI/42), as skyfield carries it"
)
NAMES = (
    "And Andromeda, Ant Antlia, Aps Apus, Aql Aquila, Aqr Aquarius, Ara Ara, Ari Aries, Aur Auriga, Boo "
    "Boötes, CMa Canis Major, CMi Canis Minor, CVn Canes Venatici, Cae Caelum, Cam Camelopardalis, Cap "
    "Capricornus, Car Carina, Cas Cassiopeia, Cen Centaurus, Cep Cepheus, Cet Cetus, Cha Chamaeleon, Cir "
    "Circinus, Cnc Cancer, Col Columba, Com Coma Berenices, CrA Corona Australis, CrB Corona Borealis, "
    "Crt Crater, Cru Crux, Crv Corvus, Cyg Cygnus, Del Delphinus, Dor Dorado, Dra Draco, Equ Equuleus, "
    "Eri Eridanus, For Fornax, Gem Gemini, Gru Grus, Her Hercules, Hor Horologium, Hya Hydra, Hyi Hydrus, "
    "Ind Indus, LMi Leo Minor, Lac Lacerta, Leo Leo, Lep Lepus, Lib Libra, Lup Lupus, Lyn Lynx, Lyr Lyra, "
    "Men Mensa, Mic Microscopium, Mon Monoceros, Mus Musca, Nor Norma, Oct Octans, Oph Ophiuchus, Ori "
    "Orion, Pav Pavo, Peg Pegasus, Per Perseus, Phe Phoenix, Pic Pictor, PsA Piscis Austrinus, Psc "
    "Pisces, Pup Puppis, Pyx Pyxis, Ret Reticulum, Scl Sculptor, Sco Scorpius, Sct Scutum, Ser Serpens, "
    "Sex Sextans, Sge Sagitta, Sgr Sagittarius, Tau Taurus, Tel Telescopium, TrA Triangulum Australe, Tri "
    "Triangulum, Tuc Tucana, UMa Ursa Major, UMi Ursa Minor, Vel Vela, Vir Virgo, Vol Volans, Vul "
    "Vulpecula"
)


def folded() -> list[Band]:
    """The bands from the south pole to the north pole; every border lies on a whole second and arcminute."""
    with np.load(Path(skyfield.__file__).parent / "data" / "constellations.npz") as grid:
        right_ascensions = [0, *(round(hours * 3600.0) for hours in grid["sorted_ra"])]
        declinations = [-5400, *(round(degrees * 60.0) for degrees in grid["sorted_dec"])]
        names, cells = grid["indexed_abbreviations"], grid["radec_to_index"]
    bands: list[Band] = []
    for row, declination in enumerate(declinations):
        starts: list[int] = []
        found: list[str] = []
        for column, right_ascension in enumerate(right_ascensions):
            name = str(names[cells[column, row]])
            if not found or found[-1] != name:
                starts.append(right_ascension)
                found.append(name)
        band = Band(declination, tuple(starts), tuple(found))
        if not bands or (bands[-1].ra_s, bands[-1].constellations) != (band.ra_s, band.constellations):
            bands.append(band)
    return bands


def build() -> bytes:
    """The map as JSON, one band a line."""
    names = [entry.split(" ", 1) for entry in NAMES.split(", ")]
    content = Map(
        format=FORMAT,
        source=SOURCE,
        constellations=tuple(Constellation(abbreviation, name) for abbreviation, name in names),
        bands=tuple(folded()),
    )
    return msgspec.json.encode(content).replace(b'{"dec_arcmin"', b'\n{"dec_arcmin"') + b"\n"


def main() -> None:
    """Write the map."""
    content = build()
    OUTPUT.write_bytes(content)
    print(f"{content.count(b'dec_arcmin')} bands, {len(content)} bytes")


if __name__ == "__main__":
    main()
