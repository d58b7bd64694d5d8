"""Charts built by hand: the drawing room is tested without the engine."""

from collections.abc import Callable, Sequence

import pytest

from astrarium.chart.structs import (
    Angle,
    Aspect,
    Chart,
    Cusp,
    Houses,
    PlaceBlock,
    Position,
    Receipt,
    Settings,
    SignPlacement,
    TimeBlock,
)

IAU13 = {
    "aries": 27.001,
    "taurus": 51.731,
    "gemini": 88.454,
    "cancer": 116.302,
    "leo": 136.352,
    "virgo": 172.165,
    "libra": 216.124,
    "scorpio": 239.361,
    "ophiuchus": 245.952,
    "sagittarius": 264.552,
    "capricorn": 297.97,
    "aquarius": 325.802,
    "pisces": 349.964,
}
"""Starts of the thirteen signs at the equinox of March 1879, to a thousandth of a degree."""

TROPICAL = {sign: 30.0 * index for index, sign in enumerate(sign for sign in IAU13 if sign != "ophiuchus")}

FRAMES = {"iau13": IAU13, "tropical": TROPICAL}

EINSTEIN = {
    "sun": (353.501, 0.9966),
    "moon": (254.523, 12.2506),
    "mercury": (3.146, 1.7331),
    "venus": (16.985, 1.2372),
    "mars": (296.907, 0.7469),
    "jupiter": (327.482, 0.2335),
    "saturn": (4.185, 0.1249),
    "uranus": (151.284, -0.0440),
    "neptune": (37.869, 0.0324),
    "pluto": (54.732, 0.0119),
    "chiron": (25.411, 0.0530),
    "true_node": (302.735, -0.0380),
    "mean_lilith": (84.110, 0.1114),
}
"""Tropical longitude of date and daily motion, degrees: Ulm, 14 March 1879, 11:30 local mean time."""

CUSPS = (101.63, 121.06, 138.23, 162.83, 205.01, 245.60, 281.63, 301.06, 318.23, 342.83, 25.01, 65.60)

ASPECTS = (
    ("sun", "neptune", "semisquare", 0.63, 0.4),
    ("moon", "uranus", "square", 13.2, 0.1),
    ("mercury", "saturn", "conjunction", 1.04, 0.87),
    ("venus", "saturn", "conjunction", 12.8, 0.05),
    ("mars", "neptune", "square", 9.04, 0.1),
    ("mars", "uranus", "quincunx", 2.1, 0.3),
    ("jupiter", "uranus", "opposition", 3.8, 0.52),
    ("jupiter", "pluto", "square", 2.75, 0.6),
    ("mars", "pluto", "trine", 2.18, 0.7),
    ("moon", "jupiter", "sextile", 6.0, 0.2),
    ("sun", "pluto", "sextile", 1.23, 0.75),
    ("neptune", "uranus", "trine", 6.6, 0.25),
    ("saturn", "mean_lilith", "quintile", 0.2, 0.8),
    ("pluto", "mean_lilith", "semisextile", 0.6, 0.5),
    ("mercury", "true_node", "sextile", 0.41, 0.9),
)


def placement(longitude: float, starts: dict[str, float]) -> SignPlacement:
    names = list(starts)
    distance = {name: (longitude - starts[name]) % 360.0 for name in names}
    sign = min(names, key=distance.__getitem__)
    following = names[(names.index(sign) + 1) % len(names)]
    width = (starts[following] - starts[sign]) % 360.0
    degree = distance[sign]
    return SignPlacement(sign, degree, width, min(degree, width - degree), None)


def placements(longitude: float) -> dict[str, SignPlacement]:
    return {frame: placement(longitude, starts) for frame, starts in FRAMES.items()}


