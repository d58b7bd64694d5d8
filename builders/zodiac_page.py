"""The picture and the tables of the page on zodiacs: `python -m builders.zodiac_page`.

Writes `docs/images/zodiacs.svg`, and fills the tables of `docs/explanation/zodiacs.md` between their marks.
"""

from pathlib import Path

from astrarium.sky.zodiacs import ayanamsa_deg, list_ayanamsas, sidereal_zodiac, zodiac
from builders.zodiac_drawing import drawing

DOCS = Path(__file__).parent.parent / "docs"
END = "<!-- end -->"
PAGE, PICTURE = DOCS / "explanation" / "zodiacs.md", DOCS / "images" / "zodiacs.svg"


def star_table() -> str:
    """Starts and widths of the two thirteen-sign frames of the stars."""
    iau, midpoint = zodiac("iau13"), zodiac("midpoint13")
    lines = ["| sign | `iau13` from | width | `midpoint13` from | width |", "|---|--:|--:|--:|--:|"]
    columns = zip(iau.signs, iau.starts, iau.widths, midpoint.starts, midpoint.widths, strict=True)
    lines += [
        f"| {sign} | {start:.5f}° | {width:.2f}° | {other:.5f}° | {other_width:.2f}° |"
        for sign, start, width, other, other_width in columns
    ]
    return "\n".join(lines)


def ayanamsa_table() -> str:
    """Every ayanamsa with its value at J2000 and its definition."""
    lines = ["| `sidereal:` | at J2000.0 | definition | source |", "|---|--:|---|---|"]
    for ayanamsa in list_ayanamsas():
        value = (ayanamsa_deg(sidereal_zodiac(ayanamsa), 2451544.5, 0.5) + 180.0) % 360.0 - 180.0
        lines.append(f"| `{ayanamsa.id}` | {value + 0.0:.4f}° | {ayanamsa.definition} | {ayanamsa.source} |")
    return "\n".join(lines)


def page(text: str) -> str:
    """The page with its tables filled in anew."""
    for name, table in (("stars", star_table()), ("ayanamsas", ayanamsa_table())):
        mark = f"<!-- table: {name} -->\n"
        before, found, after = text.partition(mark)
        if not found:
            message = f"{PAGE} has no place for the table {name!r}"
            raise ValueError(message)
        text = f"{before}{mark}{table}\n{END}{after.partition(END)[2]}"
    return text


def main() -> None:
    """Write the picture and the page."""
    PICTURE.write_text(drawing(), encoding="utf-8")
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
