"""Runs in pyswisseph's own environment: charts as a Python program makes them with it, timed round by round.

Reads questions and writes answers as lines of JSON (`peer.Peer`). A chart here is what it is in `benchmarks.chart`
less signs and aspects: longitudes, latitudes, distances and speeds of twelve bodies, and Placidus houses.
"""

import json
import sys
import time
from pathlib import Path

import swisseph

BODIES = (*range(10), swisseph.TRUE_NODE, swisseph.MEAN_APOG)
FLAGS = {
    "moshier": swisseph.FLG_MOSEPH | swisseph.FLG_SPEED,
    "files": swisseph.FLG_SWIEPH | swisseph.FLG_SPEED,
}


def chart(jd_ut, latitude, longitude, flags):
    bodies = [swisseph.calc_ut(jd_ut, body, flags) for body in BODIES]
    return bodies, swisseph.houses(jd_ut, latitude, longitude, b"P")


def main(folder):
    files = next(Path(folder).rglob("sepl_18.se1"))
    swisseph.set_ephe_path(str(files.parent))
    births = []
    for line in sys.stdin:
        question = json.loads(line)
        if "births" in question:
            births = question["births"]
            answer = swisseph.version
        elif "round" in question:
            flags = FLAGS[question["round"]]
            start = time.thread_time()
            for birth in births:
                chart(*birth, flags)
            answer = time.thread_time() - start
        else:
            flags = FLAGS[question["longitudes"]]
            answer = []
            for birth in births:
                bodies, (cusps, _) = chart(*birth, flags)
                if any(used & flags != flags for _, used in bodies):
                    raise SystemExit("pyswisseph did not use the ephemeris that was asked for")
                answer.append([place[0] for place, _ in bodies] + list(cusps))
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
