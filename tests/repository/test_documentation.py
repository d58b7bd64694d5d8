"""What the documents say exists: their links, their commands, their tests; and every decision is a whole one."""

import re
import shlex
from pathlib import Path
from urllib.parse import unquote

import pytest

LINK = re.compile(r"(?<!`)!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")
FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
DECISION_SECTIONS = ["Context", "Decision", "Alternatives", "Consequences"]


def documents(tracked):
    return [path for path in tracked if path.suffix == ".md"]


def anchors(text):
    """The anchors that the headings of a page get: lower case, punctuation dropped, spaces as hyphens."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(page):
    text = page.read_text(encoding="utf-8")
    for match in LINK.finditer(FENCE.sub("", text)):
        target, _, anchor = unquote(match["target"]).partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        file = (page.parent / target) if target else page
        if not file.exists() or (anchor and anchor not in anchors(file.read_text(encoding="utf-8"))):
            yield match["target"]


def test_every_link_leads_to_a_file_and_a_heading(tracked, root):
    broken = {str(page.relative_to(root)): list(broken_links(page)) for page in documents(tracked)}
    assert not {page: links for page, links in broken.items() if links}


def test_a_link_to_nowhere_is_found(tmp_path):
    page = tmp_path / "page.md"
    targets = ("gone.md", "#a-title", "#no-title", "https://example.org", "page.md#a-title")
    page.write_text("# A title\n" + " ".join(f"[link]({target})" for target in targets))
    assert list(broken_links(page)) == ["gone.md", "#no-title"]


def test_every_make_target_that_a_document_names_exists(tracked, root):
    targets = set(re.findall(r"^([a-z-]+):", (root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        target
        for page in documents(tracked)
        for target in re.findall(
            r"(?:^|`)make ([a-z][a-z-]*)", page.read_text(encoding="utf-8"), re.MULTILINE
        )
    }
    assert named
    assert named <= targets


def test_make_alone_lists_every_target(root):
    text = (root / "Makefile").read_text(encoding="utf-8")
    phony = set(re.search(r"^\.PHONY: (.+)$", text, re.MULTILINE).group(1).split())
    assert phony == set(re.findall(r"^([a-z-]+):.* ## ", text, re.MULTILINE))


def test_readme_opens_with_the_two_commands(root):
    first = FENCE.search((root / "README.md").read_text(encoding="utf-8"))
    assert [shlex.split(line, comments=True) for line in first["code"].splitlines()] == [
        ["make", "serve"],
        ["make", "test"],
    ]


def decisions():
    return sorted((Path(__file__).parents[2] / "docs/decisions").glob("[0-9]*.md"))


@pytest.mark.parametrize("page", decisions(), ids=lambda page: page.stem[:4])
def test_a_decision_has_its_four_sections_and_fits_on_a_page(page):
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {page.stem[:4]}. ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == DECISION_SECTIONS
    assert all(section.strip() for section in re.split(r"^## .+$", text, flags=re.MULTILINE)[1:])
    assert text.count("\n") <= 60


def test_decisions_are_numbered_without_gaps_and_all_listed(root):
    names = [page.name for page in decisions()]
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    index = (root / "docs/decisions/README.md").read_text(encoding="utf-8")
    assert re.findall(r"\((\d{4}[^)]+)\)", index) == names
