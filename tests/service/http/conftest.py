"""The small service of shop.py, on a database with a table for its things."""

import asyncio
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from astrarium.service.database.row_security import own_rows

SHOP = Path(__file__).with_name("shop.py")


@pytest.fixture(scope="session")
def shop_module() -> ModuleType:
    specification = importlib.util.spec_from_file_location("shop", SHOP)
    module = importlib.util.module_from_spec(specification)
    sys.modules["shop"] = module
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def things_url(database_url):
    """The test's own database, with the table of things and two accounts (`things_accounts`)."""
    asyncio.run(prepare(database_url))
    return database_url


@pytest.fixture
def things_accounts(things_url):
    return asyncio.run(make_accounts(things_url, 2))


async def prepare(url):
    statements = ["CREATE TABLE things (account_id uuid NOT NULL, id uuid PRIMARY KEY, name text NOT NULL)"]
    own_rows(statements.append, "things")
    await run(url, statements)


async def make_accounts(url, count):
    ids = [str(uuid4()) for _ in range(count)]
    await run(
        url,
        [
            f"INSERT INTO accounts (id, email, email_key) VALUES ('{one}', '{one}@x.example', '{one}')"
            for one in ids
        ],
    )
    return ids


async def run(url, statements):
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as transaction:
        for one in statements:
            await transaction.execute(text(one))
    await engine.dispose()
