"""What a birth-time window leaves open, as the page shows it: strips of shares with the words beside them."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from astrarium.chart.structs import (
    Chart,
    Frame,
    HouseProbability,
    Position,
    SignProbability,
    WindowAspect,
    WindowPosition,
    WindowReport,
)
from astrarium.draw.glyphs import symbol_name
from astrarium.draw.palette import LIGHT, sign_tint
from astrarium.reading.shares import likeliest, share
from astrarium.service.web.words import enumerated, named, ordinal
from astrarium.sky.bodies import BODIES
from astrarium.sky.house_systems import SYSTEMS

MOST_NAMED: Final = 4
"""How many signs or houses a line names; the rest are counted."""
ROOM_FOR_GLYPH: Final = 0.05
"""The least share of a strip that has room for a glyph or a number in it, on a phone too."""

_BODY_NAMES: Final = {body.id: body.name for body in BODIES}
_HOUSE_NAMES: Final = {system.id: system.name for system in SYSTEMS}
_BEFORE_SHARE: Final = re.compile(r" (?=\(?\d+ ?%|%)")
_ANGLES: Final = ("ascendant", "midheaven")
_PLAIN, _LIKELIEST = LIGHT.elements["none"], LIGHT.elements["ether"]


class Segment(msgspec.Struct, frozen=True):
    """A piece of a strip: where it begins and how long it is in per cent, its colours, and what stands in it."""

    start: float
    length: float
    ground: str
    ink: str
    glyph: str | None = None
    text: str = ""

    @property
    def middle(self) -> float:
        """Where its glyph goes, in per cent."""
        return self.start + self.length / 2.0


class Strip(msgspec.Struct, frozen=True):
    """One body or angle: all that it may be as one strip, and in words."""

    name: str
    glyph: str | None
    segments: tuple[Segment, ...]
    words: str


class PassingAspect(msgspec.Struct, frozen=True):
    """An aspect that holds for a part of the window."""

    a: str
    a_glyph: str | None
    aspect: str
    glyph: str | None
    b: str
    b_glyph: str | None
    probability: float
    words: str


class FullShares(msgspec.Struct, frozen=True):
    """One body or angle with every sign in every zodiac, in words."""

    name: str
    glyph: str | None
    of_zodiacs: tuple[str, ...]


class WindowView(msgspec.Struct, frozen=True):
    """Everything that the page says of what is open, by the chart's own zodiac first."""

    is_unknown: bool
    settled: str
    signs: tuple[Strip, ...]
    angles: tuple[Strip, ...]
    house_system: str
    houses: tuple[Strip, ...]
    aspects: tuple[PassingAspect, ...]
    full: tuple[FullShares, ...]

    @property
    def glyphs(self) -> Iterator[str]:
        """Every glyph that it refers to."""
        strips = (*self.signs, *self.angles, *self.houses)
        referred = [
            *(strip.glyph for strip in strips),
            *(segment.glyph for strip in strips for segment in strip.segments),
            *(one.glyph for one in self.full),
            *(glyph for one in self.aspects for glyph in (one.a_glyph, one.glyph, one.b_glyph)),
        ]
        return (glyph for glyph in referred if glyph)


def window_view(chart: Chart) -> WindowView | None:
    """The window of a chart in words; `None` where the time is exact."""
    window = chart.window
    if not window:
        return None
    zodiacs = tuple(versioned.partition("@")[0] for versioned in chart.settings.zodiacs)
    own, frame = zodiacs[0], chart.frames[zodiacs[0]]
    is_unknown = chart.time.known == "unknown"
    starts = {one.body: (one.longitude_range or (one.longitude,))[0] for one in chart.positions}
    has_houses = not is_unknown and window.houses_defined > 0.0
    return WindowView(
        is_unknown=is_unknown,
        settled=_settled(window, own),
        signs=tuple(
            _strip_of_signs(one.body, one.signs[own], frame, starts[one.body])
            for one in window.positions
            if len(one.signs[own]) > 1
        ),
        angles=tuple(
            _strip_of_signs(
                name, window.angles[name].signs[own], frame, window.angles[name].longitude_range[0]
            )
            for name in _ANGLES
        ),
        house_system=_HOUSE_NAMES[window.house_system],
        houses=tuple(map(_strip_of_houses, window.positions)) if has_houses else (),
        aspects=tuple(_passing(one) for one in window.aspects if one.probability < 1.0),
        full=tuple(_full(window, zodiacs)),
    )


def words_of(shares: Sequence[SignProbability]) -> str:
    """The likeliest signs with their shares; a sign that holds throughout by its name alone."""
    if len(shares) == 1 and shares[0].probability >= 1.0:
        return named(shares[0].sign)
    return _likeliest([(named(one.sign), one.probability) for one in shares], MOST_NAMED)


