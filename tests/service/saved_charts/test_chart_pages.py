"""A browser without scripts, at the pages of saved charts."""

import re

import pytest

BIRTH = {"date": "1990-05-17", "time": "12:30", "place": "London, GB"}


@pytest.fixture
def chart(signed_in):
    """Keep a chart over the API, and give it as it was saved."""

    def made(name="Ada", **more):
        draft = {"name": name, **({} if "person_id" in more else {"birth": BIRTH}), **more}
        answer = signed_in.post("/charts/saved", json=draft)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return made


@pytest.fixture
def kept(signed_in):
    """A chart as the API tells it now."""
    return lambda chart_id: signed_in.get(f"/charts/saved/{chart_id}").json()


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"name": ""}, "name", "This was left empty. Fill it in."),
        ({"folder": "x" * 51}, "folder", "50"),
        ({"tags": "x" * 51}, "tags", "50"),
        ({"notes": "x" * 10_001}, "notes", "10000"),
        ({"houses": "nonsense"}, "houses", "nonsense"),
        ({"zodiac": "nonsense"}, "zodiac", "nonsense"),
        ({"aspects": "nonsense"}, "aspects", "nonsense"),
        ({"date": "1990-02-30"}, "date", "1990-02-30"),
        ({"time": ""}, "time", "The time of birth is empty"),
        ({"place": "Springfield"}, "place", "places are called"),
    ],
)
def test_a_fault_stands_beside_its_field_and_keeps_what_was_typed(
    my_browser, chart, kept, typed, field, words
):
    ada = chart()
    at = f"/charts/{ada['id']}/edit"
    my_browser.open(at).press(at, **({"notes": "rain <b>"} | typed))
    assert my_browser.page.status_code in {409, 422}
    assert words in my_browser.fault(field)
    assert dict(my_browser.form(at))["notes"] == typed.get("notes", "rain <b>")
    assert kept(ada["id"])["version"] == ada["version"]


def test_a_chart_shows_what_is_kept_with_it(my_browser, chart):
    ada = chart("True <sky>", folder="Clients & co", tags=["a", "b"], notes="two\n<lines>")
    my_browser.open(f"/charts/{ada['id']}")
    for words in ("True <sky>", "Clients & co", "<lines>", "17 May 1990, 12:30", "23 November 2026"):
        assert words in my_browser.words
    assert my_browser.page.text.count('class="wheel"') == 2
    assert "/charts?folder=Clients+%26+co" in my_browser.page.text


def test_a_chart_is_edited_in_all_its_parts(my_browser, chart, kept):
    ada = chart(notes="old", folder="Old", tags=["x"])
    at = f"/charts/{ada['id']}/edit"
    typed = {"name": "Ada L.", "folder": "New", "tags": "a; b", "notes": "new", "aspects": "all"}
    my_browser.open(at).press(at, **typed, zodiac="tropical", houses="whole_sign", time="12:45")
    assert "The changes are saved." in my_browser.words
    now = kept(ada["id"])
    assert (now["name"], now["folder"], now["tags"], now["notes"]) == ("Ada L.", "New", ["a", "b"], "new")
    assert now["settings"]["zodiacs"] == ["tropical", "iau13"]
    assert (now["settings"]["houses"], now["settings"]["aspects"]) == ("whole_sign", "all")
    assert now["birth"]["time"] == "12:45"


@pytest.mark.parametrize(
    "more",
    [
        {
            "settings": {
                "zodiacs": ["sidereal:lahiri"],
                "bodies": ["sun", "moon"],
                "house_fallback": "porphyry",
            }
        },
        {
            "birth": {
                "instant": "1990-05-17T11:30:00Z",
                "place": {"latitude": 51.5, "longitude": 0.1, "altitude_m": 9.0},
            }
        },
    ],
)
def test_what_a_form_cannot_tell_survives_an_edit_of_the_notes(my_browser, chart, kept, more):
    ada = chart(**more)
    at = f"/charts/{ada['id']}/edit"
    my_browser.open(at).press(at, notes="new")
    now = kept(ada["id"])
    assert now["notes"] == "new"
    assert (now["birth"], now["settings"]) == (ada["birth"], ada["settings"])


