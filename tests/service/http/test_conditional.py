import asyncio

import pytest
from litestar import Litestar, Response, get, put
from litestar.response import Stream
from litestar.testing import TestClient

from astrarium.service import problems
from astrarium.service.http.conditional import IfMatch, conditional, require_match, tag_of
from astrarium.service.http.errors import PreconditionFailed

READS = ["/api/v1/zodiacs", "/api/v1/places?q=lond", "/api/v1/health/live", "/api/v1/openapi.json"]


@pytest.mark.parametrize("path", READS)
def test_a_read_has_a_tag_and_is_304_for_who_has_it(client, path):
    answer = client.get(path, headers={"Accept-Encoding": "identity"})
    tag = answer.headers["etag"]
    assert tag.startswith('"')
    assert answer.headers["cache-control"]
    again = client.get(path, headers={"If-None-Match": f'"x", {tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert again.headers["cache-control"] == answer.headers["cache-control"]
    assert "content-type" not in again.headers
    assert client.get(path, headers={"If-None-Match": '"x"'}).status_code == 200
    assert client.head(path, headers={"If-None-Match": tag}).status_code == 304


def test_tags_of_different_answers_differ(client):
    tags = {
        client.get(f"/api/v1/places?q={q}").headers["etag"].removeprefix("W/")
        for q in ("lond", "paris", "rom")
    }
    assert len(tags) == 3


def test_a_failure_has_no_tag(client):
    assert "etag" not in client.get("/api/v1/places").headers


@pytest.mark.parametrize("header", [None, "*", '"a"', '"b", "a"', 'W/"a"', ' "a" '])
def test_a_matching_or_absent_precondition_passes(header):
    require_match(header, '"a"')


@pytest.mark.parametrize("header", ["", '"b"', "a", 'W/"b"', '"b", "c"'])
def test_another_version_fails_the_precondition(header):
    with pytest.raises(PreconditionFailed):
        require_match(header, '"a"')


def test_each_version_has_its_tag():
    assert tag_of("id", 1) == tag_of("id", 1)
    assert len({tag_of("id", 1), tag_of("id", 2), tag_of("other", 1), tag_of("id/1")}) == 4
    assert tag_of("x").startswith('"')


def test_an_update_is_made_once_and_then_412_for_the_same_version():
    version = 1

    @put("/thing", sync_to_thread=False)
    def change(if_match: IfMatch = None) -> Response[dict[str, int]]:
        nonlocal version
        require_match(if_match, tag_of("thing", version))
        version += 1
        return Response({"version": version}, headers={"ETag": tag_of("thing", version)})

    app = Litestar([change], exception_handlers={Exception: problems.response})
    app.asgi_handler = with_request_id(app.asgi_handler)
    with TestClient(app) as client:
        first = client.put("/thing")
        again = client.put("/thing", headers={"If-Match": first.headers["etag"]})
        assert again.json() == {"version": 3}
        late = client.put("/thing", headers={"If-Match": first.headers["etag"]})
        assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")


def with_request_id(application):
    async def handle(scope, receive, send):
        if scope["type"] == "http":
            scope["state"]["request_id"] = "of-this-test"
        await application(scope, receive, send)

    return handle


@get("/api/streamed", sync_to_thread=False)
def streamed() -> Stream:
    return Stream(iter([b"1", b"2"]), media_type="application/json")


@get("/api/own", sync_to_thread=False)
def own() -> Response[dict[str, int]]:
    return Response({"a": 1}, headers={"ETag": '"mine"', "Cache-Control": "public"})


def ask(path, known=""):
    sent = []
    is_whole = asyncio.Event()

    async def send(message):
        sent.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            is_whole.set()

    async def receive():
        await is_whole.wait()  # the caller says nothing more, and goes once it has the answer
        return {"type": "http.disconnect"}

    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "",
        "scheme": "http", "server": ("s", 80), "client": ("c", 1), "state": {}, "extensions": {},
        "headers": [(b"if-none-match", known.encode())] if known else [],
    }  # fmt: skip
    app = Litestar([streamed, own])
    asyncio.run(conditional(app)(scope, receive, send))
    return sent[0]["status"], dict(sent[0]["headers"]), b"".join(one.get("body", b"") for one in sent[1:])


def test_a_stream_passes_as_it_comes():
    status, headers, body = ask("/api/streamed")
    assert (status, body) == (200, b"12")
    assert b"etag" not in headers


def test_a_routes_own_tag_and_caching_stay():
    status, headers, _ = ask("/api/own")
    assert (status, headers[b"etag"], headers[b"cache-control"]) == (200, b'"mine"', b"public")
    assert ask("/api/own", 'W/"mine"')[0] == 304
