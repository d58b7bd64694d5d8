"""Zodiacs: named, versioned, cited frames of signs, and where a longitude stands in them."""

from astrarium.sky.zodiacs.catalogue import (
    list_ayanamsas,
    list_zodiacs,
    sidereal_zodiac,
    zodiac,
    zodiacs_digest,
)
from astrarium.sky.zodiacs.errors import InvalidZodiac, UnknownZodiac, UnknownZodiacVersion, ZodiacNeedsNode
from astrarium.sky.zodiacs.frames import Ayanamsa, Counting, FrameTable, Zodiac, frame_table
from astrarium.sky.zodiacs.placement import Place, ayanamsa_deg, boundaries_of_date, place

__all__ = [
    "Ayanamsa",
    "Counting",
    "FrameTable",
    "InvalidZodiac",
    "Place",
    "UnknownZodiac",
    "UnknownZodiacVersion",
    "Zodiac",
    "ZodiacNeedsNode",
    "ayanamsa_deg",
    "boundaries_of_date",
    "frame_table",
    "list_ayanamsas",
    "list_zodiacs",
    "place",
    "sidereal_zodiac",
    "zodiac",
    "zodiacs_digest",
]
