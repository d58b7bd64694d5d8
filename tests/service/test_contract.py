"""What the description promises, asked of the running service by requests that are made from the description itself."""

import asyncio
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import (
    negative_data_rejection,
    positive_data_acceptance,
    use_after_free,
)

from astrarium.service.app import create_app
from astrarium.service.reference.openapi import description_of
from astrarium.service.settings import Settings

load_all_checks()
NOWHERE = "postgresql:///none?host=/nowhere"
PATIENCE_S = 120
description = description_of(create_app(Settings(database_url=NOWHERE)))
for methods in description["paths"].values():  # who may ask what is held by the table of test_authorisation
    for operation in methods.values():
        del operation["security"]
schema = schemathesis.openapi.from_dict(description).exclude(path="/api/v1/live/stream")  # it would not end
ITEMS_OF_THEIR_OWN = ("/bulk", "/batch", "/import")
"""Ends of paths whose ill-formed items are answered one by one, in their places."""


@schemathesis.serializer(
    "application/jsonl",
    "application/vnd.apache.arrow.file",
    "application/vnd.apache.arrow.stream",
    "application/vnd.apache.parquet",
    "application/x-ndjson",
)
def as_it_is(_context, value) -> bytes:
    """A file, whatever its type."""
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.fixture(scope="module")
def service(lasting_database, tmp_path_factory) -> Iterator[str]:
    """The address of a service in a process of its own."""
    environment = os.environ | {
        "DATABASE_URL": lasting_database.render_as_string(hide_password=False),
        "ASTRARIUM_SECRET_KEYS": "c29tZSAzMiBieXRlcyB0aGF0IGFyZSBubyBzZWNyZXQ=",
        "ASTRARIUM_PASSWORD_MEMORY_KIB": "8",
        "ASTRARIUM_STORAGE_URL": f"file://{tmp_path_factory.mktemp('files')}",
    }
    command = [sys.executable, "-m", "astrarium", "web", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    guard = threading.Timer(PATIENCE_S, process.kill)
    guard.start()
    try:
        match = re.search(r"http://\S+(?=/\n)", process.stdout.readline())
        guard.cancel()
        assert match
        yield match[0]
    finally:
        guard.cancel()
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture
def administrator(lasting_database, let_in) -> dict[str, str]:
    """The headers of somebody who may do everything, new for each route: some of them end sessions and accounts."""
    _, credential = asyncio.run(let_in(lasting_database, "admin", "unlimited", None))
    return credential


@schema.parametrize()
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_to_a_stranger_is_one_that_the_description_foresees(case, service):
    _ask(case, service, {})


@schema.parametrize()
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_to_an_administrator_is_one_that_the_description_foresees(case, service, administrator):
    _ask(case, service, administrator)


def _ask(case, service: str, credential: dict[str, str]) -> None:
    # A well-formed request may still name a day or a place that does not exist: 422 is a right answer to it. What is
    # in the trash is there still, for whoever owns it.
    excluded = [positive_data_acceptance, use_after_free]
    if case.operation.path.endswith(ITEMS_OF_THEIR_OWN):
        excluded.append(negative_data_rejection)
    case.call_and_validate(base_url=service, headers=credential, excluded_checks=excluded)
