from datetime import timedelta

import pytest

BIRTH = {"time": "12:30", "place": "London, GB"}
PEOPLE = [
    {"name": "Ada", "birth": {"date": "1915-12-10", **BIRTH}, "tags": ["science"], "relation": "friend"},
    {"name": "Ádám", "birth": {"date": "1950-01-01", **BIRTH}, "tags": ["science", "family"]},
    {"name": "Bela", "birth": {"date": "1930-01-01", **BIRTH}, "relation": "friend"},
    {"name": "ada", "birth": {"date": "1960-01-01", **BIRTH}},
    {"name": "李", "birth": {"date": "1970-01-01", **BIRTH}},
]


@pytest.fixture
def me(account, own_service):
    account().post("/people", json={**PEOPLE[0], "name": "Adversary"})
    mine = account()
    for person in PEOPLE:
        own_service.app.state.at += timedelta(seconds=1)
        assert mine.post("/people", json=person).status_code == 201
    return mine


def names(answer) -> list[str]:
    return [one["name"] for one in answer.json()["items"]]


def test_the_latest_come_first(me):
    assert names(me.get("/people")) == ["李", "ada", "Bela", "Ádám", "Ada"]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("created_at", ["Ada", "Ádám", "Bela", "ada", "李"]),
        ("name", ["Ada", "ada", "Ádám", "Bela", "李"]),
        ("-name", ["李", "Bela", "Ádám", "ada", "Ada"]),
        ("born", ["Ada", "Bela", "Ádám", "ada", "李"]),
    ],
)
@pytest.mark.parametrize("limit", [1, 2, 5])
def test_pages_put_together_are_the_list(me, sort, order, limit):
    found, path = [], f"/people?sort={sort}&limit={limit}"
    while path:
        answer = me.get(path)
        assert answer.status_code == 200
        assert len(answer.json()["items"]) <= limit
        found += names(answer)
        following = answer.links.get("next", {}).get("url")
        path = following and following.removeprefix("/api/v1")
    assert found == order


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("name=ad", {"Ada", "Ádám", "ada"}),
        ("name=ÁDA", {"Ada", "Ádám", "ada"}),
        ("name=adam", {"Ádám"}),
        ("name=da", set()),
        ("name=%E6%9D%8E", {"李"}),
        ("tag=science", {"Ada", "Ádám"}),
        ("tag=sci", set()),
        ("relation=friend", {"Ada", "Bela"}),
        ("relation=friend&tag=science", {"Ada"}),
        ("trashed=true", set()),
    ],
)
def test_filters_narrow_the_list(me, query, found):
    assert set(names(me.get(f"/people?{query}"))) == found


def test_a_summary_tells_when_and_where(me):
    last = me.get("/people?sort=born&limit=1").json()["items"][0]
    assert last["utc"] == "1915-12-10T12:30:00Z"
    assert last["local"] == "1915-12-10T12:30:00+00:00"
    assert (last["known"], last["place"], last["country"]) == ("exact", "London", "GB")
    assert "notes" not in last


def test_a_row_that_comes_between_two_pages_hides_and_repeats_nothing(me, own_service):
    first = me.get("/people?limit=2").json()
    own_service.app.state.at += timedelta(seconds=1)
    me.post("/people", json={**PEOPLE[0], "name": "Newcomer"})
    second = me.get(f"/people?limit=3&cursor={first['next']}")
    assert names(second) == ["Bela", "Ádám", "Ada"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("sort=age", "invalid_sort"),
        ("cursor=abc", "invalid_cursor"),
        ("limit=0", "invalid_parameter"),
        ("colour=red", "unknown_parameter"),
        ("name=", "invalid_parameter"),
        ("name=%00", "invalid_parameter"),
        ("tag=%00", "invalid_parameter"),
        ("relation=%00", "invalid_parameter"),
    ],
)
def test_a_wrong_question_is_refused(me, problem, query, code):
    problem(me.get(f"/people?{query}"), 400, code)
