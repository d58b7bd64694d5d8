"""What places of stars cost: nanoseconds for one star at one instant, and the ratio to ERFA's own reduction.

ERFA (pyerfa, whole arrays in one call) reduces the same stars at the same instants: `apci13`'s standpoint is given to
it ready made, so that `pmpx`, `ldsun`, `ab` and the turn to the equator of date are all it does for a star, in
`atciq`; ours makes the standpoint too, and gives ecliptic longitude and latitude besides. Each line is the median of
many rounds on one core. Run: `python -m benchmarks.stars`.
"""

import statistics
import time

import erfa
import numpy as np

from astrarium.sky.stars import list_stars, star_places

ROUNDS = 15
INSTANTS = 200
DAYS_APART = 37.0
MILLIARCSECOND_RAD = np.pi / 648_000_000.0


def microseconds(function, count):
    function()
    rounds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        function()
        rounds.append((time.perf_counter() - start) * 1e6 / count)
    return statistics.median(rounds)


def erfa_stars(catalogue):
    """Right ascension, declination and their motions (rad, rad a year), parallax (″), radial velocity."""
    declination = np.radians([one.declination_deg for one in catalogue])
    ra_rate = np.array([one.pm_ra_cosdec_mas_per_year for one in catalogue]) / np.cos(declination)
    return (
        np.radians([one.right_ascension_deg for one in catalogue]),
        declination,
        ra_rate * MILLIARCSECOND_RAD,
        np.array([one.pm_dec_mas_per_year for one in catalogue]) * MILLIARCSECOND_RAD,
        np.array([one.parallax_mas for one in catalogue]) / 1000.0,
        np.zeros(len(catalogue)),
    )


def main():
    catalogue = tuple(one for one in list_stars() if one.hip)
    day = 2451544.5 + DAYS_APART * np.arange(INSTANTS)
    fraction = np.full(INSTANTS, 0.25)
    astrometry, equation = erfa.apci13(day, fraction)
    astrometry["pmt"] += 2000.0 - catalogue[0].epoch_year  # Hipparcos' epoch, all of them
    columns = erfa_stars(catalogue)
    places = len(catalogue) * INSTANTS

    def reduce_by_erfa():
        return erfa.atciq(*columns, astrometry[:, None])

    ra, dec = reduce_by_erfa()
    found = star_places(day, fraction, catalogue)
    apart = 3600.0 * np.degrees(
        erfa.seps(
            ra - equation[:, None],
            dec,
            np.radians(found.right_ascension_deg),
            np.radians(found.declination_deg),
        )
    )
    theirs = microseconds(reduce_by_erfa, places)
    ours = microseconds(lambda: star_places(day, fraction, catalogue), places)
    alone = microseconds(lambda: star_places(day, fraction, catalogue[:1]), INSTANTS)
    standpoint = microseconds(lambda: erfa.apci13(day, fraction), INSTANTS)

    print(
        f"{len(catalogue)} stars at {INSTANTS} instants; ERFA's own Earth leaves them {apart.max():.6f}″ apart"
    )
    print(f"{'ERFA, one star':28} {theirs:8.3f} µs")
    print(f"{'Astrarium, one star':28} {ours:8.3f} µs   {theirs / ours:5.1f} times faster")
    print(f"{'ERFA, one instant':28} {standpoint:8.3f} µs")
    print(
        f"{'Astrarium, instant and star':28} {alone:8.3f} µs   {(standpoint + theirs) / alone:5.1f} times faster"
    )


if __name__ == "__main__":
    main()
