"""What was foreseen is a line of the log, what was not a traceback, and an outage does not fill it."""

import logging

import pytest

from astrarium.service import problems
from astrarium.service.accounts.errors import TooBusy
from astrarium.service.database.errors import (
    DatabaseBusy,
    DatabaseContention,
    DatabaseTimeout,
    DatabaseUnreachable,
    TransactionAborted,
)
from astrarium.service.failure_log import PAUSE_S, FailureLog
from astrarium.service.http.time_limit import TookTooLong

FORESEEN = [DatabaseBusy(2.0), DatabaseTimeout(), DatabaseContention(), TookTooLong(30.0)]


def caused(error, cause):
    try:
        raise error from cause
    except type(error) as raised:
        return raised


@pytest.mark.parametrize("error", FORESEEN, ids=lambda error: error.code)
def test_unavailability_is_one_line_of_warning_with_its_cause(error, caplog):
    cause = TimeoutError("canceled\nDETAIL: Key (name)=(nobody's business)")
    problems.from_error(caused(error, cause), instance="/api/v1/people", request_id="r-1")
    (record,) = caplog.records
    assert (record.levelno, record.exc_info) == (logging.WARNING, None)
    assert record.getMessage() == f"request r-1 to /api/v1/people: {error.code}: TimeoutError: canceled"


@pytest.mark.parametrize("error", [RuntimeError("unforeseen"), TransactionAborted()], ids=str)
def test_internal_error_keeps_its_traceback(error, caplog):
    assert problems.from_error(error, instance="/", request_id="r").code == "internal_error"
    (record,) = caplog.records
    assert (record.levelno, record.exc_info[1]) == (logging.ERROR, error)


def test_an_outage_is_told_once_in_a_while_with_how_many_there_were(caplog):
    at = 100.0
    log = FailureLog(lambda: at)

    def fail(times):
        caplog.clear()
        for number in range(times):
            log.unavailable(
                "database_unreachable", DatabaseUnreachable(), instance="/", request_id=f"r-{number}"
            )
        return [(record.levelno, record.exc_info, record.getMessage()) for record in caplog.records]

    ((level, traceback, told),) = fail(1000)
    assert (level, traceback) == (logging.ERROR, None)
    assert "r-0" in told
    assert "since" not in told
    at += PAUSE_S
    ((_, _, told),) = fail(10)
    assert "999 more requests since it was last told" in told
    at += PAUSE_S
    ((_, _, told),) = fail(1)
    assert "9 more requests" in told


def test_every_503_is_foreseen(caplog):
    problems.from_error(TooBusy(), instance="/", request_id="r")
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
