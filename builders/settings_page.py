"""The table of the page on settings: `python -m builders.settings_page` fills `docs/reference/settings.md`."""

from pathlib import Path

from astrarium.service.settings_telling import reference

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "settings.md"
START = "<!-- table: settings -->\n"
END = "<!-- end -->"


def page(text: str) -> str:
    """The page with its table filled in anew."""
    before, found, after = text.partition(START)
    if not found:
        message = f"{PAGE} has no place for the table"
        raise ValueError(message)
    return f"{before}{START}{reference()}{END}{after.partition(END)[2]}"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
