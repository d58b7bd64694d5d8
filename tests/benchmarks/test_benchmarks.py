"""What the benchmarks stand on: rounds that alternate, ratios round by round, work that is what it says it is."""

import re
from pathlib import Path

import msgspec
import numpy as np
import pytest

from astrarium.chart.structs import ChartRequest
from benchmarks.chart import OURS
from benchmarks.measure import alternate, ratio, seconds, verdict
from benchmarks.service import REQUESTS, bodies, requests
from benchmarks.stages import stages

FOLDER = Path(__file__).parents[2] / "benchmarks"


def test_rounds_alternate_and_the_first_one_only_warms_up():
    calls = []

    def side(name):
        def measure():
            calls.append(name)
            return float(len(calls))

        return measure

    assert alternate(2, side("a"), side("b")) == [[3.0, 5.0], [4.0, 6.0]]
    assert calls == ["a", "b"] * 3


def test_ratios_are_taken_within_a_round():
    found = ratio([10.0, 40.0, 90.0], [1.0, 2.0, 3.0])
    assert found.median == 20.0
    assert found.low <= found.median <= found.high


def test_a_single_round_is_its_own_spread():
    assert ratio([6.0], [2.0]) == (3.0, 3.0, 3.0)


@pytest.mark.parametrize(("target", "word"), [(3.0, "met"), (3.1, "MISSED")])
def test_a_verdict_says_whether_the_target_is_met(target, word):
    assert verdict("charts", ratio([6.0], [2.0]), target).endswith(word)


def test_processor_time_does_not_count_waiting():
    import time

    assert seconds(lambda: time.sleep(0.2)) < 0.1


def test_what_the_stages_add_is_the_whole():
    count = 200
    found = stages(
        np.full(count, 2440000.5), np.linspace(0, 0.9, count), np.full(count, 50.0), np.zeros(count), OURS
    )
    assert sum(share for _, _, share in found) == pytest.approx(1.0)


def test_no_two_requests_of_a_round_are_the_same():
    sent = list(bodies(REQUESTS))
    assert len(set(sent)) == REQUESTS
    for body in sent:
        assert msgspec.json.decode(body, type=ChartRequest).birth.time is not None


def test_a_request_says_how_long_its_body_is():
    for request in requests("/somewhere", "localhost")[:20]:
        head, _, body = request.partition(b"\r\n\r\n")
        assert re.search(rb"Content-Length: (\d+)", head)[1] == str(len(body)).encode()


def test_the_readme_lists_every_command_and_no_other():
    commands = {path.stem for path in FOLDER.glob("*.py") if "def main" in path.read_text()} - {
        "peer_process"
    }
    listed = set(re.findall(r"`python -m benchmarks\.(\w+)`", (FOLDER / "README.md").read_text()))
    assert listed == commands
