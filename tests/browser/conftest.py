"""A real Chromium against a real server."""

import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PATIENCE_S = 120

RUN = """
import os
from astrarium.service.server import serve
from astrarium.service.settings import load
serve(load(os.environ, port=0))
"""


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where the service of this run listens."""
    process = subprocess.Popen([sys.executable, "-c", RUN], stdout=subprocess.PIPE, text=True)
    guard = threading.Timer(PATIENCE_S, process.kill)
    guard.start()
    try:
        match = re.search(r"http://\S+(?=/\n)", process.stdout.readline())
        guard.cancel()
        assert match
        yield match[0]
    finally:
        guard.cancel()
        process.terminate()
        process.communicate(timeout=30)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser, address):
    """Open pages of the service; afterwards nothing may have been complained about in their consoles."""
    contexts = []
    complaints = []

    def go(path: str = "/", **options) -> Page:
        options.setdefault("viewport", {"width": 1280, "height": 900})
        context = browser.new_context(base_url=address, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield go
    for context in contexts:
        context.close()
    unexpected = [one for one in complaints if "the server responded with a status of 4" not in one]
    assert not unexpected
