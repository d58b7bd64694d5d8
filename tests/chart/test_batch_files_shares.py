"""Shares of windows and houses to fall back on, in tables of births: those of the same birth alone."""

import datetime as dt
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from astrarium.chart.files.casting import Settings
from astrarium.chart.files.conversion import convert
from astrarium.chart.natal import cast, chart
from astrarium.chart.structs import ChartRequest
from astrarium.civil.birth import Birth, TimeWindow
from astrarium.sky.house_errors import UnknownHouseSystem

LONGYEARBYEN = {"date": "1990-05-17", "time": "12:00", "place": "Longyearbyen"}


def table_of(rows, wanted=None, columns=None):
    source = io.BytesIO(b"".join(json.dumps(row).encode() + b"\n" for row in rows))
    target = io.BytesIO()
    list(convert(source, "jsonl", target, "jsonl", wanted, columns=columns, chunk_rows=5))
    return [json.loads(line) for line in target.getvalue().splitlines()]


def as_alone(birth):
    time = birth["time"]
    window = TimeWindow(*time.split("-")) if time and "-" in time else time
    return chart(birth["date"], window, birth["place"], houses="equal_ascendant")


@settings(max_examples=40)
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {
                "date": st.dates(
                    min_value=dt.date(1600, 1, 2),
                    max_value=dt.date(2200, 12, 30),
                ).map(str),
                "time": st.sampled_from([None, None, "00:00-23:59", "08:00-12:00", "23:00-23:01", "12:30"]),
                "place": st.sampled_from(["London, GB", "Apia", "Longyearbyen", "Kathmandu"]),
            }
        ),
        min_size=1,
        max_size=8,
    )
)
def test_the_likeliest_sign_and_its_share_are_those_of_the_chart_alone(rows):
    found = table_of(rows, Settings(houses="equal_ascendant"), columns=("row", "time", "signs", "shares"))
    for row, birth in zip(found, rows, strict=True):
        if row["error_code"]:
            assert row["sun_likely_sign_iau13"] is row["sun_share_iau13"] is None
            continue
        alone = as_alone(birth)
        for position in alone.positions:
            for frame, at in position.signs.items():
                likely, share = (row[f"{position.body}_{name}_{frame}"] for name in ("likely_sign", "share"))
                if alone.window:
                    report = next(one for one in alone.window.positions if one.body == position.body)
                    first, *others = report.signs[frame]
                    ties = {
                        one.sign for one in (first, *others) if first.probability - one.probability < 2e-6
                    }
                    assert likely in ties
                    assert share == pytest.approx(first.probability, abs=1.1e-6)
                else:
                    assert (likely, share) == (at.sign, 1.0)
                if row[f"{position.body}_sign_{frame}"] is not None:
                    assert (row[f"{position.body}_sign_{frame}"], 1.0) == (likely, share)


def test_an_uncertain_sign_has_the_likeliest_beside_it():
    (found,) = table_of([{"date": "1990-05-17", "time": None, "place": "London, GB"}])
    assert found["moon_sign_iau13"] is None
    assert (found["moon_likely_sign_iau13"], found["moon_share_iau13"]) == ("capricorn", 0.91962)
    assert (found["sun_likely_sign_iau13"], found["sun_share_iau13"]) == ("taurus", 1.0)


def test_a_body_outside_its_table_s_years_has_no_share():
    row = {"date": "1700-05-17", "time": None, "place": "London, GB"}
    (found,) = table_of([row], Settings(bodies=("sun", "chiron")))
    assert found["chiron_likely_sign_iau13"] is found["chiron_share_iau13"] is None
    assert found["sun_share_iau13"] == 1.0


@pytest.mark.parametrize("date", ["1600-01-01", "2200-12-31"])
def test_a_day_at_the_end_of_the_tables_is_whole_or_says_why(date):
    rows = [{"date": date, "time": None, "place": place} for place in ("Apia", "Longyearbyen", "Anchorage")]
    for row in table_of(rows):
        if row["error_code"] is None:
            assert row["sun_share_iau13"] is not None
        else:
            assert row["sun_share_iau13"] is row["sun_likely_sign_iau13"] is None


def test_columns_without_shares_have_none():
    (found,) = table_of([{"date": "1990-05-17", "time": None, "place": "London, GB"}], columns=("signs",))
    assert not any("share" in name or "likely" in name for name in found)
    assert found["moon_sign_iau13"] is None


@pytest.mark.parametrize("fallback", ["whole_sign", "porphyry", "arc13"])
def test_houses_to_fall_back_on_are_those_of_the_chart_alone(fallback):
    rows = [LONGYEARBYEN, LONGYEARBYEN | {"place": "London, GB"}, LONGYEARBYEN | {"time": None}]
    polar, london, unknown = table_of(rows, Settings(house_fallback=fallback))
    alone = cast(
        ChartRequest(
            birth=Birth(date="1990-05-17", time="12:00", place="Longyearbyen"), house_fallback=fallback
        )
    )
    assert (polar["error_code"], polar["house_system"]) == (None, fallback)
    cusps = [polar[f"cusp_{number}"] for number in range(1, 14) if polar.get(f"cusp_{number}") is not None]
    assert cusps == [cusp.longitude for cusp in alone.houses.cusps]
    assert [polar[f"{one.body}_house"] for one in alone.positions] == [one.house for one in alone.positions]
    assert london["house_system"] == "placidus"
    assert london["cusp_12"] is not None
    assert london.get("cusp_13") is None
    assert unknown["house_system"] is unknown["cusp_1"] is None


def test_without_a_fallback_undefined_houses_are_an_error_that_names_the_system():
    (found,) = table_of([LONGYEARBYEN])
    assert (found["error_code"], found["house_system"]) == ("houses_undefined", None)


def test_a_fallback_that_is_undefined_too_is_an_error_that_names_it():
    (found,) = table_of([LONGYEARBYEN], Settings(house_fallback="koch"))
    assert found["error_code"] == "houses_undefined"
    assert "koch" in found["error_detail"].casefold()
    assert found["cusp_1"] is None
    assert found["sun_longitude"] is not None


def test_an_unknown_fallback_is_refused_before_a_row_is_read():
    with pytest.raises(UnknownHouseSystem):
        table_of([LONGYEARBYEN], Settings(house_fallback="placidius"))
