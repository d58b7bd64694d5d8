"""Charts that are written as JSON straight from their sheets, against the JSON of their structs."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from astrarium.chart.natal import cast, write
from astrarium.chart.structs import Chart, ChartRequest, WrittenChart
from astrarium.civil.birth import Birth, PlaceReference, TimeWindow
from astrarium.errors import AstrariumError
from astrarium.sky.bodies import BODIES
from astrarium.sky.house_systems import SYSTEMS
from astrarium.sky.zodiacs import SignDefinition, ZodiacDefinition, list_zodiacs

OWN = ZodiacDefinition(
    "mine",
    "stars",
    (SignDefinition("first", width=359.0), SignDefinition("second", width=1.0)),
    first_start=0.5,
)
OWN_AGAIN = msgspec.structs.replace(OWN, version=2, first_start=180.0)

ZODIACS = st.lists(
    st.sampled_from([*(one.id for one in list_zodiacs()), OWN, OWN_AGAIN]), min_size=1, max_size=4
).map(tuple)
BODY_CHOICES = st.sampled_from(["standard", "all"]) | st.lists(
    st.sampled_from([body.id for body in BODIES]), min_size=1, max_size=8, unique=True
).map(tuple)
HOUSES = st.sampled_from([system.id for system in SYSTEMS])
PLACES = st.builds(
    PlaceReference,
    latitude=st.floats(-90.0, 90.0) | st.sampled_from([0.0, -0.0, 66.5, 70.0, 90.0, -90.0]),
    longitude=st.floats(-180.0, 180.0) | st.sampled_from([0.0, -180.0, 180.0]),
    altitude_m=st.sampled_from([0.0, 4807.8]),
    name=st.none() | st.text(max_size=20),
)
DATES = st.builds(
    "{:04d}-{:02d}-{:02d}".format, st.integers(1600, 2200), st.integers(1, 12), st.integers(1, 28)
)
TIMES = st.builds("{:02d}:{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))
WINDOWS = st.none() | st.tuples(TIMES, TIMES).map(sorted).map(lambda ends: TimeWindow(*ends))


def requests(times):
    births = st.builds(Birth, date=DATES, time=times, place=PLACES, zone=st.just("UTC"))
    return st.builds(
        ChartRequest,
        births,
        st.none() | st.text(max_size=20),
        ZODIACS,
        HOUSES,
        st.none() | HOUSES,
        BODY_CHOICES,
        st.sampled_from(["major", "all", "none"]),
    )


def outcome(make, request: ChartRequest) -> bytes | tuple[type, str]:
    try:
        return msgspec.json.encode(make(request))
    except AstrariumError as error:
        return type(error), error.detail


@settings(max_examples=300)
@given(requests(TIMES))
def test_a_written_chart_has_the_bytes_of_its_structs(request: ChartRequest) -> None:
    assert outcome(write, request) == outcome(cast, request)


@settings(max_examples=30)
@given(requests(WINDOWS))
def test_a_chart_of_a_window_is_written_as_it_is_cast(request: ChartRequest) -> None:
    assert outcome(write, request) == outcome(cast, request)


@pytest.mark.parametrize("bodies", ["standard", "all", ("moon",), ("true_node",)])
@pytest.mark.parametrize("houses", [system.id for system in SYSTEMS])
def test_a_chart_with_an_exact_time_is_written_and_reads_back_as_the_chart(bodies, houses: str) -> None:
    request = ChartRequest(
        Birth("1990-05-17", "12:30", "London, GB"), 'Ada "Łąka"\n', houses=houses, bodies=bodies
    )
    written = write(request)
    assert isinstance(written, WrittenChart)
    assert msgspec.json.decode(msgspec.json.encode(written), type=Chart) == cast(request)


def test_the_fields_of_a_written_chart_are_those_of_a_chart_without_its_window() -> None:
    assert [*WrittenChart.__struct_fields__, "window"] == list(Chart.__struct_fields__)


def test_a_window_that_is_one_instant_is_written() -> None:
    birth = Birth("1990-05-17", TimeWindow("12:30", "12:30"), "London, GB")
    assert isinstance(write(ChartRequest(birth)), WrittenChart)
