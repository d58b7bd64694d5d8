import asyncio
import datetime as dt
from contextlib import asynccontextmanager
from typing import Annotated
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar, Request, get
from litestar.testing import TestClient
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from astrarium.service import problems
from astrarium.service.http import cursors
from astrarium.service.http.errors import InvalidCursor, InvalidSort
from astrarium.service.http.paging import Asked, Cursor, Limit, Listing, Page, answer, page_of, read

STARS = Table(
    "stars",
    MetaData(),
    Column("id", postgresql.UUID(as_uuid=True), primary_key=True),
    Column("name", Text, nullable=False),
    Column("magnitude", Float, nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("rank", SmallInteger, nullable=False),
    Column("named_by", Text),
)
LISTING = Listing(
    "stars",
    key=STARS.c.id,
    sorts={
        "name": STARS.c.name,
        "magnitude": STARS.c.magnitude,
        "seen_at": STARS.c.seen_at,
        "rank": STARS.c.rank,
        "lower_name": func.lower(STARS.c.name, type_=Text),
    },
    default="-seen_at",
)
ID = UUID(int=1)
FIRST = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


class Star(msgspec.Struct, frozen=True):
    id: UUID
    name: str


def star_of(row):
    return Star(row.id, row.name)


def many_stars(count):
    """Stars with many ties in every column but the id."""
    return [
        {
            "id": UUID(int=(i * 7919) % 100_003),
            "name": f"Star {i % 5}" if i % 2 else f"STAR {i % 3}",
            "magnitude": (i % 7) / 3,
            "seen_at": FIRST + dt.timedelta(days=i % 11, microseconds=i % 2),
            "rank": i % 4,
            "named_by": None,
        }
        for i in range(count)
    ]


@asynccontextmanager
async def sky(url, count):
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as transaction:
        await transaction.execute(
            text(
                "CREATE TEMPORARY TABLE stars (id uuid PRIMARY KEY, name text NOT NULL, magnitude float NOT NULL,"
                " seen_at timestamptz NOT NULL, rank smallint NOT NULL, named_by text) ON COMMIT DROP"
            )
        )
        if count:
            await transaction.execute(insert(STARS), many_stars(count))
        yield transaction
    await engine.dispose()


async def all_pages(transaction, sort, limit):
    found, cursor = [], None
    while True:
        page = await read(transaction, select(STARS), LISTING, Asked(limit, cursor, sort), convert=star_of)
        assert len(page.items) <= limit
        found += page.items
        if (cursor := page.next) is None:
            return found
        assert len(page.items) == limit


SORTS = st.lists(st.sampled_from(list(LISTING.sorts)), min_size=1, max_size=3, unique=True).flatmap(
    lambda names: st.tuples(*(st.sampled_from([name, f"-{name}"]) for name in names)).map(",".join)
)


def test_pages_put_together_are_the_whole_list_in_its_order(postgres):
    @given(sort=SORTS, limit=st.integers(1, 60))
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    def check(sort, limit):
        async def compare():
            async with sky(postgres.url, 137) as transaction:
                order = [column.desc() if down else column.asc() for column, down in LISTING.order(sort)]
                whole = (await transaction.execute(select(STARS).order_by(*order))).all()
                assert await all_pages(transaction, sort, limit) == [star_of(row) for row in whole]

        asyncio.run(compare())

    check()


def test_an_empty_list_is_one_page_without_a_next(postgres):
    async def ask():
        async with sky(postgres.url, 0) as transaction:
            return await read(transaction, select(STARS), LISTING, Asked(50, None, "name"), convert=star_of)

    assert asyncio.run(ask()) == Page((), None)


def test_what_is_added_while_reading_neither_repeats_nor_hides_anything(postgres):
    async def ask():
        async with sky(postgres.url, 20) as transaction:
            asked = Asked(10, None, "-seen_at")
            first = await read(transaction, select(STARS), LISTING, asked, convert=star_of)
            late = {"id": UUID(int=10**9), "name": "Nova", "magnitude": 0.0, "rank": 0, "named_by": None}
            await transaction.execute(insert(STARS), [{**late, "seen_at": FIRST + dt.timedelta(days=900)}])
            asked = Asked(10, first.next, "-seen_at")
            second = await read(transaction, select(STARS), LISTING, asked, convert=star_of)
            return [star.id for star in (*first.items, *second.items)]

    ids = asyncio.run(ask())
    assert sorted(ids) == sorted(one["id"] for one in many_stars(20))


@pytest.mark.parametrize(
    ("sort", "wanted"),
    [
        ("seen_at", "(stars.seen_at, stars.id) > "),
        ("-seen_at", "(stars.seen_at, stars.id) < "),
        ("-name,-rank", "(stars.name, stars.rank, stars.id) < "),
    ],
)
def test_one_direction_is_one_comparison_of_rows(sort, wanted):
    values = [FIRST, UUID(int=1)] if sort.endswith("seen_at") else ["a", 1, UUID(int=1)]
    bound = msgspec.json.encode(["stars", sort, []])
    statement = page_of(select(STARS), LISTING, Asked(5, cursors.write(values, bound), sort))
    assert wanted in str(statement)


@pytest.mark.parametrize(
    ("column", "why"), [(STARS.c.named_by, "may be null"), (func.lower(STARS.c.name), "of what type")]
)
def test_a_column_that_may_be_null_or_anything_is_no_order(column, why):
    with pytest.raises(ValueError, match=why):
        Listing("stars", key=STARS.c.id, sorts={"given": column}, default="given")


@pytest.mark.parametrize(
    "sort", ["", "-", "nam", "name,name", "name,-name", "--name", "name,", "id", " name"]
)
def test_an_order_that_was_not_declared_is_refused(sort):
    with pytest.raises(InvalidSort) as caught:
        LISTING.order(sort)
    assert "`magnitude`" in caught.value.hint
    assert caught.value.errors[0].parameter == "sort"


ASKED = Asked(5, None, "-seen_at", {"tag": "bright"})


def cursor_for(sort="-seen_at", filters=None, name="stars", values=(FIRST, ID)):
    filters = {"tag": "bright"} if filters is None else filters
    return cursors.write(list(values), msgspec.json.encode([name, sort, sorted(filters.items())]))


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "=",
        "ä",
        "!!!!",
        "AAAAAAAAAAA",
        cursor_for()[:-1],
        cursor_for() + "AA",
        " " + cursor_for(),
        cursor_for().swapcase(),
        cursor_for(sort="seen_at"),
        cursor_for(filters={}),
        cursor_for(filters={"tag": "dim"}),
        cursor_for(name="people"),
        cursor_for(values=("2020-01-01", UUID(int=1))),
        cursor_for(values=(FIRST,)),
        cursor_for(values=(FIRST.replace(tzinfo=None), UUID(int=1))),
        cursor_for(values=(FIRST, "no id")),
    ],
)
def test_a_wrong_or_foreign_cursor_is_refused(cursor):
    with pytest.raises(InvalidCursor):
        page_of(select(STARS), LISTING, Asked(5, cursor, ASKED.sort, ASKED.filters))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Integer(), 2**31),
        (SmallInteger(), -(2**15) - 1),
        (BigInteger(), 2**63),
        (Text(), "a\x00b"),
        (Boolean(), 1),
    ],
)
def test_a_forged_cursor_never_reaches_the_database(kind, value):
    with pytest.raises(InvalidCursor):
        cursors.read(cursors.write([value], b""), [kind], b"")