def _likeliest(shares: Sequence[tuple[str, float]], most: int) -> str:
    """`reading.shares.likeliest`, with lines that break between the shares and not within one."""
    return _unbroken(likeliest(shares, most))


def _unbroken(text: str) -> str:
    return _BEFORE_SHARE.sub("\N{NO-BREAK SPACE}", text)


def summary_of(shares: Sequence[SignProbability]) -> str:
    """The same where a line must do: many signs are counted, and only the likeliest is named."""
    if len(shares) <= MOST_NAMED:
        return words_of(shares)
    likely = shares[0]
    return _unbroken(
        f"any of {len(shares)} signs, {named(likely.sign)} likeliest ({share(likely.probability)})"
    )


def shares_of(chart: Chart, position: Position) -> dict[str, str]:
    """By zodiac, the words of a body's signs where the window leaves more than one possible."""
    if not chart.window:
        return {}
    report = next(one for one in chart.window.positions if one.body == position.body)
    return {zodiac: words_of(signs) for zodiac, signs in report.signs.items() if len(signs) > 1}


def _settled(window: WindowReport, zodiac: str) -> str:
    """The bodies that keep their sign, in a sentence: `Sun in Taurus, Mercury in Aries and Mars in Leo`."""
    return enumerated(
        f"{_name(one.body)} in {named(one.signs[zodiac][0].sign)}"
        for one in window.positions
        if len(one.signs[zodiac]) == 1
    )


def _strip_of_signs(
    identifier: str, shares: Sequence[SignProbability], frame: Frame, start_deg: float
) -> Strip:
    """A strip whose signs stand in the zodiac's order, from the one that the window begins with."""
    first = min(range(len(frame.signs)), key=lambda number: (start_deg - frame.boundaries[number]) % 360.0)
    order = {sign: (number - first) % len(frame.signs) for number, sign in enumerate(frame.signs)}
    segments: list[Segment] = []
    for one in sorted(shares, key=lambda one: order[one.sign]):
        tint = sign_tint(LIGHT, one.sign)
        glyph = symbol_name(one.sign) if one.probability >= ROOM_FOR_GLYPH else None
        segments.append(_after(segments, one.probability, tint.ground, tint.ink, glyph=glyph))
    return Strip(_name(identifier), symbol_name(identifier), tuple(segments), words_of(shares))


def _strip_of_houses(position: WindowPosition) -> Strip:
    """A strip whose houses stand in their order, the likeliest in a colour of its own."""
    shares = position.houses
    segments: list[Segment] = []
    for one in sorted(shares, key=lambda one: one.house):
        tint = _LIKELIEST if one is shares[0] else _PLAIN
        text = str(one.house) if one.probability >= ROOM_FOR_GLYPH else ""
        segments.append(_after(segments, one.probability, tint.ground, tint.ink, text=text))
    return Strip(_name(position.body), symbol_name(position.body), tuple(segments), _words_of_houses(shares))


def _words_of_houses(shares: Sequence[HouseProbability]) -> str:
    if len(shares) == 1 and shares[0].probability >= 1.0:
        return f"{ordinal(shares[0].house)} house"
    return _likeliest([(ordinal(one.house), one.probability) for one in shares], MOST_NAMED)


def _after(
    segments: Sequence[Segment],
    probability: float,
    ground: str,
    ink: str,
    *,
    glyph: str | None = None,
    text: str = "",
) -> Segment:
    start = segments[-1].start + segments[-1].length if segments else 0.0
    return Segment(round(start, 4), round(probability * 100.0, 4), ground, ink, glyph, text)


def _passing(aspect: WindowAspect) -> PassingAspect:
    return PassingAspect(
        _name(aspect.a),
        symbol_name(aspect.a),
        named(aspect.aspect).lower(),
        symbol_name(aspect.aspect),
        _name(aspect.b),
        symbol_name(aspect.b),
        round(aspect.probability, 4),
        share(aspect.probability),
    )


def _full(window: WindowReport, zodiacs: tuple[str, ...]) -> Iterator[FullShares]:
    """Every body that changes its sign in some zodiac, and every angle, with all its signs."""
    open_bodies = (one for one in window.positions if any(len(signs) > 1 for signs in one.signs.values()))
    entries = [(one.body, one.signs) for one in open_bodies]
    entries += [(name, angle.signs) for name, angle in window.angles.items()]
    for identifier, signs in entries:
        yield FullShares(
            _name(identifier),
            symbol_name(identifier),
            tuple(
                _likeliest([(named(one.sign), one.probability) for one in signs[zodiac]], len(signs[zodiac]))
                for zodiac in zodiacs
            ),
        )


def _name(identifier: str) -> str:
    return _BODY_NAMES.get(identifier, named(identifier))
