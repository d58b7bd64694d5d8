"""`astrarium places`: what the gazetteer knows under a name."""

from typing import TYPE_CHECKING, Annotated

import typer

from astrarium.cli import options
from astrarium.cli.terminal import listing, show, write_json

if TYPE_CHECKING:
    from astrarium.civil.place_match import PlaceMatch


def places(
    query: Annotated[
        str,
        typer.Argument(
            metavar="QUERY",
            help='The beginning of a name, in any script; "springfield, il" narrows by region.',
        ),
    ],
    country: Annotated[
        str | None, typer.Option(metavar="CODE", help="Only this country, by its two letters or its name.")
    ] = None,
    limit: Annotated[int, typer.Option(metavar="NUMBER", help="How many places at most, up to 50.")] = 10,
    as_json: options.AsJson = False,
) -> None:
    """Find places by the beginning of their names, the likeliest first.

    `astrarium chart --place` takes the number in the first column. From GeoNames (CC BY 4.0): every place of at least
    1,000 people.
    """
    from astrarium.civil.gazetteer import shipped_gazetteer  # opens the table of places

    gazetteer = shipped_gazetteer()
    found = gazetteer.search(query, limit=limit, country=country)
    if as_json:
        write_json({"items": [_item(match) for match in found]})
    elif found:
        show([listing(("number", "place", "people", "zone"), map(_row, found), right=(0, 2), wraps=1)])
    if not found:
        gazetteer.find(query)  # raises the error that says what may have been meant


def _row(match: "PlaceMatch") -> tuple[str, ...]:
    place = match.place
    return (
        str(place.geoname_id),
        match.label,
        f"{match.population:,}",
        place.zone or "-",
    )


def _item(match: "PlaceMatch") -> dict[str, object]:
    """The same fields as an item of `GET /api/v1/places`."""
    place = match.place
    return {
        "geoname_id": place.geoname_id,
        "label": match.label,
        "name": place.name,
        "region": place.region,
        "country": place.country,
        "country_name": match.country_name,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "population": match.population,
        "zone": place.zone,
    }
