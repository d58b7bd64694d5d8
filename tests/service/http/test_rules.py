"""The rules of every route, held against every route that the API describes."""

import re

import pytest
from litestar.testing import TestClient

from astrarium.service.app import create_app
from astrarium.service.http import fields
from astrarium.service.http.idempotency import is_creating
from astrarium.service.settings import Settings

NOWHERE = "postgresql:///none?host=/nowhere"
ANY_ID = "00000000-0000-7000-8000-000000000000"
APPLICATION = create_app(Settings(database_url=NOWHERE))
HANDLERS = {
    handler.handler_name: handler
    for route in APPLICATION.routes
    for handler in getattr(route, "route_handlers", ())
    if handler.resolve_include_in_schema()
}
with TestClient(APPLICATION) as _client:
    DOCUMENT = _client.get("/api/v1/openapi.json").json()
OPERATIONS = [
    pytest.param(path, method, operation, id=f"{method.upper()} {path}")
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]
SHORT = {
    "/api/v1/sessions", "/api/v1/api-keys", "/api/v1/webhooks/event-types",
    "/api/v1/admin/queues", "/api/v1/admin/workers",
}  # fmt: skip
"""Lists that nobody can make long: at most 100 sessions and 50 keys; what the code declares; what an operator runs."""
CREDENTIALS = (
    "/api/v1/account", "/api/v1/sessions", "/api/v1/api-keys", "/api/v1/webhooks", "/api/v1/live/tickets",
)  # fmt: skip
"""Where what is made is a credential or a letter: it is shown or sent once, and no answer of it is kept."""
BY_CONTENT = {"/api/v1/batches"}
"""Where the same body is the same thing without a key: a file that is sent again is the batch that there is."""
every_route = pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)


def parameters(operation, where):
    return {one["name"] for one in operation.get("parameters", ()) if one["in"] == where}


def codes(operation):
    return {
        code
        for answer in operation["responses"].values()
        for code in re.findall(r"^- `(\w+)`", answer["description"], re.MULTILINE)
    }


def shape_of(operation, status="200"):
    content = operation["responses"].get(status, {}).get("content", {}).get("application/json", {})
    reference = content.get("schema", {}).get("$ref", "")
    return DOCUMENT["components"]["schemas"].get(reference.rpartition("/")[2], {})


@every_route
def test_a_read_takes_fields_and_if_none_match(path, method, operation):
    if method != "get" or not shape_of(operation).get("properties"):
        return
    assert "fields" in parameters(operation, "query")
    assert "If-None-Match" in parameters(operation, "header")
    assert "304" in operation["responses"]
    assert "invalid_fields" in codes(operation)
    assert fields.is_selectable(HANDLERS[operation["operationId"]])


@every_route
def test_a_list_that_grows_is_read_page_by_page(path, method, operation):
    properties = shape_of(operation).get("properties", {})
    if not {"items", "next"} <= set(properties) or path in SHORT:
        return
    limit = next(one for one in operation["parameters"] if one["name"] == "limit")
    assert (limit["schema"]["minimum"], limit["schema"]["maximum"]) == (1, 200)
    assert {"limit", "cursor", "sort"} <= parameters(operation, "query")
    assert {"invalid_cursor", "invalid_sort"} <= codes(operation)


@every_route
def test_what_creates_takes_an_idempotency_key(path, method, operation):
    handler = HANDLERS[operation["operationId"]]
    creates = method == "post" and {"201", "202"} & set(operation["responses"])
    is_credential = path.startswith(CREDENTIALS)
    assert is_creating(handler) or not creates or is_credential or path in BY_CONTENT
    if is_creating(handler):
        assert "Idempotency-Key" in parameters(operation, "header")
        wanted = {"invalid_idempotency_key", "idempotency_in_flight", "idempotency_mismatch"}
        assert wanted <= codes(operation)


@every_route
def test_an_update_of_a_thing_takes_if_match(path, method, operation):
    if method not in {"put", "patch"}:
        return
    assert "If-Match" in parameters(operation, "header")
    assert "precondition_failed" in codes(operation)


@every_route
def test_every_route_has_the_problems_of_limits(path, method, operation):
    assert {"too_many_requests", "took_too_long", "internal_error", "unknown_parameter"} <= codes(operation)
    assert {"requestBody"} - set(operation) or {"body_too_large", "body_too_slow"} <= codes(operation)


@every_route
def test_every_query_parameter_that_is_text_is_bounded(path, method, operation):
    for one in operation.get("parameters", ()):
        schema = one["schema"]
        texts = [part for part in schema.get("oneOf", [schema]) if part.get("type") == "string"]
        bounds = {name for part in (schema, *texts) for name in part} & {"enum", "format", "pattern"}
        if texts and one["in"] == "query" and not bounds:
            assert "maxLength" in schema, one["name"]


@every_route
def test_every_answer_is_told_with_its_rules(client, path, method, operation):
    address = re.sub(r"\{[^}]+\}", ANY_ID, path)
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    told = client.request(method.upper(), f"{address}?no_such_thing=1", headers={"traceparent": trace})
    assert 400 <= told.status_code < 500
    assert told.headers["content-type"] == "application/problem+json"
    assert told.headers["x-request-id"] == told.json()["request_id"]
    assert told.headers["traceparent"].startswith("00-0af7651916cd43dd8448eb211c80319c-")
    assert told.headers["api-version"] == "1"
    assert ("ratelimit" in told.headers) is ("/health/" not in path)
    assert str(told.status_code) in operation["responses"]
