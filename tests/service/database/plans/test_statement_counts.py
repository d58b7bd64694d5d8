"""No page of a list runs more statements as it fills."""

import pytest

BIRTH = {"date": "1990-05-17", "time": "12:30", "place": "London, GB"}

MAKE = {
    "/people": lambda me, n: me.post("/people", json={"name": f"Ada {n}", "birth": BIRTH}),
    "/charts/saved": lambda me, n: me.post("/charts/saved", json={"name": f"Ada {n}", "birth": BIRTH}),
    "/share-links": lambda me, n: me.post(
        "/share-links",
        json={"chart_id": me.post("/charts/saved", json={"name": f"{n}", "birth": BIRTH}).json()["id"]},
    ),
    "/api-keys": lambda me, n: me.post("/api-keys", json={"name": f"{n}", "scopes": ["account:read"]}),
}


def of_the_route(ran):
    """Without the statements of the postman, who goes by a clock of his own."""
    return [statement for _, statement in ran if " letters" not in statement]


@pytest.mark.parametrize("path", MAKE)
def test_page_runs_as_many_statements_full_as_empty(signed_in, statements_run, path):
    signed_in.get(path)
    with statements_run() as empty:
        assert signed_in.get(path).json()["items"] == []
    for number in range(5):
        assert MAKE[path](signed_in, number).status_code == 201
    with statements_run() as full:
        assert len(signed_in.get(path).json()["items"]) == 5
    assert len(of_the_route(full)) == len(of_the_route(empty)) > 0
