"""`astrarium places`, `zodiacs`, `houses`, `bodies`, `aspects`: what the options of a chart may name."""

import msgspec
import pytest
from rich.cells import cell_len

from astrarium.chart.aspects import SETS
from astrarium.sky.bodies import BODIES
from astrarium.sky.house_systems import SYSTEMS
from astrarium.sky.zodiacs import list_zodiacs


def test_places_lists_the_likeliest_first(run):
    code, out, err = run("places", "lond")
    assert (code, err) == (0, "")
    first = out.splitlines()[2].split("   ")
    assert [cell.strip() for cell in first if cell] == [
        "2643743",
        "London, England, GB",
        "8,961,989",
        "Europe/London",
    ]


def test_places_keeps_to_the_country_and_the_limit(run):
    answer = msgspec.json.decode(run("places", "london", "--country", "CA", "--limit", "2", "--json").out)
    assert 1 <= len(answer["items"]) <= 2
    assert {item["country"] for item in answer["items"]} == {"CA"}


def test_places_as_json_has_what_a_chart_needs(run):
    (item,) = msgspec.json.decode(run("places", "Łódź, PL", "--limit", "1", "--json").out)["items"]
    assert item["label"].startswith("Łódź, ")
    assert item["zone"] == "Europe/Warsaw"
    assert 51 < item["latitude"] < 52


def test_a_misspelt_place_says_which_may_be_meant(run):
    code, out, err = run("places", "lodnon")
    assert (code, out) == (1, "")
    assert err.startswith("error[unknown_place]: ")
    assert "--place 2643743   London, England, GB" in err


def test_a_misspelt_place_as_json_is_an_empty_list_and_the_reason(run):
    code, out, err = run("places", "lodnon", "--json")
    assert (code, msgspec.json.decode(out)) == (1, {"items": []})
    assert err.startswith("error[unknown_place]: ")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("places", "london", "--limit", "0"), "invalid_limit"),
        (("places", "london", "--limit", "51"), "invalid_limit"),
        (("places", "london", "--country", "Atlantis"), "unknown_country"),
        (("places", ""), "missing_place"),
        (("places", "%%%"), "unknown_place"),
        (("places", "x" * 100_000), "unknown_place"),
    ],
)
def test_bad_questions_for_places_are_answered(run, arguments, code):
    outcome = run(*arguments)
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith(f"error[{code}]: ")


@pytest.mark.parametrize(
    ("command", "identifiers"),
    [
        ("zodiacs", [frame.id for frame in list_zodiacs()]),
        ("houses", [system.id for system in SYSTEMS]),
        ("bodies", [body.id for body in BODIES]),
        ("aspects", list(SETS)),
    ],
)
def test_a_list_holds_everything_in_order_in_both_forms(run, command, identifiers):
    items = msgspec.json.decode(run(command, "--json").out)["items"]
    assert [item["id"] for item in items] == identifiers
    code, out, err = run(command)
    assert (code, err) == (0, "")
    assert max(cell_len(line) for line in out.splitlines()) <= 80
    assert "…" not in out
    shown = [identifier for identifier in identifiers if identifier != "none"]
    assert all(identifier in out for identifier in shown)
