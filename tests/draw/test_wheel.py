"""The whole wheel: what is refused, what stands in the picture, and that it needs nothing from outside."""

import math
import re
import time
from xml.etree import ElementTree as ET

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from astrarium.chart.structs import Aspect
from astrarium.draw.errors import SizeOutOfRange, UnknownTheme, UnusableIdPrefix, ZodiacNotInChart
from astrarium.draw.glyphs import text_width
from astrarium.draw.wheel import wheel

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def iau13(frames):
    return {"sign_starts_deg": list(frames["iau13"].values()), "signs": list(frames["iau13"])}


@pytest.fixture
def tropical(frames):
    return {
        "sign_starts_deg": list(frames["tropical"].values()),
        "signs": list(frames["tropical"]),
        "zodiac": "tropical",
    }


def parsed(document: str) -> ET.Element:
    return ET.fromstring(document.encode())


def of_class(root: ET.Element, name: str) -> list[ET.Element]:
    return [found for found in root.iter() if name in found.get("class", "").split()]


def references(root: ET.Element) -> list[str]:
    return [use.attrib["href"] for use in root.iter(f"{SVG}use")]


def centre(use: ET.Element) -> tuple[float, float]:
    half = float(use.attrib["width"]) / 2
    return float(use.attrib["x"]) + half, float(use.attrib["y"]) + half


@pytest.mark.parametrize("theme", ["", "Light", "sepia"])
def test_an_unknown_theme_is_refused_with_those_that_exist(einstein, iau13, theme):
    with pytest.raises(UnknownTheme) as caught:
        wheel(einstein, **iau13, theme=theme)
    assert caught.value.data["available"] == ["light", "dark"]


@pytest.mark.parametrize("size", [0, -5, 119, 10_001, math.nan, math.inf])
def test_a_size_nobody_can_mean_is_refused_with_the_limits(einstein, iau13, size):
    with pytest.raises(SizeOutOfRange) as caught:
        wheel(einstein, **iau13, size=size)
    assert (caught.value.data["smallest"], caught.value.data["largest"]) == (120, 10_000)


def test_a_zodiac_that_the_chart_lacks_is_refused_with_those_it_has(einstein, iau13):
    with pytest.raises(ZodiacNotInChart) as caught:
        wheel(einstein, **iau13, zodiac="sidereal:lahiri")
    assert caught.value.data["available"] == ["iau13", "tropical"]


@pytest.mark.parametrize("prefix", ["", "1a", 'a"b', "a b", "a<", "x" * 65])
def test_a_prefix_that_is_no_id_is_refused(einstein, iau13, prefix):
    with pytest.raises(UnusableIdPrefix):
        wheel(einstein, **iau13, id_prefix=prefix)


def test_the_picture_stands_alone(einstein, iau13):
    for theme in ("light", "dark"):
        root = parsed(wheel(einstein, **iau13, theme=theme))
        tags = {found.tag.removeprefix(SVG) for found in root.iter()}
        assert tags == {"svg", "title", "desc", "defs", "symbol", "path", "g", "use", "rect", "circle"}
        for found in root.iter():
            for name, value in found.attrib.items():
                assert name not in {"style", "onload", "onclick"}
                assert "url(" not in value
                assert "var(" not in value
                assert "currentColor" not in value
                assert ":" not in value or name == "xmlns", (name, value)
        assert "http" not in wheel(einstein, **iau13).replace("http://www.w3.org/2000/svg", "", 1)


def test_every_shape_is_painted_with_a_concrete_colour(einstein, iau13):
    root = parsed(wheel(einstein, **iau13))
    colour = re.compile("#[0-9a-f]{6}|none")

    def check(at: ET.Element, fill: str | None, stroke: str | None) -> None:
        fill, stroke = at.get("fill", fill), at.get("stroke", stroke)
        if at.tag in {f"{SVG}{shape}" for shape in ("path", "use", "rect", "circle")}:
            assert fill is not None, at.attrib
            assert colour.fullmatch(fill)
            assert stroke is None or colour.fullmatch(stroke)
            assert fill != "none" or stroke not in {None, "none"}, at.attrib
        for child in at:
            if child.tag != f"{SVG}defs":
                check(child, fill, stroke)

    check(root, None, None)


def test_every_reference_is_defined_and_every_definition_used(einstein, iau13):
    root = parsed(wheel(einstein, **iau13))
    defined = [found.attrib["id"] for found in root.find(f"{SVG}defs")]
    assert len(defined) == len(set(defined))
    assert {f"#{name}" for name in defined} == set(references(root))


