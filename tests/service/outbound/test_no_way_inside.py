"""No way inside: a corpus of URLs that strangers might write, names that change their minds, redirects, proxies."""

import asyncio
import json
import socket
from ipaddress import ip_address
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.errors import AstrariumError
from astrarium.service.outbound.addresses import is_public
from astrarium.service.outbound.errors import CallFailed, TargetNotPublic, UrlNotAllowed
from astrarium.service.outbound.guard import LONGEST_URL, allowed_of, target_of
from astrarium.service.outbound.port import Answer

CORPUS = json.loads(Path(__file__).with_name("ssrf.json").read_text("utf-8"))
REFUSED = [form for form in CORPUS["forms"] if form[0] != "ok"]
GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture
def corpus_names(names):
    return names({host: [addresses] for host, addresses in CORPUS["names"].items()})


class Recorder:
    """A client that calls nobody, and remembers where it was sent."""

    def __init__(self):
        self.sent = []

    async def send(self, request, _policy):
        self.sent.append(request)
        return Answer(status=200, headers={}, body_head=b"", is_whole=True, elapsed_s=0.0)


def test_the_corpus_is_as_large_as_it_has_to_be():
    assert len(REFUSED) > 150
    assert len({url for _, url in CORPUS["forms"]}) == len(CORPUS["forms"])


@pytest.mark.parametrize(("verdict", "url"), CORPUS["forms"])
def test_each_form_is_judged_as_the_corpus_says_when_registered_and_when_called(
    outbound_of, corpus_names, verdict, url
):
    recorder = Recorder()
    outbound = outbound_of(corpus_names, allowed=(), client=recorder)
    url = url.replace("PORT", "8080")

    async def tried():
        if verdict == "ok":
            await outbound.check_url(url)
            await outbound.request("webhooks", "POST", url)
            return
        with pytest.raises((UrlNotAllowed, TargetNotPublic)) as at_registering:
            await outbound.check_url(url)
        assert at_registering.value.code == verdict
        assert at_registering.value.errors[0].pointer == "/url"
        with pytest.raises(CallFailed) as at_calling:
            await outbound.request("webhooks", "POST", url)
        assert at_calling.value.reason == verdict

    asyncio.run(tried())
    assert len(recorder.sent) == (verdict == "ok")
    for sent in recorder.sent:
        assert all(is_public(address) for address in sent.addresses)


def test_no_form_reaches_a_trap_on_this_machine(outbound_of, corpus_names, serving, saying):
    async def tried():
        async with (
            serving(saying(GOOD)) as trap,
            serving(saying(GOOD), family=socket.AF_INET6, host="::1") as trap6,
        ):
            outbound = outbound_of(corpus_names, allowed=())
            for _, url in REFUSED:
                for port in (trap.port, trap6.port):
                    with pytest.raises(AstrariumError):
                        await outbound.request("webhooks", "POST", url.replace("PORT", str(port)))
            assert (trap.connections, trap6.connections) == (0, 0)
            # the traps stand: with the operator's leave they are reached
            allowed = outbound_of(corpus_names, allowed=("127.0.0.1", "::1"))
            await allowed.request("webhooks", "POST", trap.url())
            await allowed.request("webhooks", "POST", f"http://[::1]:{trap6.port}/")
            assert (trap.connections, trap6.connections) == (1, 1)

    asyncio.run(tried())


def test_a_name_that_turns_inward_after_its_registration_is_refused(outbound_of, names, serving, saying):
    async def tried():
        async with serving(saying(GOOD)) as trap:
            turning = names({"turning.example": [["93.184.215.14"], ["127.0.0.1"]]})
            outbound = outbound_of(turning, allowed=())
            await outbound.check_url("http://turning.example/")
            with pytest.raises(CallFailed, match="public"):
                await outbound.request("webhooks", "POST", f"http://turning.example:{trap.port}/")
            assert trap.connections == 0

    asyncio.run(tried())


def test_the_address_that_was_judged_is_the_one_that_is_called(outbound_of, names, serving, saying):
    """The name turns to another address at each question: it is asked once, and what it said then is called."""

    async def tried():
        async with serving(saying(GOOD)) as meant, serving(saying(GOOD), port=0, host="127.0.0.2") as other:
            turning = names({"turning.example": [["127.0.0.1"], ["127.0.0.2"], ["127.0.0.2"]]})
            outbound = outbound_of(turning, allowed=("turning.example",))
            await outbound.request("webhooks", "POST", f"http://turning.example:{meant.port}/")
            assert turning.asked == ["turning.example"]
            assert (meant.connections, other.connections) == (1, 0)
            assert f"host: turning.example:{meant.port}\r\n".encode() in meant.asked[0]

    asyncio.run(tried())


def test_a_redirect_is_an_answer_and_not_followed(outbound_of, serving, saying):
    async def tried():
        async with serving(saying(GOOD)) as trap:
            turned = f"HTTP/1.1 301 Moved\r\nLocation: {trap.url()}\r\nContent-Length: 0\r\n\r\n".encode()
            async with serving(saying(turned)) as server:
                answer = await outbound_of().request("webhooks", "POST", server.url())
                assert (answer.status, answer.headers["location"]) == (301, trap.url())
            assert trap.connections == 0

    asyncio.run(tried())


