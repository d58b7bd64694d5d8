"""The ways to write a star's name, brought to one key.

`Zuben El Genubi`, `zubenelgenubi`, `α² Librae`, `alpha2 lib`, `9 Lib`, `HIP 72622` and `72622` are seven writings of
four keys, and the star carries them all. Case, diacritics, spaces and apostrophes do not count; a Greek letter may be
the letter, its name or the three letters of the catalogues; a constellation its name, genitive or abbreviation.
"""

import re
import unicodedata
from typing import Final

_LETTERS: Final = (
    "α alpha alp alf, β beta bet, γ gamma gam, δ delta del, ε epsilon eps, ζ zeta zet, η eta, θ theta the tet, "
    "ι iota iot, κ kappa kap, λ lambda lam, μ mu, ν nu, ξ xi ksi, ο omicron omi, π pi, ρ rho, σ sigma sig, τ tau, "
    "υ upsilon ups, φ phi, χ chi, ψ psi, ω omega ome"
)
_GREEK: Final = {word: words.split()[0] for words in _LETTERS.split(", ") for word in words.split()}

_CONSTELLATIONS: Final = (
    "And Andromeda Andromedae, Ant Antlia Antliae, Aps Apus Apodis, Aql Aquila Aquilae, Aqr Aquarius Aquarii, "
    "Ara Ara Arae, Ari Aries Arietis, Aur Auriga Aurigae, Boo Boötes Boötis, CMa Canis-Major Canis-Majoris, "
    "CMi Canis-Minor Canis-Minoris, CVn Canes-Venatici Canum-Venaticorum, Cae Caelum Caeli, "
    "Cam Camelopardalis Camelopardalis, Cap Capricornus Capricorni, Car Carina Carinae, "
    "Cas Cassiopeia Cassiopeiae, Cen Centaurus Centauri, Cep Cepheus Cephei, Cet Cetus Ceti, "
    "Cha Chamaeleon Chamaeleontis, Cir Circinus Circini, Cnc Cancer Cancri, Col Columba Columbae, "
    "Com Coma-Berenices Comae-Berenices, CrA Corona-Australis Coronae-Australis, "
    "CrB Corona-Borealis Coronae-Borealis, Crt Crater Crateris, Cru Crux Crucis, Crv Corvus Corvi, "
    "Cyg Cygnus Cygni, Del Delphinus Delphini, Dor Dorado Doradus, Dra Draco Draconis, Equ Equuleus Equulei, "
    "Eri Eridanus Eridani, For Fornax Fornacis, Gem Gemini Geminorum, Gru Grus Gruis, Her Hercules Herculis, "
    "Hor Horologium Horologii, Hya Hydra Hydrae, Hyi Hydrus Hydri, Ind Indus Indi, LMi Leo-Minor Leonis-Minoris, "
    "Lac Lacerta Lacertae, Leo Leo Leonis, Lep Lepus Leporis, Lib Libra Librae, Lup Lupus Lupi, Lyn Lynx Lyncis, "
    "Lyr Lyra Lyrae, Men Mensa Mensae, Mic Microscopium Microscopii, Mon Monoceros Monocerotis, "
    "Mus Musca Muscae, Nor Norma Normae, Oct Octans Octantis, Oph Ophiuchus Ophiuchi, Ori Orion Orionis, "
    "Pav Pavo Pavonis, Peg Pegasus Pegasi, Per Perseus Persei, Phe Phoenix Phoenicis, Pic Pictor Pictoris, "
    "PsA Piscis-Austrinus Piscis-Austrini, Psc Pisces Piscium, Pup Puppis Puppis, Pyx Pyxis Pyxidis, "
    "Ret Reticulum Reticuli, Scl Sculptor Sculptoris, Sco Scorpius Scorpii, Sct Scutum Scuti, "
    "Ser Serpens Serpentis, Sex Sextans Sextantis, Sge Sagitta Sagittae, Sgr Sagittarius Sagittarii, "
    "Tau Taurus Tauri, Tel Telescopium Telescopii, TrA Triangulum-Australe Trianguli-Australis, "
    "Tri Triangulum Trianguli, Tuc Tucana Tucanae, UMa Ursa-Major Ursae-Majoris, UMi Ursa-Minor Ursae-Minoris, "
    "Vel Vela Velorum, Vir Virgo Virginis, Vol Volans Volantis, Vul Vulpecula Vulpeculae"
)

_HIPPARCOS: Final = re.compile(r"(?:hip)?(\d{1,6})")
_DESIGNATION: Final = re.compile(r"([^\d\s]+) ?(\d*)|(\d+)")
LONGEST: Final = 80


def fold(text: str) -> str:
    """Lower case without diacritics and apostrophes; words parted by single spaces. Raised digits become digits."""
    return _bare(text).casefold()


def _bare(text: str) -> str:
    kept = (
        sign if sign.isalnum() else "" if unicodedata.combining(sign) or sign in "'’ʼ`" else " "
        for sign in unicodedata.normalize("NFKD", text[:LONGEST])
    )
    return " ".join("".join(kept).split())


_ABBREVIATIONS: Final = {
    fold(word): words.split()[0].lower() for words in _CONSTELLATIONS.split(", ") for word in words.split()
}


def key_of(text: str) -> str:
    """The key of a name, designation or HIP number; two writings of one name have one key. Empty for no letters.

    A single Latin letter keeps its case, for i Carinae and I Carinae are two stars; `looser_keys` has the other case.
    """
    bare = _bare(text)
    folded = bare.casefold()
    number = _HIPPARCOS.fullmatch(folded.replace(" ", ""))
    if number:
        return f"hip{int(number[1])}"
    words = folded.split()
    for count in (2, 1):
        constellation = _ABBREVIATIONS.get(" ".join(words[-count:]))
        designation = _DESIGNATION.fullmatch(" ".join(words[:-count]))
        if constellation and designation:
            letter, index, flamsteed = designation.groups()
            if flamsteed:
                return f"{int(flamsteed)} {constellation}"
            if letter in _GREEK:
                return f"{_GREEK[letter]}{index.lstrip('0')} {constellation}"
            if len(letter) == 1:
                return f"{bare[0]}{index.lstrip('0')} {constellation}"
    return "".join(words)


def is_name(key: str) -> bool:
    """Whether a key is that of a name, and not of a designation or a HIP number."""
    return " " not in key and not _HIPPARCOS.fullmatch(key)


def looser_keys(key: str) -> tuple[str, ...]:
    """Keys under which a star answers when no other star does.

    A Greek designation without the number that parts neighbours (`α2 lib` gives `α lib`); a Latin letter in the other
    case.
    """
    letter, _, constellation = key.partition(" ")
    bare = letter.rstrip("0123456789")
    if not constellation or not bare:
        return ()
    if bare in _GREEK:
        return (f"{bare} {constellation}",) if bare != letter else ()
    return (f"{letter.swapcase()} {constellation}",)
