"""What is asked about an address costs the same whether it has an account: as many statements, as many hashes.

Time itself is not measured: it would tell what else the machine does.
"""

import pytest

WRONG = "another wren, another elm"
NOBODY = "nobody@stars.example"


@pytest.fixture
def work_of(service, statements_run):
    """Count what one request has the service do: statements by their kind and place, and hashes of passwords."""

    def count(ask, *arguments):
        hasher = service.app.state.means.hasher
        before = hasher.computed
        with statements_run() as ran:
            answer = ask(*arguments)
        places = [pool for pool, statement in ran if not is_of_the_postman(statement)]
        return answer.status_code, len(places), set(places), hasher.computed - before

    return count


def is_of_the_postman(statement):
    return "letters" in statement and not statement.startswith("INSERT")


def sign_in(someone, email):
    return someone.post("/sessions", {"email": email, "password": WRONG})


def reset(someone, email):
    return someone.post("/account/password-resets", {"email": email})


def register(someone, email):
    return someone.post("/account", {"email": email, "password": WRONG})


@pytest.mark.parametrize("ask", [sign_in, reset, register])
def test_an_address_without_an_account_costs_what_one_with_an_account_costs(ada, person, work_of, ask):
    known = work_of(ask, person(), ada.email)
    unknown = work_of(ask, person(), NOBODY)
    assert known == unknown
    assert known[1] > 0
    assert known[3] == (0 if ask is reset else 1)


def test_another_address_costs_the_same_whether_somebody_has_it(ada, person, work_of):
    person("ben@stars.example").begin()
    assert ada.get("/account").status_code == 200  # who asks is known from here on

    def ask(email):
        return ada.post("/account/email", {"email": email, "password": "a wren in the wych elm"})

    assert work_of(ask, "ben@stars.example") == work_of(ask, NOBODY)


@pytest.mark.parametrize("first", ["ada@stars.example", NOBODY])
def test_the_first_attempt_of_a_process_does_not_tell_either(service, ada, person, work_of, first):
    hasher = service.app.state.means.hasher
    hasher._of_nobody = None
    assert work_of(sign_in, person(), first)[3] == 2


def test_every_address_that_asks_gets_one_letter(ada, person, mailbox_of_all):
    for email in (ada.email, NOBODY):
        before = len(mailbox_of_all.to(email))
        assert reset(person(), email).status_code == 202
        assert len(mailbox_of_all.to(email)) == before + 1
