"""The columns of a table of charts: names, types, units and meanings, in order; the reference lists them.

Angles are degrees of the true ecliptic and equinox of date, rounded as a single chart's are; a value that does not
exist (houses without a birth time, a node's distance) is null.
"""

from collections.abc import Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import Final, Literal

import msgspec

from astrarium.chart.batch import ANGLE_IDS
from astrarium.chart.columns import STRENGTH_DIGITS
from astrarium.chart.files.errors import UnknownColumns
from astrarium.chart.files.moments import KNOWN
from astrarium.chart.receipt import ANGLE_DIGITS, DISTANCE_DIGITS
from astrarium.chart.selection import Selection
from astrarium.chart.window_telling import SHARE_DIGITS
from astrarium.sky import apparent
from astrarium.sky.bodies import BODIES, INDEX

Kind = Literal["number", "integer", "category", "text", "instant", "aspects"]
Group = Literal["row", "time", "positions", "signs", "shares", "houses", "angles", "aspects"]

INPUT: Final = "input"
INPUT_PREFIX: Final = "input_"
GROUPS: Final = (INPUT, "row", "time", "positions", "signs", "shares", "houses", "angles", "aspects")
SCHEMA_VERSION: Final = "1"
FRACTION_DIGITS: Final = 15
SECOND_DIGITS: Final = 4
NEAR_NAMES: Final = 3

SEPARATION_DIGITS, ORB_DIGITS = ANGLE_DIGITS, ANGLE_DIGITS
ASPECT_STRENGTH_DIGITS: Final = STRENGTH_DIGITS


class Field(msgspec.Struct, frozen=True):
    """One column: what it is called, holds and means. `of` says where its values come from (`values`).

    A `number` is rounded to `digits`, on the circle where it is an angle of [0, 360); a `category` is one of `words`.
    """

    name: str
    kind: Kind
    group: Group
    meaning: str
    of: tuple[str | int, ...]
    unit: str = ""
    digits: int = 0
    on_circle: bool = False
    words: tuple[str, ...] = ()


def _row(name: str, kind: Kind, meaning: str) -> Field:
    return Field(name, kind, "row", meaning, (name,))


def _time(name: str, kind: Kind, meaning: str, unit: str = "", digits: int = 0) -> Field:
    words = KNOWN if name == "known" else ()
    return Field(name, kind, "time", meaning, (name,), unit, digits, words=words)


ROW_FIELDS: Final = (
    _row(
        "line",
        "integer",
        "where the row begins in the input: its line in text, its number in Parquet and Arrow",
    ),
    _row("error_code", "text", "what is wrong with the row, by its stable code; null for a whole chart"),
    _row("error_detail", "text", "the same in words, and what to do"),
    _row("unread", "text", "what of the row had no column: surplus cells, or a line that could not be read"),
)
TIME_FIELDS: Final = (
    _time("known", "category", "whether the time is exact, a window, or unknown (the whole civil day)"),
    _time("utc", "instant", "the instant, of a window its middle; UTC from 1972 on, UT1 before"),
    _time("utc_from", "instant", "where a window begins; null for an exact time"),
    _time("utc_to", "instant", "where a window ends; null for an exact time"),
    _time("zone", "text", "the clock that was read: an IANA zone, an offset, or LMT"),
    _time("offset_seconds", "integer", "that clock's offset from Greenwich, east positive", "s"),
    _time("place_name", "text", "the place as understood"),
    _time("place_country", "text", "its country"),
    _time("place_geoname_id", "integer", "its number in GeoNames; null for coordinates"),
    _time("place_latitude", "number", "its geodetic latitude, north positive", "deg", ANGLE_DIGITS),
    _time("place_longitude", "number", "its longitude, east positive", "deg", ANGLE_DIGITS),
)
INSTANT_FIELDS: Final = (
    _time("jd_tt_day", "number", "Julian date of TT at the midnight before", "d", 1),
    _time("jd_tt_fraction", "number", "the part of that day gone by", "d", FRACTION_DIGITS),
    _time("delta_t_s", "number", "TT − UT1", "s", SECOND_DIGITS),
)
ERROR_FIELD: Final = ROW_FIELDS[1]
ALWAYS: Final = frozenset({"line", "error_code", "error_detail", "unread"})


