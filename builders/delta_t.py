"""ΔT = TT − UT1: `python -m builders.delta_t` → `src/astrarium/data/delta_t.{npy,json}`.

One value and one standard error every ten days of TT over all years that an ephemeris table can serve, 1550 to 2650,
for linear interpolation (the fortnightly tides leave less than 2 ms):

- before 1948: the spline of Table S15.2020 (Morrison, Stephenson, Hohenkerk & Zawilski 2021, Proc. R. Soc. A 477,
  20200776), as skyfield (MIT) carries it;
- 1948 to 1961: the half-yearly table of USNO and the Astronomical Almanac, likewise (the spline runs up to 0.66 s low
  in these years);
- from 1962: IERS EOP 20 C04, then the predictions of finals2000A, from the package `astropy-iers-data`;
- later: the rate at the end of the predictions is taken as zero and the long-term lengthening of the day of
  1.72 ms per century (Stephenson, Morrison & Hohenkerk 2016) added, 31.4 s per century squared.

Standard errors: 20 s up to 1600 and 5 s in 1700 (Stephenson & Houlden 1986), then as Stephenson et al. 2016 and the
IERS give them; for the future Huber 2006.
"""

import hashlib
from importlib.resources import files
from pathlib import Path

import erfa
import msgspec
import numpy as np
from numpy.typing import NDArray

OUTPUT = Path(__file__).parent.parent / "src" / "astrarium" / "data"
Array = NDArray[np.float64]

FIRST_JD, STEP_DAYS, COUNT = 2287167.5, 10.0, 40183  # all of JPL DE440: 1549-12-14 to 2650-02-05
MJD = 2400000.5
TT_MINUS_TAI_S = 32.184
LENGTHENING_S_PER_CENTURY_SQUARED = 31.4
TABLE_FROM, IERS_FROM = 2432551.5, 2437665.5  # 1948-01-01, 1962-01-01
SIGMA_YEARS = (1590.0, 1600.0, 1700.0, 1800.0, 1802.0, 1805.0, 1809.0, 1830.0, 1840.0, 1870.0, 1947.9)
SIGMA_SECONDS = (20.0, 20.0, 5.0, 0.5, 0.4, 0.3, 0.2, 0.2, 0.1, 0.05, 0.05)
HUBER_Q, HUBER_M = 0.058, 2500.0


def _year(jd: Array) -> Array:
    """Fraction of the Gregorian calendar year, as Table S15 counts."""
    year, _, _, _ = erfa.jd2cal(jd, 0.0)
    start, following = (sum(erfa.cal2jd(one, 1, 1)) for one in (year, year + 1))
    return np.asarray(year + (jd - start) / (following - start))


def _spline(jd: Array, table: Array) -> Array:
    year = _year(jd)
    row = np.searchsorted(table[0], year, side="right") - 1
    start, end, a3, a2, a1, a0 = table[:, row]
    t = (year - start) / (end - start)
    return np.asarray(((a3 * t + a2) * t + a1) * t + a0)


def _iers(c04: Path, finals: Path) -> tuple[Array, Array, Array]:
    """Daily MJD (UTC), TT − UT1 and its standard error, measured then predicted."""
    rows = [line.split() for line in c04.read_text().splitlines() if line and not line.startswith("#")]
    values = {float(row[4]): (float(row[7]), float(row[15])) for row in rows}
    for line in finals.read_text().splitlines():
        if line[58:68].strip():
            values.setdefault(float(line[7:15]), (float(line[58:68]), float(line[68:78])))
    mjd = np.array(sorted(values))
    ut1_minus_utc, sigma = np.array([values[one] for one in mjd]).T
    year, month, day, fraction = erfa.jd2cal(MJD, mjd)
    tai_minus_utc = erfa.dat(year, month, day, fraction)
    return mjd, TT_MINUS_TAI_S + tai_minus_utc - ut1_minus_utc, sigma


def build() -> tuple[Array, dict[str, object]]:
    """The table, shape (COUNT, 2): ΔT and its standard error in seconds; and its provenance."""
    skyfield = Path(str(files("skyfield"))) / "data"
    iers = Path(str(files("astropy_iers_data"))) / "data"
    sources = [
        skyfield / "delta_t.npz",
        skyfield / "historic_deltat.npy",
        iers / "eopc04.1962-now",
        iers / "finals2000A.all",
    ]
    jd = np.asarray(FIRST_JD + STEP_DAYS * np.arange(COUNT), np.float64)
    spline = np.load(sources[0])["Table-S15.2020.txt"]
    table_jd, table_value = np.load(sources[1])
    mjd, daily, daily_sigma = _iers(sources[2], sources[3])
    daily_jd = mjd + MJD + daily / 86400.0
    last_jd, last_value = daily_jd[-1], daily[-1]
    centuries = (jd - last_jd) / 36525.0
    value = np.select(
        [jd < TABLE_FROM, jd < IERS_FROM, jd <= last_jd],
        [
            _spline(np.minimum(jd, TABLE_FROM), spline),
            np.interp(
                jd,
                np.append(table_jd[table_jd < daily_jd[0]], daily_jd[0]),
                np.append(table_value[table_jd < daily_jd[0]], daily[0]),
            ),
            np.interp(jd, daily_jd, daily),
        ],
        last_value + LENGTHENING_S_PER_CENTURY_SQUARED * centuries**2,
    )
    years_ahead = np.maximum(jd - last_jd, 0.0) / 365.25
    huber = 0.36525 * years_ahead * np.sqrt(years_ahead * HUBER_Q / 3.0 * (1.0 + years_ahead / HUBER_M))
    sigma = np.select(
        [jd < TABLE_FROM, jd < 2435473.5, jd < IERS_FROM, jd <= last_jd],
        [np.interp(_year(jd), SIGMA_YEARS, SIGMA_SECONDS), 0.2, 0.05, np.interp(jd, daily_jd, daily_sigma)],
        np.maximum(huber, daily_sigma[-1]),
    )
    provenance: dict[str, object] = {
        "first_jd_tt": FIRST_JD,
        "step_days": STEP_DAYS,
        "count": COUNT,
        "measured_until_mjd": float(mjd[-1]),
        "sources": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sources},
    }
    # Tenths of a millisecond: finer digits are noise, and the same bytes come out everywhere.
    return np.round(np.stack([value, sigma], axis=1), 4), provenance


def main() -> None:
    """Write the table and say where it joins."""
    table, provenance = build()
    np.save(OUTPUT / "delta_t.npy", table)
    provenance["sha256"] = hashlib.sha256((OUTPUT / "delta_t.npy").read_bytes()).hexdigest()
    (OUTPUT / "delta_t.json").write_bytes(
        msgspec.json.format(msgspec.json.encode(provenance), indent=1) + b"\n"
    )
    until = provenance["measured_until_mjd"]
    print(
        f"delta_t: {COUNT} values, {table[0, 0]} s to {table[-1, 0]} s, measured and predicted until MJD {until}"
    )


if __name__ == "__main__":
    main()
