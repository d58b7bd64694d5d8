"""Runs in pyswisseph's own environment: charts as a Python program makes them with it, timed round by round.

Reads questions and writes answers as lines of JSON (`peer.Peer`). A chart here is what it is in `benchmarks.chart`
less signs and aspects: longitudes, latitudes, distances and speeds of the bodies asked, and Placidus houses.
"""

import json
import sys
import time
from pathlib import Path

import swisseph

BODIES = {
    **{
        body: number
        for number, body in enumerate(
            ("sun", "moon", "mercury", "venus", "mars", "jupiter", "saturn", "uranus", "neptune", "pluto")
        )
    },
    "mean_node": swisseph.MEAN_NODE,
    "true_node": swisseph.TRUE_NODE,
    "mean_apogee": swisseph.MEAN_APOG,
    "chiron": swisseph.CHIRON,
    "pholus": swisseph.PHOLUS,
    "ceres": swisseph.CERES,
    "pallas": swisseph.PALLAS,
    "juno": swisseph.JUNO,
    "vesta": swisseph.VESTA,
}
FLAGS = {
    "moshier": swisseph.FLG_MOSEPH | swisseph.FLG_SPEED,
    "files": swisseph.FLG_SWIEPH | swisseph.FLG_SPEED,
}


def chart(jd_ut, latitude, longitude, bodies, flags):
    places = [swisseph.calc_ut(jd_ut, body, flags) for body in bodies]
    return places, swisseph.houses(jd_ut, latitude, longitude, b"P")


def main(folder):
    files = next(Path(folder).rglob("sepl_18.se1"))
    swisseph.set_ephe_path(str(files.parent))
    births, bodies = [], []
    for line in sys.stdin:
        question = json.loads(line)
        if "births" in question:
            births = question["births"]
            bodies = [BODIES[body] for body in question["bodies"]]
            answer = swisseph.version
        elif "round" in question:
            flags = FLAGS[question["round"]]
            start = time.thread_time()
            for birth in births:
                chart(*birth, bodies, flags)
            answer = time.thread_time() - start
        else:
            flags = FLAGS[question["longitudes"]]
            answer = []
            for birth in births:
                places, (cusps, _) = chart(*birth, bodies, flags)
                if any(used & flags != flags for _, used in places):
                    raise SystemExit("pyswisseph did not use the ephemeris that was asked for")
                answer.append([place[0] for place, _ in places] + list(cusps))
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