def test_proxies_of_the_environment_and_cookies_are_ignored(outbound_of, serving, saying, monkeypatch):
    async def tried():
        cookie = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"
        async with serving(saying(GOOD)) as proxy, serving(saying(cookie)) as server:
            for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
                monkeypatch.setenv(name, proxy.url())
            outbound = outbound_of()
            for _ in range(2):
                await outbound.request("webhooks", "POST", server.url())
            assert proxy.connections == 0
            assert server.connections == 2
            assert not any(b"cookie" in asked.lower() for asked in server.asked)

    asyncio.run(tried())


@pytest.mark.parametrize("header", ["Host", "host", "Transfer-Encoding", "content-length", "Connection"])
def test_what_frames_a_request_is_not_the_callers_to_set(outbound_of, header):
    with pytest.raises(ValueError, match=header.lower()):
        asyncio.run(outbound_of().request("webhooks", "POST", "http://127.0.0.1/", headers={header: "x"}))


def test_no_line_can_be_smuggled_into_a_header(outbound_of, serving, saying):
    async def tried():
        async with serving(saying(GOOD)) as server:
            with pytest.raises(CallFailed):
                await outbound_of().request("webhooks", "POST", server.url(), headers={"X-A": "b\r\nX-C: d"})
            assert server.asked == []

    asyncio.run(tried())


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        ("10.0.0.0/8", "http://private.example:9999/"),
        ("10.0.0.5", "http://10.0.0.5/"),
        ("loopback.example", "http://loopback.example:1234/"),
        ("LOCALHOST", "http://localhost/"),
        ("db", "http://db:8000/"),
        ("::1", "http://[::1]:9/"),
        ("127.0.0.0/8", "http://mixed.example/"),
    ],
)
def test_the_operator_opens_a_way_for_hosts_addresses_and_networks(outbound_of, corpus_names, entry, url):
    async def tried():
        with pytest.raises(AstrariumError):
            await outbound_of(corpus_names, allowed=()).check_url(url)
        await outbound_of(corpus_names, allowed=(entry,)).check_url(url)

    asyncio.run(tried())


@pytest.mark.parametrize(
    "entry", ["", "*", "*.example", "http://host", "10.0.0.0/33", "a b", "host:80", "-x"]
)
def test_a_list_that_nobody_can_mean_is_refused_at_the_start(entry):
    with pytest.raises(ValueError, match="neither a host, an address nor a network"):
        allowed_of([entry])


def test_a_url_has_a_longest_length():
    start = "https://public.example/"
    assert target_of(start + "x" * (LONGEST_URL - len(start))).host == "public.example"
    with pytest.raises(UrlNotAllowed, match="longer than 2048"):
        target_of(start + "x" * (LONGEST_URL - len(start) + 1))


def test_a_name_with_very_many_addresses_is_nobodys_web_server(outbound_of, names):
    many = [f"93.184.215.{number}" for number in range(33)]
    outbound = outbound_of(names({"many.example": [many]}), allowed=())
    with pytest.raises(TargetNotPublic):
        asyncio.run(outbound.check_url("https://many.example/"))


def test_name_servers_that_do_not_answer_are_told_in_time(outbound_of, names):
    class Hanging(type(names({}))):
        async def resolve(self, host, port):
            await asyncio.Event().wait()

    outbound = outbound_of(Hanging({}), webhooks={"connect_s": 0.05})

    async def tried():
        with pytest.raises(CallFailed, match="name cannot be resolved") as failed:
            await outbound.request("webhooks", "POST", "https://public.example/")
        assert failed.value.reason == "connect"

    asyncio.run(tried())


@given(st.ip_addresses(v=4))
def test_what_python_calls_private_is_never_public(address):
    """Ours refuses more; it never lets in what the standard library knows to be special."""
    assert not (is_public(address) and (not address.is_global or address.is_multicast or address.is_reserved))


@given(st.ip_addresses(v=6))
def test_no_special_address_of_ipv6_is_public(address):
    public = is_public(address)
    assert not (public and (not address.is_global or address.is_multicast or address.is_link_local))
    if address.ipv4_mapped or address.sixtofour or address.teredo:
        assert not public


@given(st.ip_addresses(v=4))
def test_an_address_within_nat64_is_judged_by_what_it_wraps(address):
    wrapped = ip_address(int(ip_address("64:ff9b::")) + int(address))
    assert is_public(wrapped) == is_public(address)


@given(st.text(st.sampled_from("http:/@[]#?%\\.0127afx一ſ\t\n localhost"), max_size=40))
def test_whatever_is_written_is_taken_apart_or_refused(text):
    for url in (text, "http://" + text, "httpſ://" + text):
        try:
            target = target_of(url)
        except UrlNotAllowed:
            continue
        assert target.scheme in {"http", "https"}
        assert target.host.isascii()
        assert not set(target.host) & set("@/\\#?% \t\n")
        assert 0 < target.port < 65536
        assert target.path.startswith("/")
