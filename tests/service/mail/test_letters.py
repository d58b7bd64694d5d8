"""Letters: written with the transaction that causes them, sent once it has committed, and never lost on the way."""

import asyncio
import logging
import mailbox
import socket
import ssl
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from urllib.parse import urlsplit

import msgspec
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from sqlalchemy import func, select

from astrarium.service.database.transactions import Database
from astrarium.service.keyring.ring import KeyRing
from astrarium.service.mail.adapters.chosen import carrier_of
from astrarium.service.mail.adapters.folder import FolderCarrier
from astrarium.service.mail.adapters.limited import LimitedCarrier
from astrarium.service.mail.adapters.smtp import SmtpCarrier
from astrarium.service.mail.errors import InvalidMailAddress, LetterNotSent
from astrarium.service.mail.letter import Letter, Link, message_of
from astrarium.service.mail.models import letters
from astrarium.service.mail.service import MOST_ATTEMPTS, Postman, post, reseal
from astrarium.service.outbound.service import POLICIES, Outbound

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LETTER = Letter(
    to="ada@stars.example",
    subject="Grüße <vom> Himmel",
    paragraphs=("The first <b>paragraph</b> & what it says.", "The second one."),
    link=Link("Follow me", "https://stars.example/account/verify?token=a-b_c&x=1"),
)


def written(letter=LETTER):
    return message_of(letter, sender="sky@stars.example", number="0123", now=NOON)


def test_both_forms_say_the_same_and_html_is_escaped():
    read = message_from_bytes(written().as_bytes(), policy=default)
    assert (read["To"], read["From"]) == ("ada@stars.example", "Astrarium <sky@stars.example>")
    assert read["Subject"] == "Grüße <vom> Himmel"
    assert read["Message-ID"] == "<0123@stars.example>"
    assert read["Auto-Submitted"] == "auto-generated"
    plain = read.get_body(("plain",)).get_content()
    html = read.get_body(("html",)).get_content()
    assert "The first <b>paragraph</b> & what it says." in plain
    assert LETTER.link.address in plain.splitlines()
    assert "The first &lt;b&gt;paragraph&lt;/b&gt; &amp; what it says." in html
    assert 'href="https://stars.example/account/verify?token=a-b_c&amp;x=1"' in html


@pytest.mark.parametrize(
    "line", ["ada@stars.example\nBcc: eve@stars.example", "ada@stars.example\r\n\r\nbody"]
)
def test_no_reader_can_be_smuggled_in(line):
    with pytest.raises(ValueError, match=r"linefeed|newline|Header"):
        written(Letter(to=line, subject="x", paragraphs=("x",)))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "smtp://",
        "http://stars.example",
        "file://",
        "file://host/folder",
        "smtp://host:x",
        "mail.stars.example",
    ],
)
def test_an_address_that_sends_nothing_is_refused(address):
    with pytest.raises(InvalidMailAddress) as caught:
        carrier_of(address)
    assert "smtp://user" in caught.value.hint


