"""`astrarium chart`: one birth from the command line to tables, JSON or a picture."""

from pathlib import Path

import typer

from astrarium.cli import options
from astrarium.cli.errors import UnwritableFile
from astrarium.cli.terminal import show, write_bytes, write_json


def chart(
    context: typer.Context,
    date: options.Date = None,
    time: options.Time = "unknown",
    place: options.Place = None,
    latitude: options.Latitude = None,
    longitude: options.Longitude = None,
    altitude: options.Altitude = None,
    country: options.Country = None,
    zone: options.Zone = None,
    fold: options.Fold = None,
    calendar: options.Calendar = "gregorian",
    instant: options.Instant = None,
    name: options.Name = None,
    zodiac: options.Zodiacs = "iau13,tropical",
    houses: options.HouseSystem = "placidus",
    house_fallback: options.HouseFallback = None,
    bodies: options.Bodies = "standard",
    aspects: options.AspectSet = "major",
    perspective: options.ChartPerspective = "geocentric",
    as_json: options.AsJson = False,
    svg: options.SvgFile = None,
    theme: options.Theme = "light",
) -> None:
    """Cast the chart of a birth: where everything stood, in the real constellations and any other zodiac.

    The answer says how the time was understood. Without a time it tells what held all day and leaves out the rest.
    """
    alone = svg is not None and str(svg) == "-"
    if alone and as_json:
        raise typer.BadParameter(
            "standard output holds one thing: name a file, or leave out --json.", context, param_hint="--svg"
        )
    # The engine loads its kernels here, so that --help need not wait for them.
    from astrarium.chart.natal import cast
    from astrarium.chart.structs import ChartRequest
    from astrarium.cli.births import birth_of, place_of
    from astrarium.cli.chart_page import page
    from astrarium.cli.zodiac_files import zodiacs_of

    birth = birth_of(
        context,
        date=date,
        time=time,
        calendar=calendar,
        instant=instant,
        place=place_of(context, place, latitude, longitude, altitude, country),
        zone=zone,
        fold=fold,
    )
    made = cast(
        ChartRequest(
            birth=birth,
            name=name,
            zodiacs=zodiacs_of(options.identifiers(zodiac)),
            houses=houses,
            house_fallback=house_fallback,
            bodies=options.bodies_of(bodies),
            aspects=aspects,
            perspective=perspective,
        )
    )
    if svg is not None:
        from astrarium.draw.picture import wheel_of

        picture = wheel_of(made, theme=theme).encode()
        if alone:
            write_bytes(picture)
            return
        _write_file(svg, picture)
    if as_json:
        write_json(made)
    else:
        show(page(made))


def _write_file(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UnwritableFile(str(path), error.strerror or str(error)) from error