SEEN_FROM: Final = {"geocentric": "the Earth", "topocentric": "the place", "heliocentric": "the Sun"}


class BodyColumn(msgspec.Struct, frozen=True):
    """A column that every body has: the end of its name, its column of a place, what it means.

    `{}` in a meaning stands for where the chart is seen from.
    """

    ending: str
    column: int
    unit: str
    digits: int
    meaning: str
    on_circle: bool = False


BODY_COLUMNS: Final = (
    BodyColumn("longitude", apparent.LONGITUDE, "deg", ANGLE_DIGITS, "ecliptic longitude", on_circle=True),
    BodyColumn("latitude", apparent.LATITUDE, "deg", ANGLE_DIGITS, "ecliptic latitude"),
    BodyColumn("distance", apparent.DISTANCE, "au", DISTANCE_DIGITS, "distance from {}"),
    BodyColumn(
        "speed", apparent.LONGITUDE_SPEED, "deg/d", ANGLE_DIGITS, "change of longitude; negative: retrograde"
    ),
    BodyColumn("declination", apparent.DECLINATION, "deg", ANGLE_DIGITS, "declination"),
)


@lru_cache(maxsize=64)
def chart_fields(selection: Selection) -> tuple[Field, ...]:
    """The columns of charts for a selection whose instants are exact."""
    return (
        *_position_fields(selection),
        *_sign_fields(selection),
        *_frame_of_houses(selection, None),
        *_aspects(selection),
    )


def fields_of(selection: Selection, fallback: Selection | None = None) -> tuple[Field, ...]:
    """All computed columns of a table of charts, in order; `fallback` has the houses to fall back on."""
    return (
        *ROW_FIELDS,
        *TIME_FIELDS,
        *INSTANT_FIELDS,
        *_position_fields(selection),
        *_sign_fields(selection),
        *_share_fields(selection),
        *_frame_of_houses(selection, fallback),
        _house_system(selection, fallback),
        *_aspects(selection),
    )


def _name_of(body: str) -> str:
    return "Earth" if body == "earth" else BODIES[INDEX[body]].name


def _position_fields(selection: Selection) -> list[Field]:
    return [
        Field(
            f"{body}_{one.ending}",
            "number",
            "positions",
            f"{_name_of(body)}: {one.meaning.format(SEEN_FROM[selection.perspective])}",
            ("place", number, one.column),
            one.unit,
            one.digits,
            one.on_circle,
        )
        for number, body in enumerate(selection.bodies)
        for one in BODY_COLUMNS
    ]


def frame_names(selection: Selection) -> tuple[str, ...]:
    """What each zodiac is called in the names of columns: its id, with the version where the id comes twice."""
    ids = [frame.id for frame in selection.zodiacs]
    return tuple(
        (frame.id if ids.count(frame.id) == 1 else frame.versioned_id).replace(":", "_").replace("@", "_v")
        for frame in selection.zodiacs
    )


def _sign_fields(selection: Selection) -> list[Field]:
    points = [*selection.bodies, "ascendant", "midheaven"]
    names = [*map(_name_of, selection.bodies), "Ascendant", "Midheaven"]
    fields = []
    for at, frame in enumerate(frame_names(selection)):
        words = selection.zodiacs[at].signs
        for point, (of, name) in enumerate(zip(points, names, strict=True)):
            called = selection.zodiacs[at].versioned_id
            fields += [
                Field(
                    f"{of}_sign_{frame}",
                    "category",
                    "signs",
                    f"{name}: sign in {called}",
                    ("sign", at, point),
                    words=words,
                ),
                Field(
                    f"{of}_degree_{frame}",
                    "number",
                    "signs",
                    f"{name}: degrees from that sign's start",
                    ("degree", at, point),
                    "deg",
                    ANGLE_DIGITS,
                ),
            ]
    return fields


