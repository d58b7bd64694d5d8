import msgspec
import pytest

PERSON = {"name": "Ada", "birth": {"date": "1990-05-17", "time": "12:30", "place": "London, GB"}}
LOST = "/api/v1/people/00000000-0000-7000-8000-000000000000"


def operation(method, path, body=None, **headers):
    told = {
        "method": method,
        "path": path,
        "headers": {name.replace("_", "-"): one for name, one in headers.items()},
    }
    return told if body is None else {**told, "body": body}


@pytest.fixture
def me(account):
    return account()


def names_of(someone):
    return sorted(one["name"] for one in someone.get("/people").json()["items"])


def save(name):
    return operation("POST", "/api/v1/people", {**PERSON, "name": name})


def test_each_request_is_answered_in_its_order_with_its_own_status(client, birth):
    body = {
        "operations": [
            operation("GET", "/api/v1/places?q=lond&limit=1&fields=label"),
            operation("POST", "/api/v1/charts?fields=receipt", {"birth": birth}),
            operation("POST", "/api/v1/charts", {"birth": {**birth, "date": "1990-02-30"}}),
            operation("GET", "/api/v1/nope"),
            operation("PUT", "/api/v1/zodiacs"),
        ]
    }
    answer = client.post("/api/v1/batch", json=body)
    assert answer.status_code == 200
    told = answer.json()
    assert told["committed"] is True
    assert [one["status"] for one in told["items"]] == [200, 200, 422, 404, 405]
    assert told["items"][0]["body"] == client.get("/api/v1/places?q=lond&limit=1&fields=label").json()
    alone = client.post("/api/v1/charts?fields=receipt", json={"birth": birth})
    assert told["items"][1]["body"] == alone.json()
    assert told["items"][1]["headers"]["etag"] == alone.headers["etag"].removeprefix("W/")
    assert told["items"][2]["body"]["code"] == "invalid_date"
    assert told["items"][2]["body"]["request_id"] == f"{answer.headers['x-request-id']}.2"
    assert all("ratelimit" in one["headers"] for one in told["items"])


def test_an_operation_is_conditional_like_a_request(client):
    tag = client.get("/api/v1/zodiacs").headers["etag"]
    body = {"operations": [operation("GET", "/api/v1/zodiacs", if_none_match=tag)]}
    (told,) = client.post("/api/v1/batch", json=body).json()["items"]
    assert (told["status"], told["body"]) == (304, None)


def test_the_caller_is_the_same(me):
    told = me.post(
        "/batch", json={"operations": [save("Ada"), operation("GET", "/api/v1/people?fields=name")]}
    ).json()
    assert [one["status"] for one in told["items"]] == [201, 200]
    assert told["items"][1]["body"]["items"] == [{"name": "Ada"}]
    assert told["items"][0]["headers"]["location"].endswith(told["items"][0]["body"]["id"])


def test_without_an_account_operations_have_none(client):
    (told,) = client.post("/api/v1/batch", json={"operations": [operation("GET", "/api/v1/people")]}).json()[
        "items"
    ]
    assert (told["status"], told["body"]["code"]) == (401, "not_signed_in")


def test_one_by_one_a_failure_spoils_nothing_else(me):
    body = {"operations": [save("Ada"), operation("GET", LOST), save("Bob")]}
    told = me.post("/batch", json=body).json()
    assert [one["status"] for one in told["items"]] == [201, 404, 201]
    assert names_of(me) == ["Ada", "Bob"]


def test_an_atomic_batch_keeps_all(me):
    body = {
        "atomic": True,
        "operations": [save("Ada"), save("Bob"), operation("GET", "/api/v1/people?fields=name")],
    }
    told = me.post("/batch", json=body).json()
    assert told["committed"] is True
    assert sorted(one["name"] for one in told["items"][2]["body"]["items"]) == ["Ada", "Bob"]
    assert names_of(me) == ["Ada", "Bob"]


