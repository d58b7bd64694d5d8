"""What another account's transaction sees of these tables: nothing."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from astrarium.service.database.identifiers import new_id
from astrarium.service.database.transactions import Database

OWN = ("accounts", "sessions", "api_keys")
KEEPERS = (
    "passwords", "second_factors", "recovery_codes", "known_devices", "mailed_tokens", "registrations",
    "sign_in_failures", "letters",
)  # fmt: skip


def seen(database_url, account_id, statement):
    async def run():
        database = Database(database_url)
        try:
            async with database.of(account_id) as transaction:
                found = await transaction.execute(text(statement))
                return found.all() if found.returns_rows else found.rowcount
        finally:
            await database.close()

    return asyncio.run(run())


@pytest.fixture
def account_id(ada):
    from uuid import UUID

    ada.make_key()
    return UUID(ada.get("/account").json()["id"])


@pytest.mark.parametrize("table", OWN)
def test_an_account_sees_its_own_rows_and_another_none(database_url, account_id, table):
    assert len(seen(database_url, account_id, f"SELECT * FROM {table}")) == 1
    assert seen(database_url, new_id(), f"SELECT * FROM {table}") == []


@pytest.mark.parametrize("table", OWN[1:])
def test_another_account_changes_and_deletes_nothing(database_url, account_id, table):
    assert seen(database_url, new_id(), f"DELETE FROM {table}") == 0
    assert seen(database_url, new_id(), f"UPDATE {table} SET created_at = now()") == 0
    assert len(seen(database_url, account_id, f"SELECT * FROM {table}")) == 1


@pytest.mark.parametrize("table", KEEPERS)
def test_an_accounts_transaction_cannot_name_what_only_the_service_needs(database_url, account_id, table):
    with pytest.raises(DBAPIError, match="permission denied"):
        seen(database_url, account_id, f"SELECT * FROM {table}")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts SET role = 'admin'",
        "UPDATE accounts SET tier = 'unlimited'",
        "UPDATE accounts SET email_key = 'x'",
        "DELETE FROM accounts",
        "INSERT INTO accounts (id, email, email_key) VALUES (gen_random_uuid(), 'x', 'x')",
    ],
)
def test_an_account_cannot_raise_itself(database_url, account_id, statement):
    with pytest.raises(DBAPIError, match="permission denied"):
        seen(database_url, account_id, statement)
