"""The wheel's face: from longitudes to points of the picture."""

import math
from typing import Final

import msgspec

VIEW: Final = 1000.0
"""Side of the square that every wheel is drawn in, whatever its size in pixels."""
CENTRE: Final = VIEW / 2
SPIRAL_STEP_DEG: Final = 6.0
"""Longest straight piece of a spiral; its sagitta at the rim is half a unit."""


class Dial(msgspec.Struct, frozen=True):
    """A face turned so that `left_deg` lies at the left, longitudes increasing counter-clockwise."""

    left_deg: float

    def direction(self, longitude_deg: float) -> tuple[float, float]:
        """The unit vector from the centre towards a longitude, y pointing down."""
        turn = math.radians(longitude_deg - self.left_deg)
        return -math.cos(turn), math.sin(turn)

    def point(self, longitude_deg: float, radius: float) -> tuple[float, float]:
        """Where a longitude lies on the circle of `radius`."""
        x, y = self.direction(longitude_deg)
        return CENTRE + radius * x, CENTRE + radius * y

    def place(self, longitude_deg: float, radius: float) -> str:
        """The same point as `x y` for path data, to a tenth of a unit (0.015° at the rim)."""
        x, y = self.direction(longitude_deg)
        return f"{CENTRE + radius * x:.1f} {CENTRE + radius * y:.1f}"

    def spoke(self, longitude_deg: float, outer: float, inner: float) -> str:
        """Path data of a radial line."""
        x, y = self.direction(longitude_deg)
        return (
            f"M{CENTRE + outer * x:.1f} {CENTRE + outer * y:.1f}"
            f"L{CENTRE + inner * x:.1f} {CENTRE + inner * y:.1f}"
        )

    def tick(self, longitude_deg: float, outer: float, inner: float) -> str:
        """A short spoke in fewer letters: its second end is counted from the first."""
        x, y = self.direction(longitude_deg)
        length = inner - outer
        return f"M{CENTRE + outer * x:.1f} {CENTRE + outer * y:.1f}l{length * x:.1f} {length * y:.1f}"

    def spiral(self, start_deg: float, end_deg: float, outer: float, inner: float) -> str:
        """Path data that leads from a place on the `outer` circle to one on the `inner`, the shorter way round.

        Radius falls evenly with longitude, so two spirals between the same circles never cross when their ends
        keep their order, and none dips under the inner circle as a straight line would.
        """
        way = (end_deg - start_deg + 180.0) % 360.0 - 180.0
        steps = 1 + int(abs(way) / SPIRAL_STEP_DEG)
        return f"M{self.place(start_deg, outer)}L" + " ".join(
            self.place(start_deg + way * step / steps, outer + (inner - outer) * step / steps)
            for step in range(1, steps + 1)
        )

    def arc(self, start_deg: float, span_deg: float, radius: float) -> str:
        """Path data of an arc from `start_deg` over `span_deg` (negative: clockwise), without the first move.

        Spans of half a circle and more are drawn in two arcs, because one would be ambiguous.
        """
        parts = 1 if abs(span_deg) < 180.0 else 2
        sweep = 0 if span_deg >= 0.0 else 1
        length = f"{radius:.1f}"
        return "".join(
            f"A{length} {length} 0 0 {sweep} {self.place(start_deg + span_deg * part / parts, radius)}"
            for part in range(1, parts + 1)
        )

    def sector(self, start_deg: float, span_deg: float, outer: float, inner: float) -> str:
        """Path data of the closed piece of a ring."""
        return (
            f"M{self.place(start_deg, outer)}{self.arc(start_deg, span_deg, outer)}"
            f"L{self.place(start_deg + span_deg, inner)}{self.arc(start_deg + span_deg, -span_deg, inner)}Z"
        )


def arc_length(span_deg: float, radius: float) -> float:
    """Length of an arc in drawing units."""
    return math.radians(span_deg) * radius


def angle_deg(length: float, radius: float) -> float:
    """The angle under which a chord of `length` is seen from the centre of a circle of `radius`, degrees."""
    return 2.0 * math.degrees(math.asin(min(1.0, length / (2.0 * radius))))


def reach(direction: tuple[float, float], width: float, height: float) -> float:
    """How far apart along `direction` two upright boxes must be that together measure `width` by `height`.

    `width` and `height` are the sums of the boxes' halves: the boxes are clear of each other as soon as they are
    clear in x or in y.
    """
    x, y = abs(direction[0]), abs(direction[1])
    beside = width / x if x > 0.0 else math.inf
    above = height / y if y > 0.0 else math.inf
    return min(beside, above)
