"""What became of a chart of a batch, and the codes that stand for nothing."""

from typing import Final

COMPUTED: Final = 0
OUTSIDE_TABLE: Final = 1
NOT_FINITE: Final = 2
BAD_LATITUDE: Final = 3
BAD_LONGITUDE: Final = 4
HOUSES_UNDEFINED: Final = 5
BAD_ALTITUDE: Final = 6

STATUS: Final[dict[int, str]] = {
    COMPUTED: "computed",
    OUTSIDE_TABLE: "out_of_range",
    NOT_FINITE: "not_finite",
    BAD_LATITUDE: "invalid_latitude",
    BAD_LONGITUDE: "invalid_longitude",
    HOUSES_UNDEFINED: "houses_undefined",
    BAD_ALTITUDE: "invalid_altitude",
}
"""What the numbers in `batch.ChartArrays.status` mean. A chart without houses has everything else."""

NO_HOUSE: Final = 0
NO_SIGN: Final = -1  # and no aspect