@pytest.mark.parametrize("failing", [0, 1, 2])
def test_an_atomic_batch_that_fails_keeps_nothing(me, failing):
    operations = [save("Ada"), save("Bob")]
    operations.insert(failing, operation("GET", LOST))
    told = me.post("/batch", json={"atomic": True, "operations": operations}).json()
    assert told["committed"] is False
    statuses = [424, 424]
    statuses.insert(failing, 404)
    assert [one["status"] for one in told["items"]] == statuses
    undone = told["items"][0 if failing else 1]["body"]
    assert (undone["code"], undone["data"]) == ("batch_undone", {"failed": failing})
    assert names_of(me) == []


def test_an_atomic_batch_needs_an_account(client, problem):
    body = {"atomic": True, "operations": [operation("GET", "/api/v1/zodiacs")]}
    problem(client.post("/api/v1/batch", json=body), 401, "not_signed_in")


@pytest.mark.parametrize("path", ["/api/v1/batch", "/api/v1/batch/", "/api/v1/batch?fields=items"])
def test_a_batch_holds_no_batch(client, path):
    body = {"operations": [operation("POST", path, {"operations": []})]}
    (told,) = client.post("/api/v1/batch", json=body).json()["items"]
    assert (told["status"], told["body"]["code"]) == (422, "nested_batch")


@pytest.mark.parametrize("atomic", [False, True])
def test_a_batch_is_repeated_under_its_key_and_runs_once(me, atomic):
    body = {"atomic": atomic, "operations": [save("Ada"), save("Bob")]}
    first, again = (me.post("/batch", json=body, headers={"Idempotency-Key": "key-1"}) for _ in range(2))
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json() == first.json()
    assert names_of(me) == ["Ada", "Bob"]


def test_operations_have_keys_of_their_own(me):
    one = operation("POST", "/api/v1/people", PERSON, idempotency_key="key-1")
    told = me.post("/batch", json={"atomic": True, "operations": [one, one]}).json()
    assert [item["status"] for item in told["items"]] == [201, 201]
    assert told["items"][1]["headers"]["idempotency-replayed"] == "true"
    assert names_of(me) == ["Ada"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"operations": []},
        {"operations": [operation("GET", "/api/v1/zodiacs")] * 101},
        {"operations": [operation("TRACE", "/api/v1/zodiacs")]},
        {"operations": [operation("GET", "/zodiacs")]},
        {"operations": [operation("GET", "https://elsewhere.example/api/v1/zodiacs")]},
        {"operations": [operation("GET", "/api/v1/zo diacs")]},
        {"operations": [operation("GET", "/api/v1/zodiacs", authorization="Bearer x")]},
        {"operations": [operation("GET", "/api/v1/zodiacs", cookie="a=b")]},
        {"operations": [operation("GET", "/api/v1/zodiacs", accept="a\r\nb: c")]},
    ],
)
def test_a_batch_of_the_wrong_shape_is_422(client, problem, body):
    problem(client.post("/api/v1/batch", json=body), 422, "invalid_body")


def test_what_is_not_json_is_told_as_text_or_base64(client, birth):
    packed = {
        **operation(
            "POST", "/api/v1/charts?fields=receipt", {"birth": birth}, accept="application/vnd.msgpack"
        )
    }
    (told,) = client.post("/api/v1/batch", json={"operations": [packed]}).json()["items"]
    assert told["headers"]["content-type"] == "application/vnd.msgpack"
    assert isinstance(msgspec.convert(told["body"], bytes), bytes)


def test_a_stream_arrives_whole_within_a_batch(me):
    for name in ("Ada", "Grace"):
        assert me.post("/people", json={**PERSON, "name": name}).status_code == 201
    alone = me.get("/people/export").json()
    for atomic in (False, True):
        body = {"operations": [operation("GET", "/api/v1/people/export")], "atomic": atomic}
        (told,) = me.post("/batch", json=body).json()["items"]
        assert (told["status"], told["body"]["people"]) == (200, alone["people"])
