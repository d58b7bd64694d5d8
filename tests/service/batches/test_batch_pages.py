"""A browser without scripts, at the pages of batches."""

import re

import pytest

TABLE = b'name,date,time,place\nAda,1990-05-17,12:30,"London, GB"\nBob,1990-02-30,08:00,Paris\n'


@pytest.fixture
def begin(my_browser):
    """Send a file on the page; the browser is then on the page of its batch."""

    def go(table=TABLE, filename="births.csv", **typed):
        fields = dict(my_browser.open("/batches").form("/batches")) | typed
        fields.pop("file")
        parts = [(name, (None, value)) for name, value in fields.items()]
        my_browser.page = my_browser.request("POST", "/batches", files=[*parts, ("file", (filename, table))])
        if my_browser.page.status_code == 303:
            my_browser.open(my_browser.page.headers["location"])
        return my_browser

    return go


@pytest.mark.parametrize(
    ("choices", "field"),
    [
        ({"filename": ""}, "file"),
        ({"filename": "births.exe"}, "file"),
        ({"table": b"no,births\n1,2\n"}, "file"),
        ({"format": "exe"}, "format"),
        ({"houses": "nonsense"}, "houses"),
        ({"zodiac": "nonsense"}, "zodiac"),
    ],
)
def test_a_fault_stands_beside_its_field_and_nothing_begins(begin, signed_in, choices, field):
    browser = begin(**choices)
    assert browser.page.status_code in {400, 415, 422}, browser.words
    assert browser.fault(field)
    assert "`" not in browser.words
    assert signed_in.get("/batches").json()["items"] == []


def test_a_batch_tells_how_far_it_is_until_its_results_are_there(begin, jobs):
    browser = begin()
    assert browser.path.endswith("?done=begun")
    at = browser.path.partition("?")[0]
    assert "It waits for its turn." in browser.words
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in browser.page.text
    jobs.run()
    browser.open(at)
    assert "It is finished." in browser.words
    assert "2 of 2 rows" in browser.words
    assert "http-equiv" not in browser.page.text
    assert "1 row has a fault" in browser.words
    results = re.search(r'<a class="act" href="([^"]+)" download>CSV', browser.page.text)[1]
    rows = browser.request("GET", results.replace("&amp;", "&")).text
    assert "Ada" in rows
    assert "finished" in browser.open("/batches").words


def test_the_same_file_leads_to_the_batch_that_is_there(begin):
    first = begin().path.partition("?")[0]
    assert begin().path == f"{first}?done=repeated"


def test_a_batch_is_cancelled_and_deleted(begin, signed_in):
    browser = begin()
    at = browser.path.partition("?")[0]
    browser.press(f"{at}/cancel")
    assert "It was cancelled." in browser.words
    browser.press(f"{at}/deletion")
    assert browser.path == "/batches?done=deleted"
    assert signed_in.get(at).status_code == 404


def test_results_are_made_in_another_format(begin, jobs):
    browser = begin()
    at = browser.path.partition("?")[0]
    jobs.run()
    browser.open(at).press(f"{at}/results", format="jsonl")
    assert "JSON Lines is being made…" in browser.words
    jobs.run()
    assert re.search(r"download>JSON Lines", browser.open(at).page.text)


@pytest.mark.parametrize("action", ["cancel", "deletion", "results"])
def test_anothers_batch_is_not_there_and_a_foreign_form_is_refused(my_browser, account, action):
    other = account()
    batch = other.post("/batches", content=TABLE, headers={"Content-Type": "text/csv"}).json()
    at = f"/batches/{batch['id']}"
    assert my_browser.request("GET", at).status_code == 404
    assert my_browser.request("POST", f"{at}/{action}", data={"format": "csv"}).status_code == 403
    token = dict(my_browser.open("/batches").form("/batches"))["csrf_token"]
    my_browser.request("POST", f"{at}/{action}", data={"csrf_token": token, "format": "jsonl"})
    assert other.get(at).json()["state"] == "waiting"
