"""The colours of a wheel: two themes, one meaning for each colour.

Text and glyphs have a contrast of at least 4.5 to 1 with what lies under them, lines that carry meaning at least
3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11). Easy aspects are blue, hard ones vermilion, the rest purple or green: hues that
people with any of the common colour-vision deficiencies can tell apart (after Okabe & Ito 2008). No meaning hangs on
colour alone: each aspect has a dash pattern of its own too.
"""

from typing import Final, Literal

import msgspec

from astrarium.sky.sign_names import customary

Theme = Literal["light", "dark"]


class Tint(msgspec.Struct, frozen=True):
    """A glyph's colour and the ground under it."""

    ink: str
    ground: str


class Palette(msgspec.Struct, frozen=True):
    """All colours of one theme, `#rrggbb`."""

    paper: str
    disc: str
    web: str
    ink: str
    muted: str
    axis: str
    hairline: str
    tick: str
    leader: str
    range: str
    elements: dict[str, Tint]
    families: dict[str, str]


LIGHT: Final = Palette(
    paper="#f7f5f0",
    disc="#fffefb",
    web="#faf8f3",
    ink="#1d2433",
    muted="#5c6474",
    axis="#1d2433",
    hairline="#c9c6bd",
    tick="#8a8d95",
    leader="#7b818d",
    range="#c59b4a",
    elements={
        "fire": Tint("#a8381c", "#fbe9e2"),
        "earth": Tint("#4b6222", "#edf1dd"),
        "air": Tint("#7d5a07", "#faf0d3"),
        "water": Tint("#1f5c8f", "#e2edf6"),
        "ether": Tint("#6f3f96", "#f0e7f7"),
        "none": Tint("#4a5163", "#eeece6"),
    },
    families={
        "union": "#4a5163",
        "hard": "#c2410c",
        "soft": "#1d6fb0",
        "minor": "#9a4d8e",
        "harmonic": "#1d7a63",
    },
)

DARK: Final = Palette(
    paper="#0d1018",
    disc="#141824",
    web="#10141f",
    ink="#ece8dc",
    muted="#a4aabb",
    axis="#ece8dc",
    hairline="#363d50",
    tick="#6d7488",
    leader="#868da0",
    range="#d3ac5f",
    elements={
        "fire": Tint("#f39a7c", "#31201f"),
        "earth": Tint("#b3cc80", "#212a1c"),
        "air": Tint("#e6c667", "#2d281a"),
        "water": Tint("#8abdec", "#182738"),
        "ether": Tint("#cca8ee", "#291f36"),
        "none": Tint("#b4bac9", "#1f2431"),
    },
    families={
        "union": "#b4bac9",
        "hard": "#f28b54",
        "soft": "#62a9e8",
        "minor": "#cf8fc6",
        "harmonic": "#59bfa2",
    },
)

PALETTES: Final[dict[str, Palette]] = {"light": LIGHT, "dark": DARK}

_ELEMENTS: Final = {
    "aries": "fire",
    "taurus": "earth",
    "gemini": "air",
    "cancer": "water",
    "leo": "fire",
    "virgo": "earth",
    "libra": "air",
    "scorpio": "water",
    "ophiuchus": "ether",
    "sagittarius": "fire",
    "capricorn": "earth",
    "aquarius": "air",
    "pisces": "water",
}


class Stroke(msgspec.Struct, frozen=True):
    """How an aspect's line looks: its family's colour, and its dashes and gaps in drawing units."""

    family: str
    dashes: tuple[float, ...] = ()


_ASPECTS: Final = {
    "conjunction": Stroke("union"),
    "opposition": Stroke("hard", (22.0, 5.0)),
    "trine": Stroke("soft"),
    "square": Stroke("hard", (10.0, 5.0)),
    "sextile": Stroke("soft", (5.0, 5.0)),
    "quincunx": Stroke("minor", (12.0, 4.0, 2.5, 4.0)),
    "sesquiquadrate": Stroke("hard", (7.0, 3.5, 1.5, 3.5)),
    "semisquare": Stroke("hard", (3.0, 4.0)),
    "semisextile": Stroke("minor", (1.5, 5.0)),
}
"""The weightiest first: the later ones lie beneath."""
_OTHER_ASPECT: Final = Stroke("harmonic", (1.0, 2.5, 5.0, 2.5))


def sign_tint(palette: Palette, sign: str) -> Tint:
    """The tint of a sign's traditional element; Ophiuchus has one to itself, invented signs a neutral one."""
    return palette.elements[_ELEMENTS.get(customary(sign), "none")]


def aspect_stroke(aspect: str) -> Stroke:
    """The line of an aspect by its name; aspects that a user defined share one."""
    return _ASPECTS.get(aspect, _OTHER_ASPECT)


def aspect_rank(aspect: str) -> int:
    """Place of an aspect in the order of weight, 0 the first."""
    return list(_ASPECTS).index(aspect) if aspect in _ASPECTS else len(_ASPECTS)
