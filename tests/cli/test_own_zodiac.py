"""Zodiacs of one's own and house fallbacks on the command line."""

import json
from pathlib import Path

import pytest

BIRTH = ("chart", "--date", "1990-05-17", "--time", "12:30", "--place", "London, GB", "--json")
TOML = 'id = "halves"\nframe = "tropical"\nsigns = [{sign = "light", start = 0.0}, {sign = "dark", start = 180.0}]\n'


def test_a_definition_file_is_a_zodiac(run, tmp_path: Path) -> None:
    path = tmp_path / "halves.toml"
    path.write_text(TOML)

    result = run(*BIRTH, "--zodiac", f"{path},iau13")

    assert result.code == 0
    assert json.loads(result.out)["positions"][0]["signs"]["user:halves"]["sign"] == "light"


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.json", "{", "JSON"),
        ("a.toml", "id = 3", "expected"),
        ("a.toml", TOML.replace("180.0", "0.0"), "two signs"),
    ],
)
def test_a_wrong_definition_is_named(run, tmp_path: Path, name: str, content: str, word: str) -> None:
    path = tmp_path / name
    path.write_text(content)

    result = run(*BIRTH, "--zodiac", str(path))

    assert result.code == 1
    assert word in result.err
    assert "hint:" in result.err


def test_a_missing_definition_is_named(run, tmp_path: Path) -> None:
    result = run(*BIRTH, "--zodiac", str(tmp_path / "none.json"))

    assert result.code == 1
    assert "none.json" in result.err


def test_a_house_fallback_is_used_beyond_the_polar_circle(run) -> None:
    north = ("--latitude", "70", "--longitude", "25")

    plain = run(*BIRTH[:5], *north, "--json")
    fallen = run(*BIRTH[:5], *north, "--json", "--house-fallback", "porphyry")

    assert plain.code == 1
    assert json.loads(fallen.out)["houses"]["system"] == "porphyry"
