"""What one chart costs in the library, and how often faster that is than the same work through pyswisseph.

A chart: Sun to Pluto, true node and mean Lilith with latitude, distance, speeds, right ascension and declination;
angles; Placidus cusps and the house of every body; signs in two zodiacs; major aspects. Arrays in, arrays out. The peer
computes the same bodies and cusps without the equatorial coordinates, signs and aspects, with its files (the faster and
truer of its ephemerides) and with Moshier's series. Both are fed universal time and know ΔT themselves.

    python -m benchmarks.chart
"""

import sys

import numpy as np

import astrarium
from benchmarks.measure import alternate, ratio, seconds, verdict
from benchmarks.peer import Peer
from benchmarks.stages import stages

BATCH = 100_000
ONE_AT_A_TIME = 300
ROUNDS = 11
BODIES = (
    "sun", "moon", "mercury", "venus", "mars", "jupiter", "saturn", "uranus", "neptune", "pluto",
    "true_node", "mean_apogee",
)  # fmt: skip
OURS = {"zodiacs": ("iau13", "tropical"), "houses": "placidus", "bodies": BODIES, "aspects": "major"}
TARGET_ONE = 10.0
TARGET_BATCH = 20.0
MOST_ARCSECONDS_APART = {"files": 0.5, "moshier": 60.0}  # Moshier's Moon is 2″ off, its node tens of seconds


def births(count):
    """Births from 1900 to 1971 between the polar circles: UT in two parts, latitude, longitude.

    Before 1972 universal time is UT1 on both sides; afterwards the peer takes UTC for it.
    """
    random = np.random.default_rng(20260101)
    day = np.floor(random.uniform(2415021.0, 2441317.0, count)) + 0.5
    return day, random.random(count), random.uniform(-65, 65, count), random.uniform(-180, 180, count)


def cast(day, fraction, latitude, longitude):
    return astrarium.charts(astrarium.from_universal(day, fraction), latitude, longitude, **OURS)


def check(peer, some):
    """Both sides must have computed the same sky before their speed may be compared."""
    arrays = cast(*some)
    ours = np.concatenate([arrays.places.longitude_deg, arrays.cusps_deg], axis=1)
    for ephemeris, most in MOST_ARCSECONDS_APART.items():
        apart = np.abs((ours - np.array(peer.longitudes(ephemeris)) + 180) % 360 - 180) * 3600
        print(
            f"  {ephemeris}: longitudes and cusps {np.median(apart):.3f}″ apart, {apart.max():.2f}″ at most"
        )
        if apart.max() > most:
            raise SystemExit("The two sides do not compute the same sky; their speeds mean nothing.")


def main():
    day, fraction, latitude, longitude = births(BATCH)
    some = (
        day[:ONE_AT_A_TIME],
        fraction[:ONE_AT_A_TIME],
        latitude[:ONE_AT_A_TIME],
        longitude[:ONE_AT_A_TIME],
    )
    each = list(zip(*(column.tolist() for column in some), strict=True))
    peer = Peer([(d + f, north, east) for d, f, north, east in each], BODIES)
    print(f"pyswisseph {peer.version} and Astrarium {astrarium.__version__}, {ONE_AT_A_TIME} charts a round:")
    check(peer, some)

    def one_by_one():
        return seconds(lambda: [cast(*birth) for birth in each]) / len(each)

    def whole_batch():
        return seconds(lambda: cast(day, fraction, latitude, longitude)) / BATCH

    ours, batch, files, moshier = alternate(
        ROUNDS,
        one_by_one,
        whole_batch,
        lambda: peer.seconds_per_chart("files"),
        lambda: peer.seconds_per_chart("moshier"),
    )
    peer.close()
    print("\nmicroseconds per chart (median):")
    for name, measured in (
        ("one chart, one call", ours),
        (f"batch, {BATCH:,} charts a call", batch),
        ("pyswisseph, files", files),
        ("pyswisseph, Moshier", moshier),
    ):
        print(f"  {name:30} {np.median(measured) * 1e6:9.2f}")
    print(f"\nwhat each stage adds in a batch of {BATCH:,}:")
    for name, microseconds, share in stages(day, fraction, latitude, longitude, OURS):
        print(f"  {name:62} {microseconds:6.2f} µs {share:6.1%}")
    print("\ntimes faster than pyswisseph:")
    lines = [
        verdict("one chart, against files", ratio(files, ours), TARGET_ONE),
        verdict("one chart, against Moshier", ratio(moshier, ours), TARGET_ONE),
        verdict(f"batch of {BATCH:,}, against files", ratio(files, batch), TARGET_BATCH),
        verdict(f"batch of {BATCH:,}, against Moshier", ratio(moshier, batch), TARGET_BATCH),
    ]
    print("\n".join(f"  {line}" for line in lines))
    return any("MISSED" in line for line in lines)


if __name__ == "__main__":
    sys.exit(main())
