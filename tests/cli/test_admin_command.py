"""`astrarium admin`: the first administrator, another role, fresh keys, on the private database of a data directory."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

PASSWORD = "a wren in the wych elm"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("admin")
    for parent in (folder, *folder.parents):
        if str(parent).startswith("/tmp/pytest") or parent.parent.name.startswith("pytest"):
            parent.chmod(0o711)  # root lends the server to another user, who has to get in
    return folder / "data"


@pytest.fixture(scope="module")
def run(data):
    def command(*arguments, stdin=""):
        return subprocess.run(
            [sys.executable, "-m", "astrarium", "admin", *arguments],
            check=False, capture_output=True, text=True, input=stdin,
            env={"ASTRARIUM_DATA": str(data), "PATH": "/usr/bin:/bin", "ASTRARIUM_PASSWORD_MEMORY_KIB": "8"},
        )  # fmt: skip

    return command


def test_an_operator_makes_the_first_administrator_and_gives_roles_and_rotates_keys(run, data):
    made = run("create", "ada@stars.example", "--password-file", "-", stdin=PASSWORD + "\n")
    assert made.returncode == 0, made.stderr
    assert "of the role admin" in made.stdout

    again = run("create", "ADA@stars.example", "--password-file", "-", stdin=PASSWORD + "\n")
    assert again.returncode == 1
    assert "error[email_taken]" in again.stderr
    assert "astrarium admin role" in again.stderr

    assert run("role", "ada@stars.example", "support").stdout == "ada@stars.example has the role support.\n"
    nobody = run("role", "nobody@stars.example", "admin")
    assert nobody.returncode == 1
    assert "error[no_such_account]" in nobody.stderr

    file = Path(data) / "secret-keys"
    assert run("rotate-keys").returncode == 0
    before = file.read_text().split()
    assert run("rotate-keys").stdout == "0 secrets were sealed anew.\n"
    after = file.read_text().split()
    assert (len(after), after[1:]) == (len(before) + 1, before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("email", "password", "code"),
    [("ada", PASSWORD, "invalid_email"), ("eve@stars.example", "short", "weak_password")],
)
def test_what_no_person_could_register_with_is_refused(run, email, password, code):
    refused = run("create", email, "--password-file", "-", stdin=password)
    assert refused.returncode == 1
    assert f"error[{code}]" in refused.stderr
    assert password not in refused.stderr or password == PASSWORD


def test_a_password_file_that_is_not_there_is_named(run):
    refused = run("create", "eve@stars.example", "--password-file", "/nowhere/password")
    assert refused.returncode == 1
    assert "/nowhere/password" in refused.stderr


def test_a_role_that_there_is_not_is_wrong_usage(run):
    assert run("role", "ada@stars.example", "emperor").returncode == 2
