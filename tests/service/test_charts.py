import msgspec
import pytest

from astrarium.chart.natal import cast as cast_in_the_library
from astrarium.chart.structs import Chart, ChartRequest
from astrarium.service.reference.examples import BODIES


def test_the_answer_is_the_librarys_chart_byte_for_byte(cast, birth):
    request = msgspec.convert({"name": "Ada", "birth": birth}, ChartRequest)
    assert cast(birth, name="Ada").content == msgspec.json.encode(cast_in_the_library(request))


def test_the_same_request_gives_the_same_bytes_and_tag(cast):
    first, second = cast(), cast()
    assert first.content == second.content
    assert first.headers["etag"] == second.headers[
        "etag"
    ] == f'"{first.json()["receipt"]["id"]}"' or first.headers["etag"].startswith("W/")


def test_the_tag_is_the_receipt(client, birth):
    answer = client.post("/api/v1/charts", json={"birth": birth}, headers={"Accept-Encoding": "identity"})
    assert answer.headers["etag"] == f'"{answer.json()["receipt"]["id"]}"'
    assert answer.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_a_copy_that_is_still_right_is_304_without_a_body(client, birth, form):
    tag = client.post("/api/v1/charts", json={"birth": birth}).headers["etag"].removeprefix("W/")
    answer = client.post("/api/v1/charts", json={"birth": birth}, headers={"If-None-Match": form.format(tag)})
    assert answer.status_code == 304
    assert answer.content == b""
    assert answer.headers["etag"] == tag


def test_another_charts_tag_is_no_match(client, birth):
    tag = client.post("/api/v1/charts", json={"birth": birth}).headers["etag"]
    other = birth | {"time": "12:31"}
    assert (
        client.post("/api/v1/charts", json={"birth": other}, headers={"If-None-Match": tag}).status_code
        == 200
    )


@pytest.mark.parametrize(
    "accept",
    [
        "application/vnd.msgpack",
        "application/msgpack",
        "application/x-msgpack",
        "application/json;q=0.5, application/msgpack",
    ],
)
def test_messagepack_by_wish_holds_the_same_chart(client, birth, accept):
    plain = client.post("/api/v1/charts", json={"birth": birth})
    packed = client.post("/api/v1/charts", json={"birth": birth}, headers={"Accept": accept})
    assert packed.headers["content-type"] == "application/vnd.msgpack"
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "Accept" in packed.headers["vary"]
    assert msgspec.msgpack.decode(packed.content, type=Chart) == msgspec.json.decode(
        plain.content, type=Chart
    )


@pytest.mark.parametrize(
    "accept", ["*/*", "application/json", "text/html", "application/msgpack;q=0.1, application/json"]
)
def test_json_is_the_answer_otherwise(client, birth, accept):
    answer = client.post("/api/v1/charts", json={"birth": birth}, headers={"Accept": accept})
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("title", BODIES["cast_one"])
def test_every_documented_example_works(client, title):
    answer = client.post("/api/v1/charts", json=BODIES["cast_one"][title]["value"])
    assert answer.status_code == 200, answer.text
    msgspec.json.decode(answer.content, type=Chart)


def test_the_settings_are_obeyed(cast):
    chart = cast(
        zodiacs=["sidereal:lahiri", "iau13"], houses="koch", bodies=["moon", "sun"], aspects="all"
    ).json()
    assert [one.partition("@")[0] for one in chart["settings"]["zodiacs"]] == ["sidereal:lahiri", "iau13"]
    assert chart["houses"]["system"] == "koch"
    assert [one["body"] for one in chart["positions"]] == ["moon", "sun"]


def test_an_unknown_time_gives_no_houses_and_probabilities(cast):
    chart = cast({"date": "1990-05-17", "place": "London, GB"}).json()
    assert (chart["houses"], chart["angles"], chart["time"]["known"]) == (None, None, "unknown")
    moon = next(one for one in chart["positions"] if one["body"] == "moon")
    assert 0.0 < moon["signs"]["tropical"]["probability"] <= 1.0
    assert moon["longitude_range"] is not None
