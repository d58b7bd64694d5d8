"""The options that several commands share, each written once: name, placeholder and help."""

from pathlib import Path
from typing import Annotated, Literal

import typer

BIRTH = "Birth"
CHOICES = "What to compute"
OUTPUT = "Output"

Date = Annotated[
    str | None,
    typer.Option(
        "--date", metavar="YYYY-MM-DD", help="The date on the calendar of the place.", rich_help_panel=BIRTH
    ),
]
Time = Annotated[
    str,
    typer.Option(
        "--time",
        metavar="HH:MM[:SS]",
        help="The time on the clock of the place; 08:00-12:00 for a window, unknown for none.",
        rich_help_panel=BIRTH,
    ),
]
Place = Annotated[
    str | None,
    typer.Option(
        "--place",
        metavar="NAME|NUMBER",
        help='A town ("London, GB") or its number from `astrarium places`; beside coordinates, their name.',
        rich_help_panel=BIRTH,
    ),
]
Latitude = Annotated[
    float | None,
    typer.Option(
        "--latitude", metavar="DEGREES", help="Geodetic latitude, north positive.", rich_help_panel=BIRTH
    ),
]
Longitude = Annotated[
    float | None,
    typer.Option("--longitude", metavar="DEGREES", help="Longitude, east positive.", rich_help_panel=BIRTH),
]
Altitude = Annotated[
    float | None,
    typer.Option(
        "--altitude",
        metavar="METRES",
        help="Height above the sea, beside coordinates or a place's number.",
        rich_help_panel=BIRTH,
    ),
]
Country = Annotated[
    str | None,
    typer.Option(
        "--country",
        metavar="CODE",
        help="Two letters, beside coordinates: the country that --calendar auto follows.",
        rich_help_panel=BIRTH,
    ),
]
Zone = Annotated[
    str | None,
    typer.Option(
        "--zone",
        metavar="ZONE",
        help="In place of the place's own: Europe/London, +01:00, or LMT for local mean time.",
        rich_help_panel=BIRTH,
    ),
]
Fold = Annotated[
    Literal["0", "1"] | None,
    typer.Option(
        "--fold",
        help="When the clock showed the time twice: 0 the earlier reading, 1 the later.",
        rich_help_panel=BIRTH,
    ),
]
Calendar = Annotated[
    Literal["gregorian", "julian", "auto"],
    typer.Option(
        "--calendar",
        help="What the date is written in; auto: what its country kept then.",
        rich_help_panel=BIRTH,
    ),
]
Instant = Annotated[
    str | None,
    typer.Option(
        "--instant",
        metavar="YYYY-MM-DDTHH:MM:SSZ",
        help="The moment in UTC, in place of date and time.",
        rich_help_panel=BIRTH,
    ),
]
Name = Annotated[
    str | None, typer.Option("--name", metavar="TEXT", help="The chart's title.", rich_help_panel=BIRTH)
]
Zodiacs = Annotated[
    str,
    typer.Option(
        "--zodiac",
        metavar="ID[,ID...]",
        help="The chart's own first: ids (`astrarium zodiacs` lists them) or .json and .toml files of your own.",
        rich_help_panel=CHOICES,
    ),
]
HouseSystem = Annotated[
    str,
    typer.Option(
        "--houses",
        metavar="ID",
        help="The house system; `astrarium houses` lists them.",
        rich_help_panel=CHOICES,
    ),
]
Bodies = Annotated[
    str,
    typer.Option(
        "--bodies",
        metavar="standard|all|ID[,ID...]",
        help="Bodies and points; `astrarium bodies` lists them.",
        rich_help_panel=CHOICES,
    ),
]
AspectSet = Annotated[
    str,
    typer.Option(
        "--aspects",
        metavar="SET",
        help="The set of aspects; `astrarium aspects` lists them.",
        rich_help_panel=CHOICES,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.", rich_help_panel=OUTPUT)]
SvgFile = Annotated[
    Path | None,
    typer.Option(
        "--svg",
        metavar="FILE",
        help="Draw the wheel into FILE; - prints the picture alone.",
        rich_help_panel=OUTPUT,
    ),
]
Theme = Annotated[
    Literal["light", "dark"],
    typer.Option("--theme", help="The colours of the wheel.", rich_help_panel=OUTPUT),
]


ChartPerspective = Annotated[
    Literal["geocentric", "topocentric", "heliocentric"],
    typer.Option(
        "--perspective",
        help="Seen from the middle of the Earth, from the place of birth, or from the Sun.",
        rich_help_panel=CHOICES,
    ),
]
HouseFallback = Annotated[
    str | None,
    typer.Option(
        "--house-fallback",
        metavar="ID",
        help="The system to take where the houses are undefined, as Placidus is beyond the polar circles.",
        rich_help_panel=CHOICES,
    ),
]


def bodies_of(listed: str) -> str | tuple[str, ...]:
    """The bodies of an option as the engine takes them: a set by its name, or ids."""
    return listed if listed in {"standard", "all"} else identifiers(listed)


def identifiers(listed: str) -> tuple[str, ...]:
    """The ids of a comma-separated option, blanks around them dropped; an empty one stays, to be refused by name."""
    return tuple(part.strip() for part in listed.split(","))