class Taker:
    """A mail server's side: takes letters, or answers as told."""

    def __init__(self, answer="250 OK"):
        self.taken = []
        self.answer = answer

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802  (aiosmtpd's name)
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802  (aiosmtpd's name)
        self.taken.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@pytest.fixture
def server():
    """A mail server on this machine."""
    running = []

    def start(taker, **choices):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        controller = Controller(taker, hostname="127.0.0.1", port=port, **choices)
        controller.start()
        running.append(controller)
        return port

    yield start
    for controller in running:
        controller.stop()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of 127.0.0.1, and one side each that shows and trusts it."""
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("certificate")
    pem = made.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "both.pem").write_bytes(pem + secret)
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(folder / "both.pem")
    trusted = ssl.create_default_context(cadata=pem.decode())
    return shown, trusted


def test_a_server_takes_a_letter(server):
    taker = Taker()
    port = server(taker)
    asyncio.run(carrier_of(f"smtp://127.0.0.1:{port}").send(written()))
    assert [letter["To"] for letter in taker.taken] == ["ada@stars.example"]


def test_a_login_goes_over_tls_and_never_in_the_clear(server, certificate):
    shown, trusted = certificate
    taker, given = Taker(), []

    def check(_server, session, _envelope, _mechanism, data):
        given.append((data.login, data.password, session.ssl is not None))
        return AuthResult(success=True)

    port = server(taker, tls_context=shown, authenticator=check, auth_required=True)
    address = urlsplit(f"smtp://sky%40stars.example:p%40ss@127.0.0.1:{port}")
    asyncio.run(SmtpCarrier(address, trusted).send(written()))
    assert given == [(b"sky@stars.example", b"p@ss", True)]
    assert len(taker.taken) == 1
    with pytest.raises(LetterNotSent, match="certificate"):
        asyncio.run(SmtpCarrier(address).send(written()))


def test_a_server_without_tls_gets_no_password(server):
    taker = Taker()
    port = server(taker)
    with pytest.raises(LetterNotSent) as caught:
        asyncio.run(carrier_of(f"smtp://sky:secret@127.0.0.1:{port}").send(written()))
    assert not caught.value.is_final
    assert "secret" not in caught.value.detail
    assert taker.taken == []


@pytest.mark.parametrize(("answer", "is_final"), [("550 no such user", True), ("451 later", False)])
def test_a_reader_that_the_server_refuses_for_good_is_given_up(server, answer, is_final):
    port = server(Taker(answer))
    with pytest.raises(LetterNotSent) as caught:
        asyncio.run(carrier_of(f"smtp://127.0.0.1:{port}").send(written()))
    assert caught.value.is_final is is_final


def test_a_server_that_is_not_there_is_tried_again(server):
    port = server(Taker())
    with pytest.raises(LetterNotSent) as caught:
        asyncio.run(carrier_of(f"smtps://127.0.0.1:{port}").send(written()))
    assert not caught.value.is_final


def test_a_folder_is_a_maildir(tmp_path):
    asyncio.run(carrier_of(f"file://{tmp_path}/deep/letters").send(written()))
    (letter,) = mailbox.Maildir(tmp_path / "deep/letters")
    assert letter["To"] == "ada@stars.example"


def test_the_log_shows_the_link_where_nothing_else_is_set(caplog):
    with caplog.at_level(logging.INFO, logger="astrarium.mail"):
        asyncio.run(carrier_of(None).send(written()))
    assert LETTER.link.address in caplog.text


class Refusing:
    """A carrier that takes no letter, for good or for now."""

    def __init__(self, *, is_final):
        self.is_final = is_final
        self.tries = 0

    async def send(self, _message):
        self.tries += 1
        raise LetterNotSent("told so", is_final=self.is_final)

    async def close(self):
        pass


def with_postmen(database_url, work, *carriers):
    """Run `work(database, ring, postmen, clock)`; the clock is a list whose last instant is now."""

    async def run():
        database, ring, clock = Database(database_url), KeyRing(lambda: (b"k" * 32,)), [NOON]
        postmen = [
            Postman(database, ring, one, sender="sky@stars.example", now=lambda: clock[-1])
            for one in carriers
        ]
        try:
            return await work(database, ring, postmen, clock)
        finally:
            await database.close()

    return asyncio.run(run())


async def put(database, ring, count=1):
    async with database.keeper() as transaction:
        for _ in range(count):
            await post(transaction, ring, LETTER, NOON)


async def waiting(database):
    async with database.keeper() as transaction:
        return (await transaction.execute(select(func.count()).select_from(letters))).scalar_one()


def test_a_letter_of_a_transaction_that_failed_is_never_sent(database_url, tmp_path):
    async def work(database, ring, postmen, _clock):
        async def fail():
            async with database.keeper() as transaction:
                await post(transaction, ring, LETTER, NOON)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await fail()
        assert await postmen[0].deliver() == 0

    with_postmen(database_url, work, FolderCarrier(tmp_path / "letters"))


def test_several_postmen_send_each_letter_once(database_url, tmp_path):
    async def work(database, ring, postmen, _clock):
        await put(database, ring, 30)
        while await waiting(database):
            await asyncio.gather(*(postman.deliver() for postman in postmen))

    folders = [FolderCarrier(tmp_path / name) for name in ("a", "b", "c")]
    with_postmen(database_url, work, *folders)
    ids = [
        letter["Message-ID"]
        for one in folders
        if one.folder.exists()
        for letter in mailbox.Maildir(one.folder)
    ]
    assert len(ids) == len(set(ids)) == 30


def test_a_letter_that_fails_waits_longer_each_time_and_is_given_up_at_last(database_url):
    carrier = Refusing(is_final=False)

    async def work(database, ring, postmen, clock):
        await put(database, ring)
        waits = []
        while await waiting(database):
            assert await postmen[0].deliver() == 1
            async with database.keeper() as transaction:
                due = (await transaction.execute(select(letters.c.due_at))).scalar_one_or_none()
            if due is not None:
                waits.append(int((due - clock[-1]).total_seconds() // 60))
                clock.append(due - timedelta(seconds=1))
                assert await postmen[0].deliver() == 0
                clock.append(due)
        return waits

    waits = with_postmen(database_url, work, carrier)
    assert carrier.tries == MOST_ATTEMPTS
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]


def test_a_letter_that_is_refused_for_good_is_dropped(database_url):
    async def work(database, ring, postmen, _clock):
        await put(database, ring)
        await postmen[0].deliver()
        assert await waiting(database) == 0

    with_postmen(database_url, work, Refusing(is_final=True))


def test_a_letter_whose_postman_died_is_sent_by_another(database_url, tmp_path):
    async def work(database, ring, postmen, clock):
        await put(database, ring)
        assert len(await postmen[0]._claim()) == 1
        assert await postmen[1].deliver() == 0
        clock.append(NOON + timedelta(minutes=5))
        assert await postmen[1].deliver() == 1

    with_postmen(database_url, work, Refusing(is_final=False), FolderCarrier(tmp_path / "letters"))
    assert len(mailbox.Maildir(tmp_path / "letters")) == 1


def test_waiting_letters_are_sealed_and_sealed_anew(database_url):
    async def work(database, ring, _postmen, _clock):
        await put(database, ring)
        newer = KeyRing(lambda: (b"n" * 32, b"k" * 32))
        async with database.keeper() as transaction:
            contents = (await transaction.execute(select(letters.c.contents))).scalar_one()
            assert b"token" not in contents
            assert (await reseal(transaction, newer), await reseal(transaction, newer)) == (1, 0)

    with_postmen(database_url, work)


def limited(carrier, clock, **policy):
    mail = msgspec.structs.replace(POLICIES["mail"], **policy)
    running_s = [0.0]
    outbound = Outbound(
        None, None, now=lambda: clock[-1], policies={"mail": mail}, monotonic=lambda: running_s[-1]
    )
    return LimitedCarrier(carrier, outbound), running_s


def test_a_mail_server_that_fails_is_left_alone_and_the_letters_lose_no_attempt(database_url):
    carrier = Refusing(is_final=False)

    async def work(database, ring, postmen, clock):
        postmen[0].carrier, running_s = limited(carrier, clock)
        await put(database, ring, 8)
        assert await postmen[0].deliver() == 8
        assert carrier.tries == 5  # then the breaker opened
        async with database.keeper() as transaction:
            rows = (await transaction.execute(select(letters.c.attempts, letters.c.due_at))).all()
        assert sorted(row.attempts for row in rows) == [0, 0, 0, 1, 1, 1, 1, 1]
        assert {row.due_at - NOON for row in rows if row.attempts == 0} == {timedelta(seconds=30)}
        clock.append(NOON + timedelta(seconds=30))
        running_s.append(30.0)
        assert await postmen[0].deliver() == 3
        assert carrier.tries == 6  # one of them was the probe

    with_postmen(database_url, work, carrier)


def test_readers_that_are_refused_say_nothing_against_the_mail_server():
    carrier = Refusing(is_final=True)

    async def work():
        careful, _ = limited(carrier, [NOON])
        for _ in range(20):
            with pytest.raises(LetterNotSent):
                await careful.send(written())
        await careful.close()

    asyncio.run(work())
    assert carrier.tries == 20


def test_a_mail_server_that_hangs_has_its_time():
    class Hanging(Refusing):
        async def send(self, _message):
            await asyncio.Event().wait()

    async def work():
        with pytest.raises(LetterNotSent, match="too long") as caught:
            await limited(Hanging(is_final=False), [NOON], total_s=0.05)[0].send(written())
        assert not caught.value.is_final

    asyncio.run(work())
