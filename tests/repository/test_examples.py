"""Every example of the documents runs: `python` blocks, `astrarium` commands, and requests by `curl` to a real service.

A `text` block right after an example is what it prints; one that ends in `…` is how it begins. Lines of `make`, of
package installers, of `astrarium serve` and `astrarium ephemeris build` (which takes minutes) are for the reader: what
they name is checked elsewhere.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$(?:\n\n?^```text\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)
SERVICE = "http://127.0.0.1:8000"
FOR_THE_READER = {"make", "apt", "brew", "pip", "git", "cd"}
NOT_RUN = (["serve"], ["ephemeris", "build"])
ANY_KEY = "ast_…"
"""An API key in an example."""
WIDTH = 100


def examples(language):
    return [
        pytest.param(
            block[1], block[2], id=f"{page.relative_to(ROOT)}:{page_text.count(chr(10), 0, block[3]) + 1}"
        )
        for page in PAGES
        if (page_text := page.read_text(encoding="utf-8"))
        for block in ((match[1], match[2], match[3], match.start()) for match in BLOCK.finditer(page_text))
        if block[0] == language
    ]


def commands(code):
    """The commands of a shell block, each as its words; a backslash or an open quote goes on in the next line."""
    found, pending = [], ""
    for line in code.replace("\\\n", " ").splitlines():
        pending += line
        try:
            words = shlex.split(pending, comments=True)
        except ValueError:
            pending += "\n"
            continue
        pending = ""
        if words:
            found.append(words)
    assert not pending, "a quote stays open"
    return found


def environment():
    ours = {name for name in os.environ if name.startswith("ASTRARIUM_")} - {"ASTRARIUM_DATA"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {"COLUMNS": str(WIDTH), "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}


def run_astrarium(words, folder):
    return subprocess.run(
        [sys.executable, "-m", "astrarium", *words],
        cwd=folder,
        env=environment(),
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def service():
    """The address of a service started as a person starts it."""
    with subprocess.Popen(
        [sys.executable, "-m", "astrarium", "serve", "--port", "0"],
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            ready = process.stdout.readline()
            yield ready[ready.index("http://") :].strip().rstrip("/")
        finally:
            process.terminate()
    assert process.returncode == 0


@pytest.fixture(scope="module")
def key(service, tmp_path_factory):
    """An API key of somebody who may keep things, made as an operator and that somebody would."""
    password = tmp_path_factory.mktemp("account") / "password"
    password.write_text("thirteen signs of the sky")
    made = run_astrarium(
        ["admin", "create", "ada@stars.example", "--role", "user", "--password-file", password], ROOT
    )
    assert made.returncode == 0, made.stderr
    with httpx.Client(base_url=f"{service}/api/v1", timeout=60) as client:
        letter = {"email": "ada@stars.example", "password": password.read_text()}
        session = client.post("/sessions", json=letter)
        client.headers["X-CSRF-Token"] = session.json()["csrf_token"]
        wanted = {
            "name": "examples",
            "scopes": [
                "people:read",
                "people:write",
                "charts:read",
                "charts:write",
                "sharing:read",
                "sharing:write",
            ],
        }
        return client.post("/api-keys", json=wanted).json()["key"]


def ask(words, service):
    """What `curl` would ask: the request and the body that comes back."""
    method, headers, body, url = "GET", {}, None, None
    rest = iter(words)
    for word in rest:
        if word in {"-s", "-i"}:
            continue
        if word == "-X":
            method = next(rest)
        elif word == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = value
        elif word == "-d":
            body, method = next(rest), "POST"
        else:
            assert url is None, f"{word} is no option that these examples use"
            url = word
    assert url.startswith(SERVICE)
    return httpx.request(method, url.replace(SERVICE, service), headers=headers, content=body, timeout=60)


def assert_prints(printed, output):
    lines = [line.rstrip() for line in printed.splitlines()]
    expected = output.splitlines()
    if expected[-1] == "…":
        expected.pop()
        lines = lines[: len(expected)]
    assert lines == expected


@pytest.mark.parametrize(("code", "output"), examples("python"))
def test_python_example_runs(code, output, tmp_path):
    finished = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=tmp_path,
        env=environment(),
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert finished.returncode == 0, finished.stderr
    assert not finished.stderr
    if output:
        assert_prints(finished.stdout, output)


@pytest.mark.parametrize(("code", "output"), examples("sh"))
def test_shell_example_runs(code, output, tmp_path, request):
    printed = ""
    for program, *words in commands(code):
        name = program.removeprefix(".venv/bin/")
        if name in FOR_THE_READER or any(words[: len(start)] == start for start in NOT_RUN):
            continue
        if name == "curl":
            if any(ANY_KEY in word for word in words):
                words = [word.replace(ANY_KEY, request.getfixturevalue("key")) for word in words]  # noqa: PLW2901
            answer = ask(words, request.getfixturevalue("service"))
            assert answer.is_success, answer.text
            printed += answer.text
        else:
            assert name == "astrarium", f"no example may need {name}"
            finished = run_astrarium(words, tmp_path)
            assert finished.returncode == 0, finished.stderr
            printed += finished.stdout
    if output:
        assert_prints(printed, output)


def test_examples_are_found_in_all_their_forms():
    assert examples("python")
    assert examples("sh")
    assert commands("a 'b c' \\\n  d  # e\n\n# f\ng 'h\ni'\n") == [["a", "b c", "d"], ["g", "h\ni"]]
