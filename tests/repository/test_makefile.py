"""The Makefile names every program that stands in the tree."""

import re

import pytest


@pytest.mark.parametrize(
    ("variable", "folder", "left_out"),
    [
        (
            "benchmarks",
            "benchmarks",
            {"peer_process", "service_process", "saved_charts_process"},
        ),  # the other sides of chart, service and saved_charts
        (
            "builders",
            "builders",
            {"glyphs", "star_designations"},
        ),  # these want files that no package installs
    ],
)
def test_every_program_of_a_folder_is_run_by_its_target(root, variable, folder, left_out):
    programs = {
        path.stem for path in (root / folder).glob("*.py") if "__main__" in path.read_text(encoding="utf-8")
    }
    listed = re.search(
        rf"^{variable} := (.+)$", (root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert set(listed[1].split()) == programs - left_out
