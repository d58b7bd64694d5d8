"""A lost password, another password, another address, and the end of an account."""

import pytest
from sqlalchemy import text

PASSWORD = "a wren in the wych elm"
NEW = "seven slow ferries north"


def ask_for_reset(person):
    return person.post("/account/password-resets", {"email": person.email})


def reset(person, token, password=NEW):
    return person.post("/account/password-resets/completion", {"token": token, "password": password})


def test_a_lost_password_is_set_anew_and_ends_every_session(person, ada, problem):
    answer = ask_for_reset(person(ada.email))
    assert (answer.status_code, answer.json()) == (202, {"status": "letter_sent"})
    token = ada.letters.token_for(ada.email)
    assert reset(person(), token).status_code == 204
    problem(ada.get("/account"), 401, "not_signed_in")
    problem(ada.sign_in(PASSWORD), 401, "wrong_credentials")
    assert ada.sign_in(NEW).status_code == 201
    problem(reset(person(), token), 422, "invalid_link")
    assert ada.letters.to(ada.email)[-1]["Subject"] == "Your password at Astrarium was changed"


def test_an_address_without_an_account_gets_word_of_that_and_the_same_answer(person, ada):
    stranger = person("stranger@stars.example")
    known, unknown = ask_for_reset(ada), ask_for_reset(stranger)
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
    assert "has no account here" in ada.letters.text_to(stranger.email)


def test_a_reset_goes_to_the_accounts_address_and_not_to_what_was_typed(person, ada):
    ask_for_reset(person(ada.email.upper()))
    assert ada.letters.to(ada.email.upper()) == []
    assert ada.letters.to(ada.email)[-1]["Subject"] == "A new password for Astrarium"


def test_the_link_works_for_an_hour(person, ada, clock, problem):
    ask_for_reset(ada)
    token = ada.letters.token_for(ada.email)
    clock.wait(hours=1)
    problem(reset(ada, token), 422, "invalid_link")


def test_a_newer_link_makes_the_older_one_worthless(person, ada, problem):
    ask_for_reset(ada)
    older = ada.letters.token_for(ada.email)
    ask_for_reset(ada)
    newer = ada.letters.token_for(ada.email)
    problem(reset(ada, older), 422, "invalid_link")
    assert reset(ada, newer).status_code == 204


def test_a_weak_new_password_uses_the_link_not_up(ada, problem):
    ask_for_reset(ada)
    token = ada.letters.token_for(ada.email)
    problem(reset(ada, token, "ada@stars.example"), 422, "weak_password")
    assert reset(ada, token).status_code == 204


def test_a_reset_makes_devices_strange_and_leaves_keys(person, ada, service):
    key = ada.make_key()["key"]
    ask_for_reset(ada)
    reset(ada, ada.letters.token_for(ada.email))
    assert service.get("/api/v1/account", headers={"Authorization": f"Bearer {key}"}).status_code == 200


def test_a_link_for_one_purpose_does_not_do_for_another(ada, problem):
    ask_for_reset(ada)
    token = ada.letters.token_for(ada.email)
    problem(ada.post("/account/email/confirmation", {"token": token}), 422, "invalid_link")
    problem(ada.post("/account/verification", {"token": token, "password": PASSWORD}), 422, "invalid_link")


def test_another_password_ends_other_sessions_and_renews_this_one(person, ada, problem):
    other = person(ada.email)
    other.sign_in()
    old = dict(ada.cookies)
    body = {"current_password": PASSWORD, "new_password": NEW}
    answer = ada.send("PUT", "/account/password", json=body)
    assert answer.status_code == 200
    assert ada.cookies["astrarium"] != old["astrarium"]
    assert ada.get("/sessions/current").json()["csrf_token"] == answer.json()["csrf_token"]
    problem(other.get("/account"), 401, "not_signed_in")
    other.cookies = old
    problem(other.get("/account"), 401, "not_signed_in")
    assert other.sign_in(NEW).status_code == 201


def test_another_password_needs_the_present_one(ada, problem):
    body = {"current_password": "x" * 15, "new_password": NEW}
    problem(ada.send("PUT", "/account/password", json=body), 403, "wrong_password")
    weak = {"current_password": PASSWORD, "new_password": "short"}
    told = problem(ada.send("PUT", "/account/password", json=weak), 422, "weak_password")
    assert told["errors"][0]["pointer"] == "/new_password"


