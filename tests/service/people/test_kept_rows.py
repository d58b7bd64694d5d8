"""What accounts keep is under row-level security: a statement that forgets its WHERE shows nothing of others."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from astrarium.service.database.transactions import Database
from astrarium.service.people import service as people_service
from astrarium.service.people.models import people
from astrarium.service.saved_charts import service as charts_service
from astrarium.service.saved_charts.models import saved_charts
from astrarium.service.sharing.models import share_links

BIRTH = {"date": "1990-05-17", "time": "12:30", "place": "London, GB"}


@pytest.fixture
def two(account):
    """Two accounts that keep one of everything."""
    both = account(), account()
    for one in both:
        person = one.post("/people", json={"name": "Ada", "birth": BIRTH}).json()
        chart = one.post("/charts/saved", json={"name": "Hers", "person_id": person["id"]}).json()
        assert one.post("/share-links", json={"chart_id": chart["id"]}).status_code == 201
    return both


@pytest.fixture
def within(database_url):
    """Do something with a database of its own, and close it."""

    def run(work):
        async def go():
            database = Database(database_url)
            try:
                return await work(database)
            finally:
                await database.close()

        return asyncio.run(go())

    return run


@pytest.mark.parametrize("table", [people, saved_charts, share_links], ids=lambda table: table.name)
def test_statements_without_where_touch_the_accounts_own_rows_alone(two, within, table):
    async def bare(database):
        async with database.of(two[0].account_id) as transaction:
            seen = (await transaction.execute(select(table.c.account_id))).scalars().all()
            changed = (await transaction.execute(update(table).values(version=9))).rowcount
        async with database.keeper() as transaction:
            all_rows = (await transaction.execute(select(func.count()).select_from(table))).scalar_one()
        return seen, changed, all_rows

    seen, changed, all_rows = within(bare)
    assert seen == [two[0].account_id]
    assert (changed, all_rows) == (1, 2)


def test_the_keeper_purges_what_lay_in_the_trash_for_too_long(two, within, own_service):
    for one in two:
        for path in ("/people", "/charts/saved"):
            one.delete(f"{path}/{one.get(path).json()['items'][0]['id']}")
        own_service.app.state.at += timedelta(hours=1)
    before = own_service.app.state.at - timedelta(hours=1)

    async def purge(database):
        async with database.keeper() as transaction:
            return [
                await people_service.purge_trash(transaction, before),
                await charts_service.purge_trash(transaction, before),
            ]

    assert within(purge) == [1, 1]
    assert [len(one.get("/people?trashed=true").json()["items"]) for one in two] == [0, 1]
