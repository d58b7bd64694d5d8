"""Where the time of a batch goes: what each stage adds to the whole, from batches that leave one stage out.

The kernel does all stages of a chart before the next chart begins, so a stage cannot be timed on its own inside it.
Batches of the same births are computed with everything and with one thing less; the difference is what that thing adds.
"""

import statistics

import astrarium
from benchmarks.measure import alternate, seconds

ROUNDS = 9
LEFT_OUT = {
    "Placidus, against equal houses": {"houses": "equal_ascendant"},
    "signs of iau13, against none": {"zodiacs": ("tropical",)},
    "aspects, against none": {"aspects": "none"},
}
REST = "angles, house numbers, tropical signs, memory for the answer"


def stages(day, fraction, latitude, longitude, whole):
    """(name, microseconds per chart, share of the whole) of each stage; the shares add up to 1.

    `whole` are the options of `astrarium.charts`.
    """
    instants = astrarium.from_universal(day, fraction)

    def charts(**choices):
        return seconds(lambda: astrarium.charts(instants, latitude, longitude, **(whole | choices)))

    parts = {
        "time scales": lambda: seconds(lambda: astrarium.from_universal(day, fraction)),
        f"positions of {len(whole['bodies'])} bodies": lambda: seconds(
            lambda: astrarium.places(instants.tt_day, instants.tt_fraction, whole["bodies"])
        ),
    }
    sides = [charts, *parts.values(), *(lambda one=one: charts(**one) for one in LEFT_OUT.values())]
    all_stages, *others = alternate(ROUNDS, *sides)
    direct, without = others[: len(parts)], others[len(parts) :]
    medians = dict(zip(parts, map(statistics.median, direct), strict=True))
    for name, less in zip(LEFT_OUT, without, strict=True):
        medians[name] = statistics.median(a - b for a, b in zip(all_stages, less, strict=True))
    total = statistics.median(all_stages) + medians["time scales"]
    medians[REST] = total - sum(medians.values())
    return [(name, median / day.size * 1e6, median / total) for name, median in medians.items()]
