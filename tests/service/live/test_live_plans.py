"""No statement of live news reads the whole of a table that grows: each is explained on 100,000 rows."""

import re
from datetime import timedelta
from types import SimpleNamespace

import asyncpg

from astrarium.service.accounts.credentials import Credentials
from astrarium.service.accounts.usage import Usage
from astrarium.service.database.identifiers import new_id
from astrarium.service.http.paging import Asked
from astrarium.service.live import log, notifying, retention, tickets
from astrarium.service.live.service import notify, purge, tell
from astrarium.service.permissions import Caller

PLANNED = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)
OTHER = "('00000000-0000-7000-8000-' || lpad((n % 1000)::text, 12, '0'))::uuid"
AGO = "now() - n * interval '1 second'"
FILL = {
    "live_events": (
        "account_id, topic, subject, event, data, created_at, written_by, horizon",
        f"{OTHER}, 'jobs', 's' || n % 50, 'job.done', '{{}}', {AGO}, n, n",
    ),
    "live_tickets": (
        "account_id, id, token_hash, expires_at",
        f"{OTHER}, gen_random_uuid(), decode(md5(n::text), 'hex'), {AGO}",
    ),
    "notifications": (
        "account_id, id, kind, data, created_at, read_at",
        f"{OTHER}, gen_random_uuid(), 'x', '{{}}', {AGO}, CASE WHEN n % 3 = 0 THEN now() END",
    ),
}


async def grow(url):
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(address)
    await connection.execute("SET session_replication_role = replica")  # no foreign keys
    for table, (columns, values) in FILL.items():
        filling = f"INSERT INTO {table} ({columns}) SELECT {values} FROM generate_series(0, 99999) AS n"
        await connection.execute(filling)
        await connection.execute(f"ANALYZE {table}")
    await connection.close()


async def walk(database, account_id, now):
    caller = Caller(account_id=account_id, role="user", tier="free", session_id=new_id())
    async with database.of(account_id) as transaction:
        for number in range(3):
            noted = await notify(transaction, account_id, "batch.finished", {"n": number}, now=now)
            await tell(transaction, account_id, "jobs", "job.done", {"id": number}, now=now)
        for unread in (None, True, False):
            page = await notifying.browse(
                transaction, account_id, Asked(1, None, "-created_at"), unread=unread
            )
            if page.next:
                asked = Asked(1, page.next, "-created_at")
                await notifying.browse(transaction, account_id, asked, unread=unread)
        await notifying.mark_read(transaction, account_id, noted, now=now)
    async with database.of(account_id) as transaction:
        await notifying.mark_all_read(transaction, account_id, now=now)
        ticket = await tickets.issue(transaction, caller, now=now)
    place = await log.latest(database, account_id)
    await log.since(database, account_id, place, ("jobs",))
    await log.since(database, account_id, log.BEGINNING, ("jobs", "batches"))
    usage = Usage(database)
    credentials = Credentials(database, usage, idle=timedelta(days=1), now=lambda: now)
    means = SimpleNamespace(database=database, credentials=credentials)
    assert await tickets.redeem(means, ticket.ticket, now=now) is None  # its session is none


def test_no_statement_reads_a_whole_table(of_account, statements_run, now):
    async def work(database, account_id):
        await grow(database.address)
        with statements_run() as ran:
            await walk(database, account_id, now)
            async with database.keeper() as transaction:
                await purge(transaction, now=now - 10 * retention.NOTIFICATIONS_KEPT)
        pools = {"primary": database.primary, "keeper": database.keepers}
        found = {one: await pools[pool].explain(one) for pool, one in set(ran) if PLANNED.match(one)}
        assert len(found) >= 10
        wrong = {
            one: plan for one, plan in found.items() if re.search(rf"Seq Scan on ({'|'.join(FILL)})\b", plan)
        }
        assert not wrong, "\n\n".join(f"{statement}\n{plan}" for statement, plan in wrong.items())

    of_account(work)
