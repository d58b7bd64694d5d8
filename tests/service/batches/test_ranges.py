"""Results in ranges: any part of the whole, of one file or of another one that has taken its place."""

import pytest

TABLE = "id,date,time,place\n" + "".join(f"{n},1990-05-{n:02},12:30,Rome\n" for n in range(1, 10))


@pytest.fixture(params=["parquet", "csv"])
def results(send, jobs, signed_in, request):
    batch = send(TABLE, format=request.param).json()
    jobs.run()

    def get(**headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return signed_in.get(f"/batches/{batch['id']}/results", headers=named)

    return get


def test_the_whole_says_how_long_it_is_and_takes_ranges(results):
    whole = results()
    assert int(whole.headers["content-length"]) == len(whole.content)
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["etag"].startswith('"')
    assert whole.headers["content-disposition"].startswith('attachment; filename="charts-')


def test_ranges_are_the_bytes_of_the_whole(results):
    whole = results().content
    size = len(whole)
    for asked, start, end in [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, size),
        ("bytes=-1", size - 1, size),
        (f"bytes=-{size * 2}", 0, size),
        (f"bytes=7-{size * 2}", 7, size),
        (f"bytes={size // 3}-{size // 3 * 2}", size // 3, size // 3 * 2 + 1),
        (f"bytes={size - 1}-", size - 1, size),
    ]:
        answer = results(Range=asked)
        assert answer.status_code == 206
        assert answer.content == whole[start:end]
        assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
        assert int(answer.headers["content-length"]) == end - start


def test_a_file_fetched_in_pieces_is_the_whole(results):
    whole = results()
    size, tag = len(whole.content), whole.headers["etag"]
    step = size // 7 + 1
    pieces = [
        results(Range=f"bytes={at}-{at + step - 1}", If_Range=tag).content for at in range(0, size, step)
    ]
    assert b"".join(pieces) == whole.content


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=-", "lines=0-1", "bytes=0-1,4-5", "bytes=a-b"])
def test_what_is_no_single_range_is_the_whole(results, asked):
    assert results(Range=asked).status_code == 200


def test_a_range_beyond_the_end_is_refused_with_the_length(results, problem):
    size = len(results().content)
    for asked in (f"bytes={size}-", "bytes=-0"):
        answer = results(Range=asked)
        problem(answer, 416, "range_not_satisfiable")
        assert answer.headers["content-range"] == f"bytes */{size}"


def test_a_range_of_another_file_is_the_whole(results):
    assert results(Range="bytes=0-1", If_Range='"another"').status_code == 200
    assert results(Range="bytes=0-1", If_Range="W/" + results().headers["etag"]).status_code == 200


def test_what_the_caller_has_is_not_sent_again(results):
    tag = results().headers["etag"]
    answer = results(If_None_Match=f'"x", {tag}')
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == tag
