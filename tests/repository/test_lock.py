"""The lock: every dependency of every extra, pinned and hashed, without addresses."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ENTRY = re.compile(
    r"^(?P<name>[a-z0-9._-]+)==(?P<version>\S+)(?: ; (?P<marker>[^\\]+?))?(?P<hashes>(?: \\\n +--hash=\S+)*)$",
    re.MULTILINE,
)


def pins(text):
    return [match.groupdict() for match in ENTRY.finditer(text)]


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["requirements.lock", "tools/uv.txt"])
def test_every_pin_has_a_hash_and_no_line_has_an_address(root, name):
    text = (root / name).read_text(encoding="utf-8")
    locked = pins(text)
    assert locked
    assert len(locked) == sum(1 for line in text.splitlines() if line[:1].isalnum())
    assert not [pin["name"] for pin in locked if "--hash=sha256:" not in pin["hashes"]]
    assert "://" not in text
    assert not re.search(r"^\s*(--index|--extra-index|--find-links|-f |-i )", text, re.MULTILINE)


def test_every_requirement_of_the_project_is_satisfied_by_a_pin(root, project):
    locked = {}
    for pin in pins((root / "requirements.lock").read_text(encoding="utf-8")):
        locked.setdefault(pin["name"], []).append(pin["version"])
    stated = [
        *project["build-system"]["requires"],
        *project["project"]["dependencies"],
        *(text for extra in project["project"]["optional-dependencies"].values() for text in extra),
    ]
    wanted = [need for need in map(Requirement, stated) if need.name != "astrarium"]
    unmet = [
        str(need)
        for need in wanted
        if not any(
            need.specifier.contains(version) for version in locked.get(canonicalize_name(need.name), [])
        )
    ]
    assert not unmet


def test_extras_name_only_extras_that_exist(project):
    extras = project["project"]["optional-dependencies"]
    named = {
        extra
        for stated in extras.values()
        for need in map(Requirement, stated)
        if need.name == "astrarium"
        for extra in need.extras
    }
    assert named <= extras.keys()


def test_one_pip_is_vendored_and_one_uv_is_pinned(root):
    assert len(list((root / "tools").glob("pip-*.whl"))) == 1
    assert [pin["name"] for pin in pins((root / "tools/uv.txt").read_text(encoding="utf-8"))] == ["uv"]
