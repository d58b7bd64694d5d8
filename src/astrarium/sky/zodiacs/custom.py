"""Zodiacs of the user's own: a list of boundaries, an ayanamsa, or both, checked until they make one circle."""

import re
from collections.abc import Mapping
from math import radians
from typing import Any, Literal

import msgspec

from astrarium.sky.precession import centuries_since_j2000, ecliptic_to_j2000
from astrarium.sky.zodiacs.catalogue import zodiac
from astrarium.sky.zodiacs.custom_signs import IDENTIFIER, SignDefinition, finite, ordered_signs
from astrarium.sky.zodiacs.errors import InvalidZodiac, UnknownZodiac, UnknownZodiacVersion
from astrarium.sky.zodiacs.frames import Counting, Zodiac

FIRST_EPOCH_JD, LAST_EPOCH_JD = 2086307.5, 2817152.5  # years 1000 and 3001, where IAU 2006 holds to 0.1″
LONGEST_TEXT = 500
REFERENCES = {
    "stars": "mean ecliptic and equinox of J2000.0",
    "tropical": "true ecliptic and equinox of date",
    "sidereal": "mean ecliptic of date, counted from the ayanamsa",
}


class ZodiacDefinition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A zodiac of one's own, as a file or a request carries it.

    - `signs`: 2 to 36 in the order of the sky, all with `start` (degrees in [0, 360), rising, over 0° at most once) or
      all with `width` (their sum 360) from `first_start` on. Absent: the customary twelve of 30°.
    - `frame`: what the degrees count from. `stars`: the ecliptic and equinox of J2000, so that the signs stay with the
      stars; `tropical`: the true equinox of date; `sidereal`: an ayanamsa, either the id of a known one (`ayanamsa`) or
      `value_deg` at the instant `epoch_jd_tt` (Julian date TT, years 1000 to 3000; mean equinox, no nutation).
    """

    id: str
    frame: Literal["stars", "tropical", "sidereal"]
    signs: tuple[SignDefinition, ...] | None = None
    first_start: float | None = None
    ayanamsa: str | None = None
    epoch_jd_tt: float | None = None
    value_deg: float | None = None
    version: int = 1
    name: str = ""
    source: str = "defined by the user"
    description: str = ""
    good_for: str = ""


def define_zodiac(definition: ZodiacDefinition | Mapping[str, Any]) -> Zodiac:
    """The frame that a definition describes, with the id `user:ID`.

    Raises `InvalidZodiac` with a reason and the pointer of the field: unknown or missing fields, numbers that are none,
    signs too few, too many, twice, out of order or without width, widths that do not make 360°, an ayanamsa
    that is missing, doubled or unknown.
    """
    if not isinstance(definition, ZodiacDefinition):
        try:
            definition = msgspec.convert(definition, ZodiacDefinition)
        except msgspec.ValidationError as error:
            raise _malformed(error) from error
    _check_words(definition)
    signs, starts = ordered_signs(definition.signs, definition.first_start)
    return Zodiac(
        id=f"user:{definition.id}",
        version=definition.version,
        name=definition.name or definition.id,
        kind=definition.frame,
        signs=signs,
        starts=starts,
        reference=REFERENCES[definition.frame],
        source=definition.source,
        description=definition.description,
        good_for=definition.good_for,
        counting=_counting(definition),
    )


def decode_zodiac(content: bytes, file_format: Literal["json", "toml"]) -> Zodiac:
    """The frame that the content of a definition file describes; errors as for `define_zodiac`."""
    return define_zodiac(decode_definition(content, file_format))


def decode_definition(content: bytes, file_format: Literal["json", "toml"]) -> ZodiacDefinition:
    """The definition that a file holds, its sense not yet checked; raises `InvalidZodiac` for what is none."""
    decode = msgspec.json.decode if file_format == "json" else msgspec.toml.decode
    try:
        return decode(content, type=ZodiacDefinition)
    except msgspec.ValidationError as error:
        raise _malformed(error) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidZodiac(
            f"the file is not {file_format.upper()} ({error})", hint=f"Write it as {file_format.upper()}."
        ) from error


def _malformed(error: msgspec.ValidationError) -> InvalidZodiac:
    """Msgspec's sentence, its path turned into a JSON pointer."""
    reason, _, path = str(error).partition(" - at `$")
    pointer = re.sub(r"\[(\d+)\]|\.", lambda match: f"/{match[1] or ''}", path.removesuffix("`"))
    return InvalidZodiac(
        reason[0].lower() + reason[1:],
        hint="A definition has id, frame, and signs or an ayanamsa; see the page on zodiacs.",
        pointer=pointer,
    )


def _check_words(definition: ZodiacDefinition) -> None:
    if not IDENTIFIER.fullmatch(definition.id):
        raise InvalidZodiac(
            f"the id {definition.id[:40]!r} is not a name",
            hint="Use up to 32 small letters, digits and underscores, beginning with a letter.",
            pointer="/id",
        )
    if not 1 <= definition.version <= 9999:
        raise InvalidZodiac(
            f"the version {definition.version} is not between 1 and 9999",
            hint="Number versions from 1 on.",
            pointer="/version",
        )
    for field in ("name", "source", "description", "good_for"):
        if len(getattr(definition, field)) > LONGEST_TEXT:
            raise InvalidZodiac(
                f"{field} is longer than {LONGEST_TEXT} characters", hint="Shorten it.", pointer=f"/{field}"
            )


def _counting(definition: ZodiacDefinition) -> Counting:
    by_epoch = definition.epoch_jd_tt is not None or definition.value_deg is not None
    if definition.frame != "sidereal":
        if definition.ayanamsa is not None or by_epoch:
            raise InvalidZodiac(
                f"a frame of kind {definition.frame!r} takes no ayanamsa",
                hint='Set frame to "sidereal", or leave the ayanamsa out.',
                pointer="/frame",
            )
        return Counting(definition.frame)
    if (definition.ayanamsa is not None) == by_epoch:
        raise InvalidZodiac(
            "a sidereal frame needs one ayanamsa",
            hint="Give either ayanamsa, or epoch_jd_tt and value_deg.",
            pointer="/ayanamsa",
        )
    if definition.ayanamsa is not None:
        try:
            return zodiac(f"sidereal:{definition.ayanamsa}").counting
        except (UnknownZodiac, UnknownZodiacVersion) as error:
            raise InvalidZodiac(
                f"there is no ayanamsa {definition.ayanamsa[:40]!r}", hint=error.hint, pointer="/ayanamsa"
            ) from error
    epoch = finite(definition.epoch_jd_tt, "epoch_jd_tt")
    value = finite(definition.value_deg, "value_deg")
    if not FIRST_EPOCH_JD <= epoch < LAST_EPOCH_JD:
        raise InvalidZodiac(
            f"the epoch {epoch} lies outside the years 1000 to 3000",
            hint="Carry the value to an epoch within these years.",
            pointer="/epoch_jd_tt",
        )
    if not -360.0 < value < 360.0:
        raise InvalidZodiac(
            f"value_deg {value} does not lie between -360 and 360",
            hint="Give it in degrees.",
            pointer="/value_deg",
        )
    # The columns of the rotation are the axes of the ecliptic and equinox of the epoch, seen in that of J2000.
    x1, x2, _, y1, y2, _, z1, z2, _ = ecliptic_to_j2000(centuries_since_j2000(epoch, 0.0))
    return Counting("epoch", (radians(value), x1, y1, z1, x2, y2, z2))
