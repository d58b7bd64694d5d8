import asyncio
import gzip
import sys
import zlib

import brotli
import pytest

from astrarium.service.http.compression import ENCODINGS, LEAST_SIZE_BYTES, compressed

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

UNPACKED = {"zstd": zstd.decompress, "br": brotli.decompress, "gzip": gzip.decompress}


def answer_to(client, path, accepted):
    return client.get(path, headers={"Accept-Encoding": accepted})


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("deflate, gzip;q=0.5", "gzip"),
        ("*", "zstd"),
        ("gzip, deflate, br", "br"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("br;q=0.9, zstd;q=0.8, gzip;q=0.9", "br"),
        ("gzip;q=1.0, *;q=0.5", "gzip"),
        ("*, zstd;q=0", "br"),
        ("identity;q=0.5, gzip;q=0.5", "gzip"),
        ("identity, gzip;q=0.5", None),
        ("zstd;q=nan, br;q=inf, gzip;q=-1", None),
        ("gzip;q=0", None),
        ("gzip;q=0, *;q=0", None),
        ("identity", None),
        ("", None),
        ("gzip;q=nonsense", None),
        ("xgzipx", None),
    ],
)
def test_the_callers_wish_decides(client, accepted, encoding):
    answer = answer_to(client, "/api/v1/zodiacs", accepted)
    used = answer.headers.get("content-encoding")
    assert used == encoding
    assert "Accept-Encoding" in answer.headers.get("vary", "") or encoding is None


def test_every_encoding_on_offer_is_tried_here():
    assert {name.decode() for name in ENCODINGS} == UNPACKED.keys()


def test_the_wish_may_stand_in_several_headers(client):
    answer = client.get("/api/v1/zodiacs", headers=[("Accept-Encoding", "gzip"), ("Accept-Encoding", "br")])
    assert answer.headers["content-encoding"] == "br"


@pytest.mark.parametrize("encoding", UNPACKED)
def test_a_compressed_answer_is_the_same_and_smaller(client, encoding):
    plain = answer_to(client, "/api/v1/zodiacs", "identity")
    with client.stream("GET", "/api/v1/zodiacs", headers={"Accept-Encoding": encoding}) as packed:
        raw = b"".join(packed.iter_raw())
    assert packed.headers["content-encoding"] == encoding
    assert len(raw) == int(packed.headers["content-length"])
    assert UNPACKED[encoding](raw) == plain.content
    assert len(raw) * 4 < int(plain.headers["content-length"])


@pytest.mark.parametrize(
    "headers",
    [
        [(b"content-type", b"image/png")],
        [(b"content-type", b"application/pdf")],
        [(b"content-type", b"application/vnd.apache.parquet")],
        [(b"content-type", b"text/csv"), (b"content-encoding", b"gzip")],
        [],
    ],
)
def test_what_is_compressed_already_passes_untouched(headers):
    async def packed(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": list(headers)})
        await send({"type": "http.response.body", "body": b"\0" * 5000})

    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(compressed(packed)({"headers": [(b"accept-encoding", b"zstd, br, gzip")]}, None, send))
    assert sent[0]["headers"] == headers
    assert sent[1]["body"] == b"\0" * 5000


def test_small_answers_are_left_alone(client):
    answer = answer_to(client, "/health/live", "gzip")
    assert len(answer.content) < LEAST_SIZE_BYTES
    assert "content-encoding" not in answer.headers


def test_the_tag_of_a_compressed_chart_is_weak_and_still_recognised(client, birth):
    packed = client.post("/api/v1/charts", json={"birth": birth}, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    tag = packed.headers["etag"]
    assert tag.startswith('W/"sha256:')
    again = client.post("/api/v1/charts", json={"birth": birth}, headers={"If-None-Match": tag})
    assert again.status_code == 304


@pytest.mark.parametrize("encoding", UNPACKED)
def test_a_streamed_answer_is_compressed_piece_by_piece(client, birth, encoding):
    body = {"charts": [{"birth": birth}] * 20}
    plain = client.post("/api/v1/charts/bulk", json=body, headers={"Accept-Encoding": "identity"})
    with client.stream(
        "POST", "/api/v1/charts/bulk", json=body, headers={"Accept-Encoding": encoding}
    ) as packed:
        assert packed.headers["content-encoding"] == encoding
        raw = b"".join(packed.iter_raw())
    assert UNPACKED[encoding](raw) == plain.content
    assert len(raw) * 4 < len(plain.content)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_was_streamed_so_far_can_be_read(encoding):
    stream = ENCODINGS[encoding]()
    pieces = [stream.piece(b"sun " * 100), stream.piece(b"moon " * 100)]
    reader = {
        b"zstd": lambda: zstd.ZstdDecompressor().decompress,
        b"br": lambda: brotli.Decompressor().process,
        b"gzip": lambda: zlib.decompressobj(31).decompress,
    }[encoding]()
    assert [reader(piece) for piece in pieces] == [b"sun " * 100, b"moon " * 100]
    assert reader(stream.last(b"")) == b""
