"""The gazetteer: from a name to the place that is meant, offline.

170,000 places of at least 1,000 people from GeoNames (CC BY 4.0), by their names in every script. `search` is for
typing, `find` for a name that is written down: it answers one place, or says which ones it could be.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

from astrarium.civil.misspelling import one_edit_away
from astrarium.civil.namesakes import Namesake, is_clearly_first, is_rather_an_area, without_shadows
from astrarium.civil.place import Place
from astrarium.civil.place_errors import (
    MOST_CANDIDATES,
    PLACE,
    AmbiguousPlace,
    InvalidLimit,
    MissingPlace,
    PlaceError,
    UnknownCountry,
    UnknownPlace,
)
from astrarium.civil.place_index import SHIPPED, PlaceIndex, PlaceRow
from astrarium.civil.place_match import PlaceMatch
from astrarium.civil.place_query import LONGEST_QUERY, PlaceQuery, qualifier_key, readings
from astrarium.civil.place_ranking import LIST_LENGTH
from astrarium.civil.spans import Span, intersection, union

MOST_RESULTS = LIST_LENGTH
MOST_NAMESAKES = 1000
REMEMBERED_NAMES = 4096
SUGGESTIONS = 5
# A qualifier still being typed narrows the search from its second letter on: one letter begins half the world.
SHORTEST_QUALIFIER = 2


class Gazetteer:
    """The places of one table, the shipped one by default. Safe to share between threads.

    The file is opened at the first question and stays open; `close` lets it go. Names that `find` has answered are
    remembered.
    """

    def __init__(self, path: Path = SHIPPED) -> None:
        self._index = PlaceIndex(path)
        self._found = lru_cache(maxsize=REMEMBERED_NAMES)(self._find)

    def close(self) -> None:
        """Close the file; a later question opens it again."""
        self._index.close()

    def provenance(self) -> dict[str, str]:
        """What the table was made from: sources with digests, licence, counts, and the digest of its contents."""
        return self._index.provenance()

    def by_id(self, geoname_id: int, *, pointer: str = PLACE) -> Place:
        """The place of a GeoNames id.

        Raises:
            UnknownPlace: the gazetteer has no such id (`pointer` says where it was written).
        """
        number = self._index.number_of(geoname_id)
        if number is None:
            raise UnknownPlace(geoname_id, pointer=pointer)
        return _place(self._index.rows([number])[0])

    def search(self, text: str, *, limit: int = 10, country: str | None = None) -> tuple[PlaceMatch, ...]:
        """The places whose names begin with what has been typed so far, the likeliest first.

        Case and diacritics do not matter, any script does. A comma and the beginning of a region or country narrow the
        search (`london, ont`), and so does its whole name without a comma where no place is called all of it
        (`springfield il`). Ranked by population, weighed 1 for the beginning of the main name, 0.1 of another name,
        a fiftieth of that for an inner word (`York` in New York), and 8 times for a whole name. The order is stable.

        Args:
            text: at most 200 characters count; longer texts, and texts without letter or digit, find nothing.
            limit: how many places at most, 1 to 50.
            country: only places of this country, by ISO 3166-1 code or name.

        Raises:
            InvalidLimit: `limit` is outside 1 … 50.
            UnknownCountry: `country` is none the gazetteer knows.
        """
        if not 1 <= limit <= MOST_RESULTS:
            raise InvalidLimit(limit, MOST_RESULTS)
        code = None
        within = None
        if country is not None:
            code, span = self._country(country)
            within = [span] if span else []
        for reading in readings(text):
            spans = self._spans(reading.qualifiers, whole=False, within=within)
            numbers = self._prefixed(reading.name, limit, spans, None if reading.qualifiers else code)
            if numbers:
                return self._matches(numbers)
        return ()

    def find(self, text: str, *, pointer: str = PLACE) -> Place:
        """The one place that a written name means.

        The whole name must match, main or alternate, with all that stands after a comma (`London, Ontario`; region or
        country, by name or code). Of several places that bear the name, one is meant if it has at least five times the
        people of the next (ten times, where that is a city of 100,000) and more than all the others together; a place
        that bears it beside its main name counts a tenth of its people, or nothing where a place of that main name lies
        within 50 km (New Delhi is another name of Delhi). London is London in England, Springfield is
        a question. So is the name of a country or region with five times the people, in which the place does not lie
        (Italy in Texas). A text of digits is a GeoNames id.

        Args:
            text: what the person wrote.
            pointer: where it was written, for the errors.

        Raises:
            MissingPlace: the text is empty.
            UnknownPlace: no place bears the name, or none where it is said to lie; with suggestions.
            AmbiguousPlace: several do, and none clearly; with candidates.
        """
        try:
            return self._found(text)
        except PlaceError as error:
            error.pointer = pointer
            raise

    def country_code(self, name: str) -> str:
        """The ISO 3166-1 code of a country by its code or any of its names.

        Raises:
            UnknownCountry: the gazetteer knows none of that name.
        """
        return self._country(name)[0]

    def _find(self, text: str) -> Place:
        if not text.strip():
            raise MissingPlace("the name of the place is empty")
        if text.strip().isdecimal() and len(text) <= LONGEST_QUERY:
            return self._by_number(text.strip())
        for reading in readings(text):
            spans = self._spans(reading.qualifiers, whole=True)
            namesakes = self._namesakes([reading.name], spans)
            if namesakes:
                return self._meant(text, reading, namesakes)
        raise self._unknown(text)

    def _by_number(self, digits: str) -> Place:
        number = self._index.number_of(int(digits))
        if number is None:
            raise UnknownPlace(digits, reason="is not the GeoNames id of a place in the gazetteer")
        return _place(self._index.rows([number])[0])

    def _meant(self, text: str, reading: PlaceQuery, namesakes: Sequence[Namesake]) -> Place:
        if not is_clearly_first(namesakes):
            rows = self._index.rows([namesake.number for namesake in namesakes[:MOST_NAMESAKES]])
            namesakes = without_shadows(namesakes[:MOST_NAMESAKES], rows)
        is_area = not reading.qualifiers and self._is_rather_an_area(reading.name, namesakes[0])
        if is_clearly_first(namesakes) and not is_area:
            return _place(self._index.rows([namesakes[0].number])[0])
        likeliest = self._matches([namesake.number for namesake in namesakes[:MOST_CANDIDATES]])
        raise AmbiguousPlace(text, likeliest, len(namesakes), is_area=is_area)

    def _is_rather_an_area(self, name: str, namesake: Namesake) -> bool:
        areas = self._areas(name)
        if any(first <= namesake.number <= last for first, last in areas):
            return False
        return any(is_rather_an_area(namesake, self._index.people_in([area])) for area in areas)

    def _areas(self, name: str) -> list[Span]:
        """The countries and regions of a name or code."""
        return self._index.spans_of(name.replace(" ", ""), whole=True)

    def _namesakes(self, names: Sequence[str], spans: Sequence[Span] | None = None) -> list[Namesake]:
        return [Namesake(*found) for found in self._index.named(names, spans)]

    def _unknown(self, text: str) -> UnknownPlace:
        reading = next(readings(text), None)
        if reading is None:
            return UnknownPlace(text, reason="is not the name of a place")
        areas = [] if reading.qualifiers else self._areas(reading.name)
        if areas:
            largest = self._matches(self._index.largest(areas, SUGGESTIONS))
            return UnknownPlace(
                text,
                reason="is a country or region and not a town",
                suggestions=largest,
                introduced_by="name a town in it",
            )
        elsewhere = self._namesakes([reading.name]) if reading.qualifiers else []
        near = elsewhere or self._namesakes(one_edit_away(reading.name))
        numbers = [namesake.number for namesake in near] + self._prefixed(
            reading.name, SUGGESTIONS, None, None
        )
        suggestions = self._matches(list(dict.fromkeys(numbers))[:SUGGESTIONS])
        if not elsewhere:
            return UnknownPlace(text, suggestions=suggestions)
        if self._spans(reading.qualifiers, whole=True):
            return UnknownPlace(
                text,
                reason="is not in the gazetteer, though places of that name lie elsewhere",
                suggestions=suggestions,
            )
        return UnknownPlace(
            text,
            reason="ends in no region or country that has places in the gazetteer",
            suggestions=suggestions,
        )

    def _spans(
        self, qualifiers: Sequence[str], *, whole: bool, within: Sequence[Span] | None = None
    ) -> Sequence[Span] | None:
        """Where all the qualifiers hold, of the spans `within`; `None` is everywhere."""
        for position, qualifier in enumerate(qualifiers, 1):
            unfinished = not whole and position == len(qualifiers)
            if unfinished and len(qualifier) < SHORTEST_QUALIFIER:
                continue
            here = union(self._index.spans_of(qualifier, whole=not unfinished))
            within = here if within is None else intersection(within, here)
        return within

    def _prefixed(
        self, prefix: str, limit: int, spans: Sequence[Span] | None, country: str | None
    ) -> list[int]:
        """The best places of a prefix in `spans`; `country` is given where they are just that country's."""
        if spans is None:
            listed = self._index.listed(prefix)
        else:
            listed = self._index.listed(prefix, country) if country else None
        return self._index.prefixed(prefix, limit, spans) if listed is None else listed[:limit]

    def _country(self, name: str) -> tuple[str, Span | None]:
        country = self._index.country_of(qualifier_key(name)) if len(name) <= LONGEST_QUERY else None
        if country is None:
            raise UnknownCountry(name)
        return country

    def _matches(self, numbers: Sequence[int]) -> tuple[PlaceMatch, ...]:
        return tuple(map(_match, self._index.rows(numbers)))


@cache
def shipped_gazetteer() -> Gazetteer:
    """The gazetteer of the shipped table, one for the process."""
    return Gazetteer()


@cache
def places_digest() -> str:
    """The digest of the shipped table's contents, `sha256:…`, as its builder computed it: for receipts."""
    return shipped_gazetteer().provenance()["digest"]


def _place(row: PlaceRow) -> Place:
    return Place(
        latitude=row.latitude,
        longitude=row.longitude,
        name=row.name,
        region=row.region,
        country=row.country,
        geoname_id=row.geoname_id,
        zone=row.zone,
        other_zones=row.other_zones,
    )


def _match(row: PlaceRow) -> PlaceMatch:
    return PlaceMatch(
        place=_place(row),
        population=row.population,
        country_name=row.country_name,
        region_code=row.region_code,
    )
