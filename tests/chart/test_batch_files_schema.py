"""docs/reference/batch-schema.md says what the columns and the errors of tables are; the program agrees."""

import re
from pathlib import Path

import pytest

from astrarium.chart.files import errors
from astrarium.chart.files.errors import UnknownColumns
from astrarium.chart.files.fields import ALWAYS, GROUPS, fields_of, layout_of
from astrarium.chart.files.header import BIRTH_COLUMNS
from astrarium.chart.selection import select
from astrarium.errors import AstrariumError

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "batch-schema.md").read_text(encoding="utf-8")
ONE = select(("iau13",), "placidus", ("sun",), "major")
STANDARD = select(("iau13", "tropical"), "placidus", "standard", "major")


def section(title: str) -> str:
    return re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)[1]


def first_cells(text: str) -> list[str]:
    return re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)


def pattern(name: str) -> str:
    name = re.sub(r"^sun_", "BODY_", name).replace("_iau13", "_ZODIAC")
    return re.sub(r"^cusp_\d+$", "cusp_N", name)


def row(field) -> str:
    meaning = (
        field.meaning.removeprefix("Sun: ").replace("house 1 ", "house N ").replace("iau13@1", "the zodiac")
    )
    return f"| `{pattern(field.name)}` | {field.group} | {field.kind} | {field.unit} | {meaning} |"


def test_the_page_lists_every_column_with_group_type_unit_and_meaning():
    expected = {pattern(field.name): row(field) for field in reversed(fields_of(ONE))}
    listed = [line for line in section("The columns").splitlines() if line.startswith("| `")]
    assert listed == list(reversed(expected.values()))


def test_every_name_of_a_column_is_its_own():
    names = [field.name for field in fields_of(STANDARD)]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z0-9_]+", name) for name in names)


def test_two_versions_of_a_zodiac_have_columns_of_their_own():
    frames = select(("sidereal:lahiri", "tropical"), "placidus", ("sun",), "major")
    names = {field.name for field in fields_of(frames)}
    assert {"sun_sign_sidereal_lahiri", "sun_degree_tropical"} <= names


def test_the_page_lists_every_part_of_a_birth_with_its_other_names():
    listed = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", section("The births"), re.MULTILINE))
    assert {name: tuple(re.findall(r"`(\w+)`", others)) for name, others in listed.items()} == BIRTH_COLUMNS


def test_the_page_explains_every_error_of_a_table():
    codes = {
        made.code
        for made in vars(errors).values()
        if isinstance(made, type) and issubclass(made, AstrariumError) and "code" in vars(made)
    }
    assert set(first_cells(section("The errors"))) == codes


def test_the_page_names_every_group():
    assert all(f"`{group}`" in PAGE for group in GROUPS)


def test_a_carried_column_gives_way_to_a_computed_one_of_its_name():
    layout = layout_of(ONE, ("date", "zone", "input_zone", "line"), None)
    assert [name for _, name in layout.carried] == ["date", "input_input_zone", "input_zone", "input_line"]


@pytest.mark.parametrize(
    ("columns", "carried", "computed"),
    [
        (("id",), ["id"], set()),
        (("input", "sun_longitude"), ["id", "date"], {"sun_longitude"}),
        (("signs",), [], {name.name for name in fields_of(ONE) if name.group == "signs"}),
    ],
)
def test_columns_are_chosen_by_name_and_group_and_errors_always_stay(columns, carried, computed):
    layout = layout_of(ONE, ("id", "date"), columns)
    assert [name for _, name in layout.carried] == carried
    assert {field.name for field in layout.fields} == computed | ALWAYS


def test_an_unknown_column_is_refused_with_the_nearest():
    with pytest.raises(UnknownColumns) as caught:
        layout_of(ONE, ("id",), ("id", "sun_longitud"))
    assert caught.value.data["unknown"] == ["sun_longitud"]
    assert "sun_longitude" in caught.value.data["near"]