def position(
    body: str, longitude: float, speed: float, house: int | None = None, span: float = 0.0
) -> Position:
    return Position(
        body=body,
        longitude=longitude % 360.0,
        latitude=0.0,
        distance=1.0,
        speed=speed,
        latitude_speed=0.0,
        retrograde=speed < 0.0,
        right_ascension=longitude % 360.0,
        declination=0.0,
        out_of_bounds=False,
        house=house,
        signs=placements(longitude % 360.0),
        longitude_range=((longitude - span / 2) % 360.0, (longitude + span / 2) % 360.0) if span else None,
    )


def house_of(longitude: float) -> int:
    return 1 + min(range(12), key=lambda index: (longitude - CUSPS[index]) % 360.0)


def time_block(known: str) -> TimeBlock:
    return TimeBlock(
        utc="1879-03-14T10:50:00Z",
        local="1879-03-14T11:30:00+00:40",
        zone="Europe/Berlin",
        offset_seconds=2400,
        dst=False,
        source="place_lmt",
        calendar="gregorian",
        scale="UT1",
        jd_tt=2407422.95,
        jd_tt_day=2407422.5,
        jd_tt_fraction=0.45,
        delta_t_s=-3.6,
        delta_t_sigma_s=0.3,
        known=known,
        confidence="certain" if known == "exact" else "doubtful",
        window_utc=None if known == "exact" else ("1879-03-13T23:20:00Z", "1879-03-14T23:20:00Z"),
    )


def build(
    bodies: Sequence[Position],
    *,
    aspects: Sequence[Aspect] = (),
    name: str | None = None,
    known: str = "exact",
    has_houses: bool = True,
) -> Chart:
    angles = {
        "ascendant": Angle(CUSPS[0], placements(CUSPS[0])),
        "midheaven": Angle(CUSPS[9], placements(CUSPS[9])),
    }
    houses = Houses("placidus", tuple(Cusp(i + 1, at, placements(at)) for i, at in enumerate(CUSPS)))
    return Chart(
        name=name,
        receipt=Receipt("sha256:0123456789abcdef", "0.1.0", {"ephemeris": "sha256:00"}),
        time=time_block(known),
        place=PlaceBlock(48.39841, 9.99155, 478.0, "Ulm", "Baden-Württemberg", "DE", 2820256),
        settings=Settings(("iau13@1", "tropical@1"), "placidus", tuple(b.body for b in bodies), "major"),
        positions=tuple(bodies),
        angles=angles if has_houses else None,
        houses=houses if has_houses else None,
        aspects=tuple(aspects),
    )


@pytest.fixture
def einstein() -> Chart:
    bodies = [position(body, at, speed, house_of(at)) for body, (at, speed) in EINSTEIN.items()]
    aspects = [Aspect(a, b, kind, 0.0, orb, orb < 3.0, strength) for a, b, kind, orb, strength in ASPECTS]
    return build(bodies, aspects=aspects, name="Albert Einstein")


@pytest.fixture
def timeless() -> Chart:
    bodies = [position(body, at, speed, span=speed) for body, (at, speed) in EINSTEIN.items()]
    return build(bodies, name="Albert Einstein", known="unknown", has_houses=False)


@pytest.fixture(scope="session")
def crowd() -> Callable[[Sequence[float]], Chart]:
    """A chart of as many bodies as longitudes are given."""

    def gather(longitudes: Sequence[float]) -> Chart:
        names = list(EINSTEIN)
        bodies = [
            position(
                names[i] if i < len(names) else f"body_{i}", at, -1.0 if i % 3 == 0 else 1.0, house_of(at)
            )
            for i, at in enumerate(longitudes)
        ]
        return build(bodies)

    return gather


@pytest.fixture
def windowed() -> Chart:
    bodies = [position(body, at, speed, house_of(at), span=speed) for body, (at, speed) in EINSTEIN.items()]
    return build(bodies, known="window")


@pytest.fixture(scope="session")
def frames() -> dict[str, dict[str, float]]:
    return FRAMES


@pytest.fixture
def make_position() -> Callable[..., Position]:
    return position


@pytest.fixture
def make_chart() -> Callable[..., Chart]:
    return build
