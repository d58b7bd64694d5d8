"""A browser without scripts, at the pages of people."""

import re

import pytest

BIRTH = {"date": "1990-05-17", "time": "12:30", "place": "London, GB"}
TYPED = {"name": "Ada", "date": "1990-05-17", "known": "exact", "time": "12:30", "place": "London, GB"}


@pytest.fixture
def person(signed_in):
    """Keep somebody over the API, and give them as they were saved."""

    def made(name="Ada", birth=None, **more):
        answer = signed_in.post("/people", json={"name": name, "birth": birth or BIRTH, **more})
        assert answer.status_code == 201, answer.text
        return answer.json()

    return made


@pytest.fixture
def kept(signed_in):
    """Somebody as the API tells them now."""
    return lambda person_id: signed_in.get(f"/people/{person_id}").json()


def written(birth):
    """The fields of a birth that were written."""
    return {name: value for name, value in birth.items() if value is not None}


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"name": ""}, "name", "This was left empty. Fill it in."),
        ({"name": " \t "}, "name", "This was left empty. Fill it in."),
        ({"date": ""}, "date", "Type the day of birth."),
        ({"date": "1990-02-30"}, "date", "1990-02-30"),
        ({"date": "1500-05-17"}, "date", "1600 to 2200"),
        ({"time": ""}, "time", "The time of birth is empty"),
        ({"time": "25:00"}, "time", "25:00"),
        ({"known": "window", "from": "12:00", "to": ""}, "time", "The time of birth is empty"),
        ({"place": ""}, "place", "Type the town of birth"),
        ({"place": "Nowhere at all"}, "place", "not in the gazetteer"),
        ({"place": "91, 0"}, "place", "91"),
        ({"zone": "Europe/Lundon"}, "zone", "Lundon"),
        ({"accuracy": "AAA"}, "accuracy", "AAA"),
        ({"relation": "x" * 51}, "relation", "50"),
        ({"tags": "x" * 51}, "tags", "50"),
        ({"tags": ",".join(map(str, range(21)))}, "tags", "20"),
        ({"notes": "x" * 10_001}, "notes", "10000"),
    ],
)
def test_a_fault_stands_beside_its_field_and_keeps_what_was_typed(my_browser, signed_in, typed, field, words):
    kind = {"relation": "a <friend>", "notes": "two\nlines <b>"}
    my_browser.open("/people/new").press("/people", **(TYPED | kind | typed))
    assert my_browser.page.status_code == 422
    assert words in my_browser.fault(field)
    assert "`" not in my_browser.fault(field)
    assert re.search(rf'<a href="#({field}|from)">', my_browser.page.text)
    sent = dict(my_browser.form("/people"))
    assert sent["relation"] == typed.get("relation", kind["relation"])
    assert sent["notes"] == typed.get("notes", kind["notes"])
    assert signed_in.get("/people").json()["items"] == []


def test_a_person_is_added_with_all_that_a_form_holds(my_browser, kept):
    my_browser.open("/people/new").press(
        "/people",
        **TYPED,
        relation="mother",
        tags="family,  close ; family",
        notes="Told by <her> sister.\r\nTwice.",
        accuracy="A",
    )
    assert my_browser.path.endswith("?done=added")
    assert "Saved." in my_browser.words
    for told in ("17 May 1990, 12:30", "London", "mother", "family", "A: from memory", "<her> sister."):
        assert told in my_browser.words
    made = kept(my_browser.path.partition("?")[0].rpartition("/")[2])
    assert made["tags"] == ["family", "close"]
    assert made["notes"] == "Told by <her> sister.\nTwice."
    assert written(made["birth"]) == BIRTH


@pytest.mark.parametrize(
    ("typed", "pressed", "birth"),
    [
        ({"place": "Springfield"}, "Springfield, Missouri", {"place": 4409896}),
        ({"date": "2020-10-25", "time": "01:30"}, "The second time", {"fold": 1}),
        ({"date": "2021-03-28", "time": "01:30"}, "just after", {"time": "02:00"}),
    ],
)
def test_a_remedy_is_one_press_that_keeps_all_else(my_browser, kept, typed, pressed, birth):
    my_browser.open("/people/new").press("/people", **(TYPED | typed), notes="kept", tags="a, b")
    assert my_browser.page.status_code in {409, 422}
    buttons = re.findall(
        r'<button class="choice" name="take" value="([^"]*)">(.*?)</button>', my_browser.page.text
    )
    take = next(value for value, words in buttons if pressed in words)
    my_browser.press("/people", take=take.replace("&amp;", "&"))
    assert my_browser.path.endswith("?done=added"), my_browser.words
    made = kept(my_browser.path.partition("?")[0].rpartition("/")[2])
    assert made["notes"] == "kept"
    taken = made["birth"] | ({"place": made["birth"]["place"]["id"]} if "place" in birth else {})
    assert {name: taken[name] for name in birth} == birth


