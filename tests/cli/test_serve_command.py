"""`astrarium serve`: says where the page is, stops when told to, and fails in two lines when it cannot start."""

import re
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def data_directory(_plain_environment, monkeypatch) -> Iterator[Path]:
    """A data directory where also the user whom root lends PostgreSQL to can go."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        monkeypatch.setenv("ASTRARIUM_DATA", f"{folder}/data")
        yield Path(folder) / "data"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_prints_the_page_s_address_when_ready_and_stops_cleanly(number):
    with subprocess.Popen(
        [sys.executable, "-m", "astrarium", "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            ready = process.stdout.readline().decode()
            address = re.fullmatch(r"Astrarium is ready: (http://127\.0\.0\.1:\d+/)\n", ready)[1]
            with urllib.request.urlopen(address, timeout=60) as answer:
                assert answer.status == 200
            process.send_signal(number)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert (process.returncode, out) == (0, b"")
    assert b"Traceback" not in err


def test_serve_tells_that_the_port_is_taken(run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, out, err = run("serve", "--port", str(taken.getsockname()[1]))
    assert (code, out) == (1, "")
    assert err.startswith("error[address_unavailable]: ")
    assert "--port 0" in err.splitlines()[-1]


def test_serve_tells_an_impossible_address(run):
    code, out, err = run("serve", "--host", "203.0.113.77", "--port", "0")
    assert (code, out) == (1, "")
    assert err.startswith("error[address_unavailable]: ")


def test_serve_tells_a_wrong_setting_of_the_environment(run, monkeypatch):
    monkeypatch.setenv("ASTRARIUM_PORT", "eighty")
    code, out, err = run("serve")
    assert (code, out) == (1, "")
    assert err.startswith("error[invalid_settings]: ASTRARIUM_PORT ")


def test_an_option_wins_over_its_variable(run, monkeypatch):
    monkeypatch.setenv("ASTRARIUM_PORT", "eighty")
    monkeypatch.setenv("ASTRARIUM_HOST", "203.0.113.77")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        err = run("serve", "--port", port, "--host", "127.0.0.1").err
    assert f"127.0.0.1 port {port}" in err


@pytest.mark.parametrize("module", ["litestar", "uvicorn", "jinja2"])
def test_serve_without_the_web_stack_says_what_to_install(run_process, tmp_path, module):
    (tmp_path / f"{module}.py").write_text(
        f"raise ModuleNotFoundError('No module named {module}', name='{module}')"
    )
    done = run_process("serve", "--port", "0", environment={"PYTHONPATH": str(tmp_path)})
    assert (done.returncode, done.stdout) == (1, b"")
    reason, hint = done.stderr.decode().splitlines()
    assert (
        reason
        == f"error[server_extra_missing]: The server's packages are not installed ({module} is missing)."
    )
    assert 'pip install "astrarium[server]"' in hint
