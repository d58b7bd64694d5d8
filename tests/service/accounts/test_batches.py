"""Account routes within `POST /batch`: undone with the whole, but for what counts guesses; cookies stay cookies."""

import asyncio

import pytest
from sqlalchemy import func, select

from astrarium.service.accounts.models import sign_in_failures
from astrarium.service.mail.models import letters

LOST = "/api/v1/people/00000000-0000-7000-8000-000000000000"
NEW_PASSWORD = "the wren left the wych elm"
PASSWORD = "a wren in the wych elm"
KEY = {"name": "a program", "scopes": ["people:read"]}
PERSON = {"name": "Ada", "birth": {"date": "1990-05-17", "time": "12:30", "place": "London, GB"}}


def run(someone, *operations, atomic=False, **headers):
    asked = [
        {"method": method, "path": path if path == LOST else f"/api/v1{path}", "body": body}
        for method, path, body in operations
    ]
    return someone.post("/batch", {"operations": asked, "atomic": atomic}, headers=headers)


def failing(someone, *operations):
    """Run an atomic batch whose last operation fails; all before it are undone."""
    told = run(someone, *operations, ("GET", LOST, None), atomic=True).json()
    assert told["committed"] is False
    assert [one["status"] for one in told["items"]] == [424] * len(operations) + [404]
    assert "ast_" not in str(told)


def counted(service, table):
    means = service.app.state.means

    async def count():
        async with means.database.keeper() as transaction:
            return (await transaction.execute(select(func.count()).select_from(table))).scalar_one()

    with service.portal() as portal:
        return portal.call(count)


def test_a_key_of_a_batch_that_fails_is_not_made_and_nobody_hears_of_it(ada):
    told = len(ada.letters.to(ada.email))
    failing(ada, ("POST", "/api-keys", KEY))
    assert ada.get("/api-keys").json()["items"] == []
    assert len(ada.letters.to(ada.email)) == told


def test_a_key_of_a_batch_that_is_kept_works_and_its_letter_leaves_at_once(service, ada):
    told = run(ada, ("POST", "/api-keys", KEY), ("GET", "/api-keys", None), atomic=True)
    made, listed = told.json()["items"]
    assert [one["id"] for one in listed["body"]["items"]] == [made["body"]["id"]]
    assert told.headers["cache-control"] == "no-store"
    used = service.get("/api/v1/people", headers={"Authorization": f"Bearer {made['body']['key']}"})
    assert used.status_code == 200

    async def sent():
        async with asyncio.timeout(10):
            while await waiting():  # noqa: ASYNC110  (the service's own postman sends it)
                await asyncio.sleep(0.005)

    async def waiting():
        async with service.app.state.means.database.keeper() as transaction:
            return (await transaction.execute(select(func.count()).select_from(letters))).scalar_one()

    with service.portal() as portal:
        portal.call(sent)


def test_a_password_changed_in_a_batch_that_fails_is_the_old_one(ada, person, problem):
    change = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    failing(ada, ("PUT", "/account/password", change))
    assert ada.get("/account").status_code == 200
    assert person().sign_in(PASSWORD).status_code == 201
    problem(person().sign_in(NEW_PASSWORD), 401, "wrong_credentials")


def test_an_account_deleted_in_a_batch_that_fails_is_there(ada):
    failing(ada, ("POST", "/account/deletion", {"password": PASSWORD}))
    assert ada.get("/account").json()["email"] == ada.email


def test_a_second_factor_begun_in_a_batch_that_fails_is_not_begun(ada, problem):
    failing(ada, ("POST", "/account/second-factor", {"password": PASSWORD}))
    problem(ada.post("/account/second-factor/confirmation", {"code": "123456"}), 409, "second_factor_state")


def test_sessions_ended_in_a_batch_that_fails_go_on(ada, person):
    other = person()
    assert other.sign_in().status_code == 201
    failing(ada, ("DELETE", "/sessions", None))
    assert other.get("/account").status_code == 200


def test_wrong_passwords_stay_counted_when_their_batch_is_undone(service, ada, problem):
    guess = ("POST", "/account/second-factor", {"password": "another wren, another elm"})
    before = counted(service, sign_in_failures)
    for _ in range(10):
        told = run(ada, guess, ("GET", LOST, None), atomic=True).json()
        assert [one["status"] for one in told["items"]] == [403, 424]
    assert counted(service, sign_in_failures) == before + 1
    problem(ada.post("/account/second-factor", {"password": PASSWORD}), 429, "too_many_attempts")


def test_a_batch_by_cookie_alone_is_forged_and_runs_nothing(ada, problem):
    token, ada.csrf_token = ada.csrf_token, ""
    problem(run(ada, ("POST", "/people", PERSON)), 403, "forged_request")
    ada.csrf_token = token
    assert ada.get("/people").json()["items"] == []


def test_the_forgery_token_of_a_batch_is_that_of_its_operations(ada):
    told = run(ada, ("POST", "/people", PERSON), ("POST", "/api-keys", KEY)).json()
    assert [one["status"] for one in told["items"]] == [201, 201]


@pytest.mark.parametrize(
    "origin", [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_another_sites_page_signs_nobody_in_by_a_batch(ada, person, origin):
    answer = run(person(), ("POST", "/sessions", {"email": ada.email, "password": PASSWORD}), **origin)
    (told,) = answer.json()["items"]
    assert (told["status"], told["body"]["code"]) == (403, "forged_request")
    assert not answer.cookies


def test_cookies_are_set_by_the_batch_and_are_in_no_body(ada):
    change = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    before = ada.cookies["astrarium"]
    answer = run(ada, ("PUT", "/account/password", change), atomic=True)
    (told,) = answer.json()["items"]
    assert told["status"] == 200
    (cookie,) = answer.headers.get_list("set-cookie")
    assert ada.cookies["astrarium"] != before
    assert ada.cookies["astrarium"] not in answer.text
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    ada.csrf_token = told["body"]["csrf_token"]
    assert ada.post("/people", PERSON).status_code == 201


def test_a_batch_that_signs_in_again_ends_the_session_before(ada, person):
    assert run(ada, ("POST", "/sessions", {"email": ada.email, "password": PASSWORD})).status_code == 200
    assert len(ada.get("/sessions").json()["items"]) == 1


@pytest.mark.parametrize("atomic", [False, True])
def test_an_answer_with_a_secret_is_not_kept_for_a_repetition(ada, problem, atomic):
    for _ in range(2):
        answer = run(
            ada,
            ("POST", "/people", PERSON),
            ("POST", "/api-keys", KEY),
            atomic=atomic,
            **{"Idempotency-Key": "key-1"},
        )
        problem(answer, 422, "idempotency_impossible")
    assert ada.get("/api-keys").json()["items"] == []
    assert ada.get("/people").json()["items"] == []


@pytest.mark.parametrize("atomic", [False, True])
def test_operations_after_the_end_of_the_account_fail_as_they_would_alone(ada, atomic):
    end = ("POST", "/account/deletion", {"password": PASSWORD})
    told = run(ada, end, ("POST", "/people", PERSON), atomic=atomic).json()
    statuses = [one["status"] for one in told["items"]]
    assert statuses == ([424, 401] if atomic else [204, 401])
