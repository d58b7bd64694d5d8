import msgspec
import pytest
from litestar.testing import TestClient

from astrarium.service.app import create_app
from astrarium.service.charts.routes import PIECE
from astrarium.service.reference.examples import BODIES

ADA = {"birth": {"date": "1990-05-17", "time": "12:30", "place": "London, GB"}}
NOWHERE = {"birth": {"date": "1990-05-17", "time": "12:30", "place": "Xyzzyville"}}
MISSPELT = {"birth": {"date": "1990-05-17", "tiem": "12:30", "place": "London, GB"}}


@pytest.fixture
def cast_many(client):
    def ask(charts, **headers):
        return client.post("/api/v1/charts/bulk", json={"charts": charts}, headers=headers)

    return ask


def test_each_item_is_what_the_request_alone_would_have_given(cast_many, cast):
    (item,) = cast_many([ADA]).json()["items"]
    assert item == {"index": 0, "status": 200, "chart": cast(ADA["birth"]).json()}


def test_bad_requests_become_problems_in_their_place_and_the_rest_is_cast(cast_many):
    asked = [ADA, NOWHERE, MISSPELT, 7, "x", None, [], ADA, {}] * 3
    items = cast_many(asked).json()["items"]
    assert [item["index"] for item in items] == list(range(len(asked)))
    assert [item["status"] for item in items] == [200, 422, 422, 422, 422, 422, 422, 200, 422] * 3
    assert all(("chart" in item) == (item["status"] == 200) != ("problem" in item) for item in items)


def test_the_pointers_of_an_item_lead_from_the_root_of_the_body(cast_many):
    items = cast_many([ADA, NOWHERE, MISSPELT]).json()["items"]
    assert items[1]["problem"]["errors"][0]["pointer"] == "/charts/1/birth/place"
    assert items[2]["problem"]["errors"][0]["pointer"] == "/charts/2/birth/tiem"
    assert items[2]["problem"]["hint"].startswith("Did you mean `time`?")


@pytest.mark.parametrize("count", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_any_number_of_charts_makes_one_whole_answer(cast_many, count):
    assert len(cast_many([ADA] * count).json()["items"]) == count


@pytest.mark.parametrize("count", [0, 1, PIECE + 1])
def test_messagepack_holds_the_same_items(cast_many, count):
    packed = cast_many([ADA, NOWHERE][:count] + [ADA] * max(0, count - 2), Accept="application/msgpack")
    assert packed.headers["content-type"] == "application/vnd.msgpack"
    items = msgspec.msgpack.decode(packed.content)["items"]
    assert [item["index"] for item in items] == list(range(count))


def test_more_charts_than_the_limit_are_refused_whole(problem, settings_of):
    with TestClient(create_app(settings_of(bulk_limit=3))) as client:
        answer = client.post("/api/v1/charts/bulk", json={"charts": [ADA] * 4})
        told = problem(answer, 422, "too_many_charts")
        assert told["errors"][0]["pointer"] == "/charts"
        assert client.post("/api/v1/charts/bulk", json={"charts": [ADA] * 3}).status_code == 200


def test_a_bulk_body_has_a_limit_of_its_own(problem, settings_of):
    limits = settings_of(body_limit_bytes=1024, bulk_body_limit_bytes=4096)
    with TestClient(create_app(limits)) as client:
        answer = client.post("/api/v1/charts/bulk", json={"charts": [ADA] * 30})
        assert len(answer.request.content) < 4096
        assert answer.status_code == 200
        told = problem(client.post("/api/v1/charts/bulk", json={"charts": [ADA] * 80}), 413, "body_too_large")
        assert "4096" in told["detail"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"[]", 422, "invalid_body"),
        (b'{"charts": {}}', 422, "invalid_body"),
        (b'{"births": []}', 422, "invalid_body"),
        (b'{"charts": [', 400, "malformed_json"),
        (b'{"charts": [{"birth": NaN}]}', 400, "malformed_json"),
        (b'{"charts": [' + b"[" * 20_000 + b"]" * 20_000 + b"]}", 400, "malformed_json"),
    ],
)
def test_a_body_that_is_no_list_of_charts_is_refused_whole(client, problem, body, status, code):
    answer = client.post("/api/v1/charts/bulk", content=body, headers={"Content-Type": "application/json"})
    problem(answer, status, code)


@pytest.mark.parametrize("title", BODIES["cast_many"])
def test_every_documented_example_works(client, title):
    items = client.post("/api/v1/charts/bulk", json=BODIES["cast_many"][title]["value"]).json()["items"]
    assert {item["status"] for item in items} == {200}
