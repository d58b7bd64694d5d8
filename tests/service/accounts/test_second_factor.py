"""Codes besides the password: asked for once they are confirmed, each good once; recovery codes for a lost phone."""

import pyotp
import pytest
from sqlalchemy import select

from astrarium.service.accounts.models import second_factors

PASSWORD = "a wren in the wych elm"


def code_of(secret, clock):
    return pyotp.TOTP(secret).at(clock())


@pytest.fixture
def enrolled(ada, clock):
    """The secret and the recovery codes of an account that asks for codes."""
    secret = ada.post("/account/second-factor", {"password": PASSWORD}).json()["secret"]
    answer = ada.post("/account/second-factor/confirmation", {"code": code_of(secret, clock)})
    assert answer.status_code == 200, answer.text
    return secret, answer.json()["recovery_codes"]


def test_before_the_first_code_nothing_is_asked(ada, person):
    begun = ada.post("/account/second-factor", {"password": PASSWORD}).json()
    assert begun["uri"].startswith("otpauth://totp/Astrarium:ada%40stars.example?secret=" + begun["secret"])
    assert person(ada.email).sign_in().status_code == 201
    assert ada.get("/account").json()["has_second_factor"] is False


def test_it_begins_with_the_password(ada, problem):
    problem(ada.post("/account/second-factor", {"password": "x" * 15}), 403, "wrong_password")


def test_a_wrong_first_code_confirms_nothing(ada, clock, problem):
    secret = ada.post("/account/second-factor", {"password": PASSWORD}).json()["secret"]
    other = pyotp.TOTP(pyotp.random_base32(32)).at(clock())
    problem(ada.post("/account/second-factor/confirmation", {"code": other}), 403, "wrong_code")
    assert ada.get("/account").json()["has_second_factor"] is False
    assert (
        ada.post("/account/second-factor/confirmation", {"code": code_of(secret, clock)}).status_code == 200
    )


def test_from_then_on_signing_in_asks_for_a_code(person, ada, enrolled, clock, problem):
    secret, _ = enrolled
    other = person(ada.email)
    answer = other.sign_in()
    told = problem(answer, 401, "second_factor_required")
    assert told["errors"][0]["pointer"] == "/code"
    assert answer.headers["www-authenticate"]
    clock.wait(seconds=30)
    assert other.sign_in(code=code_of(secret, clock)).status_code == 201


def test_turning_it_on_ends_other_sessions_and_renews_this_one(person, ada, clock, problem):
    other = person(ada.email)
    other.sign_in()
    before = dict(ada.cookies)
    secret = ada.post("/account/second-factor", {"password": PASSWORD}).json()["secret"]
    ada.post("/account/second-factor/confirmation", {"code": code_of(secret, clock)})
    assert ada.get("/account").json()["has_second_factor"] is True
    problem(other.get("/account"), 401, "not_signed_in")
    assert ada.cookies["astrarium"] != before["astrarium"]
    other.cookies = before
    problem(other.get("/account"), 401, "not_signed_in")


def test_a_code_is_good_once(person, ada, enrolled, clock, problem):
    secret, _ = enrolled
    problem(person(ada.email).sign_in(code=code_of(secret, clock)), 403, "wrong_code")
    clock.wait(seconds=30)
    code = code_of(secret, clock)
    assert person(ada.email).sign_in(code=code).status_code == 201
    problem(person(ada.email).sign_in(code=code), 403, "wrong_code")


@pytest.mark.parametrize(
    ("late_s", "passes"), [(0, True), (30, True), (-30, True), (90, False), (-90, False)]
)
def test_clocks_may_differ_by_one_step(person, ada, enrolled, clock, late_s, passes):
    secret, _ = enrolled
    clock.wait(minutes=5)
    code = pyotp.TOTP(secret).at(int(clock().timestamp()) - late_s)
    assert (person(ada.email).sign_in(code=code).status_code == 201) is passes