def test_the_enter_key_does_not_press_a_remedy(my_browser):
    my_browser.open("/people/new").press("/people", **(TYPED | {"place": "Springfield"}))
    form = my_browser.page.text.partition('action="/people"')[2]
    first = re.search(r"<button[^>]*>", form)[0]
    assert 'name="take"' not in first


@pytest.mark.parametrize(
    ("typed", "time", "told"),
    [
        ({"known": "unknown"}, None, "time not known"),
        (
            {"known": "window", "from": "08:00", "to": "12:00"},
            {"from": "08:00", "to": "12:00"},
            "Between 08:00 and 12:00",
        ),
    ],
)
def test_a_time_may_be_a_window_or_unknown(my_browser, kept, typed, time, told):
    my_browser.open("/people/new").press("/people", **(TYPED | typed))
    assert told in my_browser.words
    assert kept(my_browser.path.partition("?")[0].rpartition("/")[2])["birth"].get("time") == time


def test_a_chart_leads_to_the_form_with_its_birth_filled_in(my_browser):
    my_browser.open("/chart?name=Ada&date=1990-05-17&time=12%3A30&place=London%2C+GB")
    link = re.search(r'href="(/people/new\?[^"]+)"', my_browser.page.text)[1].replace("&amp;", "&")
    my_browser.open(link)
    assert (
        dict(my_browser.form("/people")).items() >= {k: v for k, v in TYPED.items() if k != "known"}.items()
    )
    my_browser.press("/people")
    assert my_browser.path.endswith("?done=added")


def test_a_person_who_is_there_already_is_pointed_at(my_browser, person):
    twin = person()
    my_browser.open("/people/new").press("/people", **TYPED)
    assert f'<a href="/people/{twin["id"]}">' in my_browser.page.text


def test_a_person_is_edited(my_browser, person, kept):
    ada = person(relation="friend", notes="old", tags=["a"], accuracy="B")
    my_browser.open(f"/people/{ada['id']}/edit")
    assert dict(my_browser.form(f"/people/{ada['id']}/edit"))["notes"] == "old"
    my_browser.press(
        f"/people/{ada['id']}/edit", name="Ada L.", relation="", tags="", notes="new", accuracy=""
    )
    assert "The changes are saved." in my_browser.words
    now = kept(ada["id"])
    assert (now["name"], now["relation"], now["tags"], now["notes"], now["accuracy"]) == (
        "Ada L.",
        None,
        [],
        "new",
        None,
    )
    assert written(now["birth"]) == BIRTH


@pytest.mark.parametrize(
    "birth",
    [
        {"instant": "1990-05-17T11:30:00Z", "place": "London, GB"},
        {**BIRTH, "place": {"id": 2643743}},
        {**BIRTH, "place": {"latitude": 51.5, "longitude": -0.13, "altitude_m": 35.0, "country": "GB"}},
        {**BIRTH, "time": {"from": "08:00", "to": "12:00"}},
        {"date": {"date": "1642-12-25", "calendar": "julian"}, "place": "London, GB"},
    ],
)
def test_a_birth_that_a_form_cannot_tell_whole_survives_an_edit_of_the_notes(my_browser, person, kept, birth):
    ada = person(birth=birth)
    my_browser.open(f"/people/{ada['id']}/edit").press(f"/people/{ada['id']}/edit", notes="new")
    assert "The changes are saved." in my_browser.words
    assert kept(ada["id"])["birth"] == ada["birth"]


def test_a_corrected_birth_is_taken_over(my_browser, person, kept):
    ada = person()
    at = f"/people/{ada['id']}/edit"
    my_browser.open(at).press(at, time="12:45")
    assert kept(ada["id"])["birth"]["time"] == "12:45"


def test_an_edit_does_not_overwrite_what_was_changed_meanwhile(my_browser, person, signed_in, kept):
    ada = person()
    at = f"/people/{ada['id']}/edit"
    my_browser.open(at)
    signed_in.patch(f"/people/{ada['id']}", json={"notes": "from elsewhere"})
    my_browser.press(at, notes="mine")
    assert my_browser.page.status_code == 412
    assert "changed elsewhere since this page was opened" in my_browser.words
    assert kept(ada["id"])["notes"] == "from elsewhere"
    my_browser.press(at)
    assert kept(ada["id"])["notes"] == "mine"


