"""What can be wrong with a place; every error names the value and the way out.

`pointer` is the JSON Pointer of the input at fault, from the root of the request (`/birth/place`). Where places stand
in `data` (`candidates`, `suggestions`), each is an object with `geoname_id`, `name`, `region`, `country`, `population`,
`latitude` and `longitude`: what `{"id": …}` or a narrower name needs.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from astrarium.errors import AstrariumError

if TYPE_CHECKING:
    from pathlib import Path

    from astrarium.civil.place_match import PlaceMatch

PLACE = "/birth/place"
LISTED_IN_DETAIL = 5
MOST_CANDIDATES = 20
QUOTED_LETTERS = 60


class PlaceError(AstrariumError):
    """Any fault of a birth's place."""


class MissingPlace(PlaceError):
    """No place was given, or an empty one: nothing stands in for it, least of all 0°/0°."""

    code: ClassVar[str] = "missing_place"

    def __init__(self, detail: str = "the birth has no place", *, pointer: str = PLACE) -> None:
        super().__init__(
            detail,
            hint='name a town ("London, GB"), or give {"id": …} or {"latitude": …, "longitude": …}',
            pointer=pointer,
        )


class UnknownPlace(PlaceError):
    """The gazetteer has no such place; `data.suggestions` are near ones, the likeliest first."""

    code: ClassVar[str] = "unknown_place"

    def __init__(
        self,
        query: str | int,
        *,
        reason: str = "is not in the gazetteer",
        suggestions: Sequence["PlaceMatch"] = (),
        introduced_by: str = "near it",
        pointer: str = PLACE,
    ) -> None:
        if suggestions:
            near = "; ".join(match.label for match in suggestions[:3])
            hint = f"{introduced_by}: {near}; or give latitude and longitude, as for any place below 1,000 people"
        else:
            hint = "check the spelling, name the nearest town, or give latitude and longitude"
        super().__init__(
            f"{_quoted(query)} {reason}",
            hint=hint,
            pointer=pointer,
            data={"query": _shortened(query), "suggestions": [_entry(match) for match in suggestions]},
        )
        self.suggestions = tuple(suggestions)


class AmbiguousPlace(PlaceError):
    """Several places bear the name and none of them is clearly meant.

    `data.count` says how many, `data.candidates` holds the likeliest of them, at most twenty.
    """

    code: ClassVar[str] = "ambiguous_place"

    def __init__(
        self,
        query: str,
        candidates: Sequence["PlaceMatch"],
        count: int,
        *,
        is_area: bool = False,
        pointer: str = PLACE,
    ) -> None:
        named = "; ".join(
            f"{match.label} ({match.population:,} people, id {match.place.geoname_id})"
            for match in candidates[:LISTED_IN_DETAIL]
        )
        more = f"; and {count - LISTED_IN_DETAIL} more" if count > LISTED_IN_DETAIL else ""
        first = candidates[0]
        places = "1 place answers" if count == 1 else f"{count} places answer"
        area, way_out = (
            ("a country or region, and ", "name a town in it")
            if is_area
            else ("", "add the region or country")
        )
        super().__init__(
            f"{area}{places} to {_quoted(query)}: {named}{more}",
            hint=f'{way_out} ("{first.label}") or give the id ({first.place.geoname_id})',
            pointer=pointer,
            data={
                "query": _shortened(query),
                "count": count,
                "is_area": is_area,
                "candidates": [_entry(match) for match in candidates],
            },
        )
        self.candidates = tuple(candidates)


class InvalidCoordinates(PlaceError):
    """A latitude, longitude or altitude that is no number or lies outside the Earth's."""

    code: ClassVar[str] = "invalid_coordinates"

    def __init__(self, field: str, value: float, first: float, last: float, unit: str) -> None:
        super().__init__(
            f"{field.removesuffix('_m')} {value:g} is not between {first:g} and {last:g} {unit}",
            hint=f"give {field} as a number of {unit}; north, east and up are positive",
            pointer=f"{PLACE}/{field}",
            data={"field": field, "first": first, "last": last},
        )


class MissingCoordinate(MissingPlace):
    """One coordinate came without the other."""

    def __init__(self, given: str, missing: str) -> None:
        super().__init__(f"{given} was given without {missing}", pointer=f"{PLACE}/{missing}")


class ConflictingPlace(PlaceError):
    """A gazetteer id came with fields that say where the place is in other words."""

    code: ClassVar[str] = "conflicting_place"

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(
            f"`id` says the whole place by itself, but {', '.join(fields)} came with it",
            hint="give either `id`, or `latitude` and `longitude` with their name and country",
            pointer=f"{PLACE}/id",
            data={"fields": list(fields)},
        )


class UnknownCountry(PlaceError):
    """A country that is neither an ISO 3166-1 code nor a name the gazetteer knows."""

    code: ClassVar[str] = "unknown_country"

    def __init__(self, country: str, *, pointer: str = f"{PLACE}/country") -> None:
        super().__init__(
            f"{_quoted(country)} is not a country the gazetteer knows",
            hint='give its two-letter ISO 3166 code, such as "GB"',
            pointer=pointer,
        )


class InvalidLimit(PlaceError):
    """More or fewer results were asked for than a search gives."""

    code: ClassVar[str] = "invalid_limit"

    def __init__(self, limit: int, last: int) -> None:
        super().__init__(
            f"{limit} results cannot be asked for",
            hint=f"ask for 1 to {last} at a time; narrow the search instead of paging",
            data={"first": 1, "last": last},
        )


class GazetteerUnreadable(PlaceError):
    """The table of places is missing, damaged or of another version."""

    code: ClassVar[str] = "gazetteer_unreadable"

    def __init__(self, path: "Path", reason: str) -> None:
        super().__init__(
            f"the table of places {path} cannot be read: {reason}",
            hint="install Astrarium again, or build the table with `python -m builders.places`",
        )


def _entry(match: "PlaceMatch") -> dict[str, Any]:
    place = match.place
    return {
        "geoname_id": place.geoname_id,
        "name": place.name,
        "region": place.region,
        "country": place.country,
        "population": match.population,
        "latitude": place.latitude,
        "longitude": place.longitude,
    }


def _shortened(query: str | int) -> str | int:
    if isinstance(query, int) or len(query) <= QUOTED_LETTERS:
        return query
    return query[:QUOTED_LETTERS] + "…"


def _quoted(query: str | int) -> str:
    if isinstance(query, int):
        return f"place {query}"
    shown = "".join(sign if sign.isprintable() else "�" for sign in str(_shortened(query)))
    return f"“{shown}”"
