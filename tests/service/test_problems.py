import importlib
from collections.abc import Iterator
from pathlib import Path

import astrarium
from astrarium.errors import AstrariumError
from astrarium.service import problems
from astrarium.service.errors import RequestError
from astrarium.sky.errors import TableUnusable

ROOT = Path(__file__).parents[2]
ERRORS_PAGE = ROOT / "docs" / "reference" / "errors.md"

OF_THE_LIBRARY = {
    "directory_busy",
    "invalid_limit",
    "not_seen_from_sun",
    "planets_too_narrow",
    "site_invalid",
    "source_missing",
    "table_not_accurate",
    "unequal_lengths",
    "years_not_covered",
}
"""Codes of engine rooms that only arguments of the library, or the command line's building of tables, can cause."""


OF_TABLES = {
    "arrow_extra_missing",
    "duplicate_columns",
    "empty_table",
    "invalid_cell",
    "invalid_row",
    "invalid_text",
    "missing_columns",
    "ragged_row",
    "unknown_columns",
    "unknown_format",
    "unreadable_table",
    "unstreamable_format",
}
"""Codes of tables of births; docs/reference/batch-schema.md explains them."""


def descendants(kind: type[AstrariumError]) -> Iterator[type[AstrariumError]]:
    for child in kind.__subclasses__():
        yield child
        yield from descendants(child)


def engine_codes() -> set[str]:
    package = Path(astrarium.__path__[0])
    for room in ("civil", "sky", "chart"):
        for file in (package / room).rglob("*errors.py"):
            importlib.import_module("astrarium." + ".".join(file.relative_to(package).with_suffix("").parts))
    rooms = ("astrarium.civil", "astrarium.sky", "astrarium.chart")
    return {
        kind.code
        for kind in descendants(AstrariumError)
        if "code" in vars(kind) and kind.__module__.startswith(rooms)
    }


def test_every_code_of_the_engine_has_a_status():
    missing = engine_codes() - OF_THE_LIBRARY - OF_TABLES - problems.BROKEN_INSTALLATION - set(problems.KINDS)
    assert not missing


def test_no_code_stands_in_the_table_without_an_error_behind_it():
    requests = {kind.code for kind in descendants(RequestError) if "code" in vars(kind)}
    assert set(problems.KINDS) == requests | (
        set(problems.OF_THE_BIRTH | problems.OF_THE_CHART) & engine_codes()
        | set(problems.OF_THE_TABLE) & OF_TABLES
    )


def test_every_code_is_explained_in_the_documents_with_its_status():
    page = ERRORS_PAGE.read_text("utf-8")
    for code, kind in problems.KINDS.items():
        assert f"| `{code}` | {kind.status} |" in page, code


def test_the_documents_explain_no_code_that_does_not_exist():
    listed = [
        line.split("`")[1] for line in ERRORS_PAGE.read_text("utf-8").splitlines() if line.startswith("| `")
    ]
    assert sorted(listed) == sorted(problems.KINDS)


def test_a_broken_installation_is_told_without_its_paths(caplog):
    error = TableUnusable(Path("/srv/secret/ephemeris"), "its digest differs")
    told = problems.from_error(error, instance="/api/v1/charts", request_id="r")
    assert (told.status, told.code) == (503, "service_unavailable")
    assert "secret" not in repr(told)
    (record,) = caplog.records
    assert "/srv/secret/ephemeris" in record.getMessage()
