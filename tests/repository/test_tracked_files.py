"""What may stand in the tree: no addresses of registries, no machine's paths, no giants."""

import re

import pytest

REGISTRY_HOSTS = tuple(
    ".".join(labels).encode()
    for labels in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("anaconda", "org"),
        ("crates", "io"),
        ("proxy", "golang", "org"),
    )
)
MACHINE_PATH = re.compile(rb"(?<![\w.~$}/-])/(?!(?:home|Users)/ada\b)(?:root|home|Users|work|opt)/\w")
DATA_LIMIT_BYTES = 90_000_000
FILE_LIMIT_LINES = 400
# A longer file needs a reason here.
LONGER_FILES: dict[str, str] = {}


def test_no_file_names_a_package_registry(tracked, root):
    found = {
        (str(path.relative_to(root)), host.decode())
        for path in tracked
        for host in REGISTRY_HOSTS
        if host in path.read_bytes()
    }
    assert not found


def test_no_file_names_a_path_of_somebodys_machine(tracked, root):
    found = {
        (str(path.relative_to(root)), match.group().decode())
        for path in tracked
        for match in MACHINE_PATH.finditer(path.read_bytes())
    }
    assert not found


@pytest.mark.parametrize("before", [b"see ", b'"', b"open(", b"\n", b"="])
@pytest.mark.parametrize("folder", [b"root", b"home", b"Users", b"work", b"opt"])
def test_the_search_for_machine_paths_finds_one(before, folder):
    assert MACHINE_PATH.search(before + b"/".join((b"", folder, b"eve")))


@pytest.mark.parametrize(
    "path",
    [b"$HOME/root/x", b"./home/x", b"a/work/b", b"https://x.example/opt/", b"~/opt/x", b"/home/ada/sky"],
)
def test_the_search_for_machine_paths_leaves_other_paths_alone(path):
    assert not MACHINE_PATH.search(path)


def test_built_tables_stay_small_enough_to_clone(tracked, root):
    data = root / "src/astrarium/data"
    assert sum(path.stat().st_size for path in tracked if data in path.parents) < DATA_LIMIT_BYTES


def test_python_files_are_of_one_idea_and_exceptions_have_a_reason(tracked, root):
    lengths = {
        str(path.relative_to(root)): path.read_text(encoding="utf-8").count("\n")
        for path in tracked
        if path.suffix == ".py"
    }
    too_long = {name for name, lines in lengths.items() if lines > FILE_LIMIT_LINES}
    assert too_long == LONGER_FILES.keys()


def test_scripts_can_be_executed(tracked, root):
    scripts = [path for path in tracked if path.suffix in {"", ".sh"} and path.read_bytes()[:2] == b"#!"]
    assert {root / ".ci/run", root / "tools/environment"} <= set(scripts)
    assert not [path for path in scripts if not path.stat().st_mode & 0o111]
