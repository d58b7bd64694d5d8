import pytest

AT = "1990-05-17T11:30:00Z"


def test_stars_stand_where_the_engine_says(client):
    answer = client.get(
        "/api/v1/stars", params={"at": AT, "stars": "Regulus, HIP 21421", "zodiacs": "iau13,tropical"}
    )
    body = answer.json()
    assert [one["name"] for one in body["items"]] == ["Regulus", "Aldebaran"]
    assert body["utc"] == AT
    assert body["zodiacs"] == ["iau13@1", "tropical@1"]
    regulus = body["items"][0]
    assert regulus["signs"]["tropical"]["sign"] == "leo"
    assert regulus["longitude"] == pytest.approx(149.69, abs=0.02)
    assert answer.headers["cache-control"] == "public, max-age=3600"


def test_without_an_instant_the_sky_is_that_of_now(client):
    answer = client.get("/api/v1/stars?stars=Spica")
    assert answer.json()["utc"].startswith(client.app.state.now().strftime("%Y-%m-%dT"))
    assert answer.headers["cache-control"] == "no-cache"


def test_the_brightest_come_first(client):
    items = client.get("/api/v1/stars?brighter_than=1").json()["items"]
    magnitudes = [one["magnitude"] for one in items]
    assert magnitudes == sorted(magnitudes)
    assert items[0]["name"] == "Sirius"


@pytest.mark.parametrize(
    ("query", "code", "parameter"),
    [
        ({"at": "yesterday"}, "invalid_instant", "at"),
        ({"at": "1066-10-14T12:00:00Z"}, "out_of_range", "at"),
        ({"stars": "Regulus,Deathstar"}, "unknown_star", "stars"),
        ({"zodiacs": "iau13,iau14"}, "unknown_zodiac", "zodiacs"),
        ({"zodiacs": "iau13@99"}, "unknown_zodiac_version", "zodiacs"),
    ],
)
def test_what_cannot_be_understood_is_told_with_the_parameter(client, problem, query, code, parameter):
    told = problem(client.get("/api/v1/stars", params=query), 422, code)
    assert [one.get("parameter") for one in told.get("errors", ())] == [parameter]


def test_a_magnitude_has_bounds(client, problem):
    for wrong in ("nan", "1e9", "bright"):
        problem(client.get("/api/v1/stars", params={"brighter_than": wrong}), 400, "invalid_parameter")
