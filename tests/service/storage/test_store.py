"""Files of a folder: whole or not there, in any part, gone when deleted."""

import asyncio
import io
import socket
import stat
from datetime import UTC, datetime, timedelta
from functools import wraps

import pytest
from obstore.store import LocalStore, S3Store

from astrarium.service.outbound.service import Outbound
from astrarium.service.settings import Settings
from astrarium.service.storage.adapters.chosen import store_of
from astrarium.service.storage.service import (
    READ_BYTES,
    FileMissing,
    InvalidStorage,
    StorageUnreachable,
    Store,
)

MEGABYTE = 1 << 20


def in_a_loop(test):
    """The test as a plain function."""

    @wraps(test)
    def run(*arguments, **named):
        asyncio.run(test(*arguments, **named))

    return run


@pytest.fixture
def store(tmp_path):
    return store_of(Settings(storage_url=f"file://{tmp_path}/files"))


async def pieces(count, *, then=None):
    for number in range(count):
        yield bytes([number % 251]) * MEGABYTE
    if then is not None:
        raise then


def files_in(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


@in_a_loop
async def test_a_file_is_read_in_any_part(store):
    await store.put("batches/1/source", b"0123456789")
    assert await store.read("batches/1/source") == b"0123456789"
    assert await store.read("batches/1/source", 3) == b"3456789"
    assert await store.read("batches/1/source", 3, 5) == b"34"
    assert await store.read("batches/1/source", 5, 5) == b""


@in_a_loop
async def test_a_long_file_of_unknown_length_comes_back_whole_in_pieces(store):
    await store.put("long", pieces(20))
    size = 20 * MEGABYTE
    parts = [part async for part in store.stream("long", 100, size - 100)]
    assert max(map(len, parts)) <= READ_BYTES
    whole = b"".join([part async for part in pieces(20)])
    assert b"".join(parts) == whole[100:-100]


@pytest.mark.parametrize("megabytes", [1, 20])
@in_a_loop
async def test_a_file_that_breaks_off_leaves_nothing(store, tmp_path, megabytes):
    with pytest.raises(EOFError, match="gone"):
        await store.put("broken", pieces(megabytes, then=EOFError("gone")))
    assert files_in(tmp_path) == []
    with pytest.raises(FileMissing):
        await store.read("broken")


@in_a_loop
async def test_a_file_whose_writer_is_cancelled_is_not_there(store):
    begun = asyncio.Event()

    async def endless():
        while True:
            begun.set()
            yield bytes(MEGABYTE)
            await asyncio.sleep(0)

    writing = asyncio.create_task(store.put("endless", endless()))
    await begun.wait()
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    with pytest.raises(FileMissing):
        await store.read("endless")


@in_a_loop
async def test_writing_again_replaces_the_whole(store):
    await store.put("name", b"the longer one")
    await store.put("name", b"short")
    assert await store.read("name") == b"short"


@in_a_loop
async def test_a_file_opens_for_a_thread_that_moves_about(store):
    content = b"".join(f"line {number}\n".encode() for number in range(300_000))
    await store.put("lines", content)

    def read():
        with store.open("lines") as file:
            text = io.TextIOWrapper(file, encoding="ascii", newline="")
            lines = list(text)
            file.seek(-7, io.SEEK_END)
            return lines, file.tell(), file.read(), file.read()

    lines, at, end, nothing = await asyncio.to_thread(read)
    assert len(lines) == 300_000
    assert (at, end, nothing) == (len(content) - 7, content[-7:], b"")


@in_a_loop
async def test_opening_what_is_not_there_says_so(store):
    with pytest.raises(FileMissing, match="nowhere"):
        await asyncio.to_thread(store.open, "nowhere")


@in_a_loop
async def test_files_are_listed_and_deleted_by_their_folder(store):
    for name in ("batches/1/source", "batches/1/parts/0", "batches/2/source", "batches/10/source"):
        await store.put(name, name.encode())
    found = [one async for one in store.list("batches/1")]
    assert sorted((one.name, one.size) for one in found) == [
        ("batches/1/parts/0", 17),
        ("batches/1/source", 16),
    ]
    assert all(datetime.now(UTC) - one.written_at < timedelta(minutes=5) for one in found)
    assert await store.delete_under("batches/1") == 2
    assert await store.delete_under("batches/1") == 0
    await store.delete(["batches/2/source", "batches/2/source"])
    assert [one.name async for one in store.list("batches")] == ["batches/10/source"]


@in_a_loop
async def test_the_folder_is_closed_to_others(store, tmp_path):
    await store.put("one", b"1")
    assert stat.S_IMODE((tmp_path / "files").stat().st_mode) == 0o700


@in_a_loop
async def test_names_do_not_lead_out_of_the_folder(store, tmp_path):
    (tmp_path / "secret").write_text("secret")
    with pytest.raises((FileMissing, ValueError)):
        await store.read("../secret")


@in_a_loop
async def test_files_lie_in_the_data_directory_by_default(tmp_path):
    await store_of(Settings(data=str(tmp_path))).put("a/b", b"1")
    assert [path.relative_to(tmp_path).as_posix() for path in files_in(tmp_path)] == ["files/a/b"]


@pytest.mark.parametrize(
    "settings", [Settings(), Settings(storage_url="file:///"), Settings(storage_url="s3://")]
)
@in_a_loop
async def test_a_place_that_is_none_is_told_when_it_is_needed(settings):
    store = store_of(settings)
    with pytest.raises(InvalidStorage) as told:
        await store.read("one")
    assert "ASTRARIUM_STORAGE_URL" in told.value.hint


@in_a_loop
async def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidStorage, match="cannot be made"):
        await store_of(Settings(data=str(tmp_path / "file"))).read("one")


@in_a_loop
async def test_a_bucket_that_does_not_answer_is_left_alone_for_a_while_on_every_thread():
    with socket.create_server(("127.0.0.1", 0)) as free:
        endpoint = f"http://127.0.0.1:{free.getsockname()[1]}"
    bucket = S3Store(
        "charts", config={"endpoint": endpoint, "region": "x", "access_key_id": "x", "secret_access_key": "x"},
        client_options={"allow_http": True}, retry_config={"max_retries": 0},
    )  # fmt: skip
    outbound = Outbound(None, None, now=lambda: datetime.now(UTC))
    store = Store(lambda: bucket, outbound)
    most = outbound.policies["storage"].breaker.failures
    for number in range(most + 3):
        writing = store.put("one", b"1") if number % 2 else asyncio.to_thread(store.put_now, "one", b"1")
        with pytest.raises(StorageUnreachable):
            await writing
    counts = outbound.counts["storage"]
    assert (counts.failed, counts.blocked, counts.in_flight) == ({"failed": most}, 3, 0)
    assert outbound.breakers.find("storage").state == "open"


@in_a_loop
async def test_a_missing_file_says_nothing_against_its_place(tmp_path):
    outbound = Outbound(None, None, now=lambda: datetime.now(UTC))
    store = Store(lambda: LocalStore(tmp_path), outbound)
    for _ in range(20):
        with pytest.raises(FileMissing):
            await store.read("nothing")
    assert outbound.counts["storage"].succeeded == 20
    assert len(outbound.breakers) == 0
