from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar, get
from msgspec import inspect

from astrarium.service.http.errors import InvalidFields
from astrarium.service.http.fields import pruned, selection_of
from astrarium.service.http.selections import parse, require_known


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("a", {"a": None}),
        (" a , b ", {"a": None, "b": None}),
        ("a.b.c", {"a": {"b": {"c": None}}}),
        ("a(b,c.d),e", {"a": {"b": None, "c": {"d": None}}, "e": None}),
        ("a(b(c),d)", {"a": {"b": {"c": None}, "d": None}}),
        ("a.b(c,d)", {"a": {"b": {"c": None, "d": None}}}),
        ("signs.iau13@1", {"signs": {"iau13@1": None}}),
        ("a.b,a.c", {"a": {"b": None, "c": None}}),
        ("a,a.b", {"a": None}),
        ("a.b,a", {"a": None}),
        ("a(b.c),a.b.d", {"a": {"b": {"c": None, "d": None}}}),
    ],
)
def test_a_choice_is_read_as_it_is_nested(text, chosen):
    assert parse(text) == chosen


@pytest.mark.parametrize(
    "text",
    ["", " ", ",", "a,", ",a", "a..b", "a.", ".a", "a(", "a()", "a)", "(a)", "a(b", "a(b))", "a(b)c", "a*", "*",
     "a.*", "a;b", "a/b", "a" * 501, ".".join("a" * 9), "a(" * 9 + "a" + ")" * 9],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(text):
    with pytest.raises(InvalidFields) as caught:
        parse(text)
    assert caught.value.errors[0].parameter == "fields"


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    with suppress(InvalidFields):
        assert parse(text)


class Moon(msgspec.Struct):
    name: str
    phase: float | None = None


class Planet(msgspec.Struct):
    name: str = msgspec.field(name="title")
    moons: list[Moon] = []
    largest: Moon | None = None
    signs: dict[str, Moon] = {}
    notes: dict[str, Any] = {}


SHAPES = [inspect.type_info(Planet)]


@pytest.mark.parametrize(
    "text",
    [
        "title",
        "moons",
        "moons.name",
        "moons(name,phase)",
        "largest.phase",
        "signs.any_id.name",
        "notes.any.thing",
    ],
)
def test_known_fields_pass(text):
    require_known(parse(text), SHAPES)


@pytest.mark.parametrize(
    ("text", "detail", "hint"),
    [
        ("titel", "There is no field 'titel' in the answer.", "Did you mean `title`?"),
        (
            "name",
            "There is no field 'name' in the answer.",
            "Known: `largest`, `moons`, `notes`, `signs`, `title`.",
        ),
        ("title,moons.nam", "There is no field 'nam' in `moons`.", "Did you mean `name`?"),
        ("signs.iau13.sign", "There is no field 'sign' in `signs.iau13`.", "Known: `name`, `phase`."),
        ("title.first", "There is no field 'first' in `title`.", "It has no fields: name it alone."),
    ],
)
def test_an_unknown_field_is_refused_and_the_nearest_named(text, detail, hint):
    with pytest.raises(InvalidFields) as caught:
        require_known(parse(text), SHAPES)
    assert caught.value.detail == detail
    assert caught.value.hint.startswith(hint)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=4),
    max_leaves=20,
)
CHOICES = st.recursive(
    st.none(),
    lambda inner: st.dictionaries(st.sampled_from("abcde"), inner, min_size=1, max_size=3),
    max_leaves=8,
).filter(bool)


def pruned_plainly(value, chosen):
    """The rule in four lines, on values instead of bytes."""
    if chosen is None or not isinstance(value, dict | list):
        return value
    if isinstance(value, list):
        return [pruned_plainly(one, chosen) for one in value]
    return {name: pruned_plainly(inner, chosen[name]) for name, inner in value.items() if name in chosen}


@given(value=JSON, chosen=CHOICES)
def test_encoded_answers_are_pruned_by_the_rule(value, chosen):
    wanted = pruned_plainly(value, chosen)
    assert msgspec.json.decode(pruned(msgspec.json.encode(value), "application/json", chosen)) == wanted
    packed = pruned(msgspec.msgpack.encode(value), "application/vnd.msgpack", chosen)
    assert msgspec.msgpack.decode(packed) == wanted


def test_numbers_keep_their_very_digits():
    body = b'{"a": 1.50, "b": [{"c": 1e3, "d": 0}]}'
    assert pruned(body, "application/json", parse("a,b.c")) == b'{"a":1.50,"b":[{"c":1e3}]}'


def test_other_types_are_left_alone():
    assert pruned(b"<svg/>", "image/svg+xml", parse("a")) == b"<svg/>"


def test_a_route_without_an_object_has_no_fields():
    @get("/text", sync_to_thread=False)
    def words() -> str:
        return ""

    app = Litestar([words])
    (handler,) = [one for route in app.routes if route.path == "/text" for one in route.route_handlers][:1]
    with pytest.raises(InvalidFields):
        selection_of(handler, "a")


def test_a_chart_leaves_with_the_chosen_parts_alone(client, birth):
    whole = client.post("/api/v1/charts", json={"birth": birth}).json()
    answer = client.post("/api/v1/charts?fields=positions(body,signs.iau13),aspects", json={"birth": birth})
    assert answer.json() == {
        "positions": [
            {"body": one["body"], "signs": {"iau13": one["signs"]["iau13"]}} for one in whole["positions"]
        ],
        "aspects": whole["aspects"],
    }
    plain = client.get("/api/v1/bodies?fields=id", headers={"Accept-Encoding": "identity"})
    assert int(plain.headers["content-length"]) == len(plain.content)


def test_a_chart_as_messagepack_too(client, birth):
    headers = {"Accept": "application/vnd.msgpack"}
    answer = client.post(
        "/api/v1/charts?fields=angles.ascendant.longitude", json={"birth": birth}, headers=headers
    )
    whole = client.post("/api/v1/charts", json={"birth": birth}).json()
    longitude = whole["angles"]["ascendant"]["longitude"]
    assert msgspec.msgpack.decode(answer.content) == {"angles": {"ascendant": {"longitude": longitude}}}


def test_a_list_keeps_its_frame_and_its_items_the_chosen_parts(client):
    whole = client.get("/api/v1/bodies").json()
    told = client.get("/api/v1/bodies?fields=id").json()
    assert told == {"items": [{"id": one["id"]} for one in whole["items"]], "standard": whole["standard"]}


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("fields=positon", "Did you mean `positions`?"),
        ("fields=positions(bodi)", "Did you mean `body`?"),
        ("fields=positions(body", "Write names"),
        ("fields=", "Write names"),
    ],
)
def test_a_wrong_choice_is_400_before_anything_is_computed(client, problem, birth, query, words):
    told = problem(client.post(f"/api/v1/charts?{query}", json={"birth": birth}), 400, "invalid_fields")
    assert words in told["hint"]


def test_fields_given_twice_are_refused(client, problem):
    problem(client.get("/api/v1/bodies?fields=id&fields=name"), 400, "invalid_parameter")


def test_problems_keep_all_their_fields(client, problem, birth):
    problem(
        client.post("/api/v1/charts?fields=positions", json={"birth": {**birth, "date": "1990-02-30"}}),
        422,
        "invalid_date",
    )


def test_the_tag_belongs_to_the_address_with_its_fields(client):
    few = client.get("/api/v1/bodies?fields=id")
    assert (
        client.get("/api/v1/bodies?fields=id", headers={"If-None-Match": few.headers["etag"]}).status_code
        == 304
    )
