"""How an account begins, and that nobody learns from it who has one."""

from collections import Counter

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

PASSWORD = "a wren in the wych elm"
OF_EACH_REQUEST = {"x-request-id", "traceparent", "ratelimit"}
ANOTHER = "seven slow ferries north"


def without_ids(answer):
    """What of an answer its reader can tell apart."""
    headers = {name: value for name, value in answer.headers.items() if name not in OF_EACH_REQUEST}
    body = answer.json() if answer.content else None
    if isinstance(body, dict):
        body.pop("request_id", None)
    return answer.status_code, headers, body


@pytest.fixture
def statements():
    """How often the service ran which statement, whatever the values in it."""
    ran: Counter[str] = Counter()

    def note(_connection, _cursor, statement, *_):
        ran[statement] += 1

    event.listen(Engine, "before_cursor_execute", note)
    yield ran
    event.remove(Engine, "before_cursor_execute", note)


def test_an_address_with_an_account_is_told_in_a_letter_and_nowhere_else(person, ada):
    ada.letters.to(ada.email)
    stranger = person("stranger@stars.example")
    known, unknown = person(ada.email.upper()), stranger
    assert without_ids(known.register()) == without_ids(unknown.register())
    assert "you have one already" in ada.letters.text_to(ada.email)
    assert "?token=" not in ada.letters.text_to(ada.email)
    assert "?token=" in ada.letters.text_to(stranger.email)


def test_asking_for_an_account_runs_the_same_statements_either_way(person, ada, statements):
    ada.letters.to(ada.email)
    ran = []
    for email in (ada.email, "stranger@stars.example"):
        statements.clear()
        person(email).register()
        ada.letters.to(email)
        ran.append({one: count for one, count in statements.items() if "letters" not in one})
    assert ran[0] == ran[1]


def test_the_link_works_once(person, problem):
    ada = person()
    ada.register()
    token = ada.letters.token_for(ada.email)
    assert ada.verify().status_code == 201
    problem(ada.post("/account/verification", {"token": token, "password": PASSWORD}), 422, "invalid_link")


def test_the_link_works_for_a_day(person, clock, problem):
    ada = person()
    ada.register()
    clock.wait(hours=24)
    problem(ada.verify(), 422, "invalid_link")


def test_who_follows_a_link_that_another_asked_for_begins_no_account(person, problem):
    victim = person()
    victim.register("the attacker knows this")
    problem(victim.verify("what the victim would type"), 403, "wrong_password")
    problem(victim.sign_in("the attacker knows this"), 401, "wrong_credentials")
    assert victim.register().status_code == 202
    assert victim.verify().status_code == 201


def test_of_two_requests_for_one_address_one_becomes_the_account(person, problem):
    first, second = person(), person()
    first.register(PASSWORD)
    token = first.letters.token_for(first.email)
    second.register(ANOTHER)
    assert second.verify(ANOTHER).status_code == 201
    problem(first.post("/account/verification", {"token": token, "password": PASSWORD}), 422, "invalid_link")
    problem(first.sign_in(PASSWORD), 401, "wrong_credentials")


@pytest.mark.parametrize(
    "email", ["ada", "ada@", "ada@stars.example,eve@stars.example", "ada@stars.example\r\nBcc: x"]
)
def test_what_is_no_address_is_refused(person, email, problem):
    told = problem(person(email).register(), 422, "invalid_email")
    assert told["errors"][0]["pointer"] == "/email"


@pytest.mark.parametrize(
    ("password", "reason"),
    [("short", "too_short"), ("passwordpassword", "too_common"), ("ada@stars.example", "too_near")],
)
def test_a_weak_password_is_refused_with_its_reason(person, password, reason, problem):
    told = problem(person().register(password), 422, "weak_password")
    assert told["errors"][0] == {"code": reason, "detail": told["detail"], "pointer": "/password"}


def test_letters_from_one_place_are_counted(person, clock, problem):
    for number in range(20):
        assert person(f"n{number}@stars.example").register().status_code == 202
    answer = person("another@stars.example").register()
    problem(answer, 429, "too_many_attempts")
    clock.wait(seconds=int(answer.headers["retry-after"]))
    assert person("another@stars.example").register().status_code == 202


def test_a_password_is_kept_as_a_hash_and_a_token_as_a_digest(person, service):
    ada = person().begin()
    from sqlalchemy import text

    async def everything():
        found = []
        async with service.app.state.means.database.keeper() as transaction:
            for table in (
                "accounts",
                "passwords",
                "registrations",
                "sessions",
                "known_devices",
                "mailed_tokens",
            ):
                rows = await transaction.execute(text(f"SELECT row_to_json({table})::text FROM {table}"))
                found += [row[0] for row in rows]
        return "\n".join(found)

    with service.portal() as portal:
        kept = portal.call(everything)
    assert "$argon2id$" in kept
    assert PASSWORD not in kept
    for token in ada.cookies.values():
        assert token not in kept
        assert token.encode().hex() not in kept
