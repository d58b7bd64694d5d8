"""Where the time of a batch goes: what each stage adds to the whole, from batches that leave one stage out.

The kernel does all stages of a chart before the next chart begins, so a stage cannot be timed on its own inside it.
Batches of the same births are computed with everything and with one thing less; the difference is what that thing adds.
"""

import statistics

import astrarium
from benchmarks.measure import alternate, seconds

ROUNDS = 9
WHOLE = {"zodiacs": ("iau13", "tropical"), "houses": "placidus", "aspects": "major"}
LEFT_OUT = {
    "Placidus, against equal houses": {"houses": "equal_ascendant"},
    "signs of iau13, against none": {"zodiacs": ("tropical",)},
    "major aspects, against none": {"aspects": "none"},
}
REST = "angles, house numbers, tropical signs, memory for the answer"


def stages(day, fraction, latitude, longitude):
    """(name, microseconds per chart, share of the whole) of each stage; the shares add up to 1."""
    instants = astrarium.from_universal(day, fraction)

    def charts(**choices):
        return seconds(lambda: astrarium.charts(instants, latitude, longitude, **(WHOLE | choices)))

    parts = {
        "time scales": lambda: seconds(lambda: astrarium.from_universal(day, fraction)),
        "positions of twelve bodies": lambda: seconds(
            lambda: astrarium.places(instants.tt_day, instants.tt_fraction)
        ),
    }
    sides = [charts, *parts.values(), *(lambda one=one: charts(**one) for one in LEFT_OUT.values())]
    whole, *others = alternate(ROUNDS, *sides)
    direct, without = others[: len(parts)], others[len(parts) :]
    medians = dict(zip(parts, map(statistics.median, direct), strict=True))
    for name, less in zip(LEFT_OUT, without, strict=True):
        medians[name] = statistics.median(a - b for a, b in zip(whole, less, strict=True))
    total = statistics.median(whole) + medians["time scales"]
    medians[REST] = total - sum(medians.values())
    return [(name, median / day.size * 1e6, median / total) for name, median in medians.items()]
