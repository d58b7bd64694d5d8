"""The rules of batches: one file is one batch, everybody sees their own, limits hold, nothing stays behind."""

import asyncio
import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from astrarium.service.batches import retention
from astrarium.service.batches.names import source
from astrarium.service.batches.service import AT_ONCE, purge
from astrarium.service.database.identifiers import new_id
from astrarium.service.database.transactions import Database

TABLE = "id,date,time,place\n" + "".join(f"{n},1990-05-{n:02},12:30,Rome\n" for n in range(1, 10))
FORM = "multipart/form-data; boundary=x"


def files_in(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def other_table(number):
    return f"date,place\n1990-05-{number:02},Rome\n"


def form(table, *, name="births.csv", kind=None):
    head = '--x\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n'
    head += f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    head += f"Content-Type: {kind}\r\n" if kind else ""
    return head.encode() + b"\r\n" + table + b"\r\n--x--\r\n"


def csv_of(signed_in, jobs, batch):
    jobs.run()
    return signed_in.get(f"/batches/{batch['id']}/results", params={"format": "csv"}).text


def test_the_same_file_twice_is_one_batch_and_says_so(send, signed_in, tmp_path):
    first = send(TABLE)
    again = send(TABLE)
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json() == first.json() | {"repeated": True}
    assert len(files_in(tmp_path)) == 1
    assert len(signed_in.get("/batches").json()["items"]) == 1


@pytest.mark.parametrize("change", [{"zodiacs": "tropical"}, {"houses": "koch"}, {"columns": "id"}])
def test_other_options_are_another_batch(send, change):
    assert send(TABLE).json()["id"] != send(TABLE, **change).json()["id"]


def test_another_format_is_another_file_of_the_same_batch(send, jobs, signed_in):
    first = send(TABLE).json()
    jobs.run()
    again = send(TABLE, format="csv").json()
    assert again["id"] == first["id"]
    jobs.run()
    done = signed_in.get(f"/batches/{first['id']}").json()
    assert {result["format"]: result["state"] for result in done["results"]} == {
        "csv": "finished",
        "parquet": "finished",
    }
    assert done["progress"]["done"] == 9


def test_the_same_file_of_another_account_is_another_batch(send, account, signed_in, jobs, problem):
    mine = send(TABLE).json()
    stranger = account()
    answer = stranger.post("/batches", content=TABLE, headers={"Content-Type": "text/csv"})
    assert answer.status_code == 202
    jobs.run()
    for path in ("", "/results"):
        problem(stranger.get(f"/batches/{mine['id']}{path}"), 404, "not_found")
    for path in ("/cancel", "/results"):
        problem(stranger.post(f"/batches/{mine['id']}{path}"), 404, "not_found")
    problem(stranger.delete(f"/batches/{mine['id']}"), 404, "not_found")
    assert [one["id"] for one in stranger.get("/batches").json()["items"]] == [answer.json()["id"]]


def test_a_cancelled_batch_is_sent_anew(send, jobs, signed_in, problem):
    first = send(TABLE).json()
    cancelled = signed_in.post(f"/batches/{first['id']}/cancel").json()
    assert cancelled["state"] == "cancelled"
    assert signed_in.post(f"/batches/{first['id']}/cancel").json() == cancelled
    jobs.run()
    problem(signed_in.get(f"/batches/{first['id']}/results"), 409, "no_results")
    second = send(TABLE).json()
    assert second["id"] != first["id"]
    jobs.run()
    assert signed_in.get(f"/batches/{second['id']}").json()["state"] == "finished"


def test_a_batch_that_is_cancelled_while_it_is_computed_ends_there(send, jobs, signed_in):
    batch = send(TABLE).json()
    jobs.run("batches.read")
    reading = signed_in.get(f"/batches/{batch['id']}").json()
    assert (reading["state"], reading["progress"]["rows"]) == ("computing", 9)
    signed_in.post(f"/batches/{batch['id']}/cancel")
    jobs.run()
    done = signed_in.get(f"/batches/{batch['id']}").json()
    assert (done["state"], done["progress"]["done"]) == ("cancelled", 0)


def test_an_end_is_estimated_while_it_is_computed(send, jobs, signed_in, own_service):
    batch = send(TABLE).json()
    jobs.run("batches.read")
    own_service.app.state.at += timedelta(seconds=10)
    assert signed_in.get(f"/batches/{batch['id']}").json()["estimated_end"] is None
    jobs.run("batches.chunk")
    done = signed_in.get(f"/batches/{batch['id']}").json()
    assert done["estimated_end"] == "2026-11-23T15:20:55Z"
    jobs.run()
    assert signed_in.get(f"/batches/{batch['id']}").json()["estimated_end"] is None


def test_results_are_told_to_be_on_their_way(send, jobs, signed_in, problem):
    batch = send(TABLE).json()
    answer = signed_in.get(f"/batches/{batch['id']}/results")
    problem(answer, 409, "batch_unfinished")
    assert answer.headers["retry-after"] == "5"
    jobs.run()
    problem(signed_in.get(f"/batches/{batch['id']}/results", params={"format": "csv"}), 409, "no_results")


def test_a_deleted_batch_leaves_no_file(send, jobs, signed_in, problem, tmp_path):
    batch = send(TABLE).json()
    jobs.run()
    assert files_in(tmp_path)
    assert signed_in.delete(f"/batches/{batch['id']}").status_code == 204
    problem(signed_in.get(f"/batches/{batch['id']}"), 404, "not_found")
    jobs.run()
    assert files_in(tmp_path) == []


def test_a_batch_deleted_in_its_middle_leaves_no_file(send, jobs, signed_in, tmp_path):
    batch = send(TABLE).json()
    jobs.run("batches.read")
    signed_in.delete(f"/batches/{batch['id']}")
    jobs.run()
    assert files_in(tmp_path) == []


def test_only_so_many_batches_are_under_way(send, jobs, problem):
    for number in range(1, AT_ONCE.free + 1):
        assert send(other_table(number)).status_code == 202
    answer = send(other_table(20))
    problem(answer, 429, "too_many_batches")
    assert answer.headers["retry-after"] == "60"
    jobs.run()
    assert send(other_table(20)).status_code == 202


def test_the_rows_of_a_day_are_bounded(send, jobs, signed_in, problem, own_service, database_url):
    async def spend():
        database = Database(database_url)
        async with database.keeper() as transaction:
            await transaction.execute(
                text("INSERT INTO batch_days VALUES (:account_id, '2026-11-23', 999995)"),
                {"account_id": signed_in.account_id},
            )
        await database.close()

    asyncio.run(spend())
    batch = send(TABLE).json()
    jobs.run()
    failed = signed_in.get(f"/batches/{batch['id']}").json()
    assert (failed["state"], failed["problem"]["code"]) == ("failed", "batch_rows_spent")
    assert send("date,place\n1990-05-17,Rome\n").status_code == 202
    jobs.run()
    problem(send(other_table(3)), 429, "batch_rows_spent")
    own_service.app.state.at += timedelta(days=1)
    assert send(other_table(3)).status_code == 202


def test_batches_end_by_themselves_and_take_their_files_along(
    send, jobs, signed_in, own_service, database_url, tmp_path
):
    batch = send(TABLE).json()
    jobs.run()
    parts = own_service.app.state.parts

    def purged(now):
        async def run():
            database = Database(database_url)
            try:
                return await purge(database, parts.batches, now=now)
            finally:
                await database.close()

        return asyncio.run(run())

    at = own_service.app.state.at
    assert purged(at + timedelta(days=29)).expired == 0
    assert signed_in.get(f"/batches/{batch['id']}").status_code == 200
    assert purged(at + timedelta(days=30)).expired == 1
    jobs.run()
    assert files_in(tmp_path) == []


def test_files_without_a_batch_are_swept_once_they_are_old(own_service, jobs, send, database_url, tmp_path):
    parts = own_service.app.state.parts
    send(TABLE)
    jobs.run()
    kept = len(files_in(tmp_path))

    async def left_behind():
        await parts.files.put(source(new_id()), b"half of an upload")
        database = Database(database_url)
        file = [one async for one in parts.files.list("batches")].pop()
        found = [
            (await purge(database, parts.batches, now=file.written_at + waited)).leftovers
            for waited in (timedelta(0), retention.YOUNG + timedelta(hours=1))
        ]
        await database.close()
        return found

    assert asyncio.run(left_behind()) == [0, 1]
    assert len(files_in(tmp_path)) == kept


def test_a_batch_whose_jobs_are_gone_is_set_going_again(send, jobs, signed_in, own_service, database_url):
    batch = send(TABLE).json()
    jobs.run("batches.read")

    async def lose_and_mend():
        database = Database(database_url)
        async with database.keeper() as transaction:
            await transaction.execute(text("DELETE FROM jobs WHERE state IN ('waiting', 'queued')"))
        now = own_service.app.state.at
        early = await retention.mend(database, now=now)
        late = await retention.mend(database, now=now + timedelta(hours=2))
        again = await retention.mend(database, now=now + timedelta(hours=2))
        await database.close()
        return early, late, again

    assert asyncio.run(lose_and_mend()) == (0, 3, 3)
    assert jobs.run()["batches.chunk"] == 3
    assert signed_in.get(f"/batches/{batch['id']}").json()["state"] == "finished"


def test_lists_are_paged_and_filtered(send, jobs, signed_in):
    ids = [send(other_table(1)).json()["id"]]
    jobs.run()
    ids.append(send(other_table(2)).json()["id"])
    page = signed_in.get("/batches", params={"limit": 1}).json()
    assert [one["id"] for one in page["items"]] == ids[1:]
    rest = signed_in.get("/batches", params={"limit": 1, "cursor": page["next"]}).json()
    assert [one["id"] for one in rest["items"]] == ids[:1]
    assert rest["next"] is None
    finished = signed_in.get("/batches", params={"state": "finished"}).json()
    assert [one["id"] for one in finished["items"]] == ids[:1]


@pytest.mark.parametrize(
    ("name", "kind"), [("births.csv", None), ("births", "text/csv"), ("b.TSV", "application/octet-stream")]
)
def test_a_form_is_read_as_its_file(send, jobs, signed_in, name, kind):
    batch = send(form(TABLE.encode(), name=name, kind=kind), FORM, format="csv").json()
    assert batch["source"] == {"format": "csv", "encoding": "utf-8", "bytes": len(TABLE)}
    assert csv_of(signed_in, jobs, batch).count("\n") == 10


def test_a_form_and_its_file_alone_are_one_batch(send):
    assert send(form(TABLE.encode()), FORM).json()["id"] == send(TABLE).json()["id"]


def test_latin_1_is_read_where_it_is_said(send, jobs, signed_in):
    table = "name;date;lat;lon\nJosé;1990-05-17;36,72;-4,42\n".encode("latin-1")
    batch = send(table, "text/csv; charset=ISO-8859-1", format="csv", columns="name,place_latitude").json()
    assert batch["source"]["encoding"] == "iso-8859-1"
    text = csv_of(signed_in, jobs, batch)
    assert "José" in text
    assert "36.72" in text


def test_every_row_comes_back_whatever_is_wrong_with_it(send, jobs, signed_in):
    rows = [
        "1,1990-05-17,12:30,Rome",
        "2,1990-05-17,25:30,Rome",
        '3,"1990-05-17",12:30,"Rome',
        "4,1990-05-17,12:30,Rome,too much",
        "5",
        '6,1990-05-17,12:30,"Ro\nme"',
        "7,1700-05-17,12:30,Nowhere at all",
    ]
    batch = send("id,date,time,place\n" + "\n".join(rows) + "\n", format="jsonl").json()
    jobs.run()
    charts = [json.loads(line) for line in signed_in.get(f"/batches/{batch['id']}/results").text.splitlines()]
    assert [chart["line"] for chart in charts] == [2, 3, 4, 5, 6, 7, 9]
    done = signed_in.get(f"/batches/{batch['id']}").json()
    assert done["progress"]["failed"] == sum(done["errors"].values()) == len(done["faults"])
    assert [fault["line"] for fault in done["faults"]] == [c["line"] for c in charts if c["error_code"]]