def test_guessing_the_present_password_has_to_wait(ada, problem):
    body = {"current_password": "x" * 15, "new_password": NEW}
    for _ in range(10):
        problem(ada.send("PUT", "/account/password", json=body), 403, "wrong_password")
    problem(ada.send("PUT", "/account/password", json=body), 429, "too_many_attempts")


def test_another_address_counts_when_its_letter_was_read(person, ada, problem):
    body = {"email": "countess@stars.example", "password": PASSWORD}
    assert ada.post("/account/email", body).status_code == 202
    assert ada.get("/account").json()["email"] == "ada@stars.example"
    token = ada.letters.token_for("countess@stars.example")
    assert person().post("/account/email/confirmation", {"token": token}).status_code == 204
    assert ada.get("/account").json()["email"] == "countess@stars.example"
    assert ada.letters.to("ada@stars.example")[-1]["Subject"] == "Your address at Astrarium was changed"
    problem(person("ada@stars.example").sign_in(), 401, "wrong_credentials")
    assert person("countess@stars.example").sign_in().status_code == 201


def test_an_address_that_has_an_account_is_not_given_away(person, ada):
    eve = person("eve@stars.example").begin()
    ada.letters.to(ada.email)
    answer = eve.post("/account/email", {"email": ada.email, "password": PASSWORD})
    assert (answer.status_code, answer.json()) == (202, {"status": "letter_sent"})
    assert "you have one already" in ada.letters.text_to(ada.email)


def test_an_address_that_got_an_account_meanwhile_is_not_taken(person, ada, problem):
    ada.post("/account/email", {"email": "eve@stars.example", "password": PASSWORD})
    token = ada.letters.token_for("eve@stars.example")
    person("eve@stars.example").begin()
    problem(ada.post("/account/email/confirmation", {"token": token}), 422, "invalid_link")
    assert ada.get("/account").json()["email"] == ada.email


def test_deleting_the_account_takes_everything_that_is_its(person, ada, service, problem):
    eve = person("eve@stars.example").begin()
    key = ada.make_key("people:write", "people:read")["key"]
    birth = {"date": "1990-05-17", "time": "12:30", "place": "London, GB"}
    program = {"Authorization": f"Bearer {key}"}
    assert (
        service.post("/api/v1/people", json={"name": "Ada", "birth": birth}, headers=program).status_code
        == 201
    )
    account_id = ada.get("/account").json()["id"]
    ask_for_reset(ada)
    problem(ada.post("/account/deletion", {"password": "x" * 15}), 403, "wrong_password")
    assert ada.post("/account/deletion", {"password": PASSWORD}).status_code == 204

    async def left():
        async with service.app.state.means.database.keeper() as transaction:
            owned = text(
                "SELECT table_name FROM information_schema.columns"
                " WHERE table_schema = 'public' AND column_name = 'account_id'"
            )
            tables = [row[0] for row in await transaction.execute(owned)]
            counts = {}
            for table in [*tables, "accounts"]:
                column = "id" if table == "accounts" else "account_id"
                count = text(f"SELECT count(*) FROM {table} WHERE {column} = :id")
                counts[table] = (await transaction.execute(count, {"id": account_id})).scalar_one()
            return counts

    with service.portal() as portal:
        counts = portal.call(left)
    assert {"sessions", "api_keys", "people", "accounts"} <= set(counts)
    assert set(counts.values()) == {0}
    problem(service.get("/api/v1/account", headers=program), 401, "invalid_credentials")
    problem(person(ada.email).sign_in(), 401, "wrong_credentials")
    assert eve.get("/account").status_code == 200
    assert person(ada.email).begin().get("/account").json()["id"] != account_id


@pytest.mark.parametrize("hours", [0, 25, 24 * 400])
def test_what_ran_out_is_swept_and_nothing_else(person, ada, service, clock, hours):
    from astrarium.service.accounts.service import sweep

    person("pending@stars.example").register()
    ask_for_reset(ada)
    ada.make_key(expires_at="2026-11-24T15:00:00Z")
    clock.wait(hours=hours)
    means = service.app.state.means

    async def swept():
        async with means.database.keeper() as transaction:
            return await sweep(transaction, idle=means.rules.session_idle, now=clock())

    with service.portal() as portal:
        first, again = portal.call(swept), portal.call(swept)
    assert again == 0
    # a key, a registration, a reset, one count of letters by place and one of passwords; later a session and a device
    assert first == {0: 0, 25: 4, 24 * 400: 6}[hours]
