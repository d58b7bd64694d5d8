"""Sealed secrets: opened by the ring's keys alone, in their own place alone."""

import stat
from base64 import b64encode, urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrarium.service.keyring.errors import InvalidSecretKey, SecretKeysMissing, Unreadable
from astrarium.service.keyring.keys import add_key, keys_at_hand, new_key, read
from astrarium.service.keyring.ring import KeyRing
from astrarium.service.settings import Settings

OLD, NEW = b"o" * 32, b"n" * 32


def ring(*keys):
    return KeyRing(lambda: keys)


@given(st.binary(max_size=200), st.text(max_size=50))
def test_what_is_sealed_opens_in_its_place(secret, place):
    sealed = ring(OLD).seal(secret, place)
    assert ring(NEW, OLD).open(sealed, place) == secret
    assert ring(OLD).seal(secret, place) != sealed


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_a_changed_byte_is_noticed(position, change):
    sealed = bytearray(ring(OLD).seal(b"seed", "a/1"))
    sealed[position % len(sealed)] ^= change
    with pytest.raises(Unreadable):
        ring(OLD).open(bytes(sealed), "a/1")


@given(st.binary(max_size=60))
def test_any_bytes_are_refused_without_a_failure(sealed):
    with pytest.raises(Unreadable):
        ring(OLD).open(sealed, "a/1")


def test_a_secret_does_not_open_in_another_row():
    sealed = ring(OLD).seal(b"seed", "second_factors/1")
    with pytest.raises(Unreadable, match="belongs elsewhere"):
        ring(OLD).open(sealed, "second_factors/2")


def test_a_key_that_is_gone_opens_nothing():
    with pytest.raises(Unreadable, match="not in the ring"):
        ring(NEW).open(ring(OLD).seal(b"seed", "a"), "a")


def test_the_newest_key_seals_and_takes_over():
    both = ring(NEW, OLD)
    sealed = ring(OLD).seal(b"seed", "a")
    assert not both.is_newest(sealed)
    renewed = both.reseal(sealed, "a")
    assert both.is_newest(renewed)
    assert ring(NEW).open(renewed, "a") == b"seed"


def test_digests_need_the_key():
    assert ring(OLD).keyed_digest("203.0.113.5") == ring(OLD).keyed_digest("203.0.113.5")
    assert ring(OLD).keyed_digest("203.0.113.5") != ring(NEW).keyed_digest("203.0.113.5")


def test_the_data_directory_gets_one_key_that_only_its_owner_reads(tmp_path):
    settings = Settings(data=str(tmp_path / "data"))
    (key,) = keys_at_hand(settings)
    assert keys_at_hand(settings) == (key,)
    assert stat.S_IMODE((tmp_path / "data" / "secret-keys").stat().st_mode) == 0o600
    assert [file.name for file in (tmp_path / "data").iterdir()] == ["secret-keys"]


def test_processes_that_start_at_once_make_one_key(tmp_path):
    settings = Settings(data=str(tmp_path))
    with ThreadPoolExecutor(8) as threads:
        made = set(threads.map(lambda _: keys_at_hand(settings), range(32)))
    assert len(made) == 1


def test_a_running_process_finds_a_key_that_came_later(tmp_path):
    settings = Settings(data=str(tmp_path))
    running = KeyRing(lambda: keys_at_hand(settings))
    before = running.seal(b"before", "a")
    add_key(tmp_path / "secret-keys")
    sealed = KeyRing(lambda: keys_at_hand(settings)).seal(b"after", "a")
    assert running.open(sealed, "a") == b"after"
    assert running.open(before, "a") == b"before"
    assert stat.S_IMODE((tmp_path / "secret-keys").stat().st_mode) == 0o600


def test_production_makes_no_key_up(tmp_path):
    with pytest.raises(SecretKeysMissing):
        keys_at_hand(Settings(data=str(tmp_path), production=True))
    assert not list(tmp_path.iterdir())
    with pytest.raises(SecretKeysMissing, match="no data directory"):
        keys_at_hand(Settings())


@pytest.mark.parametrize(
    "text", ["", "short", b64encode(b"x" * 31).decode(), b64encode(b"x" * 33).decode(), "é" * 44, "=" * 44]
)
def test_what_is_no_key_is_refused_without_being_told(text):
    with pytest.raises(InvalidSecretKey) as caught:
        read([new_key(), text])
    assert "Key 2" in caught.value.detail
    assert not text or text not in caught.value.detail


def test_keys_are_read_in_either_alphabet():
    key = bytes(range(224, 256))
    assert read([b64encode(key).decode(), urlsafe_b64encode(key).decode().rstrip("=")]) == (key, key)