def test_an_edit_does_not_overwrite_what_was_changed_meanwhile(my_browser, chart, signed_in, kept):
    ada = chart()
    at = f"/charts/{ada['id']}/edit"
    my_browser.open(at)
    signed_in.patch(f"/charts/saved/{ada['id']}", json={"notes": "from elsewhere"})
    my_browser.press(at, notes="mine")
    assert my_browser.page.status_code == 412
    assert "changed elsewhere since this page was opened" in my_browser.words
    assert kept(ada["id"])["notes"] == "from elsewhere"


def test_a_persons_chart_follows_the_person_and_leaves_the_birth_to_them(my_browser, signed_in, chart, kept):
    person = signed_in.post("/people", json={"name": "Ada", "birth": BIRTH}).json()
    ada = chart(person_id=person["id"])
    at = f"/charts/{ada['id']}/edit"
    my_browser.open(at)
    assert "date" not in dict(my_browser.form(at))
    my_browser.press(at, notes="new")
    assert kept(ada["id"])["person_id"] == person["id"]
    signed_in.patch(f"/people/{person['id']}", json={"birth": {**BIRTH, "time": "12:45"}})
    my_browser.open(f"/charts/{ada['id']}")
    assert "the birth has changed since" in my_browser.words
    assert "12:45" in my_browser.words
    my_browser.press(f"/charts/{ada['id']}/renewal")
    assert "has changed since" not in my_browser.words


def test_folders_are_made_narrow_the_list_and_go_when_they_are_empty(my_browser, chart):
    one, other = chart("One"), chart("Other", folder="Zoo")
    my_browser.open(f"/charts/{one['id']}").press(f"/charts/{one['id']}/folder", folder="Arts")
    assert "Moved." in my_browser.words
    my_browser.open("/charts")
    assert re.findall(r'<a href="/charts\?folder=(\w+)[^"]*">', my_browser.page.text) == ["Arts", "Zoo"]
    my_browser.open("/charts?folder=Arts")
    assert "One" in my_browser.words
    assert "Other" not in my_browser.words
    my_browser.open(f"/charts/{other['id']}").press(f"/charts/{other['id']}/folder", folder="")
    assert "Zoo" not in my_browser.open("/charts").words


def test_a_copy_is_a_chart_of_its_own(my_browser, chart, kept, signed_in):
    ada = chart(folder="F", tags=["t"], notes="n", settings={"houses": "whole_sign"})
    my_browser.open(f"/charts/{ada['id']}").press(f"/charts/{ada['id']}/copies")
    copy = kept(my_browser.path.partition("?")[0].rpartition("/")[2])
    assert copy["id"] != ada["id"]
    assert copy["name"] == "Ada (copy)"
    for part in ("folder", "tags", "notes", "settings", "birth"):
        assert copy[part] == ada[part]


def test_the_trash_can_be_undone_at_once_and_later(my_browser, chart, kept):
    ada = chart("Ada <A>")
    at = f"/charts/{ada['id']}"
    my_browser.open(at).press(f"{at}/trash")
    assert "Ada <A> is in the trash" in my_browser.words
    my_browser.press(f"{at}/restore")
    assert "Ada <A> is back among your charts" in my_browser.words
    my_browser.open(at).press(f"{at}/trash").open("/charts/trash")
    assert "23 December 2026" in my_browser.words
    my_browser.open(at)
    assert "In the trash until 23 December 2026" in my_browser.words
    my_browser.press(f"{at}/restore")
    assert kept(ada["id"])["trashed_at"] is None


def test_what_is_deleted_for_good_is_asked_for_and_gone(my_browser, chart, kept):
    ada, bob = chart("Ada"), chart("Bob")
    for one in (ada, bob):
        my_browser.open(f"/charts/{one['id']}").press(f"/charts/{one['id']}/trash")
    my_browser.open("/charts/trash")
    assert "its share links end" in my_browser.words
    my_browser.press(f"/charts/{ada['id']}/purge")
    assert kept(ada["id"])["status"] == 404
    my_browser.press("/charts/trash/purge")
    assert "Nothing lies here." in my_browser.words
    assert kept(bob["id"])["status"] == 404


