"""A browser without scripts, at the pages of webhooks."""

import re

import pytest


@pytest.fixture
def made(my_browser, receiver):
    """Make an endpoint on the page; the browser is then on its page."""

    def go(**typed):
        fields = {"url": receiver.url("/hook"), "description": "a <program>"} | typed
        my_browser.open("/webhooks").press("/webhooks", **fields)
        return my_browser

    return go


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"url": ""}, "url", "This was left empty."),
        ({"url": "not an address"}, "url", ""),
        ({"url": "ftp://example.org/"}, "url", ""),
        ({"url": "http://169.254.169.254/latest"}, "url", ""),
        ({"event_types": []}, "event_types", "This was left empty."),
        ({"event_types": ["chart.stolen"]}, "event_types", "chart.stolen"),
        ({"description": "x" * 201}, "description", "200"),
    ],
)
def test_a_fault_stands_beside_its_field_and_nothing_is_made(made, signed_in, typed, field, words):
    browser = made(**typed)
    assert browser.page.status_code in {403, 422}, browser.words
    assert words in browser.fault(field)
    assert signed_in.get("/webhooks").json()["items"] == []


def test_the_secret_is_shown_once(made, signed_in):
    browser = made()
    secret = re.search(r'id="secret" type="text" value="(whsec_[^"]+)"', browser.page.text)[1]
    assert "The webhook is made" in browser.words
    assert browser.page.headers["cache-control"] == "no-store"
    browser.open(browser.path)
    assert secret not in browser.page.text
    [webhook] = signed_in.get("/webhooks").json()["items"]
    assert webhook["event_types"] == ["*"]
    browser.press(f"/webhooks/{webhook['id']}/secret", overlap="3600")
    other = re.search(r'id="secret" type="text" value="(whsec_[^"]+)"', browser.page.text)[1]
    assert other != secret
    assert "Signed by the one before as well until 23 November 2026, 16:20 UTC" in browser.words


def test_a_test_is_sent_and_its_delivery_can_be_looked_at_and_sent_again(made, signed_in, turns, receiver):
    browser = made()
    [webhook] = signed_in.get("/webhooks").json()["items"]
    at = f"/webhooks/{webhook['id']}"
    browser.press(f"{at}/test")
    assert "webhook.test waits" in browser.words
    turns.deliver(signed_in.account_id, webhook["id"])
    browser.open(at)
    assert "webhook.test delivered" in browser.words
    delivery = re.search(r'href="(/webhooks/deliveries/[^"]+)"', browser.page.text)[1]
    browser.open(delivery)
    assert "you asked for a test" in browser.words
    assert "thanks" in browser.words
    assert f'"webhook_id": "{webhook["id"]}"' in browser.words
    browser.press(f"{delivery}/replay")
    assert "It is sent again." in browser.words
    assert browser.path.partition("?")[0] != delivery
    turns.deliver(signed_in.account_id, webhook["id"])
    assert len(receiver.received) == 2


def test_a_webhook_is_changed_switched_and_deleted(made, signed_in):
    browser = made()
    [webhook] = signed_in.get("/webhooks").json()["items"]
    at = f"/webhooks/{webhook['id']}"
    browser.press(f"{at}/changes", event_types=["chart.saved", "chart.changed"], description="")
    changed = signed_in.get(at).json()
    assert sorted(changed["event_types"]) == ["chart.changed", "chart.saved"]
    browser.press(f"{at}/switch")
    assert "Nothing is sent there" in browser.words
    assert signed_in.get(at).json()["enabled"] is False
    browser.press(f"{at}/switch")
    assert signed_in.get(at).json()["enabled"] is True
    browser.press(f"{at}/deletion")
    assert browser.path == "/webhooks?done=deleted"
    assert signed_in.get("/webhooks").json()["items"] == []


@pytest.mark.parametrize("action", ["changes", "switch", "test", "secret", "deletion"])
def test_anothers_webhook_is_not_there_and_a_foreign_form_is_refused(my_browser, account, receiver, action):
    other = account()
    theirs = other.post("/webhooks", json={"url": receiver.url("/theirs")}).json()
    at = f"/webhooks/{theirs['id']}"
    assert my_browser.request("GET", at).status_code == 404
    assert my_browser.request("POST", f"{at}/{action}", data={"url": "x"}).status_code == 403
    token = dict(my_browser.open("/webhooks").form("/webhooks"))["csrf_token"]
    fields = {"csrf_token": token, "url": receiver.url("/x"), "event_types": "*"}
    answer = my_browser.request("POST", f"{at}/{action}", data=fields)
    assert answer.status_code == (303 if action == "deletion" else 404)
    assert other.get(at).json()["version"] == theirs["version"]
