import gzip

import pytest

from astrarium.service.http.compression import ENCODINGS, LEAST_SIZE_BYTES


def answer_to(client, path, accepted):
    return client.get(path, headers={"Accept-Encoding": accepted})


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("deflate, gzip;q=0.5", "gzip"),
        ("*", "any"),
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
    assert used in {name.decode() for name in ENCODINGS} if encoding == "any" else used == encoding
    assert "Accept-Encoding" in answer.headers.get("vary", "") or encoding is None


def test_a_compressed_answer_is_the_same_and_smaller(client):
    plain = answer_to(client, "/api/v1/zodiacs", "identity")
    packed = answer_to(client, "/api/v1/zodiacs", "gzip")
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) * 4 < int(plain.headers["content-length"])


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


def test_a_streamed_answer_is_compressed_piece_by_piece(client, birth):
    body = {"charts": [{"birth": birth}] * 20}
    plain = client.post("/api/v1/charts/bulk", json=body, headers={"Accept-Encoding": "identity"})
    with client.stream(
        "POST", "/api/v1/charts/bulk", json=body, headers={"Accept-Encoding": "gzip"}
    ) as packed:
        assert packed.headers["content-encoding"] == "gzip"
        raw = b"".join(packed.iter_raw())
    assert gzip.decompress(raw) == plain.content
    assert len(raw) * 4 < len(plain.content)
