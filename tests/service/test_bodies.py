import contextlib
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.chart.structs import ChartRequest
from astrarium.service.errors import InvalidBody, MalformedJson, UnsupportedMediaType
from astrarium.service.http.bodies import decode, require_json


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"{", "truncated"),
        (b'{"birth": {}} trailing', "trailing"),
        (b'{"birth": {"place": {"latitude": NaN}}}', "invalid character"),
        (b'{"birth": {"place": {"latitude": Infinity}}}', "invalid character"),
        (b'{"birth": {"place": {"latitude": -Infinity}}}', "invalid"),
        (b"\xff\xfe{\x00}\x00", "invalid character"),
        (b'{"name": "\xff", "birth": {}}', "not UTF-8"),
        (b'{"name": "\\ud800", "birth": {}}', "surrogate"),
        (b"[" * 50_000, "nested too deeply"),
        (b'{"birth":' * 5_000, "nested too deeply"),
        (b'{"birth": {"date": ' + b"[" * 50_000, "nested too deeply"),
        (b'{"birth": [], ', "truncated"),
    ],
)
def test_what_is_not_json_is_400_and_says_why(send, problem, body, reason):
    assert reason in problem(send(body), 400, "malformed_json")["detail"]


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 64 + b"]" * 64,
        b"[" + b"[], {}, " * 500 + b"[]]",
        b'["' + b"[" * 500 + b'", "\\"' + b"{" * 500 + b'"]',
    ],
    ids=["as deep as may be", "broad", "brackets in text"],
)
def test_nesting_is_counted_and_nothing_else(body):
    assert decode(body, list[Any]) == json.loads(body)


@pytest.mark.parametrize("number", [b"1e999", b"-1e999"])
def test_a_number_beyond_all_floats_is_refused(send, problem, number):
    body = b'{"birth": {"date": "1990-05-17", "place": {"latitude": ' + number + b', "longitude": 0}}}'
    assert problem(send(body), 422, "invalid_body")["errors"][0]["pointer"] == "/birth/place/latitude"


@pytest.mark.parametrize(
    ("body", "pointer", "code", "words"),
    [
        (b"[]", "", "invalid_value", "must be an object but is a list"),
        (b"null", "", "invalid_value", "must be an object but is null"),
        (b"{}", "/birth", "missing_field", "`birth` is missing"),
        (b'{"birth": {"dat": "x"}}', "/birth/dat", "unknown_field", "no field 'dat'"),
        (b'{"birth": {"date": 19900517}}', "/birth/date", "invalid_value", "text or an object or null"),
        (b'{"birth": {}, "zodiacs": ["iau13", 3]}', "/zodiacs/1", "invalid_value", "must be text"),
        (b'{"birth": {"fold": 2}}', "/birth/fold", "invalid_value", "invalid enum value 2"),
        (
            b'{"birth": {"place": {"latitude": "51"}}}',
            "/birth/place/latitude",
            "invalid_value",
            "number or null",
        ),
        (
            b'{"birth": {"time": {"from": "1", "too": "2"}}}',
            "/birth/time/too",
            "unknown_field",
            "no field 'too'",
        ),
    ],
)
def test_a_wrong_shape_is_422_and_points_at_the_fault(send, problem, body, pointer, code, words):
    (error,) = problem(send(body), 422, "invalid_body")["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)
    assert words in error["detail"]


@pytest.mark.parametrize(
    ("body", "nearest"),
    [
        (b'{"brith": {}}', "Did you mean `birth`?"),
        (b'{"birth": {"palce": "x"}}', "Did you mean `place`?"),
        (b'{"birth": {"date": {"date": "x", "calender": "julian"}}}', "Did you mean `calendar`?"),
        (b'{"birth": {"time": {"form": "x"}}}', "Did you mean `from`?"),
        (b'{"birth": {"place": {"lattitude": 1}}}', "Did you mean `latitude`?"),
        (b'{"birth": {"place": {"xxxx": 1}}}', "Known: `altitude_m`, `country`, `id`"),
    ],
)
def test_an_unknown_field_names_the_nearest_one(send, problem, body, nearest):
    assert problem(send(body), 422, "invalid_body")["hint"].startswith(nearest)


def test_a_hostile_field_name_is_quoted_short_and_harmless(send, problem):
    body = msgspec.json.encode({"birth": {}, "<script>\n~/" + "x" * 5_000: 1})
    told = problem(send(body), 422, "invalid_body")
    assert len(told["detail"]) < 200
    assert "\n" not in told["detail"]


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        'Application/JSON;charset="UTF-8"',
        "application/geo+json",
    ],
)
def test_json_by_any_of_its_names_is_read(content_type):
    require_json(content_type)


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/msgpack",
     "application/json; charset=latin-1", "application/jsonx", "text/json"],
)  # fmt: skip
def test_any_other_type_is_415(send, problem, content_type):
    with pytest.raises(UnsupportedMediaType):
        require_json(content_type)
    told = problem(send(b'{"birth": {}}', content_type or None), 415, "unsupported_media_type")
    assert "application/json" in told["hint"]


def test_a_body_over_the_limit_is_413_and_names_the_limit(send, problem):
    told = problem(send(b'{"name": "' + b"x" * 70_000 + b'"}'), 413, "body_too_large")
    assert "65536" in told["detail"]


def test_a_body_sent_in_pieces_is_cut_off_at_the_limit(client, problem):
    sent = 0

    def pieces():
        nonlocal sent
        for _ in range(200):
            sent += 1
            yield b" " * 1024

    answer = client.post("/api/v1/charts", content=pieces(), headers={"Content-Type": "application/json"})
    problem(answer, 413, "body_too_large")


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(body):
    with contextlib.suppress(MalformedJson, InvalidBody):
        assert isinstance(decode(body, ChartRequest), ChartRequest)


_json = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["birth", "date", "time", "place", "from", "to", "zodiacs", "calendar", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(_json)
def test_no_json_breaks_the_reader_and_every_pointer_leads_somewhere(value):
    try:
        decode(msgspec.json.encode(value), ChartRequest)
    except InvalidBody as error:
        (fault,) = error.errors
        steps = (fault.pointer or "").split("/")[1:]
        for step in steps[:-1] if fault.code in {"unknown_field", "missing_field"} else steps:
            value = value[int(step)] if isinstance(value, list) else value[step]