def test_a_screen_reader_finds_title_and_description(einstein, iau13):
    root = parsed(wheel(einstein, **iau13))
    assert root.get("role") == "img"
    by_id = {found.get("id"): found for found in root.iter() if found.get("id")}
    title, description = (by_id[name] for name in root.attrib["aria-labelledby"].split())
    assert (title.tag, title.text) == (f"{SVG}title", "Birth chart of Albert Einstein")
    assert description.tag == f"{SVG}desc"
    assert "Moon 8°34′ of Ophiuchus" in description.text
    assert list(root)[:2] == [title, description]


def test_every_body_sign_and_aspect_is_drawn_once(einstein, iau13):
    root = parsed(wheel(einstein, **iau13))
    for position in einstein.positions:
        (body,) = of_class(root, f"body-{position.body}")
        assert len(of_class(body, "glyph")) == 1
        assert len(of_class(body, "degree")) == 1
        assert len(of_class(body, "minute")) == 1
        assert len(of_class(body, "retrograde")) == (1 if position.retrograde else 0)
    for sign in iau13["signs"]:
        (arc,) = of_class(root, f"sign-{sign}")
        assert len(of_class(arc, "glyph")) == 1
    drawn = [line for kind in of_class(root, "aspect") for line in kind.findall(f"{SVG}path")]
    assert len(drawn) == len(einstein.aspects)
    assert len(of_class(root, "house")) == 12


def test_aspect_lines_join_the_true_places_of_their_ends(einstein, iau13):
    root = parsed(wheel(einstein, **iau13))
    places = {position.body: position.longitude for position in einstein.positions}
    left = einstein.angles["ascendant"].longitude
    (opposition,) = of_class(root, "aspect-opposition")
    (line,) = opposition.findall(f"{SVG}path")
    x1, y1, x2, y2 = map(float, re.findall(r"-?[\d.]+", line.attrib["d"]))
    for body, x, y in (("jupiter", x1, y1), ("uranus", x2, y2)):
        longitude = (math.degrees(math.atan2(y - 500.0, 500.0 - x)) + left) % 360.0
        assert longitude == pytest.approx(places[body], abs=0.05)


def test_aspects_to_what_is_not_drawn_are_left_out(einstein, iau13):
    extra = (
        Aspect("sun", "vertex", "trine", 120.0, 0.0, True, 1.0),
        Aspect("sun", "ascendant", "trine", 120.0, 0.0, True, 1.0),
    )
    root = parsed(wheel(msgspec.structs.replace(einstein, aspects=extra), **iau13))
    (trines,) = of_class(root, "aspect-trine")
    assert [line.find(f"{SVG}title").text for line in trines] == ["Sun trine Ascendant, orb 0.0°, applying"]


def test_the_ascendant_is_at_the_left_and_longitudes_run_counter_clockwise(einstein, iau13):
    root = parsed(wheel(einstein, **iau13))
    (axes,) = of_class(root, "axes")
    spokes = re.findall(r"M([\d.]+) ([\d.]+)L", axes.attrib["d"])
    (ascendant_x, ascendant_y), (_, midheaven_y), (descendant_x, _), (_, nadir_y) = (
        (float(x), float(y)) for x, y in spokes
    )
    assert ascendant_y == 500.0
    assert ascendant_x < 500.0 < descendant_x
    assert midheaven_y < 500.0 < nadir_y
    assert len(of_class(root, "cusps")) == 1


def test_a_conjunction_to_the_second_is_still_seen(einstein, iau13):
    exact = msgspec.structs.replace(einstein.positions[2], longitude=einstein.positions[6].longitude)
    positions = (*einstein.positions[:2], exact, *einstein.positions[3:])
    root = parsed(wheel(msgspec.structs.replace(einstein, positions=positions), **iau13))
    (conjunctions,) = of_class(root, "aspect-conjunction")
    for arc in conjunctions:
        numbers = [float(part) for part in re.findall(r"-?[\d.]+", arc.attrib["d"])]
        assert math.dist(numbers[:2], numbers[-2:]) > 1.5


def test_houses_without_angles_put_the_first_cusp_at_the_left(einstein, iau13):
    chart = msgspec.structs.replace(einstein, angles=None)
    root = parsed(wheel(chart, **iau13))
    assert not of_class(root, "axes")
    (cusps,) = of_class(root, "cusps")
    first = re.match(r"M([\d.]+) ([\d.]+)L", cusps.attrib["d"])
    assert (float(first[1]), float(first[2])) == (109.0, 500.0)


def test_angles_that_are_cusps_are_drawn_once(einstein, iau13):
    root = parsed(wheel(einstein, **iau13))
    (cusps,) = of_class(root, "cusps")
    (axes,) = of_class(root, "axes")
    assert (cusps.attrib["d"].count("M"), axes.attrib["d"].count("M")) == (8, 4)