def test_the_trash_can_be_undone_at_once_and_later(my_browser, person, kept):
    ada = person("Ada <A>")
    at = f"/people/{ada['id']}"
    my_browser.open(at).press(f"{at}/trash")
    assert "Ada <A> is in the trash" in my_browser.words
    assert f'href="{at}"' not in my_browser.page.text
    my_browser.press(f"{at}/restore")
    assert "Ada <A> is back" in my_browser.words
    my_browser.open(at).press(f"{at}/trash").open("/people/trash")
    assert "Ada <A>" in my_browser.words
    assert "23 December 2026" in my_browser.words
    my_browser.open(at)
    assert "In the trash until 23 December 2026" in my_browser.words
    my_browser.press(f"{at}/restore")
    assert my_browser.path == f"{at}?done=restored"
    assert kept(ada["id"])["trashed_at"] is None


def test_what_is_deleted_for_good_is_asked_for_and_gone(my_browser, person, kept):
    ada, bob = person("Ada"), person("Bob")
    for one in (ada, bob):
        my_browser.open(f"/people/{one['id']}").press(f"/people/{one['id']}/trash")
    my_browser.open("/people/trash")
    assert "Nobody can bring “Ada” back then." in my_browser.words
    my_browser.press(f"/people/{ada['id']}/purge")
    assert "Deleted for good." in my_browser.words
    assert kept(ada["id"])["status"] == 404
    assert "trashed_at" in kept(bob["id"])
    my_browser.press("/people/trash/purge")
    assert "The trash is empty." in my_browser.words
    assert kept(bob["id"])["status"] == 404


def test_somebody_kept_cannot_be_purged_or_edited_in_the_trash(my_browser, person):
    ada = person()
    at = f"/people/{ada['id']}"
    token = dict(my_browser.open(at).form(f"{at}/trash"))["csrf_token"]
    assert my_browser.request("POST", f"{at}/purge", data={"csrf_token": token}).status_code == 409
    my_browser.press(f"{at}/trash").open(f"{at}/edit")
    assert my_browser.page.status_code == 409
    assert "lies in the trash" in my_browser.words


@pytest.mark.parametrize("action", ["", "/edit", "/trash", "/restore", "/purge", "/charts"])
def test_a_form_from_another_site_changes_nothing(my_browser, person, kept, action):
    ada = person()
    at = "/people" if action == "" else f"/people/{ada['id']}{action}"
    assert my_browser.request("POST", at, data=TYPED).status_code == 403
    assert kept(ada["id"])["version"] == ada["version"]


def test_the_list_is_narrowed_and_ordered(my_browser, person):
    person("Ada", tags=["family"], relation="mother")
    person("Bob", birth={**BIRTH, "date": "1950-01-01"}, tags=["family"])
    person("Adam", birth={**BIRTH, "date": "2000-01-01"})

    def listed(query):
        my_browser.open(f"/people{query}")
        return re.findall(r'<a class="entry" href="/people/[^"]+">(.*?)</a>', my_browser.page.text)

    assert listed("") == ["Ada", "Adam", "Bob"]
    assert listed("?sort=born") == ["Bob", "Ada", "Adam"]
    assert listed("?tag=family&sort=-born") == ["Ada", "Bob"]
    assert listed("?relation=mother") == ["Ada"]
    assert listed("?name=AD") == ["Ada", "Adam"]
    assert listed("?sort=nonsense") == ["Ada", "Adam", "Bob"]
    my_browser.open("/people?tag=none")
    assert "Nobody is kept like that." in my_browser.words


def test_a_kept_chart_of_a_person_follows_the_birth(my_browser, person, signed_in):
    ada = person()
    my_browser.open(f"/people/{ada['id']}").press(f"/people/{ada['id']}/charts")
    assert my_browser.path.startswith("/charts/")
    [chart] = signed_in.get("/charts/saved").json()["items"]
    assert chart["person_id"] == ada["id"]
    my_browser.open(f"/people/{ada['id']}")
    assert f'href="/charts/{chart["id"]}"' in my_browser.page.text


def test_another_accounts_people_are_not_there(my_browser, account):
    ada = account().post("/people", json={"name": "Ada", "birth": BIRTH}).json()
    for path in ("", "/chart", "/edit"):
        assert my_browser.request("GET", f"/people/{ada['id']}{path}").status_code == 404
    token = dict(my_browser.open("/people/new").form("/people"))["csrf_token"]
    for path in ("/edit", "/trash", "/restore", "/charts"):
        answer = my_browser.request("POST", f"/people/{ada['id']}{path}", data={"csrf_token": token, **TYPED})
        assert answer.status_code == 404, path
