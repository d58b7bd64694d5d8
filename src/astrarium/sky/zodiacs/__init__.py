"""Zodiacs: named, versioned, cited frames of signs, and where a longitude stands in them."""

from astrarium.sky.zodiacs.catalogue import (
    list_ayanamsas,
    list_zodiacs,
    sidereal_zodiac,
    zodiac,
    zodiacs_digest,
)
from astrarium.sky.zodiacs.custom import ZodiacDefinition, decode_definition, decode_zodiac, define_zodiac
from astrarium.sky.zodiacs.custom_signs import SignDefinition
from astrarium.sky.zodiacs.errors import InvalidZodiac, UnknownZodiac, UnknownZodiacVersion, ZodiacNeedsNode
from astrarium.sky.zodiacs.frames import Ayanamsa, Counting, FrameTable, Zodiac, frame_table
from astrarium.sky.zodiacs.placement import Place, ayanamsa_deg, boundaries_of_date, place

__all__ = [
    "Ayanamsa",
    "Counting",
    "FrameTable",
    "InvalidZodiac",
    "Place",
    "SignDefinition",
    "UnknownZodiac",
    "UnknownZodiacVersion",
    "Zodiac",
    "ZodiacDefinition",
    "ZodiacNeedsNode",
    "ayanamsa_deg",
    "boundaries_of_date",
    "decode_definition",
    "decode_zodiac",
    "define_zodiac",
    "frame_table",
    "list_ayanamsas",
    "list_zodiacs",
    "place",
    "sidereal_zodiac",
    "zodiac",
    "zodiacs_digest",
]