VALUES = {
    Integer(): st.integers(-(2**31), 2**31 - 1),
    BigInteger(): st.integers(-(2**63), 2**63 - 1),
    Boolean(): st.booleans(),
    Float(): st.floats(allow_nan=False),
    Text(): st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=200),
    DateTime(timezone=True): st.datetimes(timezones=st.just(dt.UTC)),
    postgresql.UUID(as_uuid=True): st.uuids(),
}


@given(st.lists(st.sampled_from(list(VALUES)), min_size=1, max_size=4).flatmap(
    lambda kinds: st.tuples(st.just(kinds), st.tuples(*(VALUES[kind] for kind in kinds)))
))  # fmt: skip
def test_a_cursor_gives_back_what_it_was_written_from(drawn):
    kinds, values = drawn
    assert tuple(cursors.read(cursors.write(list(values), b"x"), kinds, b"x")) == values


def listing_app(url):
    @get("/stars")
    async def stars(
        request: Request,
        limit: Limit = 50,
        cursor: Cursor = None,
        sort: Annotated[str, LISTING.sort] = LISTING.default,
    ) -> Page[Star]:
        async with sky(url, 120) as transaction:
            page = await read(
                transaction, select(STARS), LISTING, Asked(limit, cursor, sort), convert=star_of
            )
            return answer(page, request)

    return Litestar([stars], exception_handlers={Exception: problems.response})


def test_the_link_leads_through_all_pages(postgres):
    with TestClient(listing_app(postgres.url)) as client:
        address, ids = "/stars?limit=50&sort=name", []
        while address:
            told = client.get(address)
            ids += [one["id"] for one in told.json()["items"]]
            address = told.links.get("next", {}).get("url")
            if address:
                assert parse_qs(urlsplit(address).query)["cursor"] == [told.json()["next"]]
        assert told.json()["next"] is None
    assert len(ids) == len(set(ids)) == 120
