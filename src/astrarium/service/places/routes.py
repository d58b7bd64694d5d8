"""Places by name, for whoever types one."""

from collections.abc import Callable, Iterator
from functools import partial
from string import ascii_lowercase
from typing import Annotated, Any, Final

import msgspec
from litestar import Response, get
from litestar.datastructures import State
from litestar.params import QueryParameter

from astrarium.civil.gazetteer import shipped_gazetteer
from astrarium.civil.place_match import PlaceMatch
from astrarium.service.cache.cache import Cache
from astrarium.service.http import answers
from astrarium.service.http.negotiation import ENCODERS, JSON
from astrarium.service.permissions import EVERYONE

_OF_THE_FORM: Final = 8
"""As many places as the form's list shows."""


class FoundPlace(msgspec.Struct, frozen=True):
    """One place: a chart request finds it again by `{"id": geoname_id}` or by its `label`."""

    geoname_id: int | None
    label: str
    name: str | None
    region: str | None
    country: str | None
    country_name: str
    latitude: float
    longitude: float
    population: int
    zone: str | None


class Places(msgspec.Struct, frozen=True):
    """Places whose names begin with the words asked for, the likeliest first."""

    items: tuple[FoundPlace, ...]


@get(
    "/places",
    tags=["reference"],
    sync_to_thread=False,
    responses=answers.of_query("unknown_country"),
    permission=EVERYONE,
)
def search_places(
    state: State,
    q: Annotated[
        str, QueryParameter(min_length=1, max_length=200, description="What has been typed of the name.")
    ],
    limit: Annotated[int, QueryParameter(ge=1, le=50, description="Most places to answer.")] = 10,
    country: Annotated[
        str | None,
        QueryParameter(min_length=2, max_length=60, description="Only this country, `GB` or by name."),
    ] = None,
) -> Response[Places]:
    """Find places by the beginning of their names.

    Case and diacritics do not matter, any script does; `springfield, il` narrows by region or country. From GeoNames
    (CC BY 4.0), places of at least 1,000 people.
    """
    found: Any = _search(state.cache, q, limit, country)
    return Response(found, media_type=JSON, headers={"Cache-Control": "public, max-age=3600"})


def first_letters(cache: Cache) -> Iterator[Callable[[], bytes]]:
    """The searches that typing begins with, one letter each, as computations that fill the cache."""
    for letter in ascii_lowercase:
        yield partial(_search, cache, letter, _OF_THE_FORM, None)


def _search(cache: Cache, q: str, limit: int, country: str | None) -> bytes:
    """The answer as JSON; the process remembers it, which is quicker than to ask any store."""

    def make() -> bytes:
        matches = shipped_gazetteer().search(q, limit=limit, country=country)
        return ENCODERS[JSON].encode(Places(tuple(map(_found, matches))))

    country_asked = "" if country is None else country.lower()
    return cache.here(f"places {limit} {country_asked!r} {q.lower()}", make)


def _found(match: PlaceMatch) -> FoundPlace:
    place = match.place
    return FoundPlace(
        geoname_id=place.geoname_id,
        label=match.label,
        name=place.name,
        region=place.region,
        country=place.country,
        country_name=match.country_name,
        latitude=place.latitude,
        longitude=place.longitude,
        population=match.population,
        zone=place.zone,
    )
