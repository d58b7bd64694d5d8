"""`astrarium config`: faults all at once, values with their origins, and never a secret."""

import json

import pytest


@pytest.fixture
def nothing_set(monkeypatch):
    for name in ("ASTRARIUM_CONFIG", "DATABASE_URL", "ASTRARIUM_PORT"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_good_settings_are_said_to_be_good(run, nothing_set):
    nothing_set.setenv("ASTRARIUM_PORT", "9000")
    result = run("config", "check")
    assert (result.code, result.err) == (0, "")
    assert "good: 2 given" in result.out  # the data directory of the tests is the other one


def test_every_fault_is_told_with_exit_code_1(run, nothing_set):
    nothing_set.setenv("ASTRARIUM_PORT", "many")
    nothing_set.setenv("ASTRARIUM_PROT", "1")
    result = run("config", "check")
    assert result.code == 1
    assert "error[invalid_settings]" in result.err
    assert "ASTRARIUM_PROT is no setting, did you mean ASTRARIUM_PORT?" in result.err
    assert "ASTRARIUM_PORT is 'many'" in result.err


def test_settings_are_listed_with_their_origin_and_without_passwords(run, nothing_set):
    nothing_set.setenv("COLUMNS", "160")
    nothing_set.setenv("DATABASE_URL", "postgresql://a:cellar@db.example/stars")
    result = run("config", "show")
    assert result.code == 0
    (line,) = [line for line in result.out.splitlines() if line.startswith("DATABASE_URL ")]
    assert line.split() == ["DATABASE_URL", "postgresql://a:…@db.example/stars", "DATABASE_URL"]
    told = {one["name"]: one for one in json.loads(run("config", "show", "--json").out)["items"]}
    assert "cellar" not in json.dumps(told)
    assert told["port"]["origin"] == "default"
