import pytest


@pytest.mark.parametrize(
    ("query", "parameter", "hint"),
    [
        ("query=london", "query", "Known: `country`, `fields`, `limit`, `q`."),
        ("q=london&limt=5", "limt", "Did you mean `limit`?"),
        ("q=london&", None, None),
        ("q=london&<b>=1", "<b>", "Known:"),
    ],
)
def test_an_unknown_parameter_is_400_and_names_the_nearest(client, problem, query, parameter, hint):
    answer = client.get(f"/api/v1/places?{query}")
    if parameter is None:
        assert answer.status_code == 200
        return
    told = problem(answer, 400, "unknown_parameter")
    assert told["errors"][0]["parameter"] == parameter
    assert told["hint"].startswith(hint)


@pytest.mark.parametrize("path", ["/api/v1/zodiacs", "/api/v1/bodies", "/api/v1/houses", "/api/v1/version"])
def test_a_list_without_parameters_of_its_own_takes_fields_only(client, problem, path):
    told = problem(client.get(f"{path}?limit=1"), 400, "unknown_parameter")
    assert told["hint"] == "Known: `fields`."


def test_a_chart_takes_no_query(client, problem, birth):
    problem(client.post("/api/v1/charts?houses=koch", json={"birth": birth}), 400, "unknown_parameter")


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "q"),
        ("q=", "q"),
        ("q=" + "x" * 201, "q"),
        ("q=london&limit=0", "limit"),
        ("q=london&limit=51", "limit"),
        ("q=london&limit=ten", "limit"),
        ("q=london&limit=1e3", "limit"),
        ("q=london&country=x", "country"),
    ],
)
def test_a_parameter_out_of_bounds_is_400_and_named(client, problem, query, parameter):
    told = problem(client.get(f"/api/v1/places?{query}"), 400, "invalid_parameter")
    assert told["errors"][0]["parameter"] == parameter


def test_a_parameter_given_twice_is_refused(client, problem):
    told = problem(client.get("/api/v1/places?q=london&q=paris"), 400, "invalid_parameter")
    assert "more than once" in told["detail"]
