"""The table of the page on schedules: `python -m builders.schedules_page` fills `docs/reference/schedules.md`."""

from pathlib import Path

from astrarium.service.settings import Settings
from astrarium.service.timetable import timetable

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "schedules.md"
START = "<!-- table: schedules -->\n"
END = "<!-- end -->"


def table() -> str:
    """Every schedule of an installation that has all of them, by its name."""
    known = timetable(Settings(data="/data", database_url="postgresql:///stars", backups="always"))
    rows = [
        f"| `{one.name}` | `{one.expression}` | {_missed(one.catch_up, one.most_missed)} | {one.about} |"
        for one in sorted(known.values(), key=lambda one: one.name)
    ]
    return (
        "\n".join(["| schedule | runs at (UTC) | missed ticks | what it does |", "|---|---|---|---|", *rows])
        + "\n"
    )


def page(text: str) -> str:
    """The page with its table filled in anew."""
    before, found, after = text.partition(START)
    if not found:
        message = f"{PAGE} has no place for the table"
        raise ValueError(message)
    return f"{before}{START}{table()}{END}{after.partition(END)[2]}"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")


def _missed(catch_up: str, most: int) -> str:
    if catch_up == "skip":
        return "one job for all"
    return "a job for the last" if most == 1 else f"a job for each of the last {most}"


if __name__ == "__main__":
    main()
