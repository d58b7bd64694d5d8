"""Colours: enough contrast, and meanings that colour-vision deficiencies leave apart."""

from itertools import combinations

import msgspec
import pytest

from astrarium.draw.palette import DARK, LIGHT, PALETTES, aspect_rank, aspect_stroke, sign_tint

ASPECTS = (
    "conjunction",
    "opposition",
    "trine",
    "square",
    "sextile",
    "quincunx",
    "sesquiquadrate",
    "semisquare",
    "semisextile",
    "quintile",
)

# Machado, Oliveira & Fernandes 2009, severity 1.0, on linear RGB.
DEFICIENCIES = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}

palettes = pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)


def linear(colour: str) -> list[float]:
    channels = (int(colour[at : at + 2], 16) / 255.0 for at in (1, 3, 5))
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def luminance(rgb: list[float]) -> float:
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]


def contrast(a: str, b: str) -> float:
    light, dark = sorted((luminance(linear(a)), luminance(linear(b))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: list[float]) -> tuple[float, float, float]:
    r, g, b = (min(1.0, max(0.0, channel)) for channel in rgb)
    xyz = (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
    )
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(a: str, b: str, deficiency: str) -> float:
    seen = [
        lab(
            [sum(m * c for m, c in zip(row, linear(colour), strict=True)) for row in DEFICIENCIES[deficiency]]
        )
        for colour in (a, b)
    ]
    return sum((p - q) ** 2 for p, q in zip(*seen, strict=True)) ** 0.5


@palettes
def test_text_and_glyphs_have_the_contrast_of_wcag_aa(palette):
    for ground in (palette.paper, palette.disc):
        assert contrast(palette.ink, ground) >= 7.0
        assert contrast(palette.muted, ground) >= 4.5
    for element, tint in palette.elements.items():
        assert contrast(tint.ink, tint.ground) >= 4.5, element
        assert contrast(tint.ink, palette.paper) >= 4.5, element


@palettes
def test_lines_that_carry_meaning_have_three_to_one(palette):
    for family, colour in palette.families.items():
        assert contrast(colour, palette.web) >= 3.0, family
    assert contrast(palette.leader, palette.disc) >= 3.0
    assert contrast(palette.tick, palette.disc) >= 3.0
    assert contrast(palette.axis, palette.disc) >= 3.0


@palettes
@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_easy_and_hard_aspects_stay_apart_for_every_eye(palette, deficiency):
    assert difference(palette.families["soft"], palette.families["hard"], deficiency) >= 25.0


def test_each_light_colour_has_one_counterpart_in_the_dark():
    """A page turns a light wheel dark by replacing colours; that needs a function, not a relation."""
    counterpart: dict[str, str] = {}

    def pair(light: object, dark: object) -> None:
        if isinstance(light, dict):
            assert light.keys() == dark.keys()
            for key in light:
                pair(light[key], dark[key])
        else:
            assert counterpart.setdefault(light, dark) == dark, light

    pair(msgspec.to_builtins(LIGHT), msgspec.to_builtins(DARK))


def test_every_aspect_differs_from_every_other_without_its_colour():
    patterns = [(aspect, aspect_stroke(aspect).dashes) for aspect in ASPECTS]
    for (a, first), (b, second) in combinations(patterns, 2):
        # A conjunction is told by its place: an arc at the rim where the others are chords.
        assert first != second or "conjunction" in {a, b}, (a, b)


def test_major_aspects_lie_over_minor_ones_and_these_over_invented_ones():
    ranks = [aspect_rank(aspect) for aspect in ("opposition", "sextile", "semisextile", "my_own")]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == len(ranks)


def test_ophiuchus_has_a_tint_of_its_own_and_invented_signs_a_neutral_one():
    tints = [sign_tint(LIGHT, sign) for sign in ("scorpio", "ophiuchus", "sagittarius", "draco")]
    assert len(set(tints)) == 4
    assert sign_tint(DARK, "draco") == DARK.elements["none"]
