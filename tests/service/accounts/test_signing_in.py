"""Signing in: one answer for all failures, and waits that strangers cannot impose on the owner."""

import time

import pytest

PASSWORD = "a wren in the wych elm"
WRONG = "a wren in the witch elm"


def described(answer):
    told = answer.json()
    return answer.status_code, told["code"], told["detail"], told["hint"], answer.headers["www-authenticate"]


def from_place(address):
    """Each test client of Litestar comes from one place; another one is told by the server's scope."""
    return {"X-Test-Address": address}


@pytest.fixture(autouse=True)
def places(service):
    """Let a request say where it comes from, as a connection would."""
    inner = service.app.asgi_handler

    async def placed(scope, receive, send):
        for name, value in scope.get("headers", ()):
            if name == b"x-test-address":
                scope = {**scope, "client": (value.decode(), 1)}
        await inner(scope, receive, send)

    service.app.asgi_handler = placed


def attempt(person, password, address, email="ada@stars.example"):
    return person.post("/sessions", {"email": email, "password": password}, headers=from_place(address))


def test_an_unknown_address_and_a_wrong_password_are_told_in_the_same_words(person, ada):
    stranger = person("stranger@stars.example")
    eve = person(ada.email)
    assert described(eve.sign_in(WRONG)) == described(stranger.sign_in(WRONG))


def test_an_unknown_address_takes_a_hash_like_a_known_one(service):
    hasher = service.app.state.means.hasher
    with service.portal() as portal:
        stored = portal.call(hasher.hash, PASSWORD)
        assert portal.call(hasher.is_right, PASSWORD, stored)
        assert not portal.call(hasher.is_right, WRONG, stored)
        assert not portal.call(hasher.is_right, "", None)
        assert not portal.call(hasher.is_right, "\0", None)
    assert hasher._of_nobody.split("$")[3] == stored.split("$")[3]


def test_the_address_is_taken_in_any_case(person, ada):
    assert person(ada.email.upper()).sign_in().status_code == 201


def test_the_password_is_taken_in_any_unicode_form(person):
    ada = person().begin("sieben Fährenſchiffe — ①")
    assert ada.sign_in("sieben Fa\u0308hrenschiffe — 1").status_code == 201


def test_failures_make_the_next_attempt_wait_longer_and_longer(person, ada, clock, problem):
    eve = person(ada.email)
    for _ in range(5):
        problem(attempt(eve, WRONG, "203.0.113.5"), 401, "wrong_credentials")
    waits = []
    for _ in range(4):
        answer = attempt(eve, PASSWORD, "203.0.113.5")
        problem(answer, 429, "too_many_attempts")
        waits.append(int(answer.headers["retry-after"]))
        clock.wait(seconds=waits[-1])
        problem(attempt(eve, WRONG, "203.0.113.5"), 401, "wrong_credentials")
    assert waits == [1, 2, 4, 8]


def test_unknown_addresses_are_counted_like_known_ones(person, problem):
    eve = person()
    for _ in range(5):
        problem(attempt(eve, WRONG, "203.0.113.5", "nobody@stars.example"), 401, "wrong_credentials")
    problem(attempt(eve, WRONG, "203.0.113.5", "nobody@stars.example"), 429, "too_many_attempts")


def test_many_attempts_at_once_are_counted_one_by_one(service, ada, clock):
    from astrarium.service.accounts import throttle
    from astrarium.service.accounts.errors import TooManyAttempts

    means = service.app.state.means
    buckets = throttle.buckets_of(means.ring, "ada@stars.example", "203.0.113.5", None)

    async def count():
        try:
            await throttle.count(means.attempts, buckets, clock())
        except TooManyAttempts:
            return False
        return True

    async def all_at_once():
        import asyncio

        return await asyncio.gather(*(count() for _ in range(12)))

    with service.portal() as portal:
        assert sum(portal.call(all_at_once)) == 5


def test_strangers_lock_nobody_out(person, ada, clock, problem):
    owner = person(ada.email)
    owner.cookies = {"astrarium-device": ada.cookies["astrarium-device"]}
    eve = person(ada.email)
    for _ in range(5):
        attempt(eve, WRONG, "203.0.113.5")
    problem(attempt(eve, WRONG, "203.0.113.5"), 429, "too_many_attempts")
    assert attempt(owner, PASSWORD, "203.0.113.5").status_code == 201
    assert attempt(person(ada.email), PASSWORD, "198.51.100.7").status_code == 201


