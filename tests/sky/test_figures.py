"""The figures of the zodiac are drawn between stars of the catalogue, each in one piece."""

import pytest

from astrarium.sky.figures import figures
from astrarium.sky.stars import star
from astrarium.sky.zodiacs.catalogue import zodiac

FIGURES = figures()


def test_every_sign_of_the_thirteen_has_a_figure() -> None:
    assert tuple(FIGURES) == zodiac("iau13").signs


@pytest.mark.parametrize("sign", FIGURES)
def test_a_figure_hangs_together(sign: str) -> None:
    pairs = FIGURES[sign]
    reached = {pairs[0][0]}
    for _ in pairs:
        reached |= {hip for pair in pairs if reached & set(pair) for hip in pair}

    assert reached == {hip for pair in pairs for hip in pair}


@pytest.mark.parametrize("sign", FIGURES)
def test_a_figure_joins_stars_of_its_own_constellation(sign: str) -> None:
    found = [star(hip) for pair in FIGURES[sign] for hip in pair]

    assert len({one.designation.split()[-1] for one in found}) == 1
    assert len({one.constellation for one in found}) == 1
    assert all(one.magnitude is not None and one.magnitude < 5.5 for one in found)


@pytest.mark.parametrize("sign", FIGURES)
def test_no_line_is_drawn_twice_or_to_nowhere(sign: str) -> None:
    lines = [frozenset(pair) for pair in FIGURES[sign]]

    assert all(len(line) == 2 for line in lines)
    assert len(set(lines)) == len(lines)


def test_figures_cannot_be_changed_for_others() -> None:
    figures().clear()

    assert tuple(figures()) == tuple(FIGURES)