@pytest.mark.parametrize(
    "action", ["edit", "folder", "copies", "renewal", "trash", "restore", "purge", "share"]
)
def test_a_form_from_another_site_or_about_anothers_chart_changes_nothing(
    my_browser, chart, account, kept, action
):
    ada = chart()
    assert my_browser.request("POST", f"/charts/{ada['id']}/{action}", data={"name": "x"}).status_code == 403
    assert kept(ada["id"])["version"] == ada["version"]
    other = account().post("/charts/saved", json={"name": "Ada", "birth": BIRTH}).json()
    token = dict(my_browser.open(f"/charts/{ada['id']}").form(f"/charts/{ada['id']}/trash"))["csrf_token"]
    sent = my_browser.request(
        "POST", f"/charts/{other['id']}/{action}", data={"csrf_token": token, "lives": "90"}
    )
    assert sent.status_code == (
        303 if action == "purge" else 404
    )  # purging what is not there leads to the trash


CSV = b'name,date,time,place,folder\nAda,1990-05-17,12:30,"London, GB",In\nBob,1990-02-30,,Nowhere at all,\n'


@pytest.mark.parametrize("what", ["people", "charts"])
class TestImport:
    def test_faults_are_told_line_by_line_and_nothing_is_kept(self, my_browser, signed_in, what):
        my_browser.open(f"/{what}/transfer").upload(f"/{what}/transfer", "file", CSV)
        assert my_browser.page.status_code == 422
        assert "Nothing was taken in: 1 entry cannot be kept." in my_browser.words
        assert "line 3" in my_browser.words
        assert "Nowhere at all" in my_browser.words
        assert signed_in.get("/people").json()["items"] == []
        assert signed_in.get("/charts/saved").json()["items"] == []

    def test_the_others_are_taken_in_where_that_is_wanted(self, my_browser, what):
        my_browser.open(f"/{what}/transfer").upload(f"/{what}/transfer", "file", CSV, on_fault="skip")
        assert "1 entry was taken in." in my_browser.words
        assert "line 3" in my_browser.words
        assert "Ada" in my_browser.open(f"/{what}").words

    def test_a_sound_table_leads_on_so_that_it_is_not_sent_twice(self, my_browser, what):
        sound = CSV.replace(b"1990-02-30", b"1990-03-01").replace(b"Nowhere at all", b"Paris")
        my_browser.open(f"/{what}/transfer").upload(f"/{what}/transfer", "file", sound)
        assert my_browser.path == f"/{what}/transfer?saved=2"
        assert "2 entries were taken in." in my_browser.words

    def test_a_document_that_was_taken_out_is_known_again(self, my_browser, signed_in, what):
        path = "/people" if what == "people" else "/charts/saved"
        signed_in.post(path, json={"name": "Ada", "birth": BIRTH})
        document = signed_in.get(f"{path}/export").content
        my_browser.open(f"/{what}/transfer").upload(f"/{what}/transfer", "file", document)
        assert "0 entries were taken in. 1 was there already" in my_browser.words

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "This was left empty."),
            (b"{", "not valid JSON"),
            (b'{"format": "else"}', "Format"),
            (b"\xff\xfe\x00\x01", ""),
            (b"no,columns\n1,2\n", ""),
        ],
    )
    def test_what_is_no_such_file_is_refused_beside_the_field(self, my_browser, what, content, words):
        my_browser.open(f"/{what}/transfer").upload(f"/{what}/transfer", "file", content)
        assert my_browser.page.status_code in {400, 422}
        assert words in my_browser.fault("file")
        assert "`" not in my_browser.words

    def test_a_file_without_the_token_is_refused(self, my_browser, what):
        answer = my_browser.request("POST", f"/{what}/transfer", files=[("file", ("a.csv", CSV))])
        assert answer.status_code == 403
