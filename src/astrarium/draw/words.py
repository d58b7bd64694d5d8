"""A wheel in words: its title, and a description that tells a screen reader what the picture shows."""

from collections.abc import Iterator
from typing import Final

from astrarium.chart.structs import Aspect, Chart, Position
from astrarium.draw.ring import SignRing
from astrarium.sky.bodies import BODIES

_ROUNDING_MINUTES: Final = 1e-6
"""A degree such as 14.1, which a float holds a hair too small, still reads 14°06′."""

_BODY_NAMES: Final = {body.id: body.name for body in BODIES}

ANGLES: Final = {
    "ascendant": "AC",
    "midheaven": "MC",
    "descendant": "DC",
    "imum_coeli": "IC",
}
"""The four angles that a wheel shows, with their customary letters."""


def spoken(name: str) -> str:
    """An identifier as a person writes it: `mean_node` is `mean node`."""
    return name.replace("_", " ")


def named(name: str) -> str:
    """A body by its name (`mean_apogee` is Mean Lilith), anything else with a capital, as in a heading."""
    if name in _BODY_NAMES:
        return _BODY_NAMES[name]
    words = spoken(name)
    return words[:1].upper() + words[1:]


def degree_minute(degree: float) -> tuple[int, int]:
    """Whole degrees and whole minutes of arc, cut off rather than rounded, so that no sign reaches its end early."""
    minutes = int(degree * 60.0 + _ROUNDING_MINUTES)
    return minutes // 60, minutes % 60


def in_sign(degree: float, sign: str) -> str:
    """A place in a sign, such as `14°06′ of Ophiuchus`."""
    degrees, minutes = degree_minute(degree)
    return f"{degrees}°{minutes:02d}′ of {named(sign)}"


def range_deg(position: Position) -> float:
    """How far the body moved during the birth-time window, degrees, negative backwards; 0 for an exact time."""
    if position.longitude_range is None:
        return 0.0
    start, end = position.longitude_range
    return (end - start + 180.0) % 360.0 - 180.0


def position_words(position: Position, zodiac: str) -> str:
    """One body's place, such as `Mercury 3°09′ of Aries, house 11, retrograde`."""
    placement = position.signs[zodiac]
    said = [f"{named(position.body)} {in_sign(placement.degree, placement.sign)}"]
    if position.house is not None:
        said.append(f"house {position.house}")
    if position.retrograde:
        said.append("retrograde")
    return ", ".join(said)


def range_words(position: Position, ring: SignRing) -> str:
    """Where a body can be within the birth-time window, such as `Moon from 2°10′ of Leo to 14°31′ of Leo`."""
    start, end = position.longitude_range or (position.longitude, position.longitude)
    from_sign, from_degree = ring.at(start)
    to_sign, to_degree = ring.at(end)
    return f"{named(position.body)} from {in_sign(from_degree, from_sign)} to {in_sign(to_degree, to_sign)}"


def aspect_words(aspect: Aspect) -> str:
    """One aspect, such as `Sun trine Moon, orb 1.3°, applying`."""
    phase = "applying" if aspect.applying else "separating"
    return f"{named(aspect.a)} {spoken(aspect.aspect)} {named(aspect.b)}, orb {aspect.orb:.1f}°, {phase}"


def title(chart: Chart) -> str:
    """The picture's name."""
    return f"Birth chart of {chart.name}" if chart.name else "Birth chart"


def description(chart: Chart, zodiac: str, ring: SignRing) -> str:
    """Everything that the wheel shows, in sentences."""
    return " ".join(_sentences(chart, zodiac, ring))


def _sentences(chart: Chart, zodiac: str, ring: SignRing) -> Iterator[str]:
    houses = f" and {spoken(chart.houses.system)} houses" if chart.houses else ""
    yield f"Wheel with the {len(ring.arcs)} signs of the zodiac {zodiac}{houses}."
    yield _when_and_where(chart)
    if chart.time.known != "exact":
        yield _uncertainty(chart, ring)
    if chart.angles:
        yield _listed(
            f"{named(angle)} {in_sign(at.signs[zodiac].degree, at.signs[zodiac].sign)}"
            for angle, at in chart.angles.items()
            if angle in ANGLES
        )
    for position in chart.positions:
        yield f"{position_words(position, zodiac)}."
        if abs(range_deg(position)) >= 1.0:
            yield f"Within the possible time: {range_words(position, ring)}."
    if chart.aspects:
        yield f"Aspects: {_listed(aspect_words(aspect) for aspect in chart.aspects)}"


def _listed(parts: Iterator[str]) -> str:
    return "; ".join(parts) + "."


def _when_and_where(chart: Chart) -> str:
    date, _, clock = chart.time.local.partition("T")
    moment = f"{date} at {clock[:8]} local time" if chart.time.known == "exact" else date
    place = chart.place
    written = [part for part in (place.name, place.region, place.country) if part]
    coordinates = f"latitude {place.latitude:.2f}°, longitude {place.longitude:.2f}°"
    return f"Born {moment}, {', '.join([*written, coordinates])}."


def _uncertainty(chart: Chart, ring: SignRing) -> str:
    if chart.time.known == "unknown":
        said = "The birth time is unknown"
    elif chart.time.window_utc:
        said = f"The birth time is only known to lie between {' and '.join(chart.time.window_utc)}"
    else:
        said = "The birth time is uncertain"
    if chart.angles is None and chart.houses is None:
        said += f", so there are no houses and no angles, and the start of {named(ring.arcs[0].sign)} is at the left"
    return f"{said}; positions stand for the middle of the possible time, arcs show how far each body moves in it."
