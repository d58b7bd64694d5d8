"""Where the fixed stars stand at an instant."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import QueryParameter

from astrarium.chart.star_list import StarList, stars_at
from astrarium.civil.errors import InvalidInstant
from astrarium.service.http import answers
from astrarium.service.permissions import EVERYONE
from astrarium.sky.errors import OutOfRange
from astrarium.sky.zodiacs import zodiac


@get(
    "/stars",
    tags=["reference"],
    responses=answers.of_query(
        "invalid_instant", "out_of_range", "unknown_star", "unknown_zodiac", "unknown_zodiac_version"
    ),
    permission=EVERYONE,
    sync_to_thread=True,
)
def stars(
    request: Request[Any, Any, Any],
    at: Annotated[
        str | None,
        QueryParameter(max_length=40, description="UTC, as `1990-05-17T11:30:00Z`; now unless given."),
    ] = None,
    zodiacs: Annotated[
        str,
        QueryParameter(min_length=1, max_length=400, description="Whose signs to tell, parted by commas."),
    ] = "iau13",
    stars: Annotated[
        str | None,
        QueryParameter(
            min_length=1,
            max_length=4000,
            description="Only these, parted by commas: names, designations or HIP numbers; all of them unless given.",
        ),
    ] = None,
    brighter_than: Annotated[
        float | None,
        QueryParameter(ge=-30, le=30, description="Only stars of at most this magnitude."),
    ] = None,
) -> Response[StarList]:
    """List fixed stars with their apparent places and signs, from the brightest down, or in the order asked for.

    As seen from the middle of the Earth, true ecliptic and equinox of date: proper motion, parallax, aberration and
    deflection are in, to 0.001″. `fields` narrows the answer: `fields=items(name,longitude,signs.iau13)`.
    """
    moment = at or request.app.state.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    frames = tuple(zodiac(one) for one in _words(zodiacs))
    try:
        found = stars_at(moment, frames, None if stars is None else _words(stars), brighter_than)
    except (InvalidInstant, OutOfRange) as error:
        error.pointer = "/at"
        raise
    lasting = "public, max-age=3600" if at else "no-cache"
    return Response(found, headers={"Cache-Control": lasting})


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in text.split(",")))
