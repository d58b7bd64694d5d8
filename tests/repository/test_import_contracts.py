"""The one contract of our own: a feature of the service has one door."""

import sys

import pytest
from grimp import ImportGraph


@pytest.fixture
def contract(root, monkeypatch):
    monkeypatch.setattr(sys, "path", [str(root), *sys.path])
    from tools.import_contracts import OneDoorContract

    options = {"package": "house.service", "door": "service", "shared": ["database"]}
    return OneDoorContract("One door", session_options={}, contract_options=options)


def graph_with(importer, imported):
    graph = ImportGraph()
    for module in (
        "house",
        "house.service",
        "house.service.app",
        "house.service.people",
        "house.service.people.routes",
        "house.service.people.models",
        "house.service.people.service",
        "house.service.charts",
        "house.service.charts.routes",
        "house.service.charts.service",
        "house.service.database",
        "house.service.database.pools",
    ):
        graph.add_module(module)
    graph.add_import(importer=importer, imported=imported, line_number=1, line_contents="import …")
    return graph


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("house.service.charts.routes", "house.service.people.models"),
        ("house.service.charts.service", "house.service.people"),
        ("house.service.charts", "house.service.people.routes"),
        ("house.service.database.pools", "house.service.people.models"),
    ],
)
def test_an_import_that_bypasses_the_door_is_reported_with_its_line(contract, importer, imported):
    outcome = contract.check(graph_with(importer, imported), verbose=False)
    assert not outcome.kept
    assert [
        (found["importer"], found["imported"], found["line_number"])
        for found in outcome.metadata["trespasses"]
    ] == [(importer, imported, 1)]


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("house.service.charts.routes", "house.service.people.service"),
        ("house.service.people.routes", "house.service.people.models"),
        ("house.service.people.models", "house.service.database.pools"),
        ("house.service.app", "house.service.people.routes"),
        ("house.service.people.routes", "house.service.app"),
    ],
)
def test_the_door_ones_own_rooms_and_shared_rooms_stay_open(contract, importer, imported):
    assert contract.check(graph_with(importer, imported), verbose=False).kept
