"""The clocks of a point on the map."""

import tzfpy


def zones_at(latitude_deg: float, longitude_deg: float) -> tuple[str, ...]:
    """The IANA zones whose areas hold a point, by the boundaries of timezone-boundary-builder (through `tzfpy`).

    Two zones where two clocks are kept (Xinjiang: `Asia/Shanghai` and `Asia/Urumqi`; the West Bank; Abkhazia), in
    alphabetical order: the order says nothing of which is meant. At sea the nautical zone (`Etc/GMT+2` is two hours
    behind Greenwich). The boundaries are simplified to some hundred metres, and are those of today.

    Args:
        latitude_deg: geodetic, north positive, -90 … 90.
        longitude_deg: east positive, -180 … 180.

    Returns:
        Zone names; empty where the boundaries know none.
    """
    zones = sorted(tzfpy.get_tzs(longitude_deg, latitude_deg))  # tzfpy takes the longitude first
    on_land = [zone for zone in zones if not zone.startswith("Etc/")]
    return tuple(on_land or zones[:1])
