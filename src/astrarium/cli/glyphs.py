"""The signs of astrology as single characters for the terminal, and how they are left out where it has none.

Every planet and aspect here is one cell wide and every zodiac sign two (Unicode East Asian Width, UAX #11: the signs
♈ to ♓ and ⛎ are wide), so that a column of one kind lines up in any terminal that follows Unicode.
"""

from typing import Final

from astrarium.sky.sign_names import customary

BODIES: Final[dict[str, str]] = {
    "sun": "☉",
    "earth": "♁",
    "moon": "☽",
    "mercury": "☿",
    "venus": "♀",
    "mars": "♂",
    "jupiter": "♃",
    "saturn": "♄",
    "uranus": "♅",
    "neptune": "♆",
    "pluto": "♇",
    "chiron": "⚷",
    "ceres": "⚳",
    "pallas": "⚴",
    "juno": "⚵",
    "vesta": "⚶",
    "mean_node": "☊",
    "true_node": "☊",
    "mean_apogee": "⚸",
    "osculating_apogee": "⚸",
}

SIGNS: Final[dict[str, str]] = {
    "aries": "♈",
    "taurus": "♉",
    "gemini": "♊",
    "cancer": "♋",
    "leo": "♌",
    "virgo": "♍",
    "libra": "♎",
    "scorpio": "♏",
    "ophiuchus": "⛎",
    "sagittarius": "♐",
    "capricorn": "♑",
    "aquarius": "♒",
    "pisces": "♓",
}

ABBREVIATIONS: Final[dict[str, str]] = {
    "aries": "Ari",
    "taurus": "Tau",
    "gemini": "Gem",
    "cancer": "Cnc",
    "leo": "Leo",
    "virgo": "Vir",
    "libra": "Lib",
    "scorpio": "Sco",
    "ophiuchus": "Oph",
    "sagittarius": "Sgr",
    "capricorn": "Cap",
    "aquarius": "Aqr",
    "pisces": "Psc",
}
"""The IAU's three letters (1930), for columns too narrow for the name."""

ASPECTS: Final[dict[str, str]] = {
    "conjunction": "☌",
    "opposition": "☍",
    "trine": "△",
    "square": "□",
    "sextile": "⚹",
    "semisextile": "⚺",
    "quincunx": "⚻",
    "semisquare": "∠",
    "sesquiquadrate": "⚼",
}

RETROGRADE: Final = "℞"
NOTHING: Final = " "
NO_SIGN: Final = "  "


LABELS: Final[dict[str, str]] = {
    "osculating_apogee": "Osc. Lilith",
    "asteroid_lilith": "Lilith 1181",
    "equatorial_ascendant": "East point",
    "co_ascendant_koch": "Co-asc. K.",
    "co_ascendant_munkasey": "Co-asc. M.",
    "polar_ascendant": "Polar asc.",
}
"""Bodies and angles whose names are longer than the first column of a chart is wide."""
LABEL_WIDTH: Final = 11


def label_of(identifier: str, name: str | None = None) -> str:
    """The name of a body or angle as the first column of a chart has room for it."""
    return LABELS.get(identifier, name or name_of(identifier))[:LABEL_WIDTH]


def name_of(identifier: str) -> str:
    """The English name behind an id that has none of its own: `north_scale` is "North scale"."""
    return identifier.replace("_", " ").capitalize()


def glyph_of(sign: str) -> str:
    """The character of a sign; blanks as wide for one that has none."""
    return SIGNS.get(customary(sign), NO_SIGN)


def abbreviation_of(sign: str) -> str:
    """Three letters for a sign; a user's own sign by its beginning."""
    return ABBREVIATIONS.get(customary(sign), name_of(sign)[:3])
