"""What `import astrarium` offers is a promise: adding to it is a decision, removing from it breaks somebody."""

import subprocess
import sys

import pytest

import astrarium

PUBLIC = {
    "AstrariumError",
    "Birth",
    "CalendarDate",
    "Chart",
    "ChartArrays",
    "ChartRequest",
    "HeliocentricPlaces",
    "Horizontal",
    "Instants",
    "Observables",
    "PlaceReference",
    "Places",
    "Site",
    "Star",
    "StarPlaces",
    "TimeWindow",
    "TopocentricPlaces",
    "__version__",
    "chart",
    "charts",
    "from_terrestrial",
    "from_universal",
    "heliocentric_places",
    "list_stars",
    "observables",
    "places",
    "star_places",
    "topocentric_places",
}
HEAVY = ("numba", "numpy", "litestar", "typer", "rich")


def run(code):
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout


def test_public_names_are_these_and_no_other():
    assert set(astrarium.__all__) == PUBLIC
    assert set(dir(astrarium)) == PUBLIC


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_every_public_name_is_there(name):
    assert getattr(astrarium, name) is not None


def test_every_public_function_is_described_in_the_reference(root):
    page = (root / "docs/reference/library.md").read_text(encoding="utf-8")
    described = {name for name in PUBLIC if f"`{name}`" in page or f"`astrarium.{name}(" in page}
    assert described == PUBLIC - {"__version__"}


def test_a_name_that_does_not_exist_is_an_attribute_error():
    with pytest.raises(AttributeError, match="chrat"):
        _ = astrarium.chrat


def test_importing_the_package_loads_nothing_heavy():
    loaded = run("import sys, astrarium; print(*(name.partition('.')[0] for name in sys.modules))").split()
    assert not set(HEAVY) & set(loaded)


@pytest.mark.parametrize(
    "imports",
    [
        "import astrarium",
        "import astrarium.chart",
        "import astrarium.chart.structs",
        "from astrarium.chart.natal import cast\nimport astrarium",
    ],
)
def test_chart_can_be_called_and_is_a_package_whatever_was_imported_first(imports):
    code = f"""{imports}
chart = astrarium.chart(instant="2000-01-01T12:00:00Z", place=astrarium.PlaceReference(latitude=0.0, longitude=0.0))
import astrarium.chart.structs
assert isinstance(chart, astrarium.chart.structs.Chart)
print(chart.positions[0].body)
"""
    assert run(code) == "sun\n"
