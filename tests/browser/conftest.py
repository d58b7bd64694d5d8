"""A real Chromium against a real server."""

import mailbox
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PATIENCE_S = 120
PASSWORD = "a wren in the wych elm"

RUN = """
import os
from astrarium.service.server import serve
from astrarium.service.settings import load
serve(load(os.environ, port=0))
"""


CONTRAST = """
() => {
  const channel = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const colour = parse(getComputedStyle(node).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return parse(getComputedStyle(document.documentElement).backgroundColor);
  };
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || node.closest("svg, option, .visually-hidden, .skip")) continue;
    if (!node.checkVisibility()) continue;
    const [a, b] = [luminance(parse(getComputedStyle(node).color)), luminance(ground(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.push(`${ratio.toFixed(2)} ${walker.currentNode.data.trim().slice(0, 40)}`);
  }
  return poor;
}
"""


@pytest.fixture(scope="session")
def letters(tmp_path_factory) -> Path:
    """The folder that the service's letters go to."""
    return tmp_path_factory.mktemp("mail") / "letters"


@pytest.fixture(scope="session")
def address(letters) -> Iterator[str]:
    """Where the service of this run listens."""
    environment = {**os.environ, "ASTRARIUM_MAIL_URL": f"file://{letters}"}
    process = subprocess.Popen(
        [sys.executable, "-c", RUN], stdout=subprocess.PIPE, text=True, env=environment
    )
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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for each file: while Playwright runs, no other test of the process can run an event loop."""
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


@pytest.fixture
def poor_contrasts() -> Callable[[Page], list[str]]:
    """The texts of a page whose contrast is less than 4.5 : 1, with their contrast."""
    return lambda page: page.evaluate(CONTRAST)


@pytest.fixture
def token_for(letters):
    """Wait for the letter to somebody, and give the token of its link."""

    def wait(email: str) -> str:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            for letter in mailbox.Maildir(letters) if letters.exists() else ():
                if letter["To"] == email:
                    text = letter.get_payload(0).get_payload(decode=True).decode()
                    return re.search(r"\?token=([\w-]+)", text)[1]
            time.sleep(0.02)
        raise AssertionError(f"no letter to {email}")

    return wait


@pytest.fixture
def begin(open_page, token_for):
    """Make an account as a person does, and give its page and its e-mail."""

    def go(path: str = "/", **options) -> tuple[Page, str]:
        email = f"{uuid4().hex}@stars.example"
        page = open_page(path, **options)
        page.get_by_role("link", name="Sign in", exact=True).click()
        page.get_by_role("link", name="Make an account").click()
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Make the account").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Check your mail")
        page.goto(f"/account/verify?token={token_for(email)}")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Begin the account").click()
        expect(page.get_by_role("status")).to_have_text("Your account is there, and you are signed in.")
        return page, email

    return go
