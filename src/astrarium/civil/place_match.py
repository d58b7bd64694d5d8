"""A place as the gazetteer answers it: with what a person needs to tell it from its namesakes."""

import msgspec

from astrarium.civil.place import Place


class PlaceMatch(msgspec.Struct, frozen=True):
    """One answer of the gazetteer: the place, its population, and the names of where it lies.

    `region_code` is GeoNames' code of the first-level region (`IL`, `ENG`, `08`), `None` where it has none.
    """

    place: Place
    population: int
    country_name: str
    region_code: str | None = None

    @property
    def label(self) -> str:
        """The place in words that find it again: `Springfield, Illinois, US`."""
        parts = (self.place.name, self.place.region, self.place.country)
        return ", ".join(part for part in parts if part)
