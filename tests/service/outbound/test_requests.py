"""Requests to real servers: what they answer is told; whatever else they do ends in time and within bounds."""

import asyncio
import socket
import ssl
from datetime import timedelta

import pytest

from astrarium.service.outbound.adapters.resolver import SystemResolver
from astrarium.service.outbound.errors import BreakerOpen, CallFailed
from astrarium.service.outbound.policies import BreakerRule

EMPTY = b"Content-Length: 0\r\n\r\n"


def request(outbound, server, purpose="webhooks", **choices):
    return outbound.request(purpose, "POST", server.url(), body=b"{}", **choices)


def told(serving, outbound, serve, **choices):
    """What one server's answer, or its absence, is told as, and the server."""

    async def tried():
        async with serving(serve) as server:
            try:
                return await request(outbound, server, **choices), server
            except CallFailed as failed:
                return failed, server

    return asyncio.run(tried())


async def never(_reader, _writer):
    await asyncio.Event().wait()


async def slowly(_reader, writer):
    for byte in b"HTTP/1.1 200 OK\r\n" + b"x-slow: 1\r\n" * 1000:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.01)


async def with_a_body_that_drips(_reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while True:
        writer.write(b"d")
        await writer.drain()
        await asyncio.sleep(0.01)


async def hugely(_reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n")
    while True:
        writer.write(b"x" * 65_536)
        await writer.drain()


async def in_endless_chunks(_reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"1;" + b"e" * 1000 + b"\r\nx\r\n")
        await writer.drain()


async def with_endless_headers(_reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"x-more: " + b"x" * 1000 + b"\r\n")
        await writer.drain()


async def with_one_endless_header(_reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nx-long: ")
    while True:
        writer.write(b"x" * 65_536)
        await writer.drain()


async def with_endless_promises(_reader, writer):
    while True:
        writer.write(b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n" * 100)
        await writer.drain()


async def half_closing(_reader, writer):
    writer.write_eof()
    await asyncio.Event().wait()


@pytest.mark.parametrize("status", [200, 202, 204, 301, 307, 400, 404, 410, 429, 500, 503])
def test_every_status_is_an_answer(serving, saying, outbound_of, status):
    retry_after = b"Retry-After: 120\r\nRetry-After: 5\r\n"
    serve = saying(f"HTTP/1.1 {status} So\r\n".encode() + retry_after + (b"\r\n" if status == 204 else EMPTY))
    outbound = outbound_of()
    answer, _ = told(serving, outbound, serve)
    assert (answer.status, answer.is_whole, answer.body_head) == (status, True, b"")
    assert answer.headers["retry-after"] == "120"
    counts = outbound.counts["webhooks"]
    assert (counts.succeeded, counts.failed) == ((0, {"status": 1}) if status >= 500 else (1, {}))


def test_what_is_sent_is_whole_and_says_who_sends(serving, saying, outbound_of):
    headers = {"Content-Type": "application/json", "webhook-id": "msg_1"}
    _, server = told(serving, outbound_of(), saying(b"HTTP/1.1 200 OK\r\n" + EMPTY), headers=headers)
    first, *lines = server.asked[0].decode().split("\r\n")
    assert first == "POST / HTTP/1.1"
    sent = dict(line.split(": ", 1) for line in lines if line)
    assert sent.pop("user-agent").startswith("Astrarium/")
    assert sent == {
        "host": f"127.0.0.1:{server.port}", "accept-encoding": "identity", "connection": "close",
        "content-type": "application/json", "webhook-id": "msg_1", "content-length": "2",
    }  # fmt: skip


def test_a_header_of_the_callers_takes_the_place_of_ours_however_it_is_written(serving, saying, outbound_of):
    _, server = told(
        serving, outbound_of(), saying(b"HTTP/1.1 200 OK\r\n" + EMPTY), headers={"USER-AGENT": "Mine/1"}
    )
    assert server.asked[0].lower().count(b"user-agent") == 1
    assert b"Mine/1" in server.asked[0]


def test_a_body_is_whole_up_to_what_is_kept_and_cut_beyond(serving, saying, outbound_of):
    for length, is_whole in ((1024, True), (1025, False)):
        body = b"Content-Length: %d\r\n\r\n" % length + b"b" * length
        answer, _ = told(serving, outbound_of(), saying(b"HTTP/1.1 200 OK\r\n", body))
        assert (answer.body_head, answer.is_whole) == (b"b" * 1024, is_whole)


@pytest.mark.parametrize("serve", [hugely, in_endless_chunks, with_a_body_that_drips])
def test_an_answer_without_end_counts_as_far_as_it_was_read(serving, outbound_of, serve):
    answer, _ = told(serving, outbound_of(webhooks={"total_s": 0.3}), serve)
    assert answer.status == 200
    assert not answer.is_whole
    assert len(answer.body_head) <= 1024


def test_an_answer_that_breaks_off_counts_as_far_as_it_came(serving, saying, outbound_of):
    answer, _ = told(serving, outbound_of(), saying(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"))
    assert (answer.status, answer.body_head, answer.is_whole) == (200, b"half", False)


@pytest.mark.parametrize("serve", [with_endless_headers, with_one_endless_header, with_endless_promises])
def test_headers_without_end_are_no_answer(serving, outbound_of, serve):
    failed, _ = told(serving, outbound_of(), serve)
    assert (failed.reason, "too long" in failed.detail) == ("broken", True)


@pytest.mark.parametrize("serve", [never, slowly])
def test_who_does_not_answer_in_time_has_not_answered(serving, outbound_of, serve):
    outbound = outbound_of(webhooks={"total_s": 0.2})
    failed, _ = told(serving, outbound, serve)
    assert failed.reason == "timeout"
    assert outbound.counts["webhooks"].failed == {"timeout": 1}


@pytest.mark.parametrize(
    "said",
    [
        b"", b"garbage\r\n\r\n", b"\x16\x03\x01\x02\x00", b"HTTP/1.1 OK\r\n\r\n", b"HTTP/1.1 99 Low\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", b"HTTP/1.1 200 OK\r\n bad: folded first\r\n\r\n",
        b"HTTP/1.1 200 O",
    ],
)  # fmt: skip
def test_what_is_no_http_is_no_answer(serving, saying, outbound_of, said):
    failed, _ = told(serving, outbound_of(), saying(said))
    assert failed.reason == "broken"


def test_who_closes_the_other_half_at_once_has_not_answered(serving, outbound_of):
    failed, _ = told(serving, outbound_of(), half_closing)
    assert failed.reason == "broken"


def test_nobody_listens(outbound_of):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(CallFailed) as failed:
        asyncio.run(outbound_of().request("webhooks", "POST", f"http://127.0.0.1:{port}/"))
    assert failed.value.reason == "connect"


def test_the_next_address_is_tried_where_the_first_does_not_answer(serving, saying, outbound_of, names):
    async def tried():
        async with serving(saying(b"HTTP/1.1 200 OK\r\n" + EMPTY)) as server:
            two = names({"two.example": [["127.0.0.3", "::1", "127.0.0.1"]]})
            outbound = outbound_of(two, allowed=("two.example",))
            return await outbound.request("webhooks", "POST", f"http://two.example:{server.port}/")

    assert asyncio.run(tried()).status == 200


def test_the_certificate_has_to_be_of_the_name_that_was_written(
    serving, saying, outbound_of, names, certificate
):
    shown, trusted = certificate
    known = names({"hooks.example": [["127.0.0.1"]], "other.example": [["127.0.0.1"]]})

    async def tried():
        async with serving(saying(b"HTTP/1.1 200 OK\r\n" + EMPTY), ssl=shown) as server:
            allowed = ("hooks.example", "other.example")
            trusting = outbound_of(known, allowed=allowed, trust=trusted)
            answer = await trusting.request("webhooks", "POST", f"https://hooks.example:{server.port}/")
            assert answer.status == 200
            for outbound, host in (
                (trusting, "other.example"),
                (outbound_of(known, allowed=allowed), "hooks.example"),
            ):
                with pytest.raises(CallFailed) as failed:
                    await outbound.request("webhooks", "POST", f"https://{host}:{server.port}/")
                assert failed.value.reason == "tls"
            assert len(server.asked) == 1

    asyncio.run(tried())


def test_who_speaks_no_tls_has_not_answered(serving, saying, outbound_of):
    async def tried():
        async with serving(saying(b"HTTP/1.1 200 OK\r\n" + EMPTY)) as server:
            with pytest.raises(CallFailed) as failed:
                await outbound_of(webhooks={"total_s": 0.2}).request(
                    "webhooks", "POST", server.url(scheme="https")
                )
            assert failed.value.reason in {"tls", "timeout"}

    asyncio.run(tried())


def test_an_endpoint_that_fails_is_left_alone_and_the_others_are_called(serving, saying, outbound_of):
    at_s = 0.0
    rule = BreakerRule(failures=2, wait_s=30)
    outbound = outbound_of(monotonic=lambda: at_s, webhooks={"breaker": rule})

    async def tried():
        nonlocal at_s
        async with (
            serving(saying(b"HTTP/1.1 500 No\r\n" + EMPTY)) as ill,
            serving(saying(b"HTTP/1.1 200 OK\r\n" + EMPTY)) as well,
        ):
            for _ in range(2):
                await request(outbound, ill, key="ill")
            with pytest.raises(BreakerOpen) as refused:
                await request(outbound, ill, key="ill")
            assert refused.value.retry_after == timedelta(seconds=30)
            assert ill.connections == 2
            assert (await request(outbound, well, key="well")).status == 200
            assert outbound.counts["webhooks"].blocked == 1
            at_s = 30.0
            assert (await request(outbound, well, key="ill")).status == 200  # moved to a server that is well
            assert len(outbound.breakers) == 0

    asyncio.run(tried())


def test_a_call_that_is_given_up_says_nothing_of_the_other_side(serving, outbound_of):
    outbound = outbound_of()

    async def tried():
        async with serving(never) as server:
            going = asyncio.create_task(request(outbound, server, key="x"))
            await server.was_asked.wait()
            assert outbound.counts["webhooks"].in_flight == 1
            going.cancel()
            with pytest.raises(asyncio.CancelledError):
                await going
            counts = outbound.counts["webhooks"]
            assert (counts.in_flight, counts.succeeded, counts.failed) == (0, 0, {})
            assert len(outbound.breakers) == 0

    asyncio.run(tried())


def test_webhooks_are_sent_once_and_questions_to_a_model_again(serving, saying, outbound_of):
    for purpose, times in (("webhooks", 1), ("language_model", 2)):
        outbound = outbound_of()
        answer, server = told(serving, outbound, saying(b"HTTP/1.1 503 Later\r\n" + EMPTY), purpose=purpose)
        assert (answer.status, server.connections) == (503, times)
        assert outbound.counts[purpose].repeated == times - 1


def test_the_operators_own_targets_need_not_be_public(serving, saying, outbound_of):
    async def tried():
        async with serving(saying(b"HTTP/1.1 200 OK\r\n" + EMPTY)) as server:
            outbound = outbound_of(SystemResolver(), allowed=())
            url = server.url(host="localhost")
            assert (await outbound.request("language_model", "POST", url)).status == 200
            with pytest.raises(CallFailed):
                await outbound.request("webhooks", "POST", url)

    asyncio.run(tried())


def test_the_system_knows_its_own_names_and_says_when_there_is_none():
    async def tried():
        resolver = SystemResolver()
        found = {str(address) for address in await resolver.resolve("localhost", 80)}
        assert found <= {"127.0.0.1", "::1"}
        assert found
        assert list(await resolver.resolve("x" * 64 + ".example", 80)) == []
        resolver.close()

    asyncio.run(tried())


def test_certificates_are_verified_unless_told_otherwise(outbound_of):
    trust = outbound_of()._client._trust
    assert (trust.verify_mode, trust.check_hostname) == (ssl.CERT_REQUIRED, True)
