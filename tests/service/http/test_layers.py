import asyncio
import re
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from litestar.testing import TestClient

from astrarium.service.app import create_app
from astrarium.service.http import tracing
from astrarium.service.http.described import describe
from astrarium.service.http.time_limit import timely
from astrarium.service.http.versions import OPTION, Retirement, retiring

SITE = "https://stars.example"
ASKING = {"Origin": SITE, "Access-Control-Request-Method": "POST"}


@pytest.fixture(scope="module")
def open_to(settings_of):
    with TestClient(create_app(settings_of(cors_origins=(SITE,)))) as client:
        yield client


def test_no_other_site_may_use_the_api_by_default(client):
    for answer in (
        client.get("/api/v1/zodiacs", headers={"Origin": SITE}),
        client.options("/api/v1/charts", headers=ASKING),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_a_named_site_may_ask_beforehand(open_to):
    answer = open_to.options("/api/v1/charts", headers=ASKING)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == SITE
    assert "POST" in answer.headers["access-control-allow-methods"]
    for name in ("authorization", "content-type", "idempotency-key", "if-match"):
        assert name in answer.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("path", ["/api/v1/zodiacs", "/api/v1/nope", "/api/v1/places"])
def test_a_named_site_reads_answers_and_problems(open_to, path):
    headers = open_to.get(path, headers={"Origin": SITE}).headers
    assert headers["access-control-allow-origin"] == SITE
    assert "x-request-id" in headers["access-control-expose-headers"]
    assert "Origin" in headers["vary"]


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://stars.example", "https://stars.example.evil.example", "null"]
)
def test_another_site_gets_no_permission(open_to, origin):
    for answer in (
        open_to.get("/api/v1/zodiacs", headers={"Origin": origin}),
        open_to.options("/api/v1/charts", headers={**ASKING, "Origin": origin}),
    ):
        assert "access-control-allow-origin" not in answer.headers
        assert "Origin" in answer.headers["vary"]


def test_pages_are_never_shared(open_to):
    assert "access-control-allow-origin" not in open_to.get("/", headers={"Origin": SITE}).headers


TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.mark.parametrize("given", [f"00-{TRACE}-b7ad6b7169203331-01", f"01-{TRACE}-b7ad6b7169203331-01-more"])
def test_a_trace_goes_on_under_a_step_of_our_own(client, given):
    told = client.get("/health/live", headers={"traceparent": given}).headers["traceparent"]
    assert re.fullmatch(f"00-{TRACE}-[0-9a-f]{{16}}-01", told)
    assert "b7ad6b7169203331" not in told


@pytest.mark.parametrize(
    "given",
    [None, "", "nonsense", f"ff-{TRACE}-b7ad6b7169203331-01", f"00-{'0' * 32}-b7ad6b7169203331-01",
     f"00-{TRACE}-{'0' * 16}-01", f"00-{TRACE.upper()}-b7ad6b7169203331-01", f"00-{TRACE}-b7ad6b7169203331-01-more"],
)  # fmt: skip
def test_without_a_usable_trace_one_begins_with_the_requests_id(client, given):
    answer = client.get("/health/live", headers={"traceparent": given} if given is not None else {})
    assert answer.headers["traceparent"].split("-")[1] == answer.headers["x-request-id"]


def test_a_request_id_that_is_no_trace_id_does_not_become_one():
    scope = {"headers": [], "state": {}}
    told = tracing.begin(scope, "my-own-request-id")
    assert re.fullmatch(rb"00-[0-9a-f]{32}-[0-9a-f]{16}-00", told)
    assert scope["state"]["trace_id"].encode() in told


def run(application, scope=None, receive=None):
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"method": "GET", "path": "/x", "state": {"request_id": "r"}, "headers": [], **(scope or {})}
    asyncio.run(application(scope, receive, send))
    return sent


async def stuck(scope, receive, send):
    await asyncio.Event().wait()


async def reading(scope, receive, send):
    while (await receive())["more_body"]:
        pass
    await asyncio.Event().wait()


async def never_more():
    await asyncio.Event().wait()


async def all_at_once():
    return {"type": "http.request", "body": b"x", "more_body": False}


@pytest.mark.parametrize(
    ("application", "method", "receive", "status"),
    [
        (stuck, "GET", None, 503),
        (reading, "POST", never_more, 408),
        (reading, "POST", all_at_once, 503),
    ],
)
def test_an_answer_that_does_not_begin_in_time_is_given_up(application, method, receive, status):
    start, body = run(timely(application, 0.02), {"method": method}, receive)
    assert start["status"] == status
    assert (b"content-type", b"application/problem+json") in start["headers"]
    assert body["body"]


def test_an_answer_that_has_begun_may_take_longer():
    async def streaming(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.sleep(0.05)
        await send({"type": "http.response.body", "body": b"late"})

    assert run(timely(streaming, 0.02))[-1]["body"] == b"late"


def test_a_failure_of_the_routes_own_is_no_time_limit():
    async def failing(scope, receive, send):
        raise TimeoutError

    with pytest.raises(TimeoutError):
        run(timely(failing, 5))


RETIREMENT = Retirement(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), "/api/v1/charts")


async def answering(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def test_a_route_that_will_end_says_when_and_what_comes_instead():
    handler = SimpleNamespace(opt={OPTION: RETIREMENT})
    headers = dict(run(retiring(answering), {"route_handler": handler})[0]["headers"])
    assert headers == {
        b"deprecation": b"@1767225600",
        b"sunset": b"Fri, 01 Jan 2027 00:00:00 GMT",
        b"link": b'</api/v1/charts>; rel="successor-version"',
    }
    assert run(retiring(answering), {"route_handler": SimpleNamespace(opt={})})[0]["headers"] == []


def test_a_route_that_will_end_is_described_so(app):
    handler = next(
        one
        for route in app.routes
        if route.path == "/api/v1/zodiacs"
        for one in route.route_handlers
        if "GET" in one.http_methods
    )
    operation = {"responses": {}}
    handler.opt[OPTION] = RETIREMENT
    describe(operation, "get", handler)
    del handler.opt[OPTION]
    assert operation["deprecated"] is True
