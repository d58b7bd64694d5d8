import logging

import pytest
from litestar import get
from litestar.testing import TestClient

from astrarium.service.app import create_app
from astrarium.service.http.edge import CONTENT_SECURITY_POLICY
from astrarium.service.permissions import EVERYONE

EVERY_KIND = ["/", "/api/v1/version", "/api/docs", "/nope", "/api/v1/nope", "/health/live", "/robots.txt"]


@pytest.mark.parametrize("path", EVERY_KIND)
def test_every_answer_carries_a_request_id_and_the_safety_headers(client, path):
    headers = client.get(path).headers
    assert len(headers["x-request-id"]) == 32
    assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "permissions-policy" in headers
    assert "server" not in headers


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere():
    assert "default-src 'none'" in CONTENT_SECURITY_POLICY
    assert "frame-ancestors 'none'" in CONTENT_SECURITY_POLICY
    for danger in ("unsafe", "http:", "https:", "data:", "*"):
        assert danger not in CONTENT_SECURITY_POLICY


def test_request_ids_differ(client):
    assert (
        client.get("/health/live").headers["x-request-id"]
        != client.get("/health/live").headers["x-request-id"]
    )


@pytest.mark.parametrize("given", ["0123456789abcdef", "trace:7f.1-x_Y"])
def test_a_callers_own_request_id_is_kept(client, given):
    assert client.get("/health/live", headers={"X-Request-Id": given}).headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["short", "x" * 129, "with space in it", "<script>alert(1)</script>"])
def test_an_unfit_request_id_is_replaced(client, given):
    assert client.get("/health/live", headers={"X-Request-Id": given}).headers["x-request-id"] != given


@pytest.mark.parametrize("path", ["/", "/api/v1/version", "/chart?date=1990-05-17&place=London%2C+GB"])
def test_head_is_get_without_the_body(client, path):
    whole, head = client.get(path), client.head(path)
    assert head.status_code == whole.status_code == 200
    assert head.content == b""
    assert head.headers["content-type"] == whole.headers["content-type"]


def test_a_wrong_method_is_405_and_names_the_right_ones(client, problem):
    answer = client.get("/api/v1/charts")
    problem(answer, 405, "method_not_allowed")
    assert "POST" in answer.headers["allow"]
    problem(client.delete("/api/v1/places"), 405, "method_not_allowed")


def test_options_tells_the_methods(client):
    answer = client.options("/api/v1/charts")
    assert answer.status_code == 204
    assert "POST" in answer.headers["allow"]


def test_an_unknown_path_is_a_problem_for_a_program_and_a_page_for_a_browser(client, problem):
    problem(client.get("/api/v1/chart"), 404, "not_found")
    problem(client.get("/api/v1/chart", headers={"Accept": "text/html"}), 404, "not_found")
    problem(client.get("/elsewhere"), 404, "not_found")
    page = client.get("/elsewhere", headers={"Accept": "text/html,*/*;q=0.8"})
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["x-request-id"] in page.text


def test_the_frameworks_own_documentation_pages_are_not_served(client, problem):
    for path in ("/api/v1/", "/api/v1/swagger", "/api/v1/redoc", "/schema", "/schema/openapi.json"):
        problem(client.get(path), 404, "not_found")


def test_only_allowed_hosts_are_answered(problem, settings_of):
    with TestClient(create_app(settings_of(allowed_hosts=("stars.example",)))) as client:
        assert client.get("/health/live", headers={"Host": "Stars.example:8000"}).status_code == 200
        problem(client.get("/health/live", headers={"Host": "evil.example"}), 400, "host_not_allowed")


def test_https_is_insisted_on_where_the_operator_says_so(client, settings_of):
    assert "strict-transport-security" not in client.get("/health/live").headers
    with TestClient(create_app(settings_of(https=True))) as secure:
        assert "max-age=" in secure.get("/health/live").headers["strict-transport-security"]


@get("/api/v1/broken", sync_to_thread=False, permission=EVERYONE)
def broken() -> None:
    raise RuntimeError("the secret of the cellar")


def test_an_unforeseen_error_is_500_without_details_and_logged_under_its_id(problem, caplog, settings_of):
    application = create_app(settings_of())
    application.register(broken)
    with TestClient(application, raise_server_exceptions=False) as client:
        answer = client.get("/api/v1/broken", headers={"X-Request-Id": "request-of-this-test"})
        told = problem(answer, 500, "internal_error")
        assert "cellar" not in answer.text
        page = client.get("/broken-page", headers={"Accept": "text/html"})
        assert page.status_code == 404
    (record,) = [one for one in caplog.records if "request-of-this-test" in one.getMessage()]
    assert record.exc_info[0] is RuntimeError
    assert told["request_id"] == "request-of-this-test"


def test_the_access_log_names_the_path_and_never_the_query(caplog, settings_of):
    caplog.set_level(logging.INFO, "astrarium.access")
    with TestClient(create_app(settings_of(access_log=True))) as client:
        client.get("/chart?date=1990-05-17&place=London%2C+GB")
    lines = [one.getMessage() for one in caplog.records if one.name == "astrarium.access"]
    assert any(line.startswith("GET /chart 200 ") for line in lines)
    assert not any("1990" in line or "London" in line for line in lines)


def test_the_log_does_not_tell_what_opens_a_shared_chart(settings_of, caplog):
    caplog.set_level(logging.INFO, "astrarium.access")
    with TestClient(create_app(settings_of(access_log=True))) as client:
        client.get("/api/v1/shared/the-token-of-a-link")
    (line,) = [one.getMessage() for one in caplog.records if one.name == "astrarium.access"]
    assert line.startswith("GET /api/v1/shared/… 404 ")
