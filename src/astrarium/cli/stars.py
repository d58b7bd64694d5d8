"""`astrarium stars`: where the fixed stars stand at an instant."""

from datetime import UTC, datetime
from math import isfinite
from typing import TYPE_CHECKING, Annotated

import typer

from astrarium.cli import glyphs, measures, options
from astrarium.cli.terminal import listing, show, write_json

if TYPE_CHECKING:
    from astrarium.chart.star_list import StarEntry


def stars(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[STAR...]",
            help="Only these, by name, designation or HIP number; all of them unless given.",
        ),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="YYYY-MM-DDTHH:MM:SSZ",
            help="The moment in UTC, as --instant of a chart; now unless given.",
        ),
    ] = None,
    brighter_than: Annotated[
        float | None, typer.Option(metavar="MAGNITUDE", help="Only stars of at most this magnitude.")
    ] = None,
    zodiac: Annotated[
        str,
        typer.Option(
            metavar="ID",
            help="Whose signs to tell: an id (`astrarium zodiacs` lists them) or a file of your own.",
        ),
    ] = "iau13",
    as_json: options.AsJson = False,
) -> None:
    """List fixed stars with their magnitude and where they stand, from the brightest down.

    Apparent places as seen from the middle of the Earth, true ecliptic and equinox of date: proper motion, parallax,
    aberration and deflection are in.
    """
    if brighter_than is not None and not isfinite(brighter_than):
        raise typer.BadParameter(f"{brighter_than} is no magnitude.", context, param_hint="--brighter-than")

    from astrarium.chart.star_list import stars_at  # loads the engine
    from astrarium.cli.zodiac_files import zodiacs_of
    from astrarium.sky.zodiacs import define_zodiac
    from astrarium.sky.zodiacs import zodiac as zodiac_of

    (wanted,) = zodiacs_of((zodiac,))
    frame = zodiac_of(wanted) if isinstance(wanted, str) else define_zodiac(wanted)
    moment = at or datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    found = stars_at(moment, (frame,), names or None, brighter_than)
    if as_json:
        write_json(found)
        return
    headings = ("star", "", "mag", "longitude", "latitude", frame.id, "in")
    rows = [_row(one) for one in found.items]
    if not rows:
        show(["No star of the catalogue is that bright."])
        return
    show([f"{found.utc.replace('T', ' ').removesuffix('Z')} UTC", "", listing(headings, rows, (2, 3, 4), 0)])


def _row(one: "StarEntry") -> tuple[str, ...]:
    return (
        one.name,
        one.designation if one.designation != one.name else "",
        "" if one.magnitude is None else f"{one.magnitude:.2f}",
        measures.degrees_minutes(one.longitude),
        measures.degrees_minutes(one.latitude),
        *(
            f"{glyphs.glyph_of(at.sign)} {glyphs.abbreviation_of(at.sign)} {measures.degrees_minutes(at.degree):>6}"
            for at in one.signs.values()
        ),
        one.constellation,
    )