def test_one_place_that_tries_many_accounts_has_to_wait(person, problem):
    eve = person()
    for number in range(50):
        problem(attempt(eve, WRONG, "203.0.113.5", f"n{number}@stars.example"), 401, "wrong_credentials")
    problem(attempt(eve, WRONG, "203.0.113.5", "other@stars.example"), 429, "too_many_attempts")
    problem(attempt(eve, WRONG, "203.0.113.6", "other@stars.example"), 401, "wrong_credentials")


def test_a_network_of_ipv6_is_one_place(person, ada, problem):
    eve = person(ada.email)
    for number in range(5):
        problem(attempt(eve, WRONG, f"2001:db8:0:1::{number + 1}"), 401, "wrong_credentials")
    problem(attempt(eve, WRONG, "2001:db8:0:1:ffff::9"), 429, "too_many_attempts")
    problem(attempt(eve, WRONG, "2001:db8:0:2::1"), 401, "wrong_credentials")


def test_a_stolen_device_cookie_has_its_own_count(person, ada, problem):
    thief = person(ada.email)
    thief.cookies = {"astrarium-device": ada.cookies["astrarium-device"]}
    for number in range(10):
        problem(attempt(thief, WRONG, f"203.0.113.{number}"), 401, "wrong_credentials")
    problem(attempt(thief, WRONG, "203.0.113.99"), 429, "too_many_attempts")


def test_a_device_that_is_made_up_is_no_known_one(person, ada, problem):
    eve = person(ada.email)
    for number in range(5):
        eve.cookies = {"astrarium-device": f"made-up-{number}"}
        problem(attempt(eve, WRONG, "203.0.113.5"), 401, "wrong_credentials")
    problem(attempt(eve, WRONG, "203.0.113.5"), 429, "too_many_attempts")


def test_success_empties_the_accounts_count_and_not_the_places(person, ada, problem):
    eve = person(ada.email)
    for _ in range(4):
        attempt(eve, WRONG, "203.0.113.5")
    assert attempt(person(ada.email), PASSWORD, "203.0.113.5").status_code == 201
    for _ in range(5):
        problem(attempt(person(ada.email), WRONG, "203.0.113.5"), 401, "wrong_credentials")


def test_failures_are_forgotten_after_a_day(person, ada, clock, problem):
    eve = person(ada.email)
    for _ in range(5):
        attempt(eve, WRONG, "203.0.113.5")
    clock.wait(hours=24, seconds=1)
    for _ in range(5):
        problem(attempt(eve, WRONG, "203.0.113.5"), 401, "wrong_credentials")


def test_a_suspended_account_is_told_like_a_wrong_password(person, ada, service, clock):
    from sqlalchemy import update

    from astrarium.service.accounts.models import accounts

    async def suspend():
        async with service.app.state.means.database.keeper() as transaction:
            await transaction.execute(update(accounts).values(suspended_at=clock()))

    with service.portal() as portal:
        portal.call(suspend)
    assert described(person(ada.email).sign_in()) == described(person("stranger@stars.example").sign_in())
    deadline = time.monotonic() + 10
    while ada.get("/account").status_code != 401:
        assert time.monotonic() < deadline


def test_an_old_hash_is_made_anew_at_the_next_sign_in(person, ada, service):
    import argon2
    from sqlalchemy import select, update

    from astrarium.service.accounts.models import passwords

    old = argon2.PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)

    async def put():
        async with service.app.state.means.database.keeper() as transaction:
            await transaction.execute(update(passwords).values(hash=old))

    async def stored():
        async with service.app.state.means.database.keeper() as transaction:
            return (await transaction.execute(select(passwords.c.hash))).scalar_one()

    with service.portal() as portal:
        portal.call(put)
        assert person(ada.email).sign_in().status_code == 201
        renewed = portal.call(stored)
        assert "m=8,t=1" in renewed
        assert person(ada.email).sign_in().status_code == 201
        assert portal.call(stored) == renewed
