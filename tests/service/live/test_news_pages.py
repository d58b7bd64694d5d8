"""A browser without scripts, at the page of notifications."""

import pytest

from astrarium.service.live.service import notify

OF_A_WEBHOOK = {"webhook_id": "01a20a70-0000-7000-8000-000000000001", "url": "https://example.org/<x>"}


@pytest.fixture
def told(own_service):
    """Leave an account a notification."""

    def leave(account, kind, data):
        async def inside():
            state = own_service.app.state
            async with state.parts.database.of(account.account_id) as transaction:
                await notify(transaction, account.account_id, kind, data, now=state.now())

        with own_service.portal() as portal:
            portal.call(inside)

    return leave


def test_there_is_nothing_at_first(my_browser):
    assert "Nothing has happened yet." in my_browser.open("/notifications").words


def test_each_kind_is_told_in_words_and_leads_to_its_thing(my_browser, signed_in, told):
    told(signed_in, "webhook.disabled", OF_A_WEBHOOK)
    told(signed_in, "sky.of_another_version", {})
    my_browser.open("/notifications")
    assert "Nothing is sent to https://example.org/<x> any more." in my_browser.words
    assert f'href="/webhooks/{OF_A_WEBHOOK["webhook_id"]}"' in my_browser.page.text
    assert "Sky of another version." in my_browser.words
    assert "2 unread" in my_browser.page.text


def test_they_are_read_one_by_one_and_all_at_once(my_browser, signed_in, told):
    for _ in range(3):
        told(signed_in, "webhook.disabled", OF_A_WEBHOOK)
    first = signed_in.get("/notifications").json()["items"][0]["id"]
    my_browser.open("/notifications").press(f"/notifications/{first}/read")
    assert signed_in.get("/notifications/unread").json() == {"unread": 2}
    my_browser.press("/notifications/read")
    assert "All are marked as read." in my_browser.words
    assert signed_in.get("/notifications/unread").json() == {"unread": 0}
    assert "Mark all as read" not in my_browser.words


def test_anothers_are_not_there_and_a_foreign_form_is_refused(my_browser, account, told):
    other = account()
    told(other, "webhook.disabled", OF_A_WEBHOOK)
    one = other.get("/notifications").json()["items"][0]["id"]
    assert "example.org" not in my_browser.open("/notifications").words
    assert my_browser.request("POST", f"/notifications/{one}/read").status_code == 403
    assert my_browser.request("POST", "/notifications/read").status_code == 403
    assert other.get("/notifications/unread").json() == {"unread": 1}
