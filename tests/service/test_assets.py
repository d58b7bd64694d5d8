import re

from astrarium.draw.palette import DARK, LIGHT
from astrarium.service.web import assets, wheel_colours


def test_static_files_are_kept_for_good_under_their_digest(client):
    for name in ("page.css", "place-suggestions.js", "favicon.svg", "wheel.css"):
        address = assets.address(name)
        assert re.fullmatch(rf"/static/{name.split('.')[0]}\.[0-9a-f]{{12}}\.\w+", address)
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.content == assets.assets()[name].content


def test_a_name_without_its_digest_or_outside_the_folder_is_not_found(client, problem):
    for name in ("page.css", "page.000000000000.css", "..%2f..%2fsettings.py", "%2e%2e/app.py"):
        problem(client.get(f"/static/{name}"), 404, "not_found")


def test_scripts_and_styles_have_their_types(client):
    assert client.get(assets.address("page.css")).headers["content-type"].startswith("text/css")
    assert (
        client.get(assets.address("place-suggestions.js"))
        .headers["content-type"]
        .startswith("text/javascript")
    )


def test_every_light_colour_has_one_dark_counterpart():
    pairs = wheel_colours.counterparts()
    assert pairs[LIGHT.paper] == DARK.paper
    for part in ("disc", "ink", "muted", "axis", "hairline", "tick", "leader", "range", "web"):
        assert pairs[getattr(LIGHT, part)] == getattr(DARK, part)
    for name, tint in LIGHT.elements.items():
        assert pairs[tint.ink] == DARK.elements[name].ink
        assert pairs[tint.ground] == DARK.elements[name].ground
    for name, colour in LIGHT.families.items():
        assert pairs[colour] == DARK.families[name]


def test_every_colour_of_a_wheel_is_turned_in_the_dark(client):
    svg = client.get("/chart.svg?date=1990-05-17&time=12%3A30&place=London%2C+GB").text
    used = set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', svg))
    assert used
    assert used <= set(wheel_colours.counterparts())


def test_robots_are_kept_from_charts(client):
    assert "Disallow: /chart" in client.get("/robots.txt").text


def test_the_pages_name_every_class_that_the_style_sheet_styles(client):
    """A rule for a class that no template has is left over from something."""
    templates = "".join(path.read_text() for path in assets_folder("templates").iterdir())
    sheet = assets.assets()["page.css"].content.decode()
    classes = set(
        re.findall(
            r"\.([a-z][\w-]*)(?=[\s:,.{>\[+)])", re.sub(r"/\*.*?\*/|\"[^\"]*\"", "", sheet, flags=re.DOTALL)
        )
    )
    drawn = {"wheel", "paper", "captions"}
    assert {name for name in classes - drawn if not re.search(rf"\b{name}\b", templates)} == set()


def assets_folder(name):
    from importlib.resources import files

    return files("astrarium.service.web").joinpath(name)
