"""What operators write as the address of a database, and what the driver gets."""

import pytest

from astrarium.service.database.addresses import InvalidDatabaseAddress, parse


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+asyncpg", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_is_read(scheme):
    url = parse(f" {scheme}://ada:o%27pen@db.example:6432/sky \n")
    assert (url.drivername, url.username, url.password) == ("postgresql+asyncpg", "ada", "o'pen")
    assert (url.host, url.port, url.database) == ("db.example", 6432, "sky")


def test_a_socket_is_named_by_its_directory():
    assert parse("postgresql:///sky?host=/run/postgresql").query == {"host": "/run/postgresql"}


def test_libpq_s_name_for_encryption_is_the_driver_s():
    assert parse("postgresql://db.example/sky?sslmode=require").query == {"ssl": "require"}


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("", "no URL"),
        ("sky", "no URL"),
        ("postgresql://ada:secret@db.example:port/sky", "no URL"),
        ("mysql://ada:secret@db.example/sky", "mysql"),
        ("postgresql://ada:secret@db.example", "names no database"),
    ],
)
def test_what_is_no_address_is_refused_without_telling_its_password(address, reason):
    with pytest.raises(InvalidDatabaseAddress, match=reason) as caught:
        parse(address)
    assert "secret" not in caught.value.detail + caught.value.hint
