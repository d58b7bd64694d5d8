"""No statement about jobs reads a whole table, however many jobs are kept and wait: routes, workers, repair, purge."""

import re
from datetime import timedelta

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from astrarium.service.accounts import registration
from astrarium.service.database.identifiers import new_id
from astrarium.service.http.paging import Asked
from astrarium.service.jobs import reading
from astrarium.service.jobs.service import (
    Kind,
    Work,
    cancel,
    enqueue,
    purge,
    queues,
    repair,
    retry,
    retry_dead,
    states,
)

PLANNED = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b")
FINISHED_AND_WAITING = (
    "INSERT INTO jobs (id, kind, queue, account_id, key, payload, state, share, created_at, finished_at, keep_until)"
    " SELECT gen_random_uuid(), 'tests.kind' || n % 20, 'default', :account_id, 'k' || n, '{}',"
    "  CASE WHEN n % 50 = 0 THEN 'dead' WHEN n % 50 < 5 THEN 'waiting' ELSE 'done' END, 2,"
    "  now() - n * interval '1 second',"
    "  CASE WHEN n % 50 = 0 OR n % 50 >= 5 THEN now() END, CASE WHEN n % 50 >= 5 THEN now() + interval '7 days' END"
    " FROM generate_series(1, 60000) AS n"
)
QUEUED = (
    "INSERT INTO jobs (id, kind, queue, payload, state, queue_id, not_before)"
    " SELECT gen_random_uuid(), 'tests.kind' || n % 20, 'default', '{}', 'queued', nextval('pgqueuer_id_seq'),"
    "  now() + interval '1 day' FROM generate_series(1, 4000) AS n"
)
ROWS = (
    "INSERT INTO pgqueuer (id, priority, entrypoint, execute_after, payload, status)"
    " SELECT queue_id, 0, kind, not_before, uuid_send(id), 'queued' FROM jobs WHERE state = 'queued'"
)


class Task(msgspec.Struct, frozen=True):
    name: str = ""


KIND = Kind(name="tests.kind1", payload=Task, time_limit=timedelta(seconds=10))
SHARED = Kind(name="tests.kind2", payload=Task, time_limit=timedelta(seconds=10), at_once_per_account=2)
FEW = Kind(name="tests.kind3", payload=Task, time_limit=timedelta(seconds=10), at_once=2)


async def progressing(work: Work, _task: Task) -> dict[str, bool]:
    await work.progress(1, 2)
    return {"fine": True}


async def fill(office):
    async with office.database.keeper() as transaction:
        email = f"{new_id().hex}@stars.example"
        account_id = await registration.create(transaction, email, "", role="user", now=office.now())
        await transaction.execute(text(FINISHED_AND_WAITING), {"account_id": account_id})
        await transaction.execute(text(QUEUED))
        await transaction.execute(text(ROWS))
    engine = create_async_engine(office.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text("ANALYZE"))
    await engine.dispose()
    return account_id


async def use(office, account_id):
    """Everything that is asked of the tables, once."""
    async with office.worker({KIND: progressing, SHARED: progressing, FEW: progressing}):
        async with office.database.keeper() as transaction:
            ids = [
                await enqueue(transaction, kind, Task(), key="new", now=office.now())
                for kind in (KIND, FEW, KIND)
            ]
        for job_id in ids:
            await office.until(job_id)
    asked = Asked(50, None, "-created_at")
    async with office.database.of(account_id) as transaction:
        await reading.own(transaction, account_id, None, None, asked)
        await reading.own(transaction, account_id, "tests.kind1", "dead", asked)
    async with office.database.keeper() as transaction:
        await reading.everybodys(transaction, None, None, "dead", asked)
        await reading.everybodys(transaction, None, "tests.kind1", None, asked)
        await states(transaction, ids)
        await cancel(transaction, ids[0], now=office.now())
        await retry(transaction, ids[0])
        await retry_dead(transaction, "tests.kind0")
        await queues(transaction, ["default"])
        await purge(transaction, now=office.now())
        await repair(transaction, now=office.now())


def test_no_statement_about_jobs_reads_a_whole_table(office, statements_run):
    async def body(office):
        account_id = await fill(office)
        with statements_run() as ran:
            await use(office, account_id)
        pools = {"primary": office.database.primary, "keeper": office.database.keepers}
        return {
            statement: await pools[pool].explain(statement)
            for pool, statement in dict.fromkeys(ran)
            if PLANNED.match(statement)
        }

    plans = office(body)
    assert len(plans) > 15
    whole = {
        statement[:300]: plan
        for statement, plan in plans.items()
        if re.search(r"Seq Scan on (jobs|pgqueuer)\b", plan)
    }
    # repair looks at all that is in the queue, every five minutes
    of_repair = ("NOT EXISTS (SELECT FROM pgqueuer", "FROM pgqueuer q LEFT JOIN")
    assert {one: plan for one, plan in whole.items() if not any(part in one for part in of_repair)} == {}
