"""`If-Match` at updates of credentials: nothing is overwritten that the caller has not seen."""

import pytest

NEW_PASSWORD = "the wren left the wych elm"
PASSWORD = "a wren in the wych elm"


def change_password(someone, tag, current=PASSWORD, new=NEW_PASSWORD):
    body = {"current_password": current, "new_password": new}
    return someone.send("PUT", "/account/password", json=body, headers={"If-Match": tag})


def test_a_password_is_changed_while_the_account_is_as_it_was_read(ada, clock, problem):
    tag = ada.get("/account").headers["etag"]
    clock.wait(seconds=1)
    assert change_password(ada, tag).status_code == 200
    problem(change_password(ada, tag, NEW_PASSWORD, "another wren, another elm"), 412, "precondition_failed")
    told = ada.get("/account")
    assert told.headers["etag"] != tag
    assert told.json()["password_changed_at"] > told.json()["created_at"]
    assert change_password(ada, told.headers["etag"], NEW_PASSWORD, PASSWORD).status_code == 200


def test_a_refused_change_of_the_password_ends_no_session(ada, person, problem):
    other = person()
    assert other.sign_in().status_code == 201
    problem(change_password(ada, '"stale"'), 412, "precondition_failed")
    assert other.get("/account").status_code == 200
    assert person().sign_in(PASSWORD).status_code == 201


@pytest.mark.parametrize("change", [{"name": "renamed"}, {"scopes": ["people:read"]}])
def test_a_key_is_changed_while_it_is_as_it_was_read(ada, change, problem):
    path = f"/api-keys/{ada.make_key()['id']}"
    tag = ada.get(path).headers["etag"]
    changed = ada.send("PATCH", path, json=change, headers={"If-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] == ada.get(path).headers["etag"] != tag
    late = ada.send("PATCH", path, json={"name": "late"}, headers={"If-Match": tag})
    problem(late, 412, "precondition_failed")
    assert ada.get(path).json() == changed.json()


def test_a_key_that_was_used_meanwhile_is_as_it_was_read(service, ada):
    made = ada.make_key()
    path = f"/api-keys/{made['id']}"
    tag = ada.get(path).headers["etag"]
    service.get("/api/v1/account", headers={"Authorization": f"Bearer {made['key']}"})
    with service.portal() as portal:
        portal.call(service.app.state.means.credentials.usage.write)
    assert ada.get(path).json()["used_at"]
    assert ada.send("PATCH", path, json={"name": "x"}, headers={"If-Match": tag}).status_code == 200


@pytest.mark.parametrize("tag", ["*", None])
def test_without_a_version_the_last_change_wins(ada, tag):
    path = f"/api-keys/{ada.make_key()['id']}"
    headers = {"If-Match": tag} if tag else {}
    assert ada.send("PATCH", path, json={"name": "renamed"}, headers=headers).status_code == 200