def test_an_end_of_an_axis_that_the_chart_gives_is_taken_as_given(einstein, iau13):
    descendant = msgspec.structs.replace(einstein.angles["ascendant"], longitude=282.0)
    chart = msgspec.structs.replace(einstein, angles={**einstein.angles, "descendant": descendant})
    (axes,) = of_class(parsed(wheel(chart, **iau13)), "axes")
    ends = [(float(x), float(y)) for x, y in re.findall(r"M([\d.]+) ([\d.]+)L", axes.attrib["d"])]
    turn = math.radians(282.0 - einstein.angles["ascendant"].longitude)
    expected = (500.0 - 391.0 * math.cos(turn), 500.0 + 391.0 * math.sin(turn))
    assert min(math.dist(end, expected) for end in ends) < 0.1
    assert len(ends) == 4


def test_without_a_birth_time_the_first_sign_begins_at_the_left_and_the_moon_has_an_arc(timeless, iau13):
    document = wheel(timeless, **iau13)
    root = parsed(document)
    assert of_class(root, "houses")[0].findall("*") == []
    assert not of_class(root, "angle")
    assert not of_class(root, "house-ring")
    (aries,) = of_class(root, "sign-aries")
    x, y = map(float, re.match(r"M(-?[\d.]+) (-?[\d.]+)", aries[0].attrib["d"]).groups())
    assert (x, y) == (54.0, 500.0)
    (moon,) = of_class(root, "range-moon")
    numbers = [float(part) for part in re.findall(r"-?[\d.]+", moon.attrib["d"])]
    chord = math.dist(numbers[:2], numbers[-2:])
    radius = math.dist(numbers[:2], (500.0, 500.0))
    assert 2 * math.degrees(math.asin(chord / 2 / radius)) == pytest.approx(12.25, abs=0.05)
    assert not of_class(root, "range-pluto")
    assert len(of_class(root, "doubt")) == 1


def test_a_window_keeps_its_houses_and_says_that_the_time_is_uncertain(windowed, iau13):
    root = parsed(wheel(windowed, **iau13))
    assert len(of_class(root, "doubt")) == 1
    assert len(of_class(root, "house")) == 12
    assert of_class(root, "range-moon")


@pytest.mark.parametrize("count", [2, 12, 13, 24, 88])
def test_any_number_of_signs_makes_a_ring_and_none_is_lost(einstein, frames, count):
    starts = [360.0 * index / count + 0.3 * (index % 2) for index in range(count)]
    names = [*frames["iau13"], *(f"figure_{index}" for index in range(count))][:count]
    root = parsed(wheel(einstein, sign_starts_deg=starts, signs=names))
    for name in names:
        (arc,) = [found for found in of_class(root, f"sign-{name}") if found.tag == f"{SVG}g" and len(found)]
        drawn = of_class(arc, "glyph")
        assert len(drawn) <= 1
    glyphs = [found for sign in of_class(root, "sign") for found in of_class(sign, "glyph")]
    assert len(glyphs) + len(of_class(root, "led-out")) == count


def test_a_narrow_scorpius_keeps_its_glyph_inside_its_arc(einstein, iau13):
    root = parsed(wheel(einstein, **iau13))
    (scorpius,) = of_class(root, "sign-scorpio")
    (glyph,) = of_class(scorpius, "glyph")
    x, y = centre(glyph)
    longitude = (
        math.degrees(math.atan2(y - 500.0, 500.0 - x)) + einstein.angles["ascendant"].longitude
    ) % 360.0
    starts = dict(zip(iau13["signs"], iau13["sign_starts_deg"], strict=True))
    width = starts["ophiuchus"] - starts["scorpio"]
    assert longitude == pytest.approx(starts["scorpio"] + width / 2, abs=0.1)
    outline = 0.9 * float(glyph.attrib["width"]) / 0.96
    assert outline <= math.radians(width) * 418.5


def test_a_sign_too_narrow_for_any_glyph_is_led_out(einstein, frames):
    starts = dict(frames["iau13"], ophiuchus=frames["iau13"]["scorpio"] + 1.5)
    root = parsed(wheel(einstein, sign_starts_deg=list(starts.values()), signs=list(starts)))
    (led_out,) = of_class(root, "led-out")
    assert led_out.attrib["href"].endswith("-scorpio")
    assert math.dist(centre(led_out), (500.0, 500.0)) > 446.0


def test_everything_stays_within_the_picture(einstein, timeless, iau13):
    for chart in (einstein, timeless):
        for size in (390, 900):
            for use in parsed(wheel(chart, **iau13, size=size)).iter(f"{SVG}use"):
                if "width" in use.attrib:
                    x, y = centre(use)
                    half = float(use.attrib["width"]) / 2
                    assert half <= x <= 1000.0 - half
                    assert half <= y <= 1000.0 - half