def _share_fields(selection: Selection) -> list[Field]:
    fields = []
    for at, frame in enumerate(frame_names(selection)):
        for number, body in enumerate(selection.bodies):
            called = selection.zodiacs[at].versioned_id
            fields += [
                Field(
                    f"{body}_likely_sign_{frame}",
                    "category",
                    "shares",
                    f"{_name_of(body)}: the sign in {called} that it is in for most of a window, or at the exact time",
                    ("likely", at, number),
                    words=selection.zodiacs[at].signs,
                ),
                Field(
                    f"{body}_share_{frame}",
                    "number",
                    "shares",
                    f"{_name_of(body)}: the share of the window that it spends in that sign; 1 for an exact time",
                    ("share", at, number),
                    digits=SHARE_DIGITS,
                ),
            ]
    return fields


def _house_system(selection: Selection, fallback: Selection | None) -> Field:
    systems = (selection.houses.id, *(() if fallback is None else (fallback.houses.id,)))
    meaning = "the system of the houses: the one asked for, or the fallback where that is undefined"
    return Field("house_system", "category", "houses", meaning, ("house_system",), words=systems)


def _frame_of_houses(selection: Selection, fallback: Selection | None) -> list[Field]:
    count = max(one.layout.cusps for one in (selection, fallback) if one is not None)
    systems = " or ".join(one.houses.id for one in (selection, fallback) if one is not None)
    angles = [
        Field(
            name,
            "number",
            "angles",
            f"{name.replace('_', ' ')}: longitude",
            ("angle", at),
            "deg",
            ANGLE_DIGITS,
            on_circle=True,
        )
        for at, name in enumerate(ANGLE_IDS)
    ]
    cusps = [
        Field(
            f"cusp_{at + 1}",
            "number",
            "houses",
            f"longitude at which house {at + 1} begins ({systems})",
            ("cusp", at),
            "deg",
            ANGLE_DIGITS,
            on_circle=True,
        )
        for at in range(count)
    ]
    houses = [
        Field(f"{body}_house", "integer", "houses", f"{_name_of(body)}: house, from 1", ("house", at))
        for at, body in enumerate(selection.bodies)
    ]
    return [*angles, *cusps, *houses]


def _aspects(selection: Selection) -> list[Field]:
    if not selection.aspects.kinds:
        return []
    return [
        Field(
            "aspects",
            "aspects",
            "aspects",
            f"the aspects of the set {selection.aspects.id}, closest first; of a window those that hold at its start, "
            "middle and end",
            ("aspects",),
        )
    ]


class Layout(msgspec.Struct, frozen=True):
    """The columns of one output: carried ones (their place in the input, their name), then computed ones."""

    carried: tuple[tuple[int, str], ...]
    fields: tuple[Field, ...]


def layout_of(
    selection: Selection,
    names: Sequence[str],
    columns: Sequence[str] | None,
    fallback: Selection | None = None,
) -> Layout:
    """The columns of the output for an input with columns `names`, all or those that `columns` lists.

    A carried column keeps its name, with `input_` before it where a computed one has the same. `columns` holds names
    of the output and groups (`GROUPS`); the columns of the row itself are always there. Raises `UnknownColumns`.
    """
    fields = fields_of(selection, fallback)
    computed = {field.name for field in fields}
    taken = {*names, *computed}
    carried = []
    for at, name in enumerate(names):
        called = name
        while called in computed or (called != name and called in taken):
            called = INPUT_PREFIX + called
        taken.add(called)
        carried.append((at, called))
    if columns is None:
        return Layout(tuple(carried), fields)
    wanted = set(columns)
    known = {*computed, *(called for _, called in carried), *GROUPS}
    unknown = [name for name in columns if name not in known]
    if unknown:
        raise UnknownColumns(unknown, GROUPS, get_close_matches(unknown[0], sorted(known), NEAR_NAMES))
    return Layout(
        tuple(one for one in carried if INPUT in wanted or one[1] in wanted),
        tuple(field for field in fields if wanted & {field.name, field.group} or field.name in ALWAYS),
    )
