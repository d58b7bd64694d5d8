import re
from pathlib import Path

import pytest

from astrarium.service.settings import InvalidSettings, Settings, load, load_with_origins
from astrarium.service.settings_telling import meanings, shown, tell
from builders import settings_page


def test_an_empty_environment_gives_the_defaults():
    assert load({}, data="/srv/a") == Settings(data="/srv/a")
    assert load({"PATH": "/bin", "ASTRARIUM_PORT": " "}, data="/srv/a") == Settings(data="/srv/a")


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
    assert settings.allowed_hosts == ("Stars.example", "localhost")
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
    assert load({"ASTRARIUM_TRACEBACK": "1"}, data="/srv/a") == Settings(data="/srv/a")


def test_a_variable_wins_over_the_file_and_both_have_types(tmp_path):
    file = tmp_path / "astrarium.toml"
    file.write_text('port = 9000\nhttps = true\nallowed_hosts = ["stars.example"]\nlog_level = "error"\n')
    environment = {"ASTRARIUM_CONFIG": str(file), "ASTRARIUM_PORT": "9001"}
    settings, given = load_with_origins(environment, host="::")
    assert (settings.port, settings.https, settings.allowed_hosts) == (9001, True, ("stars.example",))
    origins = {name: one.origin for name, one in given.items()}
    assert origins["port"] == "ASTRARIUM_PORT"
    assert origins["https"] == str(file)
    assert origins["host"] == "option"


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        (b"port = ", "is not TOML"),
        (b"\xff", "is not TOML"),
        (b"prot = 1", "prot is no setting, did you mean port?"),
        (b"port = 'many'", "port is 'many'"),
        (b"[host]\na = 1", "host is"),
    ],
)
def test_a_settings_file_that_cannot_be_used_is_refused(tmp_path, contents, said):
    file = tmp_path / "astrarium.toml"
    file.write_bytes(contents)
    with pytest.raises(InvalidSettings, match=re.escape(said)) as caught:
        load({"ASTRARIUM_CONFIG": str(file)})
    assert str(file) in caught.value.detail


def test_a_settings_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InvalidSettings, match="cannot be read: No such file"):
        load({"ASTRARIUM_CONFIG": str(tmp_path / "none.toml")})


def test_an_address_can_come_from_a_file_and_its_password_is_never_told(tmp_path):
    address = "postgresql://astrarium:cellar@db.example/stars"
    file = tmp_path / "database"
    file.write_text(address + "\n")
    settings, given = load_with_origins({"DATABASE_URL_FILE": str(file)})
    assert settings.database_url == address
    assert "cellar" not in repr(settings)
    told = {one.name: one for one in tell(settings, given)}
    assert told["database_url"].value == "postgresql://astrarium:…@db.example/stars"
    assert told["database_url"].origin == f"DATABASE_URL_FILE ({file})"


@pytest.mark.parametrize(
    ("address", "shown_as"),
    [
        ("postgresql:///stars?host=/run&password=cellar", "postgresql:///stars"),
        ("postgresql://db.example/stars", "postgresql://db.example/stars"),
        ("postgresql://a:cellar@[::1", "…"),
        ("cellar", "…"),
    ],
)
def test_an_address_is_shown_without_what_may_be_a_password(address, shown_as):
    assert shown(address, "password") == shown_as


def test_a_secret_that_cannot_be_used_is_refused_without_being_told():
    with pytest.raises(InvalidSettings) as caught:
        load({"DATABASE_URL_FILE": "/nowhere/cellar", "DATABASE_URL": ""})
    assert "DATABASE_URL_FILE: /nowhere/cellar cannot be read" in caught.value.detail


def test_production_refuses_what_is_convenient_and_unsafe():
    with pytest.raises(InvalidSettings) as caught:
        load({"ASTRARIUM_PRODUCTION": "true", "ASTRARIUM_PORT": "many"})
    told = caught.value.detail
    for name in ("ASTRARIUM_PORT", "ASTRARIUM_HTTPS=true", "ASTRARIUM_ALLOWED_HOSTS"):
        assert name in told


def test_the_reference_page_is_made_from_the_settings():
    page = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"
    assert settings_page.page(page.read_text("utf-8")) == page.read_text("utf-8"), (
        "python -m builders.settings_page writes it anew"
    )
    assert all(meanings().get(name) for name in Settings.__struct_fields__)
