"""The ids of the signs: astrology's customary names, by which every table, picture and list goes.

Thirteen of them, `aries` to `pisces` with `ophiuchus`. The constellations' Latin names, which a zodiac of one's own may
use, differ for two; what is known of a sign by its id (glyph, element, abbreviation) is looked up by the customary one.
"""

from typing import Final

_CUSTOMARY: Final = {"scorpius": "scorpio", "capricornus": "capricorn"}


def customary(sign: str) -> str:
    """The id under which a sign is known: `scorpio` for `scorpius`, `capricorn` for `capricornus`, else its own."""
    return _CUSTOMARY.get(sign, sign)
