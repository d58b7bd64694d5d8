import re
from pathlib import Path

import msgspec
import pytest

from astrarium.service.settings import InvalidSettings, Settings, load


def test_an_empty_environment_gives_the_defaults():
    assert load({}) == Settings()
    assert load({"PATH": "/bin", "ASTRARIUM_PORT": " "}) == Settings()


def test_variables_are_read_by_their_type():
    settings = load(
        {
            "ASTRARIUM_PORT": "9000",
            "ASTRARIUM_HTTPS": "true",
            "ASTRARIUM_ALLOWED_HOSTS": "Stars.example, localhost ,",
            "ASTRARIUM_LOG_LEVEL": "warning",
        }
    )
    assert settings.port == 9000
    assert settings.https is True
    assert settings.allowed_hosts == ("stars.example", "localhost")
    assert settings.log_level == "warning"


def test_an_option_wins_over_its_variable_and_none_does_not():
    environment = {"ASTRARIUM_PORT": "9000", "ASTRARIUM_HOST": "0.0.0.0"}
    settings = load(environment, port=9001, host=None)
    assert (settings.port, settings.host) == (9001, "0.0.0.0")


def test_every_fault_is_named_at_once():
    with pytest.raises(InvalidSettings) as caught:
        load(
            {
                "ASTRARIUM_PORT": "70000",
                "ASTRARIUM_WORKERS": "many",
                "ASTRARIUM_PROT": "1",
                "ASTRARIUM_ZZZ": "1",
            }
        )
    faults = caught.value.faults
    assert len(faults) == 4
    assert any("ASTRARIUM_PORT is '70000'" in fault and "65535" in fault for fault in faults)
    assert any("ASTRARIUM_WORKERS is 'many'" in fault for fault in faults)
    assert "ASTRARIUM_PROT is no setting, did you mean ASTRARIUM_PORT?" in faults
    assert "ASTRARIUM_ZZZ is no setting" in faults


def test_an_option_out_of_bounds_is_refused_like_its_variable():
    with pytest.raises(InvalidSettings, match="ASTRARIUM_WORKERS is 0"):
        load({}, workers=0)


def test_the_command_lines_own_variable_is_left_to_it():
    assert load({"ASTRARIUM_TRACEBACK": "1"}) == Settings()


def test_every_setting_is_documented_with_its_default_and_no_other():
    page = (Path(__file__).parents[2] / "docs" / "howto" / "run-the-service.md").read_text("utf-8")
    documented = dict(re.findall(r"^\| `ASTRARIUM_([A-Z_]+)` \| (.*?) \|", page, re.MULTILINE))
    fields = {field.name: field.default for field in msgspec.structs.fields(Settings)}
    assert {name.lower() for name in documented} == set(fields)
    for name, default in fields.items():
        if default is None:
            written = "the user’s own"
        elif default == ():
            written = "any"
        else:
            written = f"`{str(default).lower() if isinstance(default, bool) else default}`"
        assert documented[name.upper()] == written
