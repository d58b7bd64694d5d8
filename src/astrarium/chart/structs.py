"""A chart as it leaves the engine: the structs that the library returns and the API and command line encode.

Field names are the API's contract (`docs/reference/api.md`): angles in degrees, distances in astronomical units,
speeds in degrees per day, instants ISO 8601. Identifiers (`sun`, `taurus`, `trine`) are never translated.
A value that does not exist for a chart (houses without a birth time, say) is `None`, never a stand-in.
"""

from typing import Annotated, Literal

import msgspec

from astrarium.civil.birth import Birth
from astrarium.civil.understood import TimeReading
from astrarium.sky.zodiacs import ZodiacDefinition

Name = Annotated[str, msgspec.Meta(max_length=200)]
Identifier = Annotated[str, msgspec.Meta(max_length=64)]
Perspective = Literal["geocentric", "topocentric", "heliocentric"]


class ChartRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one chart is asked for; everything but `birth` has a default.

    The first zodiac is the chart's own; each is an id (`iau13`, `sidereal:lahiri`) or a definition of one's own.
    `house_fallback` names the system to take where `houses` is undefined (Placidus beyond the polar circles); without
    it that is an error. `perspective` is where one looks from: the middle of the Earth, the place of birth, or the Sun,
    from where the Earth is seen and neither Moon nor houses are.
    """

    birth: Birth
    name: Name | None = None
    zodiacs: Annotated[
        tuple[Identifier | ZodiacDefinition, ...], msgspec.Meta(min_length=1, max_length=12)
    ] = (
        "iau13",
        "tropical",
    )
    houses: Identifier = "placidus"
    house_fallback: Identifier | None = None
    bodies: Identifier | Annotated[tuple[Identifier, ...], msgspec.Meta(min_length=1, max_length=64)] = (
        "standard"
    )
    aspects: Identifier = "major"
    perspective: Perspective = "geocentric"


class SignPlacement(msgspec.Struct, frozen=True, gc=False):
    """Where a longitude stands in one sign frame, and how surely.

    `degree` counts from the sign's start, `width` is the sign's whole arc, `boundary_deg` the distance to the nearer
    boundary and `boundary_minutes` the minutes of birth time that carry the point across it at its present speed
    (`None` for a point that hardly moves). `probability` is the share of the birth-time window that the point
    spends in this sign; 1.0 for an exact time. `alternatives` names the other signs of the window, likeliest first.
    """

    sign: str
    degree: float
    width: float
    boundary_deg: float
    boundary_minutes: float | None
    probability: float = 1.0
    alternatives: tuple[str, ...] = ()


class Position(msgspec.Struct, frozen=True, gc=False):
    """One body or point of the chart: its apparent place in the chart's perspective, true ecliptic and equinox of date.

    `constellation` is the IAU constellation in whose area the body stands, latitude included (`Tau`, `Ori`); points
    that are no bodies have none. With a birth-time window the values stand for its middle, and `longitude_range`
    gives both ends' longitudes in the order of time.
    """

    body: str
    longitude: float
    latitude: float
    distance: float | None
    speed: float
    latitude_speed: float
    retrograde: bool
    right_ascension: float
    declination: float
    out_of_bounds: bool
    house: int | None
    signs: dict[str, SignPlacement]
    constellation: str | None = None
    longitude_range: tuple[float, float] | None = None


class Angle(msgspec.Struct, frozen=True, gc=False):
    """One angle of the chart (ascendant, midheaven, …) by its longitude of date and its signs."""

    longitude: float
    signs: dict[str, SignPlacement]


class Cusp(msgspec.Struct, frozen=True, gc=False):
    """The start of one house."""

    house: int
    longitude: float
    signs: dict[str, SignPlacement]


class Houses(msgspec.Struct, frozen=True):
    """The houses of one system, in order from the first."""

    system: str
    cusps: tuple[Cusp, ...]


class Aspect(msgspec.Struct, frozen=True, gc=False):
    """An angle between two bodies: `orb` is the distance from exactness, `strength` 1 at exact and 0 at the limit."""

    a: str
    b: str
    aspect: str
    separation: float
    orb: float
    applying: bool
    strength: float


class TimeBlock(msgspec.Struct, frozen=True):
    """How the time was understood: enough for a reader to check every step.

    `source` says which rule gave the offset (`iana`, `zone_lmt`, `place_lmt`, `lmt`, `fixed`, `utc`);
    `known` is `exact`, `window` or `unknown`; `scale` is `UTC` from 1972 on and `UT1` before; `confidence` is
    `certain`, `likely` or `doubtful` with the reasons in `notes`. `window_utc` bounds a time that is not exact.
    """

    utc: str
    local: str
    zone: str
    offset_seconds: int
    dst: bool
    source: Literal["iana", "zone_lmt", "place_lmt", "lmt", "fixed", "utc"]
    calendar: Literal["gregorian", "julian"]
    scale: Literal["UTC", "UT1"]
    jd_tt: float
    jd_tt_day: float
    jd_tt_fraction: float
    delta_t_s: float
    delta_t_sigma_s: float
    known: Literal["exact", "window", "unknown"]
    confidence: Literal["certain", "likely", "doubtful"]
    window_utc: tuple[str, str] | None = None
    fold: int | None = None
    notes: tuple[str, ...] = ()
    alternatives: tuple[TimeReading, ...] = ()


class PlaceBlock(msgspec.Struct, frozen=True):
    """The place as understood; gazetteer fields are `None` for bare coordinates."""

    latitude: float
    longitude: float
    altitude_m: float = 0.0
    name: str | None = None
    region: str | None = None
    country: str | None = None
    geoname_id: int | None = None


class Frame(msgspec.Struct, frozen=True):
    """The signs of one frame as they stood: their ids in order and the longitudes of date where they began.

    With a birth-time window the boundaries are those of its middle.
    """

    signs: tuple[str, ...]
    boundaries: tuple[float, ...]


class Settings(msgspec.Struct, frozen=True):
    """The choices that shaped the chart, zodiacs with their versions (`iau13@1`)."""

    zodiacs: tuple[str, ...]
    houses: str
    bodies: tuple[str, ...]
    aspects: str
    perspective: Perspective = "geocentric"


class Receipt(msgspec.Struct, frozen=True):
    """What the chart was made from: `id` is the digest of the request, the settings and every table used."""

    id: str
    engine: str
    tables: dict[str, str]


class SignProbability(msgspec.Struct, frozen=True, gc=False):
    """One sign of a birth-time window: the share of the window for which the point stands in it."""

    sign: str
    probability: float


class HouseProbability(msgspec.Struct, frozen=True, gc=False):
    """One house of a birth-time window, counted from 1: the share of the window for which the body stands in it."""

    house: int
    probability: float


class WindowPosition(msgspec.Struct, frozen=True):
    """One body over a birth-time window: every sign in every frame and every house that it stands in, likeliest first.

    `houses` is empty where the house system is undefined throughout or there are none, and adds up to less than 1 where
    it is undefined for a part of the window.
    """

    body: str
    signs: dict[str, tuple[SignProbability, ...]]
    houses: tuple[HouseProbability, ...]


class WindowAngle(msgspec.Struct, frozen=True):
    """One angle over a birth-time window: every sign in every frame, likeliest first.

    `longitude_range` gives its longitudes of date at the window's start and end; it may have gone round in between.
    """

    longitude_range: tuple[float, float]
    signs: dict[str, tuple[SignProbability, ...]]


class WindowAspect(msgspec.Struct, frozen=True, gc=False):
    """An aspect that holds at some time of a birth-time window: the share of the window that finds it within orb."""

    a: str
    b: str
    aspect: str
    probability: float


class WindowReport(msgspec.Struct, frozen=True):
    """What can be said of a birth whose time is a window, or unknown: everything with its probability.

    Probabilities are shares of the window, as if every instant of it were as likely as any other, rounded to six
    digits; what rounds to nothing is left out. `house_system` is the system of the houses (the fallback, where the one
    asked for is undefined) and `houses_defined` the share of the window in which it is defined. Aspects stand likeliest
    first; those that hold throughout have 1.
    """

    house_system: str
    houses_defined: float
    positions: tuple[WindowPosition, ...]
    angles: dict[str, WindowAngle]
    aspects: tuple[WindowAspect, ...]


class Chart(msgspec.Struct, frozen=True):
    """A whole chart.

    A chart whose time is not exact has no `angles` and `houses`, but a `window` that says how likely each is; an exact
    one has no `window`, and the field is left out of its JSON. A heliocentric chart has no angles and houses at all.
    """

    name: str | None
    receipt: Receipt
    time: TimeBlock
    place: PlaceBlock
    settings: Settings
    positions: tuple[Position, ...]
    angles: dict[str, Angle] | None
    houses: Houses | None
    aspects: tuple[Aspect, ...]
    frames: dict[str, Frame] = {}
    notes: tuple[str, ...] = ()
    window: WindowReport | msgspec.UnsetType = msgspec.UNSET


class WrittenChart(msgspec.Struct, frozen=True):
    """A chart whose time is exact, its tables already JSON (`natal.write`): the fields of `Chart` in their order."""

    name: str | None
    receipt: Receipt
    time: TimeBlock
    place: PlaceBlock
    settings: Settings
    positions: msgspec.Raw
    angles: msgspec.Raw
    houses: msgspec.Raw
    aspects: msgspec.Raw
    frames: msgspec.Raw
    notes: tuple[str, ...]
