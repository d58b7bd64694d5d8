"""Sessions: cookies that nobody else reads, one row each, and an end that holds at once."""

from http.cookies import SimpleCookie

import msgspec
import pytest
from litestar.testing import TestClient

from astrarium.service.accounts.devices import device_of
from astrarium.service.app import create_app

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def attributes(answer):
    made = SimpleCookie()
    for header in answer.headers.get_list("set-cookie"):
        made.load(header)
    return made


def test_the_cookies_are_read_by_this_service_alone(person, ada):
    made = attributes(person(ada.email).sign_in())
    assert set(made) == {"astrarium", "astrarium-device"}
    for cookie in made.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "lax"
        assert cookie["path"] == "/"
        assert not cookie["domain"]
        assert not cookie["secure"]
    assert int(made["astrarium"]["max-age"]) == 7_776_000


def test_over_https_the_cookies_are_bound_to_the_host_and_to_tls(settings, clock, person, ada):
    secure = msgspec.structs.replace(settings, https=True, public_address="https://stars.example")
    with TestClient(create_app(secure, now=clock), base_url="https://stars.example") as client:
        body = {"email": ada.email, "password": "a wren in the wych elm"}
        made = attributes(client.post("/api/v1/sessions", json=body))
        assert set(made) == {"__Host-astrarium", "__Host-astrarium-device"}
        assert all(cookie["secure"] for cookie in made.values())
        assert client.get("/api/v1/account").json()["email"] == ada.email


def test_every_session_is_listed_with_its_device_and_nothing_of_its_place(person, ada):
    other = person(ada.email)
    other.post(
        "/sessions",
        {"email": ada.email, "password": "a wren in the wych elm"},
        headers={"User-Agent": FIREFOX},
    )
    items = ada.get("/sessions").json()["items"]
    assert {item["device"] for item in items} == {"Firefox on Linux", "an unknown device"}
    assert [item["is_current"] for item in items if item["device"] != "Firefox on Linux"] == [True]
    assert set(items[0]) == {"id", "device", "created_at", "seen_at", "expires_at", "is_current"}


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (FIREFOX, "Firefox on Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) AppleWebKit/605 Version/17 Safari/605",
            "Safari on macOS",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) CriOS/130 Safari/604", "Chrome on iPhone"),
        ("curl/8.5.0", "curl"),
        ("", "an unknown device"),
        ("x" * 5000, "an unknown device"),
    ],
)
def test_a_device_is_a_browser_and_a_system_by_name(agent, device):
    assert device_of(agent) == device


def test_signing_out_ends_the_session_at_once_and_takes_the_cookie_away(ada, problem):
    kept = dict(ada.cookies)
    answer = ada.send("DELETE", "/sessions/current")
    assert answer.status_code == 204
    assert "Max-Age=0" in answer.headers["set-cookie"]
    ada.cookies = kept
    problem(ada.get("/account"), 401, "not_signed_in")


def test_signing_out_there_leaves_here_signed_in(person, ada, problem):
    other = person(ada.email)
    other.sign_in()
    there = other.get("/sessions/current").json()["id"]
    assert ada.send("DELETE", f"/sessions/{there}").status_code == 204
    problem(other.get("/account"), 401, "not_signed_in")
    assert ada.get("/account").status_code == 200
    problem(ada.send("DELETE", f"/sessions/{there}"), 404, "not_found")


def test_signing_out_everywhere_ends_all(person, ada, problem):
    other = person(ada.email)
    other.sign_in()
    assert ada.send("DELETE", "/sessions").status_code == 204
    for one in (ada, other):
        problem(one.get("/account"), 401, "not_signed_in")


def test_anothers_session_is_not_there(person, ada, problem):
    eve = person("eve@stars.example").begin()
    hers = ada.get("/sessions/current").json()["id"]
    problem(eve.send("DELETE", f"/sessions/{hers}"), 404, "not_found")
    assert ada.get("/account").status_code == 200


def test_signing_in_again_gives_another_token_and_ends_the_old_session(ada, problem):
    old = dict(ada.cookies)
    assert ada.sign_in().status_code == 201
    assert ada.cookies["astrarium"] != old["astrarium"]
    assert ada.cookies["astrarium-device"] == old["astrarium-device"]
    assert len(ada.get("/sessions").json()["items"]) == 1
    ada.cookies = old
    problem(ada.get("/account"), 401, "not_signed_in")


def test_a_token_that_somebody_planted_before_is_not_taken_over(person, ada, problem):
    eve = person(ada.email)
    eve.cookies = {"astrarium": "planted"}
    eve.sign_in()
    assert eve.cookies["astrarium"] != "planted"
    eve.cookies = {"astrarium": "planted"}
    problem(eve.get("/account"), 401, "not_signed_in")


def test_a_session_that_nobody_uses_ends(ada, clock, problem):
    clock.wait(days=14)
    problem(ada.get("/account"), 401, "not_signed_in")


def test_a_session_in_use_goes_on_until_its_last_day(ada, clock, service, problem):
    usage = service.app.state.means.credentials.usage
    with service.portal() as portal:
        for _ in range(8):
            clock.wait(days=11)
            assert ada.get("/account").status_code == 200
            portal.call(usage.write)
    clock.wait(days=2)
    problem(ada.get("/account"), 401, "not_signed_in")


def test_a_cookie_that_is_no_sessions_makes_a_stranger_and_no_failure(person, problem):
    stranger = person()
    for token in ("x", "x" * 5000, "é", '"', "a b", ""):
        headers = {"Cookie": f"astrarium={token}".encode()}
        assert stranger.get("/zodiacs", headers=headers).status_code == 200
        problem(stranger.get("/account", headers=headers), 401, "not_signed_in")


def test_the_oldest_of_too_many_sessions_gives_way(person, ada, clock, monkeypatch):
    from astrarium.service.accounts import sessions

    monkeypatch.setattr(sessions, "MOST_SESSIONS", 3)
    for _ in range(4):
        clock.wait(seconds=1)
        assert person(ada.email).sign_in().status_code == 201
    assert ada.get("/account").status_code == 401