def test_the_right_code_with_a_wrong_password_is_told_like_any_wrong_password(
    person, ada, enrolled, clock, problem
):
    clock.wait(seconds=30)
    answer = person(ada.email).sign_in("x" * 15, code=code_of(enrolled[0], clock))
    problem(answer, 401, "wrong_credentials")


def test_a_recovery_code_is_good_once_and_is_told_to_the_owner(person, ada, enrolled, problem):
    _, codes = enrolled
    assert len(set(codes)) == 10
    assert person(ada.email).sign_in(code=codes[0].upper().replace("-", " ")).status_code == 201
    problem(person(ada.email).sign_in(code=codes[0]), 403, "wrong_code")
    assert person(ada.email).sign_in(code=codes[1]).status_code == 201
    subjects = [letter["Subject"] for letter in ada.letters.to(ada.email)]
    assert subjects.count("A recovery code of your account was used") == 2


def test_new_recovery_codes_replace_the_old_ones(person, ada, enrolled, clock, problem):
    secret, old = enrolled
    clock.wait(seconds=30)
    new = ada.post(
        "/account/second-factor/recovery-codes", {"password": PASSWORD, "code": code_of(secret, clock)}
    ).json()["recovery_codes"]
    assert not set(new) & set(old)
    problem(person(ada.email).sign_in(code=old[0]), 403, "wrong_code")
    assert person(ada.email).sign_in(code=new[0]).status_code == 201


def test_guessing_codes_has_to_wait_wherever_the_guesses_come_from(service, ada, enrolled, clock):
    import asyncio

    from astrarium.service.accounts import second_factor
    from astrarium.service.accounts.errors import TooManyAttempts, WrongCode

    means = service.app.state.means
    account_id = ada.get("/account").json()["id"]

    async def guess(number):
        from uuid import UUID

        try:
            await second_factor.check(means, UUID(account_id), f"x{number:05}")
        except (WrongCode, TooManyAttempts) as error:
            return type(error)

    async def all_of_them():
        return await asyncio.gather(*(guess(number) for number in range(30)))

    with service.portal() as portal:
        outcomes = portal.call(all_of_them)
    assert outcomes.count(WrongCode) == 10
    assert outcomes.count(TooManyAttempts) == 20


def test_taking_it_away_needs_password_and_code(person, ada, enrolled, clock, problem):
    secret, _ = enrolled
    clock.wait(seconds=30)
    path = "/account/second-factor/removal"
    problem(ada.post(path, {"password": "x" * 15, "code": code_of(secret, clock)}), 403, "wrong_password")
    problem(ada.post(path, {"password": PASSWORD, "code": "000000x"}), 403, "wrong_code")
    assert ada.post(path, {"password": PASSWORD, "code": code_of(secret, clock)}).status_code == 204
    assert person(ada.email).sign_in().status_code == 201
    problem(ada.post(path, {"password": PASSWORD, "code": "000000"}), 409, "second_factor_state")


def test_a_second_one_is_refused_while_one_is_on(ada, enrolled, problem):
    problem(ada.post("/account/second-factor", {"password": PASSWORD}), 409, "second_factor_state")
    problem(ada.post("/account/second-factor/confirmation", {"code": "000000"}), 409, "second_factor_state")


def test_the_seed_is_sealed_for_its_account(service, ada, enrolled):
    async def kept():
        async with service.app.state.means.database.keeper() as transaction:
            return (await transaction.execute(select(second_factors))).one()

    with service.portal() as portal:
        row = portal.call(kept)
    ring = service.app.state.means.ring
    assert enrolled[0].encode() not in row.seed
    assert ring.open(row.seed, f"second_factors/{row.account_id}").decode() == enrolled[0]


def test_deleting_the_account_asks_for_a_code_too(ada, enrolled, clock, problem):
    problem(ada.post("/account/deletion", {"password": PASSWORD}), 403, "wrong_code")
    clock.wait(seconds=30)
    body = {"password": PASSWORD, "code": code_of(enrolled[0], clock)}
    assert ada.post("/account/deletion", body).status_code == 204
