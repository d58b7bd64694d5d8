"""From a first letter to a program's key."""


def test_an_account_begins_with_a_letter_and_its_key_opens_it(person, service, problem):
    ada = person("ada@stars.example")
    problem(ada.get("/account"), 401, "not_signed_in")
    answer = ada.register()
    assert (answer.status_code, answer.json()) == (202, {"status": "letter_sent"})
    problem(ada.sign_in(), 401, "wrong_credentials")
    assert ada.verify().status_code == 201
    me = ada.get("/account").json()
    assert (me["email"], me["role"], me["tier"]) == ("ada@stars.example", "user", "free")

    made = ada.make_key("account:read", "people:read")
    assert made["key"].startswith(f"ast_{made['prefix']}_")
    program = {"Authorization": f"Bearer {made['key']}"}
    assert service.get("/api/v1/account", headers=program).json() == me
    problem(service.get("/api/v1/sessions", headers=program), 403, "not_permitted")

    assert ada.send("DELETE", "/sessions/current").status_code == 204
    problem(ada.get("/account"), 401, "not_signed_in")
    assert ada.sign_in().status_code == 201
    assert ada.get("/account").json() == me
