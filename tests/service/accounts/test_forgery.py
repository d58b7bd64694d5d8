"""Requests that another site causes: a session's cookie alone changes nothing."""

import pytest


def change(person, **headers):
    token = headers.pop("token", person.csrf_token)
    kept, person.csrf_token = person.csrf_token, ""
    if token:
        headers["X-CSRF-Token"] = token
    try:
        return person.post("/api-keys", {"name": "x", "scopes": ["account:read"]}, headers=headers)
    finally:
        person.csrf_token = kept


@pytest.mark.parametrize("token", ["", "x", "0" * 64, "é"])
def test_without_the_sessions_forgery_token_nothing_changes(ada, token, problem):
    headers = {"X-CSRF-Token": token.encode()} if token else {}
    problem(change(ada, token="", **headers), 403, "forged_request")
    assert ada.get("/api-keys").json()["items"] == []


def test_the_token_of_another_session_does_not_do(person, ada, problem):
    other = person(ada.email)
    other.sign_in()
    problem(change(ada, token=other.csrf_token), 403, "forged_request")


def test_the_sessions_own_token_does(ada):
    assert change(ada).status_code == 201
    assert ada.get("/sessions/current").json()["csrf_token"] == ada.csrf_token


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({}, True),
        ({"Origin": "http://testserver.local"}, True),
        ({"Origin": "http://testserver.local", "Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "http://testserver.local", "Sec-Fetch-Site": "cross-site"}, False),
        ({"Origin": "http://testserver.local.evil.example"}, False),
    ],
)
def test_a_browser_that_says_where_a_request_comes_from_is_believed(ada, headers, passes, problem):
    answer = change(ada, **headers)
    if passes:
        assert answer.status_code == 201
    else:
        problem(answer, 403, "forged_request")


@pytest.mark.parametrize("path", ["/sessions", "/account/verification"])
def test_no_other_site_signs_anybody_in(person, path, problem):
    body = (
        {"email": "ada@stars.example", "password": "x"}
        if path == "/sessions"
        else {"token": "x", "password": "x"}
    )
    answer = person().post(path, body, headers={"Origin": "https://evil.example"})
    problem(answer, 403, "forged_request")


def test_a_form_may_carry_the_token_as_a_field(ada, service):
    """The layer reads the field and hands the body on whole; a route that takes JSON then refuses the form's type."""
    cookie = {"Cookie": f"astrarium={ada.cookies['astrarium']}"}
    path = "/api/v1/api-keys"
    right = service.post(path, data={"csrf_token": ada.csrf_token, "name": "é"}, headers=cookie)
    assert right.json()["code"] == "unsupported_media_type"
    wrong = service.post(path, data={"csrf_token": "x"}, headers=cookie)
    assert wrong.json()["code"] == "forged_request"
    long = service.post(path, data={"padding": "x" * 70_000, "csrf_token": ada.csrf_token}, headers=cookie)
    assert long.json()["code"] == "forged_request"


def test_a_key_needs_no_token_since_no_browser_sends_it_by_itself(ada, service):
    made = ada.make_key("people:write", "people:read")
    body = {"name": "Ada", "birth": {"date": "1990-05-17", "time": "12:30", "place": "London, GB"}}
    answer = service.post("/api/v1/people", json=body, headers={"Authorization": f"Bearer {made['key']}"})
    assert answer.status_code == 201, answer.text


def test_a_forged_request_is_not_asked_by_the_sessions_owner(ada, problem):
    """Also where a route is open to everyone: it is refused, not carried out in another's name."""
    problem(ada.post("/charts", {}, headers={"X-CSRF-Token": "x"}), 403, "forged_request")