@given(turn=st.floats(0.0, 359.99), size=st.sampled_from([390, 800]))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_letters_of_the_angles_stay_within_the_picture(einstein, iau13, turn, size):
    angles = dict(einstein.angles)
    midheaven = msgspec.structs.replace(angles["midheaven"], longitude=turn)
    chart = msgspec.structs.replace(einstein, angles={**angles, "midheaven": midheaven})
    root = parsed(wheel(chart, **iau13, size=size))
    rim = [text for angle in of_class(root, "angle") for text in angle]
    assert len(rim) == (6 if size == 800 else 4)
    for text in rim:
        x, y, scale = map(float, re.findall(r"-?[\d.]+", text.attrib["transform"]))
        letters = "".join(chr(int(use.attrib["href"].rpartition("-u")[2], 16)) for use in text)
        assert 2.0 <= x <= 998.0 - text_width(letters, 1000.0 * scale)
        assert 2.0 + 727.0 * scale <= y <= 998.0


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "A & B", '"]]>', "Ada\x00\x1b", "名前 עברית"])
def test_a_name_is_text_whatever_it_contains(crowd, make_chart, iau13, name):
    chart = msgspec.structs.replace(crowd([1.0]), name=name)
    root = parsed(wheel(chart, **iau13))
    expected = name.replace("\x00", "\ufffd").replace("\x1b", "\ufffd")
    assert root.find(f"{SVG}title").text == f"Birth chart of {expected}"
    assert not list(root.iter(f"{SVG}script"))


def test_the_same_chart_gives_the_same_bytes(einstein, iau13):
    assert wheel(einstein, **iau13) == wheel(einstein, **iau13)


def test_two_wheels_on_one_page_share_no_id(einstein, iau13, tropical):
    documents = [
        wheel(einstein, **iau13),
        wheel(einstein, **tropical),
        wheel(einstein, **iau13, theme="dark"),
        wheel(einstein, **iau13, size=390),
        wheel(msgspec.structs.replace(einstein, name="Mileva"), **iau13),
        wheel(einstein, **iau13, id_prefix="mine"),
    ]
    ids = [found.get("id") for document in documents for found in parsed(document).iter() if found.get("id")]
    assert len(ids) == len(set(ids))
    assert parsed(documents[-1]).attrib["aria-labelledby"] == "mine-title mine-description"


def test_degrees_are_those_of_the_zodiac_asked_for(einstein, iau13, tropical):
    assert "Sun 3°32′ of Pisces" in wheel(einstein, **iau13)
    assert "Sun 23°30′ of Pisces" in wheel(einstein, **tropical)


@given(
    st.lists(st.floats(0.0, 359.999), max_size=40), st.sampled_from(["light", "dark"]), st.integers(120, 2000)
)
@settings(deadline=None, max_examples=60)
def test_any_sky_makes_a_well_formed_picture_with_one_glyph_per_body(crowd, frames, longitudes, theme, size):
    chart = crowd(longitudes)
    document = wheel(
        chart,
        sign_starts_deg=list(frames["iau13"].values()),
        signs=list(frames["iau13"]),
        theme=theme,
        size=size,
    )
    assert "nan" not in re.sub("<(title|desc).*?</\\1>", "", document)
    root = parsed(document)
    assert len(of_class(root, "body")) == len(longitudes)
    assert sum(len(of_class(body, "glyph")) for body in of_class(root, "body")) == len(longitudes)


def test_a_rich_chart_stays_small(make_chart, make_position, iau13):
    names = ["sun", "moon", "mercury", "venus", "mars", "jupiter", "saturn", "uranus", "neptune", "pluto"]
    names += ["chiron", "true_node", "mean_lilith", "ceres", "pallas", "juno", "vesta", "eris"]
    bodies = [make_position(name, 19.7 * i, (-1.0) ** i, house=1 + i % 12) for i, name in enumerate(names)]
    aspects = [
        Aspect(a, b, kind, 0.0, 1.2, True, 0.5)
        for i, (a, b) in enumerate(zip(names, names[5:], strict=False))
        for kind in (("trine", "square", "sextile", "quincunx")[i % 4], "semisextile")
    ]
    document = wheel(make_chart(bodies, aspects=aspects, name="N"), **iau13)
    assert len(document.encode()) < 60_000


def test_drawing_takes_a_few_milliseconds(einstein, iau13):
    wheel(einstein, **iau13)
    spent = []
    for _ in range(20):
        started = time.process_time()
        wheel(einstein, **iau13)
        spent.append(time.process_time() - started)
    assert min(spent) < 0.01
