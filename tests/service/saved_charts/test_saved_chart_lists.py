import pytest

BIRTH = {"date": "1990-05-17", "time": "12:30", "place": "London, GB"}


@pytest.fixture
def me(account):
    account().post("/charts/saved", json={"name": "Another's", "birth": BIRTH})
    mine = account()
    for number in range(7):
        draft = {
            "name": f"Chart {number % 3}",
            "birth": BIRTH,
            "folder": "odd" if number % 2 else None,
            "tags": ["first"] if number < 3 else [],
            "notes": str(number),
        }
        assert mine.post("/charts/saved", json=draft).status_code == 201
    return mine


def ids(answer) -> list[str]:
    return [one["id"] for one in answer.json()["items"]]


@pytest.mark.parametrize(
    "query", ["sort=created_at", "sort=-created_at", "sort=name", "folder=odd", "tag=first"]
)
def test_pages_put_together_are_the_list(me, query):
    whole = ids(me.get(f"/charts/saved?{query}"))
    found, path = [], f"/charts/saved?{query}&limit=2"
    while path:
        answer = me.get(path)
        found += ids(answer)
        following = answer.links.get("next", {}).get("url")
        path = following and following.removeprefix("/api/v1")
    assert found == whole
    assert len(whole) == {"folder=odd": 3, "tag=first": 3}.get(query, 7)


def test_names_sort_with_their_ties_broken(me):
    names = [one["name"] for one in me.get("/charts/saved?sort=name").json()["items"]]
    assert names == sorted(names)


def test_a_list_is_of_one_person_where_that_is_asked(me):
    person = me.post("/people", json={"name": "Ada", "birth": BIRTH}).json()
    saved = me.post("/charts/saved", json={"name": "Hers", "person_id": person["id"]}).json()
    assert ids(me.get(f"/charts/saved?person_id={person['id']}")) == [saved["id"]]


def test_a_row_tells_what_it_is_of_and_holds_no_chart(me):
    row = me.get("/charts/saved?limit=1").json()["items"][0]
    assert (row["utc"], row["place"], row["country"]) == ("1990-05-17T11:30:00Z", "London", "GB")
    assert not {"chart", "notes", "birth"} & row.keys()


@pytest.mark.parametrize(
    ("query", "code"),
    [("sort=age", "invalid_sort"), ("cursor=x", "invalid_cursor"), ("person_id=1", "invalid_parameter")],
)
def test_a_wrong_question_is_refused(me, problem, query, code):
    problem(me.get(f"/charts/saved?{query}"), 400, code)
