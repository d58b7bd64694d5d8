"""Numbers as people read them: angles in degrees and minutes, spans of birth time, instants and coordinates.

Angles are cut, never rounded up: 29.9999° of a sign must not read as 30°00′ of it.
"""

from math import floor

MINUTES_PER_DAY = 1440


def degrees_minutes(angle_deg: float) -> str:
    """`12.3456` as `12°20′`, `-0.5` as `-0°30′`; what is less than a minute has no sign."""
    minutes = _cut(abs(angle_deg) * 60)
    sign = "-" if angle_deg < 0 < minutes else ""
    return f"{sign}{minutes // 60}°{minutes % 60:02d}′"


def birth_time_span(minutes: float | None) -> str:
    """Minutes of birth time as minutes up to a week (`4470 min`), as days beyond, as a dash for what hardly moves."""
    if minutes is None:
        return "-"
    if minutes < 1:
        return "<1 min"
    if minutes < 7 * MINUTES_PER_DAY:
        return f"{floor(minutes)} min"
    return f"{floor(minutes / MINUTES_PER_DAY)} d"


def coordinates(latitude: float, longitude: float) -> str:
    """`51.5085° N, 0.1257° W`."""
    north = "N" if latitude >= 0 else "S"
    east = "E" if longitude >= 0 else "W"
    return f"{abs(latitude):.4f}° {north}, {abs(longitude):.4f}° {east}"


def _cut(value: float) -> int:
    """The whole part, forgiving the last bits of a product of decimals (0.7 × 60 is 42, not 41)."""
    return floor(value + 1e-9)
